/** A publisher of supergraph releases for tests: keys, a folder, and releases signed one after the other. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  makeSigningKey,
  publicReleaseKey,
  type Release,
  releaseDigest,
  type SigningKey,
  signRelease,
  writeRelease,
} from '@corridor/schemas';

/** Where a gateway looks and what it may believe, and the means to publish to it. */
export type Publisher = {
  /** Settings of a gateway that follows this publisher. */
  readonly settings: {
    readonly source: string;
    readonly keysFile: string;
    readonly folder: string;
    readonly intervalMs: number;
    readonly production: boolean;
  };
  readonly key: SigningKey;
  /** The last release that was signed in line. */
  readonly last: () => Release | undefined;
  /** Signs the next release of the line; publishes nothing. */
  sign(sdl: string, by?: SigningKey): Release;
  /** Puts bytes where the gateway looks, all at once. */
  publish(bytes: string | Uint8Array): void;
  /** Says which keys the gateway accepts from now on. */
  accept(...keys: SigningKey[]): void;
  close(): void;
};

/** Makes a publisher with a key of its own in a folder of its own. */
export function openPublisher(): Publisher {
  const root = mkdtempSync(join(tmpdir(), 'releases-'));
  const key = makeSigningKey('test-a');
  const settings = {
    source: join(root, 'release.json'),
    keysFile: join(root, 'keys.json'),
    folder: join(root, 'accepted'),
    intervalMs: 600_000,
    production: false,
  };
  let last: Release | undefined;
  const put = (path: string, bytes: string | Uint8Array): void => {
    writeFileSync(`${path}.new`, bytes);
    renameSync(`${path}.new`, path);
  };
  const accept: Publisher['accept'] = (...keys) => put(settings.keysFile, JSON.stringify(keys.map(publicReleaseKey)));
  accept(key);
  return {
    settings,
    key,
    last: () => last,
    sign(sdl, by = key) {
      const version = (last?.version ?? 0) + 1;
      const createdAt = new Date(Date.UTC(2026, 10, 24, 0, 0, version)).toISOString();
      last = signRelease({ version, createdAt, previousDigest: last === undefined ? null : releaseDigest(last), sdl }, by);
      return last;
    },
    publish: (bytes) => put(settings.source, bytes),
    accept,
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** The release as the file holds it. */
export function fileOf(release: Release): string {
  return writeRelease(release);
}
