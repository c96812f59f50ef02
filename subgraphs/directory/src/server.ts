/** The directory's HTTP server: one door, for gateways. It holds no rule of its own. */
import type { HopDoor } from '@corridor/identity';
import { correlationId, createServer, type Logger, type ReadyCheck, type Server, type ServerOptions } from '@corridor/runtime';
import type { Clock, Random } from '@corridor/schemas';
import { answerQuestion, serveHops } from '@corridor/subgraph';
import type { Answerer } from './api/answer.ts';

/** What the server serves, and whom it lets in. */
export type DirectoryServerOptions = {
  readonly answer: Answerer;
  readonly hopDoor: HopDoor;
  /** Host and port as gateways sign them. */
  readonly authority: string;
  readonly ready: () => Promise<ReadyCheck[]>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** When requests are refused for load; the runtime's own limits when absent. */
  readonly limits?: Pick<ServerOptions, 'inFlightLimit' | 'eventLoopDelay'>;
};

/** The server, not listening yet. `POST /graphql` is for gateways, by a signed hop with a caller passport. */
export function createDirectoryServer(options: DirectoryServerOptions): Server {
  const { answer, hopDoor, authority, limits, ...common } = options;
  const server = createServer({ name: 'directory', ...common, ...limits });
  serveHops(server, { hopDoor, authority }, (request, reply, admitted) =>
    answerQuestion(request, reply, correlationId(admitted.traceparent), (question, language) => answer(question, admitted, language)),
  );
  return server;
}
