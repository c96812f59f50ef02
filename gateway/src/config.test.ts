import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gatewayConfig } from './config.ts';

const secret = 's3cret'.padEnd(43, 'A');
let folder: string;
let env: Record<string, string>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-config-'));
  const file = (name: string, value: unknown): string => {
    writeFileSync(join(folder, name), JSON.stringify(value));
    return join(folder, name);
  };
  const hopKeyFile = file('hop-guangxi', [
    { id: 'gw1>guangxi/2', secret },
    { id: 'gw1>guangxi/1', secret },
  ]);
  const issuer = 'https://id.corridor.example/realms/corridor';
  env = {
    PASSPORT_KEY_FILE: file('passport', generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })),
    ISSUERS_FILE: file('issuers', [{ issuer, jwksUri: `${issuer}/certs`, algorithms: ['RS256'], parties: ['GX'], roles: [] }]),
    OWNERS_FILE: file('owners', { guangxi: { url: 'http://127.0.0.1:4001', hopKeyFile } }),
    RELEASE_FILE: '/etc/corridor/release.json',
    RELEASE_KEYS_FILE: '/etc/corridor/release-keys.json',
    RELEASES_DIR: '/var/lib/corridor/releases',
  };
});
afterAll(() => rmSync(folder, { recursive: true }));

test('three files and three places of releases are enough; budgets, name and address have defaults, and the newest hop key signs', () => {
  expect(gatewayConfig(env)).toMatchObject({
    host: '127.0.0.1',
    port: 4000,
    gatewayId: 'gw1',
    owners: { guangxi: { url: 'http://127.0.0.1:4001', hopKey: { id: 'gw1>guangxi/2', secret } } },
    ownerTimeoutMs: 800,
    directoryTimeoutMs: 500,
    queryTimeoutMs: 3_000,
    introspection: true,
    release: {
      source: '/etc/corridor/release.json',
      keysFile: '/etc/corridor/release-keys.json',
      folder: '/var/lib/corridor/releases',
      intervalMs: 10_000,
      goBack: undefined,
      production: false,
    },
  });
});

test('going back names the release accepted last and the one to serve again; production is told by NODE_ENV', () => {
  const { release } = gatewayConfig({ ...env, RELEASE_GO_BACK: '43:41', NODE_ENV: 'production' });
  expect([release.goBack, release.production]).toEqual([{ from: 43, to: 41 }, true]);
  expect(() => gatewayConfig({ ...env, RELEASE_GO_BACK: '41' })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test('all faults of the environment are told at once, none of its values', () => {
  const broken = { ...env, PORT: '99999', OWNER_TIMEOUT_MS: 'soon-s3cret', PASSPORT_KEY_FILE: '' };
  expect(() => gatewayConfig(broken)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  try {
    gatewayConfig(broken);
  } catch (error) {
    const text = String(error);
    for (const name of ['PORT', 'OWNER_TIMEOUT_MS', 'PASSPORT_KEY_FILE']) expect(text).toContain(name);
    expect(text).not.toContain('s3cret');
  }
});

test('a public key cannot sign passports: it is refused at the start, and what the file holds is not shown', () => {
  const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const path = join(folder, 'public');
  writeFileSync(path, JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x }));
  expect(() => gatewayConfig({ ...env, PASSPORT_KEY_FILE: path })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining(String(x)) }),
  );
});
