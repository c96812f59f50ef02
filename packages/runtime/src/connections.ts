import type { Socket } from 'node:net';
import { isDraining } from './drain.ts';
import { hasTls } from './listener.ts';
import type { Server } from './server.ts';

/**
 * Lets a server end without waiting for its clients: an answer given on the way out closes its connection, and connections without a request at
 * work, also those that never had one, are ended when `close` is called. Kept alive, they would hold the process until a time-out.
 */
export function endConnections(server: Server): void {
  const atWork = new Map<Socket, number>();
  let closing = false;
  // With TLS the requests' sockets are those of the handshake's end.
  server.server.on(hasTls(server.server) ? 'secureConnection' : 'connection', (socket: Socket) => {
    if (closing) {
      socket.destroy();
      return;
    }
    atWork.set(socket, 0);
    socket.once('close', () => atWork.delete(socket));
  });
  // An in-process caller's socket is not one of them.
  const count = (socket: Socket, change: number): void => {
    const requests = atWork.get(socket);
    if (requests !== undefined) atWork.set(socket, requests + change);
  };
  server.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw;
    count(socket, 1);
    reply.raw.once('close', () => count(socket, -1));
    done();
  });
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing || isDraining()) reply.header('connection', 'close');
    done();
  });
  server.addHook('preClose', (done) => {
    closing = true;
    for (const [socket, requests] of atWork) if (requests === 0) socket.destroy();
    done();
  });
}
