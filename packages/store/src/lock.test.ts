import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Lock, takeLock } from './lock.ts';

let home: string;
let path: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'corridor-lock-'));
  path = join(home, 'lock');
});
afterEach(() => rm(home, { recursive: true }));

const aDeadPid = async (): Promise<number> => {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
};

test('a lock is held until it is released, against this process as well', async () => {
  const lock = await takeLock(path);
  await expect(takeLock(path)).rejects.toMatchObject({ code: 'DATA_DIRECTORY_LOCKED', detail: `process ${process.pid}` });

  await lock.release();
  expect(await readdir(home)).toEqual([]);
  await (await takeLock(path)).release();
});

test('the lock of a dead process is taken over', async () => {
  await writeFile(path, JSON.stringify({ pid: await aDeadPid(), started: 'x/1', sequence: 1 }));

  const lock = await takeLock(path);
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
  await lock.release();
  expect(await readdir(home)).toEqual([]);
});

test('a living process that merely bears the pid of the holder does not hold the lock', async () => {
  await writeFile(path, JSON.stringify({ pid: process.pid, started: 'another boot/1', sequence: 1 }));

  await (await takeLock(path)).release();
  expect(await readdir(home)).toEqual([]);
});

test('the remains of a crash while the lock was being written hold nobody up', async () => {
  await writeFile(path, '');

  await (await takeLock(path)).release();
});

test('a lock with a half-way takeover by a dead process is taken over', async () => {
  const dead = JSON.stringify({ pid: await aDeadPid(), started: 'x/1', sequence: 1 });
  await writeFile(path, dead);
  await writeFile(`${path}.takeover`, dead);

  await (await takeLock(path)).release();
  expect(await readdir(home)).toEqual([]);
});

test('of many that find a dead holder one gets the lock', async () => {
  for (let round = 0; round < 20; round += 1) {
    const dead = JSON.stringify({ pid: await aDeadPid(), started: 'x/1', sequence: 1 });
    await writeFile(path, dead);
    if (round % 2 === 1) await writeFile(`${path}.takeover`, dead);
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => takeLock(path)));
    const locks = outcomes.flatMap((each): Lock[] => (each.status === 'fulfilled' ? [each.value] : []));
    const refusals = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));

    expect(locks).toHaveLength(1);
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'DATA_DIRECTORY_LOCKED' });
    await locks[0]?.release();
    expect(await readdir(home)).toEqual([]);
  }
});

test('a lock that another took meanwhile is not removed by its former holder', async () => {
  const lock = await takeLock(path);
  await writeFile(path, 'of another');

  await lock.release();
  expect(await readFile(path, 'utf8')).toBe('of another');
});
