import { type Clock, CorridorError } from '@corridor/schemas';
import { openDirectory } from './data-directory.ts';
import type { Session } from './database.ts';
import { isDatabaseError } from './database-error.ts';
import { deploy, pendingMigrations } from './deploy.ts';
import { type Migration, readMigrations } from './migrations.ts';
import type { Model } from './model.ts';
import { claimForOwner, isClaimed, refuseAnotherOwner } from './owner.ts';
import { overPGlite, sessionOf, startPGlite } from './pglite.ts';
import { openPostgres } from './postgres.ts';
import { isTooStrong, mayMigrate } from './rights.ts';
import { observed, type StatementObserver } from './statement.ts';
import { createStore, type Store } from './store.ts';
import { readTemplate } from './template.ts';
import { pgliteVersion } from './versions.ts';

/** Where a store lies and whose it is. */
export type OpenOptions<M extends Model> = {
  readonly model: M;
  /** Owner id: `guangxi` …, `directory`. */
  readonly owner: string;
  /** PostgreSQL 15 or later; wins over `dataDir`. */
  readonly databaseUrl?: string | undefined;
  /** File with the password of the URL's role, read anew for every connection. */
  readonly databasePasswordFile?: string | undefined;
  /** Most connections at once; 10 when absent, and one more to hear notifications. */
  readonly poolSize?: number | undefined;
  /** On a server, refuses a role that could change tables or the access log: what production asks of the program. */
  readonly runtimeRoleOnly?: boolean | undefined;
  /** Folder of all owners' PGlite directories; absent and no URL: in memory, gone with the process, for tests. */
  readonly dataDir?: string | undefined;
  readonly clock: Clock;
  /** Told of each statement's name and end; for traces. */
  readonly onStatement?: StatementObserver | undefined;
};

/**
 * Opens an owner's database. An embedded one, or a server's where the role may change tables, is brought up to the migrations of this program, and bears
 * its owner's name from the first start on. With a role that only runs the program (see `migrateDatabase`) nothing is migrated: what is missing is refused.
 * Another owner's database is refused before anything is written.
 * @throws CorridorError DATABASE_UNREACHABLE, DATABASE_OF_ANOTHER_OWNER, DATA_DIRECTORY_LOCKED, DATA_DIRECTORY_VERSION, MIGRATION_EDITED,
 * MIGRATION_FAILED, MIGRATIONS_PENDING, DATABASE_ROLE_TOO_STRONG
 */
export async function openStore<M extends Model>(o: OpenOptions<M>): Promise<Store<M>> {
  const migrations = await readMigrations(o.model);
  const bringUp = async (session: Session): Promise<void> => {
    await refuseAnotherOwner(session, o.owner);
    await deploy(session, migrations);
    await claimForOwner(session, o.owner, new Date(o.clock()));
  };
  const prepare = async (session: Session): Promise<void> => {
    if (o.runtimeRoleOnly === true && (await isTooStrong(session))) throw new CorridorError('DATABASE_ROLE_TOO_STRONG');
    if (await mayMigrate(session)) await bringUp(session);
    else await refusePending(session, o.owner, migrations);
  };
  if (o.databaseUrl !== undefined) {
    const server = { url: o.databaseUrl, passwordFile: o.databasePasswordFile, application: `corridor/${o.owner}` };
    return createStore(o.model, observed(await openPostgres(server, prepare, o.poolSize), o.onStatement));
  }

  const { pglite, release } =
    o.dataDir === undefined
      ? await inMemory(o.model)
      : await openDirectory({ model: o.model, owner: o.owner, dataDir: o.dataDir, now: o.clock() });
  try {
    await bringUp(sessionOf(pglite));
  } catch (error) {
    await pglite.close();
    await release();
    throw error;
  }
  return createStore(o.model, observed(overPGlite(pglite, release), o.onStatement));
}

async function refusePending(session: Session, owner: string, migrations: readonly Migration[]): Promise<void> {
  try {
    await refuseAnotherOwner(session, owner);
    const pending = await pendingMigrations(session, migrations);
    if (pending.length > 0) throw new CorridorError('MIGRATIONS_PENDING', { detail: `${pending.length}, from ${pending[0]}` });
    if (!(await isClaimed(session))) throw new CorridorError('MIGRATIONS_PENDING', { detail: 'no owner is written into it' });
  } catch (error) {
    if (isDatabaseError(error, '42501')) throw new CorridorError('MIGRATIONS_PENDING', { detail: 'the role has no rights on its tables' });
    throw error;
  }
}

async function inMemory(model: Model): Promise<Awaited<ReturnType<typeof openDirectory>>> {
  pgliteVersion();
  return { pglite: await startPGlite({ loadDataDir: await readTemplate(model) }), release: async () => undefined };
}
