import type { SqlStore } from '@corridor/exchange';
import type { Metrics } from '@corridor/runtime';
import type { PartyCode } from '@corridor/schemas';

/**
 * How many changes have a position that the directory has not asked beyond yet. A directory that stays away raises no error anywhere: here its absence
 * grows. Until it asks for the first time the count begins with the position at the first look.
 */
export function observeLag(store: SqlStore, owner: PartyCode, metrics: Metrics): { readonly asked: (position: bigint) => void } {
  let asked: bigint | undefined;
  metrics.gauge('feed_lag_events', async () => {
    const [head] = await store.transaction((tx) => tx.query<{ last: string }>('select last::text as last from outbox_head'));
    const last = BigInt(head?.last ?? '0');
    asked ??= last;
    return [{ labels: { owner }, value: Math.max(0, Number(last - asked)) }];
  });
  return {
    asked: (position) => {
      asked = position;
    },
  };
}
