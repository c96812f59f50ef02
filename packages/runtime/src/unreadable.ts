import type { Socket } from 'node:net';
import { CorridorError, type Random } from '@corridor/schemas';
import { refusalOf } from './errors.ts';
import { correlationId, traceparentOf } from './trace.ts';

/** Answers bytes that are not HTTP, a head that is too large or came too slowly: there is no request to answer, so the bytes go out by hand. */
export function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket, random: Random): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const context = { language: 'en', correlationId: correlationId(traceparentOf(undefined, random)) } as const;
  const body = JSON.stringify(refusalOf(new CorridorError('BAD_REQUEST'), context).body);
  const head = [
    'HTTP/1.1 400 Bad Request',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
