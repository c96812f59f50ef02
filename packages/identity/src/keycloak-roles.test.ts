import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { rolesOf } from './keycloak-roles.ts';
import { forged } from './testing/tokens.ts';

const here = new URL('./', import.meta.url);

test('of the adapter one file is used, by one module, at one exact version', () => {
  const importers = readdirSync(here)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('.d.ts'))
    .flatMap((name) =>
      [...readFileSync(new URL(name, here), 'utf8').matchAll(/from '(keycloak-connect[^']*)'/g)].map((match) => [name, match[1]]),
    );
  expect(importers).toEqual([['keycloak-roles.ts', 'keycloak-connect/middleware/auth-utils/token.js']]);
  expect(createRequire(import.meta.url)('keycloak-connect/package.json')).toMatchObject({ version: '26.1.1' });
  expect(JSON.parse(readFileSync(new URL('../package.json', here), 'utf8'))).toMatchObject({
    dependencies: { 'keycloak-connect': '26.1.1' },
  });
});

test('realm roles are cut to the allowed ones, client roles are those of the audience', () => {
  const payload = {
    realm_access: { roles: ['port-operator', 'customs', 'corridor-member'] },
    resource_access: { 'subgraph-gx': { roles: ['ingest.write', 'feed.read', 'feed.read'] }, 'subgraph-cq': { roles: ['everything'] } },
  };
  const token = forged({ alg: 'RS256' }, payload, () => new Uint8Array());
  expect(rolesOf(token, payload, ['corridor-member', 'port-operator', 'carrier'], 'subgraph-gx')).toEqual({
    roles: ['corridor-member', 'port-operator'],
    permissions: ['feed.read', 'ingest.write'],
  });
});

test('a token without role claims has none, nor has a client named like a part of every object', () => {
  const token = forged({ alg: 'RS256' }, { resource_access: {} }, () => new Uint8Array());
  expect(rolesOf(token, {}, ['customs'], 'subgraph-gx')).toEqual({ roles: [], permissions: [] });
  expect(rolesOf(token, { resource_access: {} }, ['customs'], 'constructor')).toEqual({ roles: [], permissions: [] });
});
