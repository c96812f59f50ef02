import type { Clock } from '@corridor/schemas';
import type { FastifyRequest } from 'fastify';
import type { Operations } from './operations.ts';
import type { Server } from './server.ts';
import type { Span } from './tracing.ts';

/**
 * Counts and times every request, and makes it a step of its trace: `request.traceparent` is then what goes on to whoever is asked for it. Health, metrics
 * and polls that wait (`shed: false`) are no work: neither counted nor traced.
 */
export function observeRequests(server: Server, clock: Clock, operations: Pick<Operations, 'metrics' | 'tracing'> | undefined): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  server.decorateRequest('traceparent', {
    getter(this: FastifyRequest): string {
      return spans.get(this)?.traceparent ?? this.id;
    },
  });
  if (operations === undefined) return;
  const { metrics, tracing } = operations;
  const isWork = (request: FastifyRequest): boolean => request.routeOptions.config.shed !== false;
  metrics.announce('requests_total', [{ code: 'OK' }]);

  if (tracing.on) {
    server.addHook('onRequest', (request, _reply, done) => {
      if (!isWork(request)) return done();
      const span = tracing.enter(request.id, { method: request.method });
      spans.set(request, span);
      span.within(done);
    });
    // What reads the body calls back in the socket's own context.
    server.addHook('preValidation', (request, _reply, done) => {
      const span = spans.get(request);
      if (span === undefined) done();
      else span.within(done);
    });
  }
  const finish = (request: FastifyRequest, status: number): void => {
    if (!isWork(request)) return;
    const outcome = request.outcome === 'OK' && status >= 400 ? 'other' : request.outcome;
    metrics.count('requests_total', { code: outcome });
    metrics.time('request_seconds', (clock() - request.receivedAt) / 1_000);
    spans.get(request)?.end({
      method: request.method,
      // Of an unknown path even the pattern is none of ours.
      ...(!request.is404 && request.routeOptions.url !== undefined && { route: request.routeOptions.url }),
      status,
      ...(outcome !== 'OK' && { code: outcome }),
    });
  };
  server.addHook('onResponse', (request, reply, done) => {
    finish(request, reply.statusCode);
    done();
  });
}
