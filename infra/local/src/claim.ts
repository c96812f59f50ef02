import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CorridorError } from '@corridor/schemas';
import type { DataFolder } from './data-folder.ts';
import { identityOf, isRunning, type ProcessIdentity } from './process-identity.ts';

/**
 * Takes the data folder for this supervisor, until the returned function is called; a claim of a process that is gone does not count.
 * @throws DATA_DIRECTORY_LOCKED when another corridor runs on it
 */
export function claimFolder(folder: DataFolder): () => void {
  mkdirSync(folder.root, { recursive: true });
  const path = join(folder.root, 'supervisor.lock');
  const self = JSON.stringify(identityOf(process.pid));
  for (let attempt = 1; ; attempt += 1) {
    try {
      writeFileSync(path, self, { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (cause) {
      const holder = holderOf(path);
      if (attempt > 3 || (holder !== undefined && isRunning(holder))) {
        throw new CorridorError('DATA_DIRECTORY_LOCKED', { detail: `${folder.root}, by process ${holder?.pid ?? 'unknown'}`, cause });
      }
      rmSync(path, { force: true });
    }
  }
}

function holderOf(path: string): ProcessIdentity | undefined {
  try {
    const { pid, startTime }: { pid?: unknown; startTime?: unknown } = JSON.parse(readFileSync(path, 'utf8'));
    return typeof pid === 'number' && typeof startTime === 'string' ? { pid, startTime } : undefined;
  } catch {
    return undefined;
  }
}
