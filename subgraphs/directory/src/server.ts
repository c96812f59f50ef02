/** The directory's HTTP server: one door, for gateways. It holds no rule of its own. */
import { type Admitted, type HopDoor, HopRefused } from '@corridor/identity';
import {
  correlationId,
  createServer,
  type Logger,
  parseJson,
  type ReadyCheck,
  refusalOf,
  type Server,
  type ServerOptions,
} from '@corridor/runtime';
import { type Clock, CorridorError, languageOf, type Random } from '@corridor/schemas';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answerer, Question } from './api/answer.ts';

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

// A thousand representations and a long document fit; a gateway sends no more.
const bodyLimit = 1024 * 1024;

/**
 * The server, not listening yet. `POST /graphql` is for gateways, by a signed hop with a caller passport, checked on the raw bytes before anything is
 * parsed. Whatever is wrong is answered 401 with an empty body: a stranger learns nothing, not even what is served.
 */
export function createDirectoryServer(options: DirectoryServerOptions): Server {
  const { answer, hopDoor, authority, limits, ...common } = options;
  const server = createServer({ name: 'directory', ...common, ...limits });
  server.route({
    method: 'POST',
    url: '/graphql',
    bodyLimit,
    config: { rawBody: true },
    errorHandler: (error, request, reply) => {
      if (error instanceof CorridorError && error.code === 'OVERLOADED') throw error;
      request.log.info({ err: error }, 'hop refused');
      reply.code(401).send();
    },
    handler: async (request, reply) => {
      const admitted = await admit(request, hopDoor, authority);
      return admitted === undefined ? reply.code(401).send() : respond(request, reply, answer, admitted);
    },
  });
  return server;
}

async function admit(request: FastifyRequest, hopDoor: HopDoor, authority: string): Promise<Admitted | undefined> {
  const { method, headers, url, rawBody: body } = request;
  const mark = url.indexOf('?');
  const [path, query] = mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
  try {
    return await hopDoor.admit({ method, authority, path, query, contentType: headers['content-type'] ?? '', body, headers });
  } catch (error) {
    if (error instanceof HopRefused) request.log.info({ reason: error.reason }, 'hop refused');
    else request.log.error({ err: error }, 'hop refused: its check failed');
    return undefined;
  }
}

async function respond(request: FastifyRequest, reply: FastifyReply, answer: Answerer, admitted: Admitted): Promise<FastifyReply> {
  const language = languageOf(request.headers['accept-language']);
  const json = reply.type('application/json; charset=utf-8');
  try {
    const { status, body } = await answer(questionOf(request.rawBody), admitted, language);
    return json.code(status).send(JSON.stringify(body));
  } catch (error) {
    const refusal = refusalOf(error, { language, correlationId: correlationId(admitted.traceparent) });
    if (refusal.status >= 500) request.log.error({ err: error }, 'failed');
    return json.code(refusal.status).headers(refusal.headers).send(JSON.stringify(refusal.body));
  }
}

function questionOf(bytes: Uint8Array): Question {
  const body = parseJson(bytes);
  if (!isObject(body)) throw new CorridorError('BAD_REQUEST', { detail: 'a JSON object expected' });
  const { query, variables = null, operationName = null } = body;
  if (typeof query !== 'string') throw new CorridorError('BAD_REQUEST', { detail: 'query: a text expected' });
  if (variables !== null && !isObject(variables)) throw new CorridorError('BAD_REQUEST', { detail: 'variables: an object expected' });
  if (operationName !== null && typeof operationName !== 'string')
    throw new CorridorError('BAD_REQUEST', { detail: 'operationName: a text expected' });
  return { query, variables, operationName };
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
