import type { SqlTx } from '@corridor/exchange';
import { type IngestStore, takeEffect } from './source-message.ts';

/**
 * Lets neighbours of one body take effect in one transaction. If it fails they are taken one by one, so that one that cannot be stored takes no other
 * along, before it or behind it; then its fault is thrown.
 * @param apply gives one effect per message, in their order
 */
export async function takeTogether<Item, Effect>(
  store: IngestStore,
  items: readonly Item[],
  apply: (tx: SqlTx, items: readonly Item[]) => Promise<readonly Effect[]>,
): Promise<readonly Effect[]> {
  if (items.length === 0) return [];
  try {
    return await takeEffect(store, (tx) => apply(tx, items));
  } catch (error) {
    if (items.length === 1) throw error;
  }
  const effects: Effect[] = [];
  const faults: unknown[] = [];
  for (const item of items) {
    try {
      effects.push(...(await takeEffect(store, (tx) => apply(tx, [item]))));
    } catch (fault) {
      faults.push(fault);
    }
  }
  if (faults.length > 0) throw faults[0];
  return effects;
}
