import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openStore } from './open.ts';
import { sql } from './sql.ts';
import type { Store } from './store.ts';
import { createTestDatabase, openTestStore, testServer } from './testing.ts';
import { pgliteMajor, pgliteVersion } from './versions.ts';

// Processes and databases on disk are started here, many of them: slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'corridor-store-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

const clock = (): number => Date.parse('2026-11-24T08:00:00Z');
const openParty = (owner: string): Promise<Store<'party'>> => openStore({ model: 'party', owner, dataDir, clock });
const openDirectory = (under = dataDir): Promise<Store<'directory'>> =>
  openStore({ model: 'directory', owner: 'directory', dataDir: under, clock });

const aPort = {
  noun: 'port',
  controllerCode: 'port-operator',
  nameZh: '钦州港',
  facilityTypeCode: 'POTE',
  timeZone: 'Asia/Shanghai',
  createdAt: new Date(clock()),
  changedAt: new Date(clock()),
};

/** Every file below a folder with the digest of its content. */
const filesOf = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const lines = files.map(
    async (file) =>
      `${file} ${createHash('sha256')
        .update(await readFile(file))
        .digest('hex')}`,
  );
  return (await Promise.all(lines)).sort();
};

const aChild = (under: string, task: 'hold' | 'write'): ChildProcess =>
  spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=corridor:source', fileURLToPath(new URL('store.child.ts', import.meta.url)), under, task],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
const linesOf = (child: ChildProcess): AsyncIterableIterator<string> => {
  if (child.stdout === null) throw new Error('the child has no output');
  return createInterface(child.stdout)[Symbol.asyncIterator]();
};

test('what was written is there after closing and opening again', async () => {
  const first = await openParty('guangxi');
  await first.db.facility.create({ data: { id: 'guangxi:port:1', localCode: 'QZ', ...aPort } });
  await first.close();
  expect((await readdir(join(dataDir, 'guangxi'))).sort()).toEqual(['pg', 'pglite.json']);
  expect(JSON.parse(await readFile(join(dataDir, 'guangxi', 'pglite.json'), 'utf8'))).toEqual({
    layout: 1,
    model: 'party',
    owner: 'guangxi',
    postgres: pgliteMajor,
    pglite: pgliteVersion(),
    createdDateTime: '2026-11-24T08:00:00.000Z',
  });

  const second = await openParty('guangxi');
  expect(await second.db.facility.findMany()).toMatchObject([{ id: 'guangxi:port:1', nameZh: '钦州港' }]);
  expect(await second.db.owner.findMany()).toEqual([{ singleton: true, code: 'guangxi', createdAt: new Date(clock()) }]);
  await second.close();
});

test('the PostgreSQL inside PGlite is of the major version that data directories are checked against', async () => {
  const store = await openStore({ model: 'directory', owner: 'directory', clock });
  const [row] = await store.query<{ major: number }>(sql`select current_setting('server_version_num')::int / 10000 as major`);
  expect(String(row?.major)).toBe(pgliteMajor);
  await store.close();
});

test('a directory that belongs to another owner is refused, and nothing is written', async () => {
  await cp(join(dataDir, 'guangxi'), join(dataDir, 'gansu'), { recursive: true });
  const before = await filesOf(dataDir);

  await expect(openParty('gansu')).rejects.toMatchObject({ code: 'DATABASE_OF_ANOTHER_OWNER' });
  await expect(openStore({ model: 'directory', owner: 'guangxi', dataDir, clock })).rejects.toMatchObject({
    code: 'DATABASE_OF_ANOTHER_OWNER',
  });
  expect(await filesOf(dataDir)).toEqual(before);
});

test('a database that belongs to another owner is refused even where the file beside it was changed', async () => {
  const stamp = join(dataDir, 'gansu', 'pglite.json');
  await writeFile(stamp, (await readFile(stamp, 'utf8')).replace('guangxi', 'gansu'));

  await expect(openParty('gansu')).rejects.toMatchObject({ code: 'DATABASE_OF_ANOTHER_OWNER', detail: 'guangxi, not gansu' });
  expect((await readdir(join(dataDir, 'gansu'))).sort()).toEqual(['pg', 'pglite.json']);
});

test.each([
  ['of another PostgreSQL', { postgres: '17' }, '17'],
  ['whose files are of another PostgreSQL than they say', { postgres: pgliteMajor }, '17'],
  ['of another layout', { layout: 2 }, pgliteMajor],
])('a directory %s is refused, and nothing is written', async (_of, change, major) => {
  const home = join(dataDir, 'chongqing');
  await mkdir(join(home, 'pg'), { recursive: true });
  const stamp = { layout: 1, model: 'party', owner: 'chongqing', postgres: pgliteMajor, pglite: pgliteVersion(), ...change };
  await writeFile(join(home, 'pglite.json'), JSON.stringify(stamp));
  await writeFile(join(home, 'pg', 'PG_VERSION'), `${major}\n`);
  const before = await filesOf(home);

  await expect(openParty('chongqing')).rejects.toMatchObject({ code: 'DATA_DIRECTORY_VERSION' });
  expect(await filesOf(home)).toEqual(before);
  await rm(home, { recursive: true });
});

test('a database without its pglite.json is refused rather than replaced', async () => {
  const home = join(dataDir, 'guizhou');
  await mkdir(join(home, 'pg'), { recursive: true });
  await writeFile(join(home, 'pg', 'PG_VERSION'), `${pgliteMajor}\n`);

  await expect(openParty('guizhou')).rejects.toMatchObject({ code: 'DATA_DIRECTORY_VERSION' });
  expect(await readdir(home)).toEqual(['pg']);
  await rm(home, { recursive: true });
});

test('a first start that was killed half-way is begun again', async () => {
  const home = join(dataDir, 'asean');
  await mkdir(join(home, 'pg.new', 'base'), { recursive: true });
  await writeFile(join(home, 'pg.new', 'PG_VERSION'), '1');

  const store = await openParty('asean');
  expect(await store.db.facility.count()).toBe(0);
  await store.close();
  expect((await readdir(home)).sort()).toEqual(['pg', 'pglite.json']);
});

test('two databases from one template do not share the epoch of their feeds', async () => {
  const epochs = await Promise.all(
    ['guangxi', 'asean'].map(async (owner) => {
      const store = await openParty(owner);
      const [head] = await store.db.outboxHead.findMany();
      await store.close();
      return head?.epoch;
    }),
  );
  expect(new Set(epochs).size).toBe(2);

  const again = await openParty('asean');
  expect(await again.db.outboxHead.findMany()).toMatchObject([{ epoch: epochs[1] }]);
  await again.close();
});

test('a second process is refused while the first one lives, and takes over when it was killed', async () => {
  const under = join(dataDir, 'second');
  const child = aChild(under, 'hold');
  expect((await linesOf(child).next()).value).toBe('open');
  const before = await filesOf(under);

  await expect(openDirectory(under)).rejects.toMatchObject({ code: 'DATA_DIRECTORY_LOCKED', detail: `process ${child.pid}` });
  expect(await filesOf(under)).toEqual(before);

  child.kill('SIGKILL');
  await once(child, 'exit');
  await (await openDirectory(under)).close();
});

test('a program killed while it writes loses no row it acknowledged', async () => {
  const under = join(dataDir, 'killed');
  let acknowledged = 0;
  for (const rows of [40, 7]) {
    const child = aChild(under, 'write');
    const exited = once(child, 'exit');
    const lines = linesOf(child);
    expect((await lines.next()).value).toBe('open');
    const until = acknowledged + rows;
    for await (const line of lines) {
      acknowledged = Number(line);
      if (acknowledged === until) child.kill('SIGKILL');
    }
    // Its output ends before the process does, and until then the directory is rightly refused.
    await exited;

    const store = await openDirectory(under);
    const [ledger] = await store.query<{ rows: bigint; highest: number }>(
      sql`select count(*) as rows, max(source::int) as highest from feed_position`,
    );
    await store.close();
    // The numbers are whole, and at most the one row is more whose acknowledgement the kill cut off.
    expect(Number(ledger?.rows)).toBe(ledger?.highest);
    expect([acknowledged, acknowledged + 1]).toContain(ledger?.highest);
    acknowledged = ledger?.highest ?? 0;
  }
});

test('a server that does not answer is told by place and reason, never with the password', async () => {
  const refused = openStore({ model: 'party', owner: 'guangxi', databaseUrl: 'postgres://gx:geheim@127.0.0.1:1/guangxi', clock });
  await expect(refused).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE', detail: '127.0.0.1:1/guangxi (ECONNREFUSED)' });
  await expect(refused).rejects.not.toHaveProperty('cause');

  const unreadable = openStore({ model: 'party', owner: 'guangxi', databaseUrl: 'postgres://gx:geheim@[x/guangxi', clock });
  await expect(unreadable).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  expect(JSON.stringify(await unreadable.catch((error: unknown) => [String(error), error]))).not.toContain('geheim');
});

test('a store that is closed is not ready, and closing twice does no harm', async () => {
  const store = await openTestStore('directory', 'directory');
  expect(await store.ready()).toBe(true);
  await store.close();
  await store.close();
  expect(await store.ready()).toBe(false);
});

test.skipIf(testServer() === undefined)(
  'on a server another owner is refused, the own one let in, and two starts at once both succeed',
  async () => {
    const database = await createTestDatabase(testServer() ?? '');
    const open = (owner: string): Promise<Store<'party'>> => openStore({ model: 'party', owner, databaseUrl: database.url, clock });
    const stores = await Promise.all([open('guangxi'), open('guangxi')]);
    expect(await Promise.all(stores.map(({ db }) => db.owner.count()))).toEqual([1, 1]);
    await Promise.all(stores.map((store) => store.close()));

    await expect(open('gansu')).rejects.toMatchObject({ code: 'DATABASE_OF_ANOTHER_OWNER', detail: 'guangxi, not gansu' });
    await (await open('guangxi')).close();
    await database.drop();
  },
);

test('a copy of a directory under another data folder opens: the path is no part of the database', async () => {
  await mkdir(join(dataDir, 'moved'));
  await rename(join(dataDir, 'asean'), join(dataDir, 'moved', 'asean'));

  const store = await openStore({ model: 'party', owner: 'asean', dataDir: join(dataDir, 'moved'), clock });
  expect(await store.db.facility.count()).toBe(0);
  await store.close();
});
