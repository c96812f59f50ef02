import { type Clock, CorridorError, type ErrorCode, errors, languageOf, type Random } from '@corridor/schemas';
import { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify, LogController } from 'fastify';
import { readBodies } from './body.ts';
import { endConnections } from './connections.ts';
import { knownError, refusalOf } from './errors.ts';
import { type ReadyCheck, serveHealth } from './health.ts';
import { hasTls, type ListenerSettings, type RequestSender, senderOf, withTls } from './listener.ts';
import type { Logger } from './logger.ts';
import { observeRequests } from './observe-requests.ts';
import type { Operations } from './operations.ts';
import { shedLoad } from './shedding.ts';
import { systemRandom } from './system.ts';
import { correlationId, traceparentOf } from './trace.ts';
import { answerUnreadable } from './unreadable.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes the bytes of any content type, unparsed, as `request.rawBody`. */
    rawBody?: boolean;
    /** `false`: the route is served under overload too and does not count as work (health, a poll that waits). */
    shed?: boolean;
  }
  interface FastifyRequest {
    /** The body's bytes, on routes with `rawBody`; otherwise none. */
    readonly rawBody: Buffer;
    /** W3C trace context of this request: the caller's, or a new one. */
    readonly traceparent: string;
    /** What the request shows of its sender, for tokens that are bound to one. */
    readonly sender: RequestSender;
    /** When the request's head had been read, in ms since the epoch. */
    receivedAt: number;
    /** The first code that the answer bears, for metrics and traces; whoever words an error into a good answer notes it here. */
    outcome: ErrorCode | 'OK';
  }
}

/** An HTTP server with everything the programs have in common; routes are added with Fastify's own `route`, `get`, `post`, `register`. */
export type Server = FastifyInstance;

/** What a server needs; the limits are those of the design until measured otherwise. */
export type ServerOptions = {
  readonly name: string;
  readonly log: Logger;
  readonly clock: Clock;
  readonly ready: () => Promise<ReadyCheck[]>;
  /** Bytes a body may have on routes that do not say otherwise; default 64 KiB. */
  readonly bodyLimit?: number;
  /** Requests at work at once; default 24. */
  readonly inFlightLimit?: number;
  /** Event-loop delay from which requests are refused, in ms, and how often it is measured; default 200 and 1,000. */
  readonly eventLoopDelay?: { readonly limitMs: number; readonly sampleMs: number };
  readonly random?: Random;
  /** Where requests are counted and traced; absent: nowhere. */
  readonly operations?: Pick<Operations, 'metrics' | 'tracing'>;
  /** How clients reach it; absent: in clear text, at the address it listens at. */
  readonly listener?: ListenerSettings | undefined;
};

// A head within 10 s, a body within 30 s; an idle connection outlives the gateway's (4 s), else the gateway meets a closed one.
const head = { headersTimeout: 10_000, maxHeaderSize: 16 * 1024 };
const timeouts = { requestTimeout: 30_000, keepAliveTimeout: 75_000 };

/**
 * A server with health routes, limits, security headers, one JSON form for all errors, and a log of requests that holds neither query text nor
 * variables. It does not listen yet: see `listen`; tests call `inject`.
 */
export function createServer(options: ServerOptions): Server {
  const random = options.random ?? systemRandom;
  const logger: FastifyBaseLogger = options.log;
  const server = fastify({
    loggerInstance: logger,
    // Fastify's own lines hold the URL with its query; ours below do not.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (parent, { reqId }) => parent.child({ correlationId: correlationId(String(reqId)) }),
    genReqId: (raw) => traceparentOf(firstOf(raw.headers['traceparent']), random),
    requestIdHeader: false,
    bodyLimit: options.bodyLimit ?? 64 * 1024,
    http: head,
    ...timeouts,
    ...withTls(options.listener, { ...head, ...timeouts }),
    trustProxy: false,
    // Its answer has a form of its own; while the server closes, requests on open connections are still answered.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => refuse(error, request, reply),
    clientErrorHandler: (error, socket) => answerUnreadable(error, socket, random),
  });
  server.decorateRequest('receivedAt', 0);
  server.decorateRequest('sender', {
    getter() {
      return senderOf(this, options.listener ?? {});
    },
  });
  server.decorateRequest('outcome', 'OK');
  server.addHook('onRequest', (request, reply, done) => {
    request.receivedAt = options.clock();
    reply.headers(securityHeaders);
    // Of two such headers Node keeps one and drops the other without a word: which of them speaks is not for us to choose (RFC 9110 section 5.3).
    if (countOf(request.raw.rawHeaders, 'authorization') > 1) return done(new CorridorError('UNAUTHENTICATED'));
    done();
  });
  logRequests(server, options.clock);
  observeRequests(server, options.clock, options.operations);
  endConnections(server);
  server.setErrorHandler(refuse);
  server.setNotFoundHandler((request, reply) => refuse(new CorridorError('NOT_FOUND'), request, reply));
  readBodies(server);
  const shedding = {
    inFlight: options.inFlightLimit ?? 24,
    eventLoopDelayMs: options.eventLoopDelay?.limitMs ?? 200,
    sampleMs: options.eventLoopDelay?.sampleMs ?? 1_000,
  };
  shedLoad(server, shedding, options.operations?.metrics);
  serveHealth(server, options);
  return server;
}

/**
 * Opens the port and gives the server's URL.
 * @throws PORT_TAKEN
 */
export async function listen(server: Server, options: { readonly host: string; readonly port: number }): Promise<string> {
  try {
    const url = await server.listen({ host: options.host, port: options.port });
    return hasTls(server.server) ? url.replace(/^http:/, 'https:') : url;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') {
      throw new CorridorError('PORT_TAKEN', { detail: String(options.port), cause });
    }
    throw cause;
  }
}

/** For answers that hold data of a caller: read by nobody else, kept by no cache, framed by no page. A route with a page of its own replaces them. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

// Names and values in turn, as they came.
function countOf(rawHeaders: readonly string[] | undefined, name: string): number {
  return (rawHeaders ?? []).filter((text, index) => index % 2 === 0 && text.toLowerCase() === name).length;
}

function logRequests(server: Server, clock: Clock): void {
  server.addHook('onResponse', (request, reply, done) => {
    // The route's pattern, not the URL: a query string and an unknown path hold whatever the caller put there.
    const route = request.is404 ? null : (request.routeOptions.url ?? null);
    const line = { method: request.method, route, status: reply.statusCode, ms: clock() - request.receivedAt };
    if (request.routeOptions.config.shed === false) request.log.debug(line, 'answered');
    else request.log.info(line, 'answered');
    done();
  });
  server.addHook('onRequestAbort', (request, done) => {
    request.log.info(
      { method: request.method, route: request.routeOptions.url ?? null, ms: clock() - request.receivedAt },
      'the caller left',
    );
    done();
  });
}

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const known = knownError(error);
  const { blame } = errors[known.code];
  request.outcome = known.code;
  const refusal = refusalOf(known, { language: languageOf(request.headers['accept-language']), correlationId: correlationId(request.id) });
  // Probes come several times a second: health.ts tells each change once.
  if (known.code === 'NOT_READY' && known.cause === undefined) request.log.debug({ code: known.code }, 'refused');
  else if (blame === 'caller') request.log.info({ code: known.code, cause: known.cause }, 'refused');
  else if (known.code === 'INTERNAL_SERVER_ERROR') request.log.error({ code: known.code, err: known.cause ?? known }, 'failed');
  else request.log.warn({ code: known.code, owner: known.owner, cause: known.cause }, 'refused');
  reply
    .code(refusal.status)
    .headers({ ...securityHeaders, ...refusal.headers })
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(refusal.body));
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
