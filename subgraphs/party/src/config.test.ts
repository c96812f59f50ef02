import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { partyConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'corridor-party-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const secret = Buffer.alloc(32, 5).toString('base64url');
const issuer = {
  issuer: 'https://id.example',
  jwksUri: 'https://id.example/certs',
  algorithms: ['RS256'],
  parties: ['GX'],
  roles: ['customs'],
};
const env = {
  PORT: '4001',
  ISSUERS_FILE: file('issuers.json', [issuer]),
  HOP_KEYS_FILE: file('hop-keys.json', [{ id: 'gw1>guangxi/1', secret }]),
  GATEWAYS_FILE: file('gateways.json', [{ id: 'gw1', key: { kty: 'OKP', crv: 'Ed25519', x: 'x' } }]),
  SEALING_KEY_FILE: file('sealing.json', { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }),
  CURSOR_KEY_FILE: file('cursor.key', `${secret}\n`),
  PSEUDONYM_KEY_FILE: file('pseudonym.key', `${secret}\n`),
};

test('everything a party is told is read and parsed, files included', () => {
  expect(partyConfig('guangxi', env)).toEqual({
    host: '127.0.0.1',
    port: 4001,
    authority: '127.0.0.1:4001',
    dataDir: '.data',
    databaseUrl: undefined,
    database: { databasePasswordFile: undefined, poolSize: undefined, runtimeRoleOnly: false },
    issuers: [issuer],
    hopKeys: [{ id: 'gw1>guangxi/1', secret }],
    gateways: [{ id: 'gw1', key: { kty: 'OKP', crv: 'Ed25519', x: 'x' } }],
    sealingKey: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' },
    sealingKeyFile: env.SEALING_KEY_FILE,
    cursorKeys: [{ id: expect.any(String), key: new Uint8Array(32).fill(5) }],
    pseudonymKey: Buffer.alloc(32, 5),
    logLevel: 'info',
    trustFiles: { hopKeys: env.HOP_KEYS_FILE, gateways: env.GATEWAYS_FILE, denyList: undefined },
    listener: { publicUrl: undefined },
    operations: { adminHost: '127.0.0.1', adminPort: 4101, traceEndpoint: undefined },
  });
});

test("a party takes its own database URL before the one for all, and no other party's", () => {
  const urls = { DATABASE_URL: 'postgres://h/all', DATABASE_URL_GANSU: 'postgres://h/gansu' };
  expect(partyConfig('gansu', { ...env, ...urls }).databaseUrl).toBe('postgres://h/gansu');
  expect(partyConfig('guangxi', { ...env, ...urls }).databaseUrl).toBe('postgres://h/all');
});

test('all faults are told at once, and no value with them', () => {
  const { PORT: _, PSEUDONYM_KEY_FILE: __, ...rest } = env;
  expect(() => partyConfig('guangxi', { ...rest, DATABASE_URL: 'not a url with a password' })).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.toSatisfy(
        (text: string) => ['PORT', 'PSEUDONYM_KEY_FILE', 'DATABASE_URL'].every((name) => text.includes(name)) && !text.includes('password'),
      ),
    }),
  );
});

test.each([
  ['PSEUDONYM_KEY_FILE', file('short.key', 'c2hvcnQ')],
  ['CURSOR_KEY_FILE', file('three.key', `${secret}\n${secret}\n${secret}`)],
  ['HOP_KEYS_FILE', file('none.json', [])],
  ['SEALING_KEY_FILE', file('other.json', { kty: 'OKP', crv: 'X25519', x: 'x' })],
  ['ISSUERS_FILE', join(folder, 'missing.json')],
])('%s that cannot be used is refused', (name, path) => {
  expect(() => partyConfig('guangxi', { ...env, [name]: path })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
