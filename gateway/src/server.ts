/** The gateway's HTTP server: the door checks the token before a byte of the query is read, then Apollo Server answers with the engine. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { Accepted, Verifier } from '@corridor/identity';
import {
  correlationId,
  createServer,
  type ListenerSettings,
  type Logger,
  type Operations,
  type ReadyCheck,
  type Server,
} from '@corridor/runtime';
import { type Clock, invariant, type Language, languageOf, type Random } from '@corridor/schemas';
import type { FastifyRequest } from 'fastify';
import { errorAnswer } from './answer/error-answer.ts';
import { answerExtensions } from './answer/extensions.ts';
import { countMasked, noteOutcome } from './answer/observe-answer.ts';
import type { RequestContext } from './context.ts';
import type { Engine } from './engine/engine.ts';
import { createExplorer } from './explorer.ts';
import { type BudgetSettings, createBudgets, payerOf } from './limits/budget.ts';
import { callerLeaves } from './limits/caller-leaves.ts';
import { queryCost } from './limits/query-cost.ts';
import { queryLimits } from './limits/query-limits.ts';
import type { PlanWatch } from './observe/plans.ts';

/** What the server is made of. */
export type GatewayServerOptions = {
  readonly engine: Engine;
  readonly verifier: Verifier;
  readonly queryTimeoutMs: number;
  readonly introspection: boolean;
  readonly budgets: BudgetSettings;
  readonly ready: () => Promise<ReadyCheck[]>;
  readonly log: Logger;
  readonly operations: Operations;
  readonly plans: PlanWatch;
  readonly listener?: ListenerSettings | undefined;
  readonly clock: Clock;
  readonly random: Random;
};

/** Body of one query, variables included. */
const bodyLimit = 64 * 1024;

/** Builds the server; it is ready to listen or to be injected into. */
export async function createGatewayServer(options: GatewayServerOptions): Promise<Server> {
  // errors that arise before there is a context (unreadable request, CSRF) are worded for the same caller
  const answering = new AsyncLocalStorage<{
    readonly language: Language;
    readonly correlationId: string;
    readonly request: FastifyRequest;
  }>();
  const apollo = new ApolloServer<RequestContext>({
    gateway: options.engine.gateway,
    introspection: options.introspection,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    ...queryLimits(),
    formatError: (formatted, error) => {
      const about = answering.getStore();
      invariant(about !== undefined, 'an error is worded while a request is being answered');
      const answer = errorAnswer(formatted, about);
      noteOutcome(about.request, answer.extensions?.['code']);
      if (answer.extensions?.['code'] === 'INTERNAL_SERVER_ERROR')
        options.log.error({ err: error, correlationId: about.correlationId }, 'a query failed');
      return answer;
    },
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      answerExtensions(),
      queryCost(createBudgets(options.budgets)),
      countMasked(options.operations.metrics),
      options.plans.plugin,
    ],
    logger: { debug() {}, info() {}, warn: (message) => options.log.warn(message), error: (message) => options.log.error(message) },
  });
  await apollo.start();

  const server = createServer({
    name: 'gateway',
    log: options.log,
    clock: options.clock,
    random: options.random,
    ready: options.ready,
    operations: options.operations,
    listener: options.listener,
    bodyLimit,
  });
  const admitted = new WeakMap<object, Accepted>();
  const answer = fastifyApolloHandler(apollo, {
    context: async (request, reply) => {
      const accepted = admitted.get(request);
      invariant(accepted !== undefined, 'the door admits before anything is answered');
      return contextOf(request, accepted, callerLeaves(reply.raw), options);
    },
  });

  server.route<{ Reply: string }>({
    method: ['GET', 'POST'],
    url: '/graphql',
    // before the body is read: who has no valid token costs no parsing
    onRequest: async (request) => {
      const { authorization, 'corridor-purpose': purpose } = request.headers;
      admitted.set(
        request,
        await options.verifier.verify(authorization, typeof purpose === 'string' ? purpose : undefined, request.sender),
      );
    },
    handler: (request, reply) =>
      answering.run(
        { language: languageOf(request.headers['accept-language']), correlationId: correlationId(request.traceparent), request },
        () => answer.call(server, request, reply),
      ),
  });

  const explorer = createExplorer();
  server.get('/explorer', (request, reply) => {
    const { html, gzip, etag, contentSecurityPolicy } = explorer;
    reply
      .header('content-security-policy', contentSecurityPolicy)
      .header('cache-control', 'public, max-age=0, must-revalidate')
      .header('etag', etag)
      .header('vary', 'accept-encoding')
      .type('text/html; charset=utf-8');
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    // nine megabytes of page, two compressed
    if (/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) return reply.header('content-encoding', 'gzip').send(gzip);
    return reply.send(html);
  });
  server.addHook('onClose', () => apollo.stop());
  return server;
}

function contextOf(
  request: Pick<FastifyRequest, 'headers' | 'traceparent' | 'ip'>,
  accepted: Accepted,
  signal: AbortSignal,
  options: Pick<GatewayServerOptions, 'clock' | 'queryTimeoutMs'>,
): RequestContext {
  return {
    accepted,
    language: languageOf(request.headers['accept-language']),
    traceparent: request.traceparent,
    correlationId: correlationId(request.traceparent),
    deadlineAt: options.clock() + options.queryTimeoutMs,
    signal,
    payer: payerOf(accepted, request.ip),
    masked: [],
    owners: new Map(),
  };
}
