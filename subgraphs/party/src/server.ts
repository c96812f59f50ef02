/** A party's HTTP server: four doors, each with its own way to know who comes in. It holds no rule of its own. */
import { type HopDoor, HopRefused, type Verifier } from '@corridor/identity';
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
import { type Clock, CorridorError, feedPath, languageOf, type Random } from '@corridor/schemas';
import { compile, defaultClauses, ownerView, viewKey } from '@corridor/sharing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Graph, GraphRequest } from './api/graph.ts';
import type { Owner } from './api/reading.ts';
import type { Feed } from './feed/feed.ts';
import { type Ingest, ingestBodyLimit } from './ingest/door.ts';
import { isOwnStaff } from './sharing/own-staff.ts';

/** What a party's server serves, and whom it lets in. */
export type PartyServerOptions = {
  readonly owner: Owner;
  /** Asked by gateways, over signed hops. */
  readonly gatewayGraph: Graph;
  readonly hopDoor: HopDoor;
  /** Asked by the owner's own staff, with tokens for this owner. */
  readonly ownerGraph: Graph;
  readonly verifier: Verifier;
  readonly ingest: Ingest;
  readonly feed: Feed;
  /** Host and port as gateways sign them. */
  readonly authority: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly ready: () => Promise<ReadyCheck[]>;
  /** From when on requests are shed; a gateway keeps at most 64 questions to one owner open, and so many are taken. */
  readonly limits?: Pick<ServerOptions, 'inFlightLimit' | 'eventLoopDelay'>;
};

/** The server, not listening yet. */
export function createPartyServer(options: PartyServerOptions): Server {
  const { owner, clock, random, log, ready, limits } = options;
  const server = createServer({ name: owner.party.code, log, clock, random, ready, inFlightLimit: 64, ...limits });
  serveGateways(server, options);
  serveOwnStaff(server, options);
  serveSources(server, options);
  serveDirectory(server, options);
  return server;
}

// A thousand representations and a long document fit; a gateway sends no more.
const graphBodyLimit = 1024 * 1024;
const rawBody = { rawBody: true };

/**
 * `POST /graphql`: gateways only, by a signed hop with a caller passport, checked on the raw bytes before anything is parsed. Whatever is wrong is
 * answered 401 with an empty body, so that a stranger learns nothing, not even what is served.
 */
function serveGateways(server: Server, { owner, gatewayGraph, hopDoor, authority }: PartyServerOptions): void {
  server.route({
    method: 'POST',
    url: '/graphql',
    bodyLimit: graphBodyLimit,
    config: rawBody,
    errorHandler: (error, request, reply) => {
      if (error instanceof CorridorError && error.code === 'OVERLOADED') throw error;
      request.log.info({ err: error }, 'hop refused');
      refuseHop(reply);
    },
    handler: async (request, reply) => {
      const hop = await hopDoor.admit(hopOf(request, authority)).catch((error: unknown) => {
        if (error instanceof HopRefused) request.log.info({ reason: error.reason }, 'hop refused');
        else request.log.error({ err: error }, 'hop refused: its check failed');
        return undefined;
      });
      if (hop === undefined) return refuseHop(reply);
      const { caller, passport, deadlineAt } = hop;
      // Through a gateway everybody is a foreign reader with the default cells, the owner's own staff too: the passport is the gateway's word alone.
      const view = compile(defaultClauses, caller, owner.clock());
      const who = { caller, view, viewer: JSON.stringify(['gateway', viewKey(caller, 0)]), deadlineAt, passport };
      return answer(request, reply, gatewayGraph, { ...who, traceId: correlationId(hop.traceparent) });
    },
  });
}

/** `POST /owner/graphql`: the owner's own staff, with a token meant for this owner. The one door to what is the owner's alone. */
function serveOwnStaff(server: Server, { owner, ownerGraph, verifier }: PartyServerOptions): void {
  server.route({
    method: 'POST',
    url: '/owner/graphql',
    bodyLimit: 64 * 1024,
    config: rawBody,
    handler: async (request, reply) => {
      const { authorization, 'corridor-purpose': purpose } = request.headers;
      const { caller } = await verifier.verify(authorization, one(purpose));
      if (caller.party === null) throw new CorridorError('UNAUTHENTICATED');
      if (!isOwnStaff(caller, owner)) throw new CorridorError('OWNER_STAFF_ONLY');
      const who = {
        caller,
        view: ownerView(caller),
        viewer: JSON.stringify(['owner', viewKey(caller, 0)]),
        deadlineAt: Number.POSITIVE_INFINITY,
      };
      return answer(request, reply, ownerGraph, { ...who, passport: null, traceId: correlationId(request.traceparent) });
    },
  });
}

/** `POST /ingest`: registered sources. */
function serveSources(server: Server, { ingest }: PartyServerOptions): void {
  server.route<{ Querystring: { format?: string | string[] } }>({
    method: 'POST',
    url: '/ingest',
    bodyLimit: ingestBodyLimit,
    config: rawBody,
    handler: async (request, reply) => {
      const { status, body } = await ingest.post({
        authorization: request.headers.authorization,
        contentType: request.headers['content-type'],
        query: { format: one(request.query.format) },
        acceptLanguage: request.headers['accept-language'],
        body: request.rawBody,
        traceId: correlationId(request.traceparent),
      });
      return reply.code(status).send(body);
    },
  });
}

/** `GET /feed`: the directory. A poll that waits is no work: it is not shed, and ends when its reader leaves or the server closes. */
function serveDirectory(server: Server, { feed }: PartyServerOptions): void {
  const stopping = new AbortController();
  server.addHook('preClose', (done) => {
    stopping.abort();
    done();
  });
  server.route<{ Querystring: { [name: string]: string | string[] | undefined } }>({
    method: 'GET',
    url: feedPath,
    config: { shed: false },
    handler: async (request, reply) => {
      const left = new AbortController();
      reply.raw.once('close', () => left.abort());
      const { after, limit, wait } = request.query;
      const page = await feed.get({
        authorization: request.headers.authorization,
        query: { after: one(after), limit: one(limit), wait: one(wait) },
        signal: AbortSignal.any([stopping.signal, left.signal]),
        traceId: correlationId(request.traceparent),
      });
      return reply.code(page.status).headers(page.headers).send(page.body);
    },
  });
}

/** Answers a request that was let in. What cannot be read as one is the caller's fault, told as such: he is known by now. */
async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  graph: Graph,
  asking: Omit<Parameters<Graph['answer']>[1], 'language'>,
): Promise<FastifyReply> {
  const language = languageOf(request.headers['accept-language']);
  try {
    const { status, body } = await graph.answer(graphRequest(request.rawBody), { ...asking, language });
    return json(reply.code(status), body);
  } catch (error) {
    const refusal = refusalOf(error, { language, correlationId: asking.traceId });
    if (refusal.status >= 500) request.log.error({ err: error }, 'failed');
    return json(reply.code(refusal.status).headers(refusal.headers), refusal.body);
  }
}

function graphRequest(bytes: Uint8Array): GraphRequest {
  const body: unknown = parseJson(bytes);
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

function json(reply: FastifyReply, body: object): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
}

function refuseHop(reply: FastifyReply): FastifyReply {
  return reply.code(401).send();
}

function hopOf(request: FastifyRequest, authority: string): Parameters<HopDoor['admit']>[0] {
  const [path = '', query = ''] = splitOnce(request.url, '?');
  const { method, headers, rawBody: body } = request;
  return { method, authority, path, query, contentType: headers['content-type'] ?? '', body, headers };
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
