import { CorridorError, invariant } from '@corridor/schemas';
import type { Session } from './database.ts';
import type { Migration } from './migrations.ts';

// The lock and the table are Prisma's own, so that its tools find what they expect.
const lockId = 72707369;
// A table that somebody reads for long is not waited for: behind the waiting change everybody else would stand.
const lockMs = 10_000;
const table = `create table if not exists _prisma_migrations (
  id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz, migration_name varchar(255) not null, logs text,
  rolled_back_at timestamptz, started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`;

type Row = { readonly migration_name: string; readonly checksum: string; readonly finished: boolean; readonly cut: boolean };

/**
 * Applies the migrations a database lacks, in order, on one connection under an advisory lock, and gives their names. Each file runs as one script,
 * that is one implicit transaction, which also notes it as done: one that a killed program had begun has left nothing, and runs again. What cannot stand in
 * a transaction cannot be a migration. A database that lacks none is only read, so the program's own role needs no right to change tables. Migrations of a
 * newer program, which the files here do not know, are left in peace.
 * @throws CorridorError MIGRATION_EDITED when a file differs from what ran, MIGRATION_FAILED when one fails now or failed before
 */
export async function deploy(session: Session, migrations: readonly Migration[]): Promise<string[]> {
  await session.run('select pg_advisory_lock($1::bigint)', [lockId]);
  try {
    const missing = await missingFrom(session, migrations);
    if (missing.length > 0) await session.script(`set lock_timeout = ${lockMs}; ${table}`);
    for (const migration of missing) await apply(session, migration);
    return missing.map(({ name }) => name);
  } finally {
    await session.script('reset lock_timeout');
    await session.run('select pg_advisory_unlock($1::bigint)', [lockId]);
  }
}

/**
 * Names of the migrations a database lacks, only read.
 * @throws CorridorError MIGRATION_EDITED, MIGRATION_FAILED as `deploy`
 */
export async function pendingMigrations(session: Session, migrations: readonly Migration[]): Promise<string[]> {
  return (await missingFrom(session, migrations)).map(({ name }) => name);
}

async function missingFrom(session: Session, migrations: readonly Migration[]): Promise<Migration[]> {
  const rows = await recorded(session);
  return migrations.filter(({ name, checksum }) => {
    const row = rows.get(name);
    if (row === undefined || row.cut) return true;
    if (!row.finished) throw new CorridorError('MIGRATION_FAILED', { detail: `${name} did not finish when it ran before` });
    if (row.checksum !== checksum) throw new CorridorError('MIGRATION_EDITED', { detail: name });
    return false;
  });
}

async function recorded(session: Session): Promise<ReadonlyMap<string, Row>> {
  const found = await session.run<{ found: boolean }>("select to_regclass('_prisma_migrations') is not null as found", []);
  if (found.rows[0]?.found !== true) return new Map();
  const { rows } = await session.run<Row>(
    'select migration_name, checksum, finished_at is not null as finished, finished_at is null and logs is null as cut from _prisma_migrations where rolled_back_at is null order by started_at',
    [],
  );
  return new Map(rows.map((row) => [row.migration_name, row]));
}

async function apply(session: Session, { name, sql, checksum }: Migration): Promise<void> {
  await session.run('delete from _prisma_migrations where migration_name = $1 and finished_at is null and logs is null', [name]);
  const { rows } = await session.run<{ id: string }>(
    'insert into _prisma_migrations (id, checksum, migration_name) values (gen_random_uuid()::text, $1, $2) returning id',
    [checksum, name],
  );
  const id = rows[0]?.id;
  invariant(id !== undefined, 'an inserted row has its id');
  try {
    await session.script(`${sql}\n;update _prisma_migrations set finished_at = now(), applied_steps_count = 1 where id = '${id}'`);
  } catch (error) {
    // A script that opened a transaction of its own leaves it behind, aborted.
    await session.script('rollback');
    const logs = error instanceof Error ? error.message : 'unknown';
    await session.run('update _prisma_migrations set logs = $1 where id = $2', [logs, id]);
    throw new CorridorError('MIGRATION_FAILED', { detail: name, cause: error });
  }
}
