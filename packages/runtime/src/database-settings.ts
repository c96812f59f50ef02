import { CorridorError } from '@corridor/schemas';
import { z } from 'zod';
import { readConfig } from './config.ts';

/** How a program is at its database server, beside the URL. */
export type DatabaseSettings = {
  /** File with the role's password. */
  readonly databasePasswordFile: string | undefined;
  /** Most connections at once. */
  readonly poolSize: number | undefined;
  /** In production a role that could change tables or the access log is refused. */
  readonly runtimeRoleOnly: boolean;
};

/** What the migrating step is told. */
export type MigrateSettings = {
  readonly databaseUrl: string;
  readonly databasePasswordFile: string | undefined;
  readonly runtimeRole: string;
};

/** The settings of a database as the environment names them, for a program's own schema. */
export const databaseEnvironment = {
  DATABASE_PASSWORD_FILE: z.string().optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(200).optional(),
  NODE_ENV: z.string().optional(),
};

type Read = z.infer<z.ZodObject<typeof databaseEnvironment>>;

/**
 * The settings, from what was read.
 * @throws CONFIG_INVALID in production without a server, since the embedded database is for the first minute, and for a password in the URL, since an
 * environment is seen by too many
 */
export function databaseSettings(read: Read, databaseUrl: string | undefined): DatabaseSettings {
  if (read.NODE_ENV === 'production' && databaseUrl === undefined)
    throw new CorridorError('CONFIG_INVALID', { detail: 'in production the database is a server: DATABASE_URL is missing' });
  refuseOpenPassword(read, databaseUrl);
  return {
    databasePasswordFile: read.DATABASE_PASSWORD_FILE,
    poolSize: read.DATABASE_POOL_SIZE,
    runtimeRoleOnly: read.NODE_ENV === 'production',
  };
}

const migrateEnvironment = z.object({
  ...databaseEnvironment,
  DATABASE_URL: z.url(),
  RUNTIME_ROLE: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/),
});

/** Reads the settings of the migrating step of an owner: `DATABASE_URL_<OWNER>`, else `DATABASE_URL`; `RUNTIME_ROLE`. @throws CONFIG_INVALID */
export function migrateSettings(owner: string, env: Readonly<Record<string, string | undefined>>): MigrateSettings {
  const read = readConfig(migrateEnvironment, { ...env, DATABASE_URL: env[`DATABASE_URL_${owner.toUpperCase()}`] ?? env['DATABASE_URL'] });
  refuseOpenPassword(read, read.DATABASE_URL);
  return { databaseUrl: read.DATABASE_URL, databasePasswordFile: read.DATABASE_PASSWORD_FILE, runtimeRole: read.RUNTIME_ROLE };
}

function refuseOpenPassword({ NODE_ENV }: Read, databaseUrl: string | undefined): void {
  if (NODE_ENV === 'production' && databaseUrl !== undefined && new URL(databaseUrl).password !== '')
    throw new CorridorError('CONFIG_INVALID', {
      detail: 'in production the password of the database stands in DATABASE_PASSWORD_FILE, not in the URL',
    });
}
