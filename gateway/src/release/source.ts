/** Where releases come from: one file that is replaced by the next, or a folder to which they are added (`*.json`). */
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { maxReleaseBytes } from '@corridor/schemas';

/** What lies at the source, unread and unbelieved. */
export type Offer = { readonly from: string; readonly bytes: Uint8Array };

/** The source as it was last looked at. */
export type ReleaseSource = {
  /** What is offered, or `undefined` when nothing has changed since the last look that was not forced. @throws the system's error, when it is away */
  look(force: boolean): Promise<readonly Offer[] | undefined>;
};

/** Watches a path by its stamps: a file is read again when its inode, size or time has changed. */
export function openSource(path: string): ReleaseSource {
  let seen: string | undefined;
  return {
    async look(force) {
      const files = await filesAt(path);
      const stamps = await Promise.all(files.map(async (file) => `${file} ${await stampOf(file)}`));
      const stamp = stamps.join('\n');
      if (!force && stamp === seen) return undefined;
      const offers = await Promise.all(files.map(async (from) => ({ from, bytes: await readUpTo(from, maxReleaseBytes + 1) })));
      // After reading: a file that is just being written has another stamp by then, and is read again.
      seen = stamp;
      return offers;
    },
  };
}

async function filesAt(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = await readdir(path);
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(path, name));
}

async function stampOf(file: string): Promise<string> {
  const { ino, size, mtimeNs } = await stat(file, { bigint: true });
  return `${ino} ${size} ${mtimeNs}`;
}

/** No more than that, whatever somebody put there. */
async function readUpTo(path: string, bytes: number): Promise<Uint8Array> {
  const file: FileHandle = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, bytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
