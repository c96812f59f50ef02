import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '@corridor/runtime';
import { afterAll, expect, test } from 'vitest';
import { ensureSecrets, publicJwk } from './secrets.ts';

const root = mkdtempSync(join(tmpdir(), 'corridor-secrets-'));
afterAll(() => rmSync(root, { recursive: true }));
const options = { owners: ['guangxi', 'directory'], parties: ['guangxi'], random: systemRandom };
const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

test('secrets are made once, for their owner’s eyes alone, and outlive a restart', () => {
  const folder = join(root, 'once');
  ensureSecrets(folder, options);
  const first = contents(folder);
  ensureSecrets(folder, { ...options, owners: [...options.owners, 'gansu'] });
  expect(contents(folder)).toMatchObject(first);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(new Set(readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777))).toEqual(new Set([0o600]));
  expect(new Set(Object.values(first)).size).toBe(Object.keys(first).length);
});

test('each owner has a hop key of its own, with 32 bytes', () => {
  const { hopKeys } = ensureSecrets(join(root, 'hop'), options);
  const keys = Object.values(hopKeys).flatMap((path) => JSON.parse(readFileSync(path, 'utf8')));
  expect(keys.map(({ id, secret }) => [id, Buffer.from(secret, 'base64url').length])).toEqual([
    ['gw1>guangxi/1', 32],
    ['gw1>directory/1', 32],
  ]);
});

test('the passport key signs, its public half verifies and holds nothing private', () => {
  const { passportKey, sealingKey } = ensureSecrets(join(root, 'keys'), options);
  const key = createPrivateKey({ key: JSON.parse(readFileSync(passportKey, 'utf8')), format: 'jwk' });
  const half = publicJwk(passportKey);
  const signature = sign(null, Buffer.from('passport'), key);
  expect(verify(null, Buffer.from('passport'), createPublicKey({ key: half, format: 'jwk' }), signature)).toBe(true);
  expect(half).toEqual({ kty: 'OKP', crv: 'Ed25519', x: expect.any(String) });
  expect(publicJwk(sealingKey)).toEqual({ kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String) });
});
