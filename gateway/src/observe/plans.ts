/** How long planning takes: from an operation that was read to its plan. A plan that was made before costs nothing and is not counted. */
import type { ApolloServerPlugin } from '@apollo/server';
import type { Metrics } from '@corridor/runtime';
import type { Clock } from '@corridor/schemas';
import type { RequestContext } from '../context.ts';

/** The two ends of the measurement. */
export type PlanWatch = {
  /** Begins it, when a request's operation is about to be executed. */
  readonly plugin: ApolloServerPlugin<RequestContext>;
  /** Ends it; `plan` is the engine's own object, the same for the same operation. */
  planned(context: object, plan: object): void;
};

/** Watches an engine that tells when it has a plan. */
export function watchPlans(metrics: Metrics, clock: Clock): PlanWatch {
  const begun = new WeakMap<object, number>();
  const known = new WeakSet<object>();
  return {
    plugin: {
      async requestDidStart() {
        return {
          async executionDidStart({ contextValue }) {
            begun.set(contextValue, clock());
          },
        };
      },
    },
    planned(context, plan) {
      const startedAt = begun.get(context);
      // Also what was planned at start, outside any request, is known from then on.
      const isNew = !known.has(plan);
      known.add(plan);
      if (isNew && startedAt !== undefined) metrics.time('plan_seconds', (clock() - startedAt) / 1_000);
    },
  };
}
