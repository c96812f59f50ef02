import { type Admitted, type HopDoor, HopRefused, type HopRequest } from '@corridor/identity';
import type { Server } from '@corridor/runtime';
import { CorridorError } from '@corridor/schemas';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Who is let in. */
export type HopRoute = {
  readonly hopDoor: HopDoor;
  /** Host and port as gateways sign them. */
  readonly authority: string;
};

/** Answers a request whose hop was let in; `request.rawBody` holds the bytes that were signed, unparsed. */
export type HopHandler = (request: FastifyRequest, reply: FastifyReply, admitted: Admitted) => Promise<FastifyReply>;

// A thousand representations and a long document fit; a gateway sends no more.
const bodyLimit = 1024 * 1024;

/**
 * `POST /graphql`: gateways only, by a signed hop with a caller passport, checked on the raw bytes before anything is parsed. Whatever is wrong is
 * answered 401 with an empty body, its reason in the log alone: a stranger learns nothing, not even what is served. Under load everybody is told
 * OVERLOADED, before the hop is looked at.
 */
export function serveHops(server: Server, { hopDoor, authority }: HopRoute, handle: HopHandler): void {
  server.route({
    method: 'POST',
    url: '/graphql',
    bodyLimit,
    config: { rawBody: true },
    errorHandler: (error, request, reply) => {
      if (error instanceof CorridorError && error.code === 'OVERLOADED') throw error;
      request.log.info({ err: error }, 'hop refused');
      refuse(reply);
    },
    handler: async (request, reply) => {
      const admitted = await admit(request, hopDoor, authority);
      if (admitted === undefined) request.outcome = 'UNAUTHENTICATED';
      return admitted === undefined ? refuse(reply) : handle(request, reply, admitted);
    },
  });
}

async function admit(request: FastifyRequest, hopDoor: HopDoor, authority: string): Promise<Admitted | undefined> {
  try {
    return await hopDoor.admit(hopOf(request, authority));
  } catch (error) {
    if (error instanceof HopRefused) request.log.info({ reason: error.reason }, 'hop refused');
    else request.log.error({ err: error }, 'hop refused: its check failed');
    return undefined;
  }
}

function hopOf({ method, headers, url, rawBody: body }: FastifyRequest, authority: string): HopRequest {
  const mark = url.indexOf('?');
  const [path, query] = mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
  return { method, authority, path, query, contentType: headers['content-type'] ?? '', body, headers };
}

function refuse(reply: FastifyReply): FastifyReply {
  return reply.code(401).send();
}
