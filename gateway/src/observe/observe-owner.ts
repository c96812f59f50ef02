/** How owners do, as operators see it: outcomes and breakers in figures, each question as a step of its trace. */
import type { Metrics, Tracing } from '@corridor/runtime';
import type { OwnerClient, OwnerObserver } from '../owners/owner-client.ts';

const breakerValue = { closed: 0, 'half-open': 1, open: 2 } as const;
type BreakerState = keyof typeof breakerValue;

/** The observer of all owners' clients. A question that was not even asked (breaker, bulkhead) is an error without a time; one whose caller left is neither. */
export function ownerObserver(metrics: Metrics, owners: readonly string[]): OwnerObserver {
  const breakers = new Map<string, BreakerState>(owners.map((owner) => [owner, 'closed']));
  metrics.gauge('breaker_state', () => [...breakers].map(([owner, state]) => ({ labels: { owner }, value: breakerValue[state] })));
  metrics.announce(
    'owner_errors_total',
    owners.flatMap((owner) => ['OWNER_TIMEOUT', 'OWNER_UNREACHABLE'].map((code) => ({ owner, code }))),
  );
  metrics.announce(
    'masked_fields_total',
    owners.map((owner) => ({ owner })),
  );
  return {
    onState: (owner, state) => {
      breakers.set(owner, state);
    },
    onOutcome(owner, outcome, ms) {
      if (outcome === 'CALLER_LEFT') return;
      if (outcome !== 'ANSWERED') metrics.count('owner_errors_total', { owner, code: outcome });
      if (outcome !== 'BREAKER_OPEN' && outcome !== 'BULKHEAD_FULL') metrics.time('owner_seconds', ms / 1_000, { owner });
    },
  };
}

/** The client whose every question is a step of its trace; the owner is asked under that step. */
export function traceOwner(owner: string, client: OwnerClient, tracing: Tracing): OwnerClient {
  if (!tracing.on) return client;
  return {
    async ask(question) {
      const span = tracing.step({ owner });
      if (span === undefined) return client.ask(question);
      const { traceparent } = span;
      const reply = await span.within(() => client.ask({ ...question, traceparent }));
      span.end(reply.is === 'timeout' ? { code: 'OWNER_TIMEOUT' } : reply.is === 'unreachable' ? { code: 'OWNER_UNREACHABLE' } : {});
      return reply;
    },
    close: () => client.close(),
  };
}
