import type { SqlStore } from '@corridor/exchange';

/**
 * Empties inbox, positions and effects, in one transaction: the feeds alone then fill the index again, with the same answers and ids. The log of
 * look-ups stays. The program must not run meanwhile.
 */
export async function rebuild(store: SqlStore): Promise<void> {
  await store.transaction(async (tx) => {
    for (const table of ['entry_link', 'entry_key', 'entry', 'audience_member', 'audience_set', 'inbox', 'feed_position'])
      await tx.execute(`delete from ${table}`);
  });
}
