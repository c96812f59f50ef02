import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { developmentIssuerTable } from './issuer-table.ts';
import { readRealms } from './realm.ts';
import { realmsDir } from './testing/an-issuer.ts';
import { standingClaims } from './token-claims.ts';

const realms = readRealms(realmsDir, { CORRIDOR_DEMO_SECRET: 'demo' });
const raw = (name: string): string => readFileSync(join(realmsDir, `${name}.json`), 'utf8');

describe.each(realms)('realm $realm', (realm) => {
  const machines = realm.clients.filter((client) => client.serviceAccountsEnabled);

  test('names no client or role that it does not have', () => {
    const clientIds = realm.clients.map(({ clientId }) => clientId);
    const realmRoles = realm.roles.realm.map(({ name }) => name);
    const rolesOf = (client: string): string[] => (realm.roles.client[client] ?? []).map(({ name }) => name);
    for (const { client, roles } of realm.scopeMappings) {
      expect(clientIds).toContain(client);
      expect(realmRoles).toEqual(expect.arrayContaining([...roles]));
    }
    for (const [of, mappings] of Object.entries(realm.clientScopeMappings)) {
      expect(clientIds).toContain(of);
      for (const { client, roles } of mappings) {
        expect(clientIds).toContain(client);
        expect(rolesOf(of)).toEqual(expect.arrayContaining([...roles]));
      }
    }
    for (const { serviceAccountClientId, realmRoles: held, clientRoles } of realm.users) {
      expect(clientIds).toContain(serviceAccountClientId);
      expect(realmRoles).toEqual(expect.arrayContaining([...held]));
      for (const [of, roles] of Object.entries(clientRoles)) expect(rolesOf(of)).toEqual(expect.arrayContaining([...roles]));
    }
    for (const client of Object.keys(realm.roles.client)) expect(clientIds).toContain(client);
  });

  test('gives every machine one account, whose roles all reach its tokens, and one audience, which alone it has roles of', () => {
    for (const client of machines) {
      const account = realm.users.filter(({ serviceAccountClientId }) => serviceAccountClientId === client.clientId);
      expect(account.map(({ username }) => username)).toEqual([`service-account-${client.clientId}`]);
      const claims = standingClaims(realm, client);
      expect(claims['realm_access']).toEqual({ roles: account[0]?.realmRoles });
      expect(Object.keys(account[0]?.clientRoles ?? {}).filter((of) => of !== claims['aud'])).toEqual([]);
      expect(claims['resource_access'] ?? {}).toEqual(
        Object.fromEntries(Object.entries(account[0]?.clientRoles ?? {}).map(([of, roles]) => [of, { roles }])),
      );
      expect(realm.clients.map(({ clientId }) => clientId)).toContain(claims['aud']);
    }
  });

  test('lets its clients claim only parties and roles of the issuer table', () => {
    const row = developmentIssuerTable('http://127.0.0.1').find(({ issuer }) => issuer.endsWith(`/${realm.realm}`));
    expect(row?.roles).toEqual(expect.arrayContaining(realm.roles.realm.map(({ name }) => name)));
    for (const client of machines) expect(row?.parties).toContain(standingClaims(realm, client)['party']);
  });

  test('has no role with a colon, no other way in than client credentials, and no secret of its own', () => {
    const roles = [...realm.roles.realm, ...Object.values(realm.roles.client).flat()];
    expect(roles.filter(({ name }) => name.includes(':'))).toEqual([]);
    expect(raw(realm.realm)).not.toMatch(
      /"(standardFlowEnabled|implicitFlowEnabled|directAccessGrantsEnabled|publicClient|registrationAllowed)": true/,
    );
    const secrets = [...raw(realm.realm).matchAll(/"secret": "([^"]*)"/g)].map(([, secret]) => secret);
    expect(secrets).toHaveLength(machines.filter(({ clientAuthenticatorType }) => clientAuthenticatorType === 'client-secret').length);
    for (const secret of secrets) expect(secret).toMatch(/^\$\{CORRIDOR_DEMO_SECRET\}$/);
  });

  test('marks every client with the demo secret, so that production can strip it', () => {
    for (const client of realm.clients) {
      expect(client.attributes['corridor.demo']).toBe(client.secret === undefined ? undefined : 'true');
    }
  });
});

test('a mainland issuer never speaks for ASEAN, an ASEAN issuer never for the mainland, and makes nobody an authority', () => {
  expect(developmentIssuerTable('http://127.0.0.1:4007')).toEqual([
    {
      issuer: 'http://127.0.0.1:4007/realms/corridor',
      jwksUri: 'http://127.0.0.1:4007/realms/corridor/protocol/openid-connect/certs',
      algorithms: ['RS256'],
      parties: ['GX', 'CQ', 'GZ', 'GS', 'DIRECTORY'],
      roles: [
        'corridor-member',
        'port-operator',
        'carrier',
        'forwarder',
        'corridor-auditor',
        'agreement-admin',
        'customs',
        'border-inspection',
        'maritime-authority',
      ],
    },
    {
      issuer: 'http://127.0.0.1:4007/realms/asean',
      jwksUri: 'http://127.0.0.1:4007/realms/asean/protocol/openid-connect/certs',
      algorithms: ['RS256'],
      parties: ['SG', 'BN', 'ID', 'KH', 'LA', 'MM', 'MY', 'PH', 'TH', 'VN'],
      roles: ['corridor-member', 'port-operator', 'carrier', 'forwarder'],
    },
  ]);
});
