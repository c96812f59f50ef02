import { type Sql, type Store, sql, type Tx } from '../packages/store/src/index.ts';

/** What statements touch. Rows: those a scan of a table or an index gives, before conditions. Buffers: pages of 8 KiB, found in memory or not. */
export type Reads = { readonly rows: number; readonly buffers: number };

/** Runs statements once more and counts what they touch. */
export async function readsOf(store: Store<'party'> | Store<'directory'>, statements: readonly Sql[]): Promise<Reads> {
  const work = async (tx: Tx): Promise<Reads> => {
    // A worker process would count for itself.
    await tx.execute('set local max_parallel_workers_per_gather = 0');
    let rows = 0;
    let buffers = 0;
    for (const statement of statements) {
      const before = await rowsRead(tx);
      const [plan] = await tx.sql<{ 'QUERY PLAN': readonly { Plan: Record<string, unknown> }[] }>(
        sql`explain (analyze, buffers, timing off, format json) ${statement}`,
      );
      rows += (await rowsRead(tx)) - before;
      const top = plan?.['QUERY PLAN'][0]?.Plan ?? {};
      buffers += Number(top['Shared Hit Blocks'] ?? 0) + Number(top['Shared Read Blocks'] ?? 0);
    }
    return { rows, buffers };
  };
  return store.transaction(work, { timeoutMs: 60_000 });
}

// The transaction's own counters are exact at once, and count index entries too; rows of EXPLAIN are rounded averages of loops.
async function rowsRead(tx: Tx): Promise<number> {
  const [read] = await tx.query<{ rows: number }>(
    `select sum(pg_stat_get_xact_tuples_returned(c.oid))::float8 as rows from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'i')`,
  );
  return read?.rows ?? 0;
}
