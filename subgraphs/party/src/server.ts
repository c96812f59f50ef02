/** A party's HTTP server: four doors, each with its own way to know who comes in. It holds no rule of its own. */
import type { HopDoor, Verifier } from '@corridor/identity';
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
import { type Clock, CorridorError, feedPath, type Random } from '@corridor/schemas';
import { compile, defaultClauses, ownerView, viewKey } from '@corridor/sharing';
import { answerQuestion, serveHops } from '@corridor/subgraph';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Graph } from './api/graph.ts';
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
  readonly operations?: Operations;
  readonly listener?: ListenerSettings | undefined;
  /** From when on requests are shed; a gateway keeps at most 64 questions to one owner open, and so many are taken. */
  readonly limits?: Pick<ServerOptions, 'inFlightLimit' | 'eventLoopDelay'>;
};

/** The server, not listening yet. */
export function createPartyServer(options: PartyServerOptions): Server {
  const { owner, clock, random, log, ready, limits, operations, listener } = options;
  const server = createServer({
    name: owner.party.code,
    log,
    clock,
    random,
    ready,
    inFlightLimit: 64,
    ...limits,
    ...(operations !== undefined && { operations }),
    listener,
  });
  serveGateways(server, options);
  serveOwnStaff(server, options);
  serveSources(server, options);
  serveDirectory(server, options);
  return server;
}

const rawBody = { rawBody: true };

/** `POST /graphql`: gateways only, by a signed hop with a caller passport. */
function serveGateways(server: Server, { owner, gatewayGraph, hopDoor, authority }: PartyServerOptions): void {
  serveHops(server, { hopDoor, authority }, async (request, reply, { caller, passport, deadlineAt, traceparent }) => {
    // Through a gateway everybody is a foreign reader with the default cells, the owner's own staff too: the passport is the gateway's word alone.
    const view = compile(defaultClauses, caller, owner.clock());
    const who = { caller, view, viewer: JSON.stringify(['gateway', viewKey(caller, 0)]), deadlineAt, passport };
    return answer(request, reply, gatewayGraph, { ...who, traceId: correlationId(traceparent) });
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
      const { caller } = await verifier.verify(authorization, one(purpose), request.sender);
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
        sender: request.sender,
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
        sender: request.sender,
      });
      return reply.code(page.status).headers(page.headers).send(page.body);
    },
  });
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  graph: Graph,
  asking: Omit<Parameters<Graph['answer']>[1], 'language'>,
): Promise<FastifyReply> {
  return answerQuestion(request, reply, asking.traceId, (question, language) => graph.answer(question, { ...asking, language }));
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
