import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { invariant } from '@corridor/schemas';
import { PGlite } from '@electric-sql/pglite';
import { deploy } from './deploy.ts';
import { type Migration, readMigrations } from './migrations.ts';
import type { Model } from './model.ts';
import { sessionOf } from './pglite.ts';
import { pgliteVersion } from './versions.ts';

const folder = new URL('../template/', import.meta.url);

/**
 * Makes the template of a model, `template/<model>.tar.gz`: a database cluster with all migrations applied and no owner yet, so that no program ever
 * runs initdb, which takes seconds and 850 MB. The file beside it says what it was made with.
 */
export async function makeTemplate(model: Model): Promise<void> {
  const stamp = stampOf(await readMigrations(model));
  // Segments of 1 MB instead of 16 keep a data directory small and quick to open.
  const pglite = await PGlite.create({ initDbStartParams: ['--wal-segsize=1'] });
  await deploy(sessionOf(pglite), await readMigrations(model));
  await pglite.exec('checkpoint');
  const dump = await pglite.dumpDataDir('none');
  await pglite.close();
  const packed = await promisify(gzip)(new Uint8Array(await dump.arrayBuffer()));
  await mkdir(folder, { recursive: true });
  await replace(`${model}.tar.gz`, packed);
  await replace(`${model}.json`, JSON.stringify(stamp));
}

/** The template of a model, to be loaded by PGlite. It must have been made with this PGlite and these migrations. */
export async function readTemplate(model: Model): Promise<Blob> {
  const stamp = await readFile(new URL(`${model}.json`, folder), 'utf8').catch(() => undefined);
  invariant(stamp !== undefined, `there is no template of the ${model} database: npm run template makes it`);
  const expected = JSON.stringify(stampOf(await readMigrations(model)));
  invariant(
    stamp === expected,
    `the template of the ${model} database was made with other migrations or another PGlite: npm run template makes it anew`,
  );
  const packed = await readFile(new URL(`${model}.tar.gz`, folder));
  return new Blob([packed], { type: 'application/gzip' });
}

function stampOf(migrations: readonly Migration[]): { readonly pglite: string; readonly migrations: string } {
  const digest = createHash('sha256');
  for (const { name, checksum } of migrations) digest.update(`${name} ${checksum}\n`);
  return { pglite: pgliteVersion(), migrations: digest.digest('hex') };
}

async function replace(name: string, content: string | Uint8Array): Promise<void> {
  const fresh = new URL(`${name}.new`, folder);
  await writeFile(fresh, content);
  await rename(fresh, new URL(name, folder));
}
