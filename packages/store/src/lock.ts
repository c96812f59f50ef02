import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { CorridorError } from '@corridor/schemas';

/** A lock that is held; `release` gives it back. */
export type Lock = { release(): Promise<void> };

type Holder = { readonly pid: number; readonly started: string };

const attempts = 10;
let sequence = 0;

/**
 * Takes the lock file, created with O_EXCL, that keeps a second process out of a data directory. It names its holder by pid and start time, so that
 * the lock of a process that died is taken over, whoever bears its pid today. It holds on one machine and one process namespace: a directory shared
 * between containers is not protected.
 * @throws CorridorError DATA_DIRECTORY_LOCKED while the holder lives, this process included
 */
export async function takeLock(path: string): Promise<Lock> {
  const own = JSON.stringify({ pid: process.pid, started: startOf(process.pid) ?? '', sequence: ++sequence });
  for (let attempt = 0; !(await create(path, own)) && !(await takeOver(path, own)); attempt += 1)
    if (attempt === attempts) throw await locked(path);
  // Whoever lost a race for a dead holder's lock finds another's name here.
  if ((await textOf(path)) !== own) throw await locked(path);
  return { release: () => removeOwn(path, own) };
}

/** Puts the own lock in the place of a dead holder's, in one step; false when the file is gone meanwhile and can be created after all. */
async function takeOver(path: string, own: string): Promise<boolean> {
  const found = await stateOf(path);
  if (found === 'held') throw await locked(path);
  if (found === 'free') return false;
  // One at a time: who has the claim looks at the lock again, since another may have taken it over before.
  const claim = `${path}.takeover`;
  if (!(await create(claim, own))) {
    if ((await stateOf(claim)) === 'held') throw await locked(claim);
    await rm(claim, { force: true });
    return false;
  }
  const state = (await textOf(path)) === own ? 'own' : await stateOf(path);
  if (state !== 'stale') {
    await removeOwn(claim, own);
    if (state === 'held') throw await locked(path);
    return state === 'own';
  }
  // Gone when another process removed it along with the claim of a dead one: then the file itself says who has the lock.
  await rename(claim, path).catch((error: unknown) => {
    if (!isCode(error, 'ENOENT')) throw error;
  });
  return (await textOf(path)) === own;
}

async function removeOwn(path: string, own: string): Promise<void> {
  if ((await textOf(path)) === own) await rm(path, { force: true });
}

async function create(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Whether the file names a process that lives. One without a name is just being written, or the remains of a crash in that moment. */
async function stateOf(path: string): Promise<'free' | 'held' | 'stale'> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const text = await textOf(path);
    if (text === undefined) return 'free';
    const holder = readHolder(text);
    if (holder !== undefined) {
      const started = startOf(holder.pid);
      const lives = started !== undefined && (started === holder.started || started === '' || holder.started === '');
      return lives ? 'held' : 'stale';
    }
    await pause(20);
  }
  return 'stale';
}

async function locked(path: string): Promise<CorridorError> {
  const holder = readHolder((await textOf(path)) ?? '');
  return new CorridorError('DATA_DIRECTORY_LOCKED', holder === undefined ? {} : { detail: `process ${holder.pid}` });
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

function readHolder(text: string): Holder | undefined {
  try {
    const holder: unknown = JSON.parse(text);
    if (typeof holder !== 'object' || holder === null) return undefined;
    const pid: unknown = Reflect.get(holder, 'pid');
    const started: unknown = Reflect.get(holder, 'started');
    return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
}

/** When a process started, in whatever form the system tells it; '' when it does not, undefined when the process is gone. */
function startOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      // proc(5): the name may hold spaces and parentheses; behind the last one state is field 3, the start in ticks since boot field 22.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19] ?? ''}`;
    } catch {
      return undefined;
    }
  }
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!isCode(error, 'EPERM')) return undefined;
  }
  if (process.platform === 'win32') return '';
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === code;
}
