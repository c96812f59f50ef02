/**
 * The releases this gateway accepted, five at most, in a folder of its own: it starts from the newest of them when the source is away or poisoned.
 * `release-<version>.json` is written aside and renamed, so that a release is there as a whole or not at all, whatever happens in between;
 * `mark.json` is there once the gateway went back, and says what had been accepted by then: no older one comes in as new.
 */
import { join } from 'node:path';
import { CorridorError, type Release, readRelease, releaseDigest, writeRelease } from '@corridor/schemas';
import { z } from 'zod';
import { type Disk, systemDisk } from './disk.ts';

/** The newest release ever accepted. */
export type Mark = { readonly version: number; readonly digest: string };

/** The folder, opened. */
export type LastGood = {
  /** What lies there and reads as a release, newest first. Signatures are not looked at here. */
  readonly releases: () => readonly Release[];
  /** What was accepted before the gateway went back, if it ever did. */
  readonly wentBackFrom: () => Mark | null;
  /** Adds a release, and lets go of what is older than the five newest. @throws RELEASE_NOT_KEPT; all is then as before */
  keep(release: Release): Promise<void>;
  /** Drops every release above `version`, and notes that `from` had been accepted. @throws RELEASE_NOT_KEPT */
  goBack(version: number, from: Mark): Promise<void>;
};

/** How many releases are kept. */
const kept = 5;
const form = /^release-([1-9]\d{0,15})\.json$/;
const mark = z.strictObject({ version: z.int().positive(), digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) });

/** Opens the folder, makes it if need be, and sweeps up what a crash left half written. */
export async function openLastGood(folder: string, disk: Disk = systemDisk): Promise<LastGood> {
  const found = await disk.list(folder);
  for (const name of found.filter((each) => each.endsWith('.part'))) await disk.remove(join(folder, name));
  let releases: readonly Release[] = newestFirst(
    (await Promise.all(found.filter((name) => form.test(name)).map((name) => read(join(folder, name), disk)))).flat(),
  );
  let wentBackFrom = found.includes('mark.json') ? await readMark(join(folder, 'mark.json'), disk) : null;

  async function write(name: string, text: string): Promise<void> {
    const part = join(folder, `${name}.part`);
    try {
      await disk.remove(part);
      await disk.create(part, text);
      await disk.rename(part, join(folder, name));
      await disk.settle(folder);
    } catch (cause) {
      await disk.remove(part).catch(() => undefined);
      throw new CorridorError('RELEASE_NOT_KEPT', { detail: reasonOf(cause), cause });
    }
  }
  const drop = async (gone: readonly Release[]): Promise<void> => {
    // One that cannot be removed costs room and nothing else: the next time it is tried again.
    for (const { version } of gone) await disk.remove(join(folder, fileName(version))).catch(() => undefined);
  };

  return {
    releases: () => releases,
    wentBackFrom: () => wentBackFrom,
    async keep(release) {
      await write(fileName(release.version), writeRelease(release));
      const all = newestFirst([release, ...releases.filter(({ version }) => version !== release.version)]);
      releases = all.slice(0, kept);
      await drop(all.slice(kept));
    },
    async goBack(version, from) {
      await write('mark.json', `${JSON.stringify(from)}\n`);
      wentBackFrom = from;
      const gone = releases.filter((release) => release.version > version);
      releases = releases.filter((release) => release.version <= version);
      await drop(gone);
    },
  };
}

function fileName(version: number): string {
  return `release-${version}.json`;
}

function newestFirst(releases: readonly Release[]): Release[] {
  return [...releases].sort((a, b) => b.version - a.version);
}

/** None, where it cannot be read: a file that somebody damaged is worth no refusal to start. */
async function read(path: string, disk: Disk): Promise<Release[]> {
  try {
    const release = readRelease(await disk.read(path));
    return path.endsWith(fileName(release.version)) ? [release] : [];
  } catch {
    return [];
  }
}

async function readMark(path: string, disk: Disk): Promise<Mark | null> {
  try {
    return mark.parse(JSON.parse(Buffer.from(await disk.read(path)).toString('utf8')));
  } catch {
    return null;
  }
}

/** The name of a system error (ENOSPC, EROFS), which is what an administrator needs; a path or a text of ours is not. */
function reasonOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'the folder cannot be written';
}

/** What a mark says of a release. */
export function markOf(release: Release): Mark {
  return { version: release.version, digest: releaseDigest(release) };
}
