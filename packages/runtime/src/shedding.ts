import { CorridorError } from '@corridor/schemas';
import underPressure from '@fastify/under-pressure';
import type { FastifyRequest } from 'fastify';
import type { Metrics } from './metrics.ts';
import type { Server } from './server.ts';

/** When a process takes no more requests: that many at work already, or its event loop that late (measured each `sampleMs`). */
export type SheddingLimits = { readonly inFlight: number; readonly eventLoopDelayMs: number; readonly sampleMs: number };

/**
 * Refuses with OVERLOADED and `Retry-After: 1` what the process could only do late, before the body is read and a token is checked: with twice the
 * load a process can carry, that keeps most of its good answers, where taking everything in loses most of them to time-outs.
 * `/livez`, `/readyz` and routes with `config: { shed: false }` (a poll that waits) are exempt.
 */
export function shedLoad(server: Server, limits: SheddingLimits, metrics?: Metrics): void {
  let inFlight = 0;
  metrics?.announce('shed_total', [{ reason: 'in_flight' }, { reason: 'event_loop' }]);
  metrics?.gauge('in_flight', () => [{ value: inFlight }]);
  server.addHook('onRequest', (request, reply, done) => {
    if (isExempt(request)) return done();
    if (inFlight >= limits.inFlight) {
      metrics?.count('shed_total', { reason: 'in_flight' });
      return done(overloaded());
    }
    inFlight += 1;
    let counted = true;
    const leave = (): void => {
      if (counted) inFlight -= 1;
      counted = false;
    };
    // `close` also comes when the client has left, `finish` when an in-process caller has its answer.
    reply.raw.once('close', leave).once('finish', leave);
    done();
  });
  server.register(underPressure, {
    maxEventLoopDelay: limits.eventLoopDelayMs,
    sampleInterval: limits.sampleMs,
    pressureHandler: async (request) => {
      if (isExempt(request)) return;
      metrics?.count('shed_total', { reason: 'event_loop' });
      throw overloaded();
    },
  });
}

function isExempt(request: FastifyRequest): boolean {
  return request.routeOptions.config.shed === false;
}

function overloaded(): CorridorError {
  return new CorridorError('OVERLOADED', { retryAfterSeconds: 1 });
}
