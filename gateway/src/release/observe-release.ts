/** What operators see of releases: the age of the one that serves, and each refusal. */
import type { Metrics } from '@corridor/runtime';
import type { Clock } from '@corridor/schemas';
import type { ReleaseEvent } from './keeper.ts';

/** The observer of a gateway's keeper. Before a release serves there is no age. */
export function observeRelease(metrics: Metrics, clock: Clock): (event: ReleaseEvent) => void {
  let createdAt: number | undefined;
  metrics.gauge('release_age_seconds', () => (createdAt === undefined ? [] : [{ value: (clock() - createdAt) / 1_000 }]));
  metrics.announce('release_refused_total');
  return (event) => {
    if (event.is === 'serves') createdAt = Date.parse(event.createdAt);
    else metrics.count('release_refused_total');
  };
}
