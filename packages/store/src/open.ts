import type { Clock } from '@corridor/schemas';
import { openDirectory } from './data-directory.ts';
import type { Session } from './database.ts';
import { deploy } from './deploy.ts';
import { readMigrations } from './migrations.ts';
import type { Model } from './model.ts';
import { claimForOwner, refuseAnotherOwner } from './owner.ts';
import { overPGlite, sessionOf, startPGlite } from './pglite.ts';
import { openPostgres } from './postgres.ts';
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
  /** Folder of all owners' PGlite directories; absent and no URL: in memory, gone with the process, for tests. */
  readonly dataDir?: string | undefined;
  readonly clock: Clock;
};

/**
 * Opens an owner's database, brings it up to the migrations of this program, and writes the owner into it at the first start. Another owner's
 * database is refused before anything is written.
 * @throws CorridorError DATABASE_UNREACHABLE, DATABASE_OF_ANOTHER_OWNER, DATA_DIRECTORY_LOCKED, DATA_DIRECTORY_VERSION, MIGRATION_EDITED,
 * MIGRATION_FAILED
 */
export async function openStore<M extends Model>(o: OpenOptions<M>): Promise<Store<M>> {
  const migrations = await readMigrations(o.model);
  const prepare = async (session: Session): Promise<void> => {
    await refuseAnotherOwner(session, o.owner);
    await deploy(session, migrations);
    await claimForOwner(session, o.owner, new Date(o.clock()));
  };
  if (o.databaseUrl !== undefined) return createStore(o.model, await openPostgres(o.databaseUrl, `corridor/${o.owner}`, prepare));

  const { pglite, release } =
    o.dataDir === undefined
      ? await inMemory(o.model)
      : await openDirectory({ model: o.model, owner: o.owner, dataDir: o.dataDir, now: o.clock() });
  try {
    await prepare(sessionOf(pglite));
  } catch (error) {
    await pglite.close();
    await release();
    throw error;
  }
  return createStore(o.model, overPGlite(pglite, release));
}

async function inMemory(model: Model): Promise<Awaited<ReturnType<typeof openDirectory>>> {
  pgliteVersion();
  return { pglite: await startPGlite({ loadDataDir: await readTemplate(model) }), release: async () => undefined };
}
