import { CorridorError } from '@corridor/schemas';
import { isDatabaseError } from './database-error.ts';
import { pendingMigrations } from './deploy.ts';
import { readMigrations } from './migrations.ts';
import type { Model } from './model.ts';
import { onServer } from './postgres.ts';
import { isTooStrong, mayMigrate } from './rights.ts';

/** What an administrator wants to know of a database before the program meets it. Nothing of it is changed. */
export type DatabaseReport = {
  /** `server_version_num`: 150008 is 15.8. */
  readonly versionNumber: number;
  readonly role: string;
  /** The role can create tables, and so brings the database up to date itself. */
  readonly mayMigrate: boolean;
  /** The role can change tables or rows of the access log: in production the program refuses it. */
  readonly tooStrong: boolean;
  /** Whose database it is; `null`: nobody's yet, or the role may not look. */
  readonly owner: string | null;
  /** Migrations that are missing; a code where they cannot be told or will not go through. */
  readonly migrations:
    | { readonly pending: readonly string[] }
    | { readonly refused: 'MIGRATION_EDITED' | 'MIGRATION_FAILED' | 'NO_RIGHTS' };
  /** The server's clock, ms since the epoch. */
  readonly serverTime: number;
};

/** Looks at a database with one connection of its own. @throws CorridorError DATABASE_UNREACHABLE naming host, port and database */
export async function examineDatabase(o: {
  readonly model: Model;
  readonly databaseUrl: string;
  readonly databasePasswordFile?: string | undefined;
}): Promise<DatabaseReport> {
  const migrations = await readMigrations(o.model);
  const server = { url: o.databaseUrl, passwordFile: o.databasePasswordFile, application: 'corridor/doctor' };
  return onServer(server, async (session) => {
    const { rows } = await session.run<{ version: string; role: string; ms: string }>(
      `select current_setting('server_version_num') as version, current_user::text as role,
              (extract(epoch from clock_timestamp()) * 1000)::bigint::text as ms`,
      [],
    );
    return {
      versionNumber: Number(rows[0]?.version ?? 0),
      role: rows[0]?.role ?? '',
      serverTime: Number(rows[0]?.ms ?? 0),
      mayMigrate: await mayMigrate(session),
      tooStrong: await isTooStrong(session),
      owner: await session.run<{ code: string }>('select code from owner', []).then(
        ({ rows: [owner] }) => owner?.code ?? null,
        () => null,
      ),
      migrations: await pendingMigrations(session, migrations).then(
        (pending) => ({ pending }),
        (error: unknown) => ({ refused: refusal(error) }),
      ),
    };
  });
}

function refusal(error: unknown): 'MIGRATION_EDITED' | 'MIGRATION_FAILED' | 'NO_RIGHTS' {
  if (isDatabaseError(error, '42501')) return 'NO_RIGHTS';
  if (error instanceof CorridorError && (error.code === 'MIGRATION_EDITED' || error.code === 'MIGRATION_FAILED')) return error.code;
  throw error;
}
