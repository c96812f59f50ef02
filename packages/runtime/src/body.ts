import { CorridorError } from '@corridor/schemas';
import type { FastifyRequest } from 'fastify';
import type { Server } from './server.ts';

/**
 * Reads request bodies: JSON on every route, and on a route with `config: { rawBody: true }` the bytes as they came, whatever their content type,
 * unparsed, since a signature or a digest over them comes first. `request.rawBody` holds those bytes; the route parses them with `parseJson`.
 * Another content type than JSON on any other route is UNSUPPORTED_MEDIA_TYPE.
 */
export function readBodies(server: Server): void {
  server.removeAllContentTypeParsers();
  server.decorateRequest('rawBody', { getter: bytesOf });
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes: Buffer, done) => {
    if (request.is404) return done(null, undefined);
    if (request.routeOptions.config.rawBody === true) return done(null, bytes);
    try {
      done(null, parseJson(bytes));
    } catch (error) {
      done(error instanceof Error ? error : new Error('no JSON', { cause: error }));
    }
  });
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (request, bytes: Buffer, done) => {
    if (request.is404) return done(null, undefined);
    if (request.routeOptions.config.rawBody === true) return done(null, bytes);
    done(new CorridorError('UNSUPPORTED_MEDIA_TYPE', { detail: 'application/json' }));
  });
}

/**
 * The value of a JSON text in UTF-8, RFC 8259.
 * @throws BAD_REQUEST for anything else, an empty body and a member named `__proto__` included; the text is never quoted
 */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    const text = utf8.decode(bytes);
    // Merged into an object later, such a member would replace its prototype. The escaped form needs a backslash and `u`.
    const suspicious = text.includes('__proto__') || text.includes('\\u');
    return JSON.parse(text, suspicious ? refuseProto : undefined);
  } catch {
    throw new CorridorError('BAD_REQUEST', { detail: 'JSON expected' });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const noBytes = Buffer.alloc(0);

function refuseProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError('a member is named __proto__');
  return value;
}

// On a route that asked for them, the body is the bytes.
function bytesOf(this: FastifyRequest): Buffer {
  return this.body instanceof Buffer ? this.body : noBytes;
}
