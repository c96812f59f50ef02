import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CorridorError, makeSigningKey, type Release, releaseDigest, signRelease } from '@corridor/schemas';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { type Disk, systemDisk } from './disk.ts';
import { markOf, openLastGood } from './last-good.ts';

const root = mkdtempSync(join(tmpdir(), 'last-good-'));
const full = join(root, 'full');
mkdirSync(full);
const mounted = spawnSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', full]).status === 0;
afterAll(() => {
  if (mounted) spawnSync('/usr/bin/umount', [full]);
  rmSync(root, { recursive: true, force: true });
});
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'accepted-'));
});

const key = makeSigningKey('2026-a');
const release = (version: number, sdl = `# ${version}`): Release =>
  signRelease({ version, createdAt: '2026-11-24T05:48:00Z', previousDigest: null, sdl }, key);
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'kept';
  } catch (error) {
    return error instanceof CorridorError ? `${error.code} ${error.detail}` : String(error);
  }
};
const versionsIn = async (path: string): Promise<number[]> => (await openLastGood(path)).releases().map(({ version }) => version);

test('the five newest are kept, for this user alone, and read back as they were', async () => {
  const lastGood = await openLastGood(folder);
  for (const version of [1, 2, 3, 4, 5, 6, 7]) await lastGood.keep(release(version));
  const [newest] = (await openLastGood(folder)).releases();
  expect([await versionsIn(folder), newest, readdirSync(folder).length]).toEqual([[7, 6, 5, 4, 3], release(7), 5]);
  expect(statSync(join(folder, 'release-7.json')).mode & 0o777).toBe(0o600);
});

test('a release is on the disk before it has its name, and the name is there before it counts', async () => {
  const steps: string[] = [];
  const noting = (step: string, path: string): void => void steps.push(`${step} ${basename(path)}`);
  const disk: Disk = {
    ...systemDisk,
    create: (path, text) => systemDisk.create(path, text).then(() => noting('written', path)),
    rename: (from, to) => systemDisk.rename(from, to).then(() => noting('named', to)),
    settle: (path) => systemDisk.settle(path).then(() => noting('settled', 'folder')),
  };
  await (await openLastGood(folder, disk)).keep(release(1));
  expect(steps).toEqual(['written release-1.json.part', 'named release-1.json', 'settled folder']);
});

/** A disk that dies at a step: a file that is just being written stays half written, and nothing happens any more. */
function dyingDisk(deathAt: number): { readonly disk: Disk; readonly died: () => boolean } {
  let step = 0;
  const alive = async (half?: () => Promise<void>): Promise<void> => {
    if (step === deathAt) await half?.();
    step += 1;
    if (step > deathAt) throw new Error('killed');
  };
  return {
    died: () => step > deathAt,
    disk: {
      list: systemDisk.list,
      read: systemDisk.read,
      create: (path, text) =>
        alive(() => systemDisk.create(path, text.slice(0, text.length / 2))).then(() => systemDisk.create(path, text)),
      rename: (from, to) => alive().then(() => systemDisk.rename(from, to)),
      remove: (path) => alive().then(() => systemDisk.remove(path)),
      settle: (path) => alive().then(() => systemDisk.settle(path)),
    },
  };
}

test('killed at any step of keeping, it has the new release as a whole or not at all, and all the others', async () => {
  const found: string[] = [];
  for (let step = 0; ; step += 1) {
    const place = mkdtempSync(join(root, 'dying-'));
    const before = await openLastGood(place);
    for (const version of [1, 2, 3, 4, 5]) await before.keep(release(version));
    const { disk, died } = dyingDisk(step);
    // opening sweeps nothing up here, so that every step is one of keeping
    await codeOf((await openLastGood(place, disk)).keep(release(6, 'x'.repeat(5_000))));
    const after = await openLastGood(place);
    expect(readdirSync(place).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(
      after
        .releases()
        .slice(-4)
        .map(({ version }) => version)
        .at(0),
    ).toBeGreaterThan(2);
    const newest = after.releases()[0];
    if (newest?.version === 6) expect(newest).toEqual(release(6, 'x'.repeat(5_000)));
    found.push(
      after
        .releases()
        .map(({ version }) => version)
        .join(' '),
    );
    if (!died()) break;
  }
  expect([...new Set(found)]).toEqual(['5 4 3 2 1', '6 5 4 3 2 1', '6 5 4 3 2']);
});

test('killed at any step of going back, what had been accepted is not forgotten once the newer one is gone', async () => {
  const found: string[] = [];
  for (let step = 0; ; step += 1) {
    const place = mkdtempSync(join(root, 'dying-'));
    const before = await openLastGood(place);
    for (const version of [1, 2, 3]) await before.keep(release(version));
    const { disk, died } = dyingDisk(step);
    await codeOf((await openLastGood(place, disk)).goBack(1, markOf(release(3))));
    const after = await openLastGood(place);
    found.push(`${after.releases()[0]?.version} after ${after.wentBackFrom()?.version ?? 'none'}`);
    if (!died()) break;
  }
  expect([...new Set(found)]).toEqual(['3 after none', '3 after 3', '2 after 3', '1 after 3'].filter((state) => found.includes(state)));
  expect(found.at(-1)).toBe('1 after 3');
});

test('a disk that is full (here: one that says so) keeps what it had, and takes the release once there is room', async () => {
  let isFull = true;
  const enospc = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const disk: Disk = {
    ...systemDisk,
    async create(path, text) {
      if (!isFull) return systemDisk.create(path, text);
      await systemDisk.create(path, text.slice(0, 100));
      throw enospc;
    },
  };
  await (await openLastGood(folder)).keep(release(1));
  const lastGood = await openLastGood(folder, disk);
  expect(await codeOf(lastGood.keep(release(2)))).toBe('RELEASE_NOT_KEPT ENOSPC');
  expect([lastGood.releases().map(({ version }) => version), readdirSync(folder)]).toEqual([[1], ['release-1.json']]);
  isFull = false;
  expect([await codeOf(lastGood.keep(release(2))), await versionsIn(folder)]).toEqual(['kept', [2, 1]]);
});

test.skipIf(!mounted)('a disk that is full (a real one, where it may be mounted) keeps what it had', async () => {
  const lastGood = await openLastGood(full);
  await lastGood.keep(release(1));
  expect(await codeOf(lastGood.keep(release(2, 'x'.repeat(100_000))))).toBe('RELEASE_NOT_KEPT ENOSPC');
  expect([await versionsIn(full), readdirSync(full)]).toEqual([[1], ['release-1.json']]);
});

test('what is damaged, or lies under a name that is not its own, counts as absent; the others are there', async () => {
  const lastGood = await openLastGood(folder);
  for (const version of [1, 2]) await lastGood.keep(release(version));
  writeFileSync(join(folder, 'release-3.json'), JSON.stringify(release(4)));
  writeFileSync(join(folder, 'release-5.json'), JSON.stringify(release(5)).slice(0, 80));
  writeFileSync(join(folder, 'mark.json'), '{"version":');
  const again = await openLastGood(folder);
  expect([again.releases().map(({ version }) => version), again.wentBackFrom()]).toEqual([[2, 1], null]);
});

test('having gone back outlives a restart: the newer ones are gone, and what had been accepted stands', async () => {
  const lastGood = await openLastGood(folder);
  for (const version of [41, 42, 43]) await lastGood.keep(release(version));
  await lastGood.goBack(41, markOf(release(43)));
  const again = await openLastGood(folder);
  expect([again.releases().map(({ version }) => version), again.wentBackFrom()]).toEqual([
    [41],
    { version: 43, digest: releaseDigest(release(43)) },
  ]);
});
