import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CorridorError } from '@corridor/schemas';
import type { PGlite } from '@electric-sql/pglite';
import { takeLock } from './lock.ts';
import type { Model } from './model.ts';
import { startPGlite } from './pglite.ts';
import { readTemplate } from './template.ts';
import { pgliteMajor, pgliteVersion } from './versions.ts';

const layout = 1;

/** An owner's PGlite, open under its lock; `release` gives the lock back once it is closed. */
export type OpenDirectory = { readonly pglite: PGlite; release(): Promise<void> };

/**
 * Opens `<dataDir>/<owner>/`: `lock` keeps a second process out, since PGlite itself would open the directory twice and lose rows; `pglite.json` says
 * what it was made with; `pg/` is the database, made from the template at the first start.
 * @throws CorridorError DATA_DIRECTORY_LOCKED, DATA_DIRECTORY_VERSION, DATABASE_OF_ANOTHER_OWNER; nothing is written then
 */
export async function openDirectory(o: { model: Model; owner: string; dataDir: string; now: number }): Promise<OpenDirectory> {
  const version = pgliteVersion();
  const home = join(o.dataDir, o.owner);
  await mkdir(home, { recursive: true });
  const lock = await takeLock(join(home, 'lock'));
  try {
    await refuseAnothers(home, o.model, o.owner);
    if (!existsSync(join(home, 'pg'))) await create(home, { ...o, version });
    return { pglite: await startPGlite({ dataDir: join(home, 'pg') }), release: lock.release };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function refuseAnothers(home: string, model: Model, owner: string): Promise<void> {
  const stamp = await readStamp(join(home, 'pglite.json'));
  const major = (await readFile(join(home, 'pg', 'PG_VERSION'), 'utf8').catch(() => undefined))?.trim();
  if (stamp === undefined) {
    if (existsSync(join(home, 'pg')))
      throw new CorridorError('DATA_DIRECTORY_VERSION', { detail: `${home} holds a database without pglite.json` });
    return;
  }
  if (stamp.layout !== layout || stamp.postgres !== pgliteMajor || (major ?? pgliteMajor) !== pgliteMajor)
    throw new CorridorError('DATA_DIRECTORY_VERSION', {
      detail: `${home} has layout ${String(stamp.layout)}, PostgreSQL ${String(major ?? stamp.postgres)}; this program has layout ${layout}, PostgreSQL ${pgliteMajor}`,
    });
  if (stamp.owner !== owner || stamp.model !== model)
    throw new CorridorError('DATABASE_OF_ANOTHER_OWNER', {
      detail: `${String(stamp.owner)} (${String(stamp.model)}), not ${owner} (${model})`,
    });
}

async function create(home: string, o: { model: Model; owner: string; version: string; now: number }): Promise<void> {
  // What a start that was killed half-way left behind.
  for (const name of await readdir(home)) if (name.startsWith('pg.new')) await rm(join(home, name), { recursive: true });
  const fresh = join(home, 'pg.new');
  const pglite = await startPGlite({ dataDir: fresh, loadDataDir: await readTemplate(o.model) });
  await pglite.close();
  const stamp = {
    layout,
    model: o.model,
    owner: o.owner,
    postgres: pgliteMajor,
    pglite: o.version,
    createdDateTime: new Date(o.now).toISOString(),
  };
  await writeFile(join(home, 'pglite.json.new'), `${JSON.stringify(stamp)}\n`);
  await rename(join(home, 'pglite.json.new'), join(home, 'pglite.json'));
  await rename(fresh, join(home, 'pg'));
}

type Stamp = { readonly layout: unknown; readonly model: unknown; readonly owner: unknown; readonly postgres: unknown };

async function readStamp(path: string): Promise<Stamp | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  let stamp: unknown;
  try {
    stamp = JSON.parse(text);
  } catch {
    stamp = undefined;
  }
  const read = (key: string): unknown => (typeof stamp === 'object' && stamp !== null ? Reflect.get(stamp, key) : undefined);
  return { layout: read('layout'), model: read('model'), owner: read('owner'), postgres: read('postgres') };
}
