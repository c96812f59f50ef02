import { existsSync, readFileSync, statSync } from 'node:fs';
import {
  type Release,
  readRelease,
  releaseDigest,
  type SigningKey,
  signingKeyFile,
  signRelease,
  supergraphFile,
  writeRelease,
} from '@corridor/schemas';
import { writeAtOnce } from './data-folder.ts';

/**
 * Writes the composed schema of this checkout as a signed release to `path`, so that a local gateway takes it in as one in production does. The one that
 * lies there stays if it holds this schema; otherwise the new one follows it. It is as old as the schema.
 */
export function writeDevelopmentRelease(path: string, keyFile: string): void {
  const key: SigningKey = signingKeyFile.parse(JSON.parse(readFileSync(keyFile, 'utf8')));
  const sdl = readFileSync(supergraphFile, 'utf8');
  const before = existsSync(path) ? readBefore(path) : undefined;
  if (before?.sdl === sdl && before.keyId === key.id) return;
  const release = signRelease(
    {
      version: (before?.version ?? 0) + 1,
      createdAt: statSync(supergraphFile).mtime.toISOString(),
      previousDigest: before === undefined ? null : releaseDigest(before),
      sdl,
    },
    key,
  );
  writeAtOnce(path, writeRelease(release));
}

function readBefore(path: string): Release | undefined {
  try {
    return readRelease(readFileSync(path));
  } catch {
    return undefined;
  }
}
