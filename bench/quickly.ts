import { raw, type Store, sql, type Tx } from '../packages/store/src/index.ts';
import { connect } from '../packages/store/src/postgres.ts';

/** Tells how far a fill is. */
export type Progress = (what: string) => void;

const longestMs = 60 * 60 * 1_000;

/**
 * Fills tables in one transaction as an administrator loads much at once: on a server, foreign keys are not checked and the indexes that hold no
 * constraint are made anew at the end. Then statistics, as autovacuum would make them. On PGlite nothing is left out.
 */
export async function quickly(
  store: Store<'party'> | Store<'directory'>,
  progress: Progress,
  fill: (tx: Tx) => Promise<void>,
): Promise<void> {
  const onServer = store.kind === 'postgres';
  await store.transaction(
    async (tx) => {
      const indexes = onServer ? await dropIndexes(tx) : [];
      await fill(tx);
      for (const index of indexes) await tx.execute(index);
      if (onServer) progress(`${indexes.length} indexes`);
    },
    { timeoutMs: longestMs },
  );
  if (onServer) await vacuum(store);
  else await store.query(sql`analyze`);
}

async function dropIndexes(tx: Tx): Promise<string[]> {
  await tx.execute('set local session_replication_role = replica');
  await tx.execute(`set local maintenance_work_mem = '512MB'`);
  await tx.execute(`set local work_mem = '256MB'`);
  const indexes = await tx.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
       from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
      where n.nspname = 'public' and t.relkind = 'r' and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid) order by 1`,
  );
  for (const { name } of indexes) await tx.execute(`drop index ${name}`);
  return indexes.map(({ definition }) => definition);
}

// A connection of its own: those of the store end a statement after half a minute.
async function vacuum(store: Store<'party'> | Store<'directory'>): Promise<void> {
  const [database] = await store.query<{ name: string }>(sql`select ${raw('current_database()::text')} as name`);
  const url = new URL(process.env['TEST_DATABASE_URL'] ?? '');
  url.pathname = `/${database?.name ?? ''}`;
  const client = await connect({ url: url.href, application: 'corridor/bench' });
  try {
    await client.query('vacuum (analyze)');
  } finally {
    await client.end();
  }
}
