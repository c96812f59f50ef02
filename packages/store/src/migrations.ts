import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Model } from './model.ts';

/** One migration in Prisma's folder format: `<timestamp>_<name>/migration.sql`. */
export type Migration = {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, hexadecimal, as Prisma records it. */
  readonly checksum: string;
};

/** The migrations of a model, in the order of their names. */
export async function readMigrations(model: Model): Promise<Migration[]> {
  const folder = new URL(`../${model}/migrations/`, import.meta.url);
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(new URL(`${name}/migration.sql`, folder), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
