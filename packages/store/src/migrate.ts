import { type Clock, CorridorError } from '@corridor/schemas';
import { isDatabaseError } from './database-error.ts';
import { deploy } from './deploy.ts';
import { readMigrations } from './migrations.ts';
import type { Model } from './model.ts';
import { claimForOwner, refuseAnotherOwner } from './owner.ts';
import { onServer } from './postgres.ts';
import { grantRuntime } from './rights.ts';

/** A database on a server, opened by the role that owns its tables. */
export type MigrateOptions = {
  readonly model: Model;
  /** Owner id: `guangxi` …, `directory`. */
  readonly owner: string;
  readonly databaseUrl: string;
  readonly databasePasswordFile?: string | undefined;
  /** The role the program runs as: it is given its rights, and no others. */
  readonly runtimeRole: string;
  readonly clock: Clock;
};

/**
 * The step before a program starts on a server: applies the migrations that are missing, writes the owner into the database the first time, and gives the
 * runtime role its rights. May be repeated at any time; needed after every restore of a dump, since rights may not be in it.
 * @returns the names of the migrations that ran
 * @throws CorridorError DATABASE_UNREACHABLE, DATABASE_OF_ANOTHER_OWNER, MIGRATION_EDITED, MIGRATION_FAILED; CONFIG_INVALID where the role does not exist
 */
export async function migrateDatabase(o: MigrateOptions): Promise<string[]> {
  const migrations = await readMigrations(o.model);
  const server = { url: o.databaseUrl, passwordFile: o.databasePasswordFile, application: `corridor/${o.owner}/migrate` };
  return onServer(server, async (session) => {
    await refuseAnotherOwner(session, o.owner);
    const applied = await deploy(session, migrations);
    await claimForOwner(session, o.owner, new Date(o.clock()));
    try {
      await grantRuntime(session, o.model, o.runtimeRole);
    } catch (error) {
      if (isDatabaseError(error, '42704')) throw new CorridorError('CONFIG_INVALID', { detail: 'the runtime role does not exist' });
      throw error;
    }
    return applied;
  });
}
