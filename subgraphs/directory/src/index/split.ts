import type { SqlTx } from '@corridor/exchange';
import { makeId, type PartyCode, type Random } from '@corridor/schemas';

/** A consignment that fell apart: the id it bore, and what became of the live records that were in it. Parts in the order of ids, records too. */
export type Split = {
  readonly consignmentId: string;
  /** Two or more. The part with the record the old id derives from is where that id leads from now on. */
  readonly parts: readonly { readonly consignmentId: string; readonly recordIds: readonly string[] }[];
};

/**
 * Writes splits into the directory's log, in the transaction that makes them: they are sealed with it, and the owners whose records moved read of them.
 * @param source whose page it was
 */
export async function logSplits(tx: SqlTx, splits: readonly Split[], source: PartyCode, random: Random): Promise<void> {
  if (splits.length === 0) return;
  const rows = splits.map((split) => ({
    entry_id: makeId('directory', 'access-log-entry', random),
    body: { operation: 'split', ...split, source, salt: Buffer.from(random(16)).toString('base64url') },
  }));
  await tx.execute(
    'insert into audit_log (entry_id, body) select r.entry_id, r.body from jsonb_to_recordset($1::jsonb) as r(entry_id text, body jsonb)',
    JSON.stringify(rows),
  );
}
