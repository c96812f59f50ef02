import type { SqlTx } from '@corridor/exchange';

/** Runs a statement over rows given as one JSON argument, `$1`; none where there are no rows. */
export async function writeRows(tx: SqlTx, statement: string, rows: readonly object[]): Promise<void> {
  if (rows.length > 0) await tx.execute(statement, JSON.stringify(rows));
}

/** Runs a statement over ids given as one array argument, `$1`; none where there are no ids. */
export async function writeIds(tx: SqlTx, statement: string, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.execute(statement, ids);
}
