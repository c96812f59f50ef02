import type { SqlTx } from './sql.ts';

/**
 * Marks events as seen, in the transaction of their effect, and says which of them are new. An event whose id is not among the answer has had its
 * effect, however often it comes.
 * @param eventIds UUIDs; repeats within the list count once
 * @returns the new ones, in lower case
 */
export async function once(tx: SqlTx, source: string, eventIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (eventIds.length === 0) return new Set();
  const rows = await tx.query<{ event_id: string }>(
    `insert into inbox (source, event_id)
     select $1, e.id::uuid from jsonb_array_elements_text($2::jsonb) as e(id)
     on conflict do nothing
     returning event_id::text as event_id`,
    source,
    JSON.stringify(eventIds),
  );
  return new Set(rows.map((row) => row.event_id));
}
