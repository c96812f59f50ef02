/** Backups as an administrator makes and restores them, with PostgreSQL's own tools. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createOwnersDatabase, type OwnersDatabase } from '@corridor/store/testing';

const run = promisify(execFile);

/** Where pg_dump and pg_restore are, '' for the path; undefined: this machine has none. */
export function findTools(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const installed = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : [];
  return ['', ...installed.sort().reverse()].find((folder) => spawnSync(join(folder, 'pg_dump'), ['--version']).status === 0);
}

/** Dumps a database as the role that owns its tables; rights are left out, `migrate` gives them anew. */
export async function dump(tools: string, database: OwnersDatabase, file: string): Promise<void> {
  await run(join(tools, 'pg_dump'), ['--format=custom', '--no-owner', '--no-privileges', `--file=${file}`, database.ownerUrl]);
}

/** Restores a dump into a new database, as that role, and migrates it: what the program starts on. */
export function restore(tools: string, server: string, model: 'party' | 'directory', owner: string, file: string): Promise<OwnersDatabase> {
  return createOwnersDatabase(server, model, owner, async (ownerUrl) => {
    await run(join(tools, 'pg_restore'), ['--no-owner', '--no-privileges', '--exit-on-error', `--dbname=${ownerUrl}`, file]);
  });
}
