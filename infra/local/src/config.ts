import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '@corridor/runtime';
import { CorridorError } from '@corridor/schemas';
import { z } from 'zod';
import { type DataFolder, dataFolder } from './data-folder.ts';
import { databaseVariable, owners } from './programs.ts';

/** The settings of the local corridor. */
export type LocalConfig = {
  /** Folder of the checkout. */
  readonly checkout: string;
  readonly folder: DataFolder;
  readonly portBase: { readonly port: number; readonly explicit: boolean };
  readonly logLevel: string;
  /** Address of a database server, by program; where absent, the program's embedded one. */
  readonly databaseUrls: Readonly<Record<string, string>>;
  /** What programs may inherit from (see `child.ts`, which lets little through). */
  readonly env: Readonly<Record<string, string | undefined>>;
};

const schema = z.looseObject({
  PORT_BASE: z.coerce.number().int().min(1_024).max(32_660).optional(),
  CORRIDOR_DATA: z.string().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
  NODE_ENV: z.string().optional(),
});

/**
 * Reads the environment: `PORT_BASE`, `CORRIDOR_DATA`, `LOG_LEVEL`, `DATABASE_URL_<OWNER>`.
 * @throws CONFIG_INVALID, and PRODUCTION_REFUSED since keys and issuer of the local corridor are for development alone
 */
export function localConfig(env: Readonly<Record<string, string | undefined>>): LocalConfig {
  const { PORT_BASE, CORRIDOR_DATA, LOG_LEVEL, NODE_ENV } = readConfig(schema, env);
  if (NODE_ENV === 'production') throw new CorridorError('PRODUCTION_REFUSED', { detail: 'the local corridor' });
  // `src` and `dist` lie equally deep.
  const checkout = fileURLToPath(new URL('../../..', import.meta.url));
  return {
    checkout,
    folder: dataFolder(CORRIDOR_DATA ?? join(checkout, '.data')),
    portBase: { port: PORT_BASE ?? 4_000, explicit: PORT_BASE !== undefined },
    logLevel: LOG_LEVEL,
    databaseUrls: Object.fromEntries(
      owners.flatMap((name) => {
        const url = env[databaseVariable(name)];
        return url === undefined || url === '' ? [] : [[name, url]];
      }),
    ),
    env,
  };
}
