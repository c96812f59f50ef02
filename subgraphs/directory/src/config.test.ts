import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { directoryConfig } from './config.ts';

const key = (fill: number): string => Buffer.alloc(32, fill).toString('base64url');

/** A directory's environment; `over` replaces the content of files. */
function anEnvironment(over: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'directory-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, 'feed secret\n');
  const feed = {
    party: 'guangxi',
    url: 'http://127.0.0.1:4001',
    tokenUrl: 'http://127.0.0.1:4007/token',
    clientId: 'feed-directory-gx',
    clientSecretFile: secretFile,
  };
  const files: Record<string, unknown> = {
    ISSUERS_FILE: [
      { issuer: 'https://issuer.example', jwksUri: 'https://issuer.example/jwks', algorithms: ['RS256'], parties: ['GX'], roles: [] },
    ],
    HOP_KEYS_FILE: [{ id: 'gw1>directory/1', secret: key(1) }],
    GATEWAYS_FILE: [{ id: 'gw1', key: { kty: 'OKP', crv: 'Ed25519', x: 'x' } }],
    INDEX_KEY_FILE: `${key(2)}\n`,
    SEALING_KEY_FILE: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' },
    CURSOR_KEY_FILE: key(3),
    FEEDS_FILE: [feed, { ...feed, party: 'gansu', url: 'https://gansu.example/corridor/feed' }],
    ...over,
  };
  const paths = Object.entries(files).map(([name, content]) => {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    return [name, join(folder, name)];
  });
  return { PORT: '4006', ...Object.fromEntries(paths) };
}

test('keys, feeds and secrets come from the files that are named', () => {
  const { indexKey, feeds, authority, cursorKeys, databaseUrl } = directoryConfig(anEnvironment());
  expect(Buffer.from(indexKey).toString('base64url')).toBe(key(2));
  expect(feeds.map(({ party, url, clientSecret }) => [party, url, clientSecret])).toEqual([
    ['guangxi', 'http://127.0.0.1:4001/feed', 'feed secret'],
    ['gansu', 'https://gansu.example/corridor/feed', 'feed secret'],
  ]);
  expect([authority, cursorKeys.length, databaseUrl]).toEqual(['127.0.0.1:4006', 1, undefined]);
});

test.each([
  ['an index key that could be guessed', { INDEX_KEY_FILE: 'short' }],
  ['a sealing key that cannot open anything', { SEALING_KEY_FILE: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' } }],
  ['a cursor key of another length', { CURSOR_KEY_FILE: 'short' }],
  [
    'a feed of nobody',
    { FEEDS_FILE: [{ party: 'beijing', url: 'http://127.0.0.1', tokenUrl: 'http://127.0.0.1', clientId: 'c', clientSecretFile: 'f' }] },
  ],
])('%s is refused at start', (_, over) => {
  expect(() => directoryConfig(anEnvironment(over))).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test('all that is missing is named at once', () => {
  expect(() => directoryConfig({})).toThrow(/ISSUERS_FILE.*INDEX_KEY_FILE.*FEEDS_FILE/);
});
