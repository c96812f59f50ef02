/**
 * A TCP proxy that stands before a server and misbehaves as networks and machines do. What it does may change at any time and holds for connections
 * that are open too; a connection it once hung, broke or slowed is never handed back whole: `restore` ends it.
 */
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';

/** What happens to connections from now on. */
export type Fault =
  | { readonly is: 'none' }
  /** Bytes of the server come `ms` later. */
  | { readonly is: 'delay'; readonly ms: number }
  /** Connections are taken, bytes of the caller are read, and nothing ever comes back. */
  | { readonly is: 'hang' }
  /** Every connection is cut off (RST) as soon as a byte of the caller arrives. */
  | { readonly is: 'reset' }
  /** No connection is taken: the port is closed. */
  | { readonly is: 'refuse' }
  /** Bytes of the server trickle, so many a second, a few at a time. */
  | { readonly is: 'throttle'; readonly bytesPerSecond: number };

/** A running proxy. */
export type FaultProxy = {
  readonly url: string;
  /** Switches; resolves when it holds (the port is open or closed). */
  set(fault: Fault): Promise<void>;
  /** Connections there ever were; those that brought bytes (a client may dial and then ask nothing); those that are open and wait for bytes back. */
  readonly accepted: number;
  readonly asked: number;
  readonly waiting: number;
  /** Ends every socket and the port. */
  close(): Promise<void>;
};

const none: Fault = { is: 'none' };
/** How often a throttled connection gives its share. */
const shareMs = 50;

/** Starts one before `target`, a URL on this machine. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  let fault: Fault = none;
  let accepted = 0;
  let asked = 0;
  const waiting = new Set<Socket>();

  const later = (work: () => void, ms: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
  };
  const keep = (socket: Socket): Socket => {
    sockets.add(socket.setNoDelay(true).on('error', () => socket.destroy()));
    return socket.on('close', () => sockets.delete(socket));
  };

  function serve(caller: Socket): void {
    keep(caller);
    accepted += 1;
    caller.once('data', () => {
      asked += 1;
    });
    const server = keep(dial(Number(port), hostname));
    caller.on('close', () => {
      waiting.delete(caller);
      server.destroy();
    });
    server.on('close', () => {
      // a server that ends its side while its bytes are held back is not seen to
      if (fault.is === 'none' || fault.is === 'reset' || fault.is === 'refuse') caller.destroy();
    });
    caller.on('data', (bytes: Buffer) => {
      waiting.add(caller);
      if (fault.is === 'reset') return void caller.resetAndDestroy();
      if (fault.is !== 'hang') server.write(bytes);
    });
    let held: Buffer = Buffer.alloc(0);
    const trickle = (): void => {
      if (fault.is !== 'throttle' || caller.destroyed || held.length === 0) return;
      const share = Math.max(1, Math.floor((fault.bytesPerSecond * shareMs) / 1_000));
      waiting.delete(caller);
      caller.write(held.subarray(0, share));
      held = held.subarray(share);
      later(trickle, shareMs);
    };
    server.on('data', (bytes: Buffer) => {
      const give = (): void => {
        waiting.delete(caller);
        if (!caller.destroyed) caller.write(bytes);
      };
      if (fault.is === 'delay') later(give, fault.ms);
      else if (fault.is === 'throttle') {
        held = Buffer.concat([held, bytes]);
        if (held.length === bytes.length) trickle();
      } else if (fault.is !== 'hang') give();
    });
  }

  let server: Server | undefined;
  const listen = (at: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const made = createServer(serve).once('error', reject);
      made.listen(at, '127.0.0.1', () => {
        server = made;
        resolve((made.address() as AddressInfo).port);
      });
    });
  const shut = async (): Promise<void> => {
    const ending = server;
    server = undefined;
    for (const socket of sockets) socket.destroy();
    if (ending !== undefined) await new Promise<void>((resolve) => void ending.close(() => resolve()));
  };
  const ownPort = await listen(0);

  return {
    url: `http://127.0.0.1:${ownPort}`,
    async set(next) {
      const before = fault;
      fault = next;
      if (next.is === 'refuse') return shut();
      if (server === undefined) await listen(ownPort);
      // bytes were lost on them: a caller that went on using one would wait for ever
      if (next.is === 'none' && (before.is === 'hang' || before.is === 'throttle')) for (const socket of sockets) socket.destroy();
    },
    get accepted() {
      return accepted;
    },
    get asked() {
      return asked;
    },
    get waiting() {
      return waiting.size;
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      await shut();
    },
  };
}
