import type { Metrics } from '@corridor/runtime';
import type { FeedStatus } from './follow-owners.ts';

/** Shows in which state each owner's feed is followed. */
export function observeFeeds(metrics: Metrics, status: () => readonly FeedStatus[]): void {
  metrics.gauge('feed_state', () => status().map(({ party, is }) => ({ labels: { owner: party, state: is }, value: 1 })));
}
