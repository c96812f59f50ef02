/** The directory's HTTP server: a door for gateways, and one for owners. It holds no rule of its own. */
import type { HopDoor } from '@corridor/identity';
import {
  correlationId,
  createServer,
  type ListenerSettings,
  type Logger,
  type Operations,
  type ReadyCheck,
  type Server,
  type ServerOptions,
} from '@corridor/runtime';
import type { Clock, Random } from '@corridor/schemas';
import { answerQuestion, serveHops } from '@corridor/subgraph';
import type { Answerer } from './api/answer.ts';
import type { OwnerDoor, OwnerRequest } from './owner/door.ts';

/** What the server serves, and whom it lets in. */
export type DirectoryServerOptions = {
  readonly answer: Answerer;
  readonly hopDoor: HopDoor;
  readonly owners: OwnerDoor;
  /** Host and port as gateways sign them. */
  readonly authority: string;
  readonly ready: () => Promise<ReadyCheck[]>;
  readonly operations?: Operations;
  readonly listener?: ListenerSettings | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** When requests are refused for load; the runtime's own limits when absent. */
  readonly limits?: Pick<ServerOptions, 'inFlightLimit' | 'eventLoopDelay'>;
};

/**
 * The server, not listening yet. `POST /graphql` is for gateways, by a signed hop with a caller passport; `GET /directory/log`,
 * `/directory/mine` and `/directory/links` are for owners, by a token for the directory.
 */
export function createDirectoryServer(options: DirectoryServerOptions): Server {
  const { answer, hopDoor, owners, authority, limits, ...common } = options;
  const server = createServer({ name: 'directory', ...common, ...limits });
  serveHops(server, { hopDoor, authority }, (request, reply, admitted) =>
    answerQuestion(request, reply, correlationId(admitted.traceparent), (question, language) => answer(question, admitted, language)),
  );
  serveOwner(server, '/directory/log', owners.log);
  serveOwner(server, '/directory/mine', owners.mine);
  serveOwner(server, '/directory/links', owners.links);
  return server;
}

function serveOwner(server: Server, url: string, read: (request: OwnerRequest) => Promise<object>): void {
  server.route<{ Querystring: { [name: string]: string | string[] | undefined } }>({
    method: 'GET',
    url,
    handler: async (request, reply) => {
      const { after, limit, of } = request.query;
      const page = await read({
        authorization: request.headers.authorization,
        query: { after: one(after), limit: one(limit), of: one(of) },
        traceId: correlationId(request.traceparent),
        sender: request.sender,
      });
      return reply.send(page);
    },
  });
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
