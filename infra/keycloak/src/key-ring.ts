/**
 * Signing keys of one realm, kept in a file so that a restart leaves tokens valid. A new key is published a minute before it signs, since a
 * verifier looks for unknown keys at most every 30 s; an old one stays published for longer than any token of it lives.
 */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonFile } from '@corridor/runtime';
import { type Clock, invariant } from '@corridor/schemas';
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { z } from 'zod';

/** A key that may sign, and the id its public half is published under. */
export type SigningKey = { readonly kid: string; readonly key: CryptoKey };

/** The keys of a realm. */
export type KeyRing = {
  /** The key that signs now. */
  signingKey(): Promise<SigningKey>;
  /** Public keys to publish (RFC 7517): those that signed lately, the one that signs, the one to come. */
  published(): Promise<readonly JWK[]>;
  /** Makes the next key now: published at once, signing a minute later. */
  rotate(): Promise<void>;
};

const privateRsa = z.object({
  kty: z.literal('RSA'),
  kid: z.string(),
  n: z.string(),
  e: z.string(),
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
});
const file = z.object({ keys: z.array(z.object({ signsFrom: z.number().int(), jwk: privateRsa })).min(1) });
type Entry = z.infer<typeof file>['keys'][number];

const publishAheadMs = 60_000;
const keepAfterMs = 15 * 60_000;
const rotateEveryMs = 24 * 3_600_000;

/** Opens the ring of `realm` in `folder`; the first key is made when there is none. @throws CONFIG_INVALID for a file that holds something else */
export async function openKeyRing(options: { readonly folder: string; readonly realm: string; readonly clock: Clock }): Promise<KeyRing> {
  const { folder, clock } = options;
  const path = join(folder, `${options.realm}.json`);
  const imported = new Map<string, Promise<CryptoKey>>();
  let keys: readonly Entry[];
  let rotating: Promise<void> | undefined;
  if (existsSync(path)) keys = readJsonFile(path, file).keys;
  else {
    keys = [await newEntry(clock())];
    write();
  }

  function write(): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.new`, JSON.stringify({ keys }), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  async function addKey(): Promise<void> {
    const next = await newEntry(clock() + publishAheadMs);
    const now = clock();
    // A key leaves once its successor has been signing for longer than a token lives.
    const kept = keys.filter((_, n) => {
      const successor = keys[n + 1];
      return successor === undefined || successor.signsFrom + keepAfterMs > now;
    });
    keys = [...kept, next];
    write();
  }

  function rotate(): Promise<void> {
    rotating ??= addKey().finally(() => {
      rotating = undefined;
    });
    return rotating;
  }

  async function rotateWhenDue(): Promise<void> {
    const newest = keys.at(-1);
    if (newest !== undefined && newest.signsFrom + rotateEveryMs <= clock()) await rotate();
  }

  return {
    async signingKey() {
      await rotateWhenDue();
      const now = clock();
      const entry = keys.findLast(({ signsFrom }) => signsFrom <= now) ?? keys[0];
      invariant(entry !== undefined, 'a key ring holds at least one key');
      const { jwk } = entry;
      const key = imported.get(jwk.kid) ?? importKey(jwk);
      imported.set(jwk.kid, key);
      return { kid: jwk.kid, key: await key };
    },
    async published() {
      await rotateWhenDue();
      return keys.map(({ jwk: { kty, kid, n, e } }) => ({ kty, kid, n, e, alg: 'RS256', use: 'sig' }));
    },
    rotate,
  };
}

async function newEntry(signsFrom: number): Promise<Entry> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { signsFrom, jwk: privateRsa.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk) }) };
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, 'RS256');
  invariant(!(key instanceof Uint8Array), 'an RSA key is no octet sequence');
  return key;
}
