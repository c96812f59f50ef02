import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemRandom } from '@corridor/runtime';
import { parties } from '@corridor/schemas';
import { afterAll, expect, test } from 'vitest';
import { dataFolder } from './data-folder.ts';
import { type Plan, planPrograms } from './plan.ts';
import { owners } from './programs.ts';
import { ensureSecrets } from './secrets.ts';

const root = mkdtempSync(join(tmpdir(), 'corridor-plan-'));
afterAll(() => rmSync(root, { recursive: true }));
const folder = dataFolder(root);
const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const secrets = ensureSecrets(folder.secrets, { owners, parties: parties.map(({ code }) => code), random: systemRandom });
const plan: Plan = { checkout, folder, secrets, portBase: 4010, logLevel: 'info', databaseUrls: { gansu: 'postgres://127.0.0.1/gansu' } };
const programs = planPrograms(plan);
const envOf = (name: string): Readonly<Record<string, string>> => programs.find((program) => program.name === name)?.env ?? {};
const json = (path: string | undefined): unknown => JSON.parse(readFileSync(path ?? '', 'utf8'));

test('operators are answered a hundred ports further on, on loopback', () => {
  expect(programs.map(({ env }) => [env['ADMIN_PORT'], env['ADMIN_HOST']])).toEqual(
    programs.map(({ port }) => [String(port + 100), undefined]),
  );
});

test('eight programs take the eight ports of the block, on loopback', () => {
  expect(programs.map(({ name, port, url }) => [name, port, url])).toEqual(
    ['gateway', 'guangxi', 'chongqing', 'guizhou', 'gansu', 'asean', 'directory', 'issuer'].map((name, offset) => [
      name,
      4010 + offset,
      `http://127.0.0.1:${4010 + offset}`,
    ]),
  );
  expect(new Set(programs.map(({ env }) => env['HOST']))).toEqual(new Set(['127.0.0.1']));
});

test('no secret stands in the environment of a program, only where it lies; each file is there', () => {
  const values = Object.values(secrets).flatMap((path) => (typeof path === 'string' ? [path] : Object.values<string>(path)));
  const kept = values.map((path) => readFileSync(path, 'utf8').trim());
  for (const { env } of programs) {
    expect(kept.filter((secret) => JSON.stringify(env).includes(secret))).toEqual([]);
    for (const [name, path] of Object.entries(env)) if (name.endsWith('_FILE')) expect([name, existsSync(path)]).toEqual([name, true]);
  }
});

test('an owner shares its hop key with the gateway and with nobody else', () => {
  const listed = json(envOf('gateway')['OWNERS_FILE']) as Record<string, { url: string; hopKeyFile: string }>;
  expect(Object.keys(listed)).toEqual(owners);
  for (const name of owners) {
    expect([listed[name]?.url, listed[name]?.hopKeyFile]).toEqual([`http://${envOf(name)['AUTHORITY']}`, envOf(name)['HOP_KEYS_FILE']]);
  }
  expect(new Set(owners.map((name) => envOf(name)['HOP_KEYS_FILE'])).size).toBe(owners.length);
});

test('the directory alone can open what is sealed, and follows the feed of each party as the client meant for it', () => {
  expect(json(envOf('directory')['SEALING_KEY_FILE'])).toHaveProperty('d');
  for (const { code } of parties) expect(json(envOf(code)['SEALING_KEY_FILE'])).not.toHaveProperty('d');
  expect((json(envOf('directory')['FEEDS_FILE']) as object[]).map((feed) => ({ ...feed, clientSecretFile: '' }))).toEqual(
    [
      ['guangxi', 4011, 'gx'],
      ['chongqing', 4012, 'cq'],
      ['guizhou', 4013, 'gz'],
      ['gansu', 4014, 'gs'],
      ['asean', 4015, 'asean'],
    ].map(([party, port, suffix]) => ({
      party,
      url: `http://127.0.0.1:${port}`,
      tokenUrl: 'http://127.0.0.1:4017/realms/corridor/protocol/openid-connect/token',
      clientId: `feed-directory-${suffix}`,
      clientSecretFile: '',
    })),
  );
});

test('a database server is told to the one program it is meant for', () => {
  expect(
    programs.flatMap(({ name, env }) =>
      Object.keys(env)
        .filter((key) => key.startsWith('DATABASE_URL'))
        .map((key) => [name, key]),
    ),
  ).toEqual([['gansu', 'DATABASE_URL_GANSU']]);
});

test('every client the local corridor logs in with is known to the realms', () => {
  const clients = ['corridor', 'asean'].flatMap((realm) => {
    const { clients: listed } = json(join(checkout, `infra/keycloak/realms/${realm}.json`)) as { clients: { clientId: string }[] };
    return listed.map(({ clientId }) => clientId);
  });
  const used = (json(envOf('directory')['FEEDS_FILE']) as { clientId: string }[]).map(({ clientId }) => clientId);
  expect(used.filter((client) => !clients.includes(client))).toEqual([]);
});
