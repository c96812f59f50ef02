/**
 * What the corridor expects of its issuer. Runs against the development issuer and, where `KEYCLOAK_URL` names a Keycloak that imported the files of
 * `realms/`, against that too: both must give the same. `KEYCLOAK_DEMO_SECRET` and `KEYCLOAK_FIRM_JWKS_URL` are the values of `CORRIDOR_DEMO_SECRET`
 * and `GZ_FIRM_7_JWKS_URL` at the import; the test itself serves the latter, on loopback.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTokenClient, createVerifier, type Verifier } from '@corridor/identity';
import type { Caller } from '@corridor/schemas';
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { developmentIssuerTable } from './issuer-table.ts';
import { anIssuer, askToken, basic, demoSecret } from './testing/an-issuer.ts';

type Target = { readonly base: string; readonly secret: string; close(): Promise<void> };

const firmKey = await generateKeyPair('ES256', { extractable: true });
const firmKeySet = JSON.stringify({ keys: [{ ...(await exportJWK(firmKey.publicKey)), kid: 'firm', alg: 'ES256', use: 'sig' }] });

async function publishFirmKey(port: number): Promise<Server> {
  const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(firmKeySet));
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return server;
}

async function development(): Promise<Target> {
  const firm = await publishFirmKey(0);
  const variables = {
    CORRIDOR_DEMO_SECRET: demoSecret,
    GZ_FIRM_7_JWKS_URL: `http://127.0.0.1:${(firm.address() as AddressInfo).port}/certs`,
  };
  const issuer = await anIssuer({ variables });
  const close = async (): Promise<void> => {
    firm.close();
    firm.closeAllConnections();
    await issuer.close();
  };
  return { base: issuer.url, secret: demoSecret, close };
}

async function keycloak(): Promise<Target> {
  const firm = await publishFirmKey(Number(new URL(process.env['KEYCLOAK_FIRM_JWKS_URL'] ?? 'http://127.0.0.1:0').port));
  const close = async (): Promise<void> => {
    firm.close();
    firm.closeAllConnections();
  };
  return { base: process.env['KEYCLOAK_URL'] ?? '', secret: process.env['KEYCLOAK_DEMO_SECRET'] ?? '', close };
}

const readAll = ['clearance.read', 'consignment.read', 'container.read', 'port.read', 'vessel-call.read'];
type Expected = Pick<Caller, 'party' | 'org' | 'roles' | 'permissions'> & {
  readonly realm: string;
  readonly audience: string;
  readonly purposes: readonly string[];
};

function expected(audience: string, party: string, stated: Partial<Expected> = {}): Expected {
  return {
    realm: 'corridor',
    audience,
    party,
    org: null,
    roles: ['corridor-member'],
    permissions: [],
    purposes: ['corridor-operations'],
    ...stated,
  };
}

const clients: Readonly<Record<string, Expected>> = {
  'cq-officer': expected('corridor-gateway', 'CQ', {
    roles: ['corridor-member', 'port-operator'],
    permissions: readAll,
    purposes: ['corridor-operations', 'statistics'],
  }),
  'gz-officer': expected('corridor-gateway', 'GZ', {
    roles: ['corridor-member', 'port-operator'],
    permissions: readAll,
    purposes: ['corridor-operations', 'statistics'],
  }),
  'lz-forwarder': expected('corridor-gateway', 'GS', {
    org: 'GS/lz-forwarder',
    roles: ['corridor-member', 'forwarder'],
    permissions: ['appointment.write', 'clearance.read', 'consignment.read', 'container.read', 'port.read'],
  }),
  'gx-officer': expected('corridor-gateway', 'GX', {
    roles: ['agreement-admin', 'corridor-auditor', 'corridor-member'],
    permissions: ['agreement.write', 'appointment.write', 'audit.read', ...readAll].sort(),
    purposes: ['corridor-operations', 'audit'],
  }),
  'sg-terminal': expected('corridor-gateway', 'SG', {
    realm: 'asean',
    org: 'SG/sg-terminal',
    roles: ['corridor-member', 'port-operator'],
    permissions: readAll,
  }),
  'vn-forwarder': expected('corridor-gateway', 'VN', {
    realm: 'asean',
    org: 'VN/vn-forwarder',
    roles: ['corridor-member', 'forwarder'],
    permissions: readAll,
  }),
  'gx-officer-at-gx': expected('subgraph-gx', 'GX', {
    roles: ['corridor-auditor', 'corridor-member'],
    purposes: ['corridor-operations', 'audit'],
  }),
  'cq-officer-at-cq': expected('subgraph-cq', 'CQ', {
    roles: ['corridor-auditor', 'corridor-member'],
    purposes: ['corridor-operations', 'statistics', 'audit'],
  }),
  'gx-officer-at-directory': expected('subgraph-directory', 'GX', { roles: ['corridor-auditor', 'corridor-member'], purposes: ['audit'] }),
  'cq-officer-at-directory': expected('subgraph-directory', 'CQ', { roles: ['corridor-auditor', 'corridor-member'], purposes: ['audit'] }),
  'gx-terminal-system': expected('subgraph-gx', 'GX', { permissions: ['ingest.write'] }),
  'cq-terminal-system': expected('subgraph-cq', 'CQ', { permissions: ['ingest.write'] }),
  'gz-terminal-system': expected('subgraph-gz', 'GZ', { permissions: ['ingest.write'] }),
  'gs-terminal-system': expected('subgraph-gs', 'GS', { permissions: ['ingest.write'] }),
  'sg-terminal-system': expected('subgraph-asean', 'SG', { realm: 'asean', permissions: ['ingest.write'] }),
  'feed-directory-gx': expected('subgraph-gx', 'DIRECTORY', { permissions: ['feed.read'] }),
  'feed-directory-cq': expected('subgraph-cq', 'DIRECTORY', { permissions: ['feed.read'] }),
  'feed-directory-gz': expected('subgraph-gz', 'DIRECTORY', { permissions: ['feed.read'] }),
  'feed-directory-gs': expected('subgraph-gs', 'DIRECTORY', { permissions: ['feed.read'] }),
  'feed-directory-asean': expected('subgraph-asean', 'DIRECTORY', { permissions: ['feed.read'] }),
  'feed-gx-gx': expected('subgraph-gx', 'GX', { permissions: ['feed.read'] }),
  'feed-cq-cq': expected('subgraph-cq', 'CQ', { permissions: ['feed.read'] }),
};

contract('the development issuer', development);
contract('Keycloak (where KEYCLOAK_URL is set)', keycloak, process.env['KEYCLOAK_URL'] === undefined);

function contract(name: string, open: () => Promise<Target>, isAbsent = false): void {
  describe.skipIf(isAbsent)(name, () => {
    let target: Target;
    const verifiers = new Map<string, Verifier>();
    beforeAll(async () => {
      target = await open();
      for (const { audience } of Object.values(clients)) {
        if (!verifiers.has(audience))
          verifiers.set(audience, createVerifier(developmentIssuerTable(target.base), { audience, clock: Date.now }));
      }
    });
    afterAll(async () => {
      for (const verifier of verifiers.values()) verifier.close();
      await target.close();
    });

    const grant = { grant_type: 'client_credentials' };
    const tokenUrl = (realm: string): string => `${target.base}/realms/${realm}/protocol/openid-connect/token`;
    const tokenOf = (clientId: string, realm: string): Promise<string> =>
      createTokenClient({ tokenUrl: tokenUrl(realm), clientId, clientSecret: target.secret, clock: Date.now }).token();

    test.each(['corridor', 'asean'])('realm %s publishes its endpoints and keys where its name says', async (realm) => {
      const discovery = await (await fetch(`${target.base}/realms/${realm}/.well-known/openid-configuration`)).json();
      expect(discovery).toMatchObject({
        issuer: `${target.base}/realms/${realm}`,
        token_endpoint: tokenUrl(realm),
        jwks_uri: `${target.base}/realms/${realm}/protocol/openid-connect/certs`,
        grant_types_supported: expect.arrayContaining(['client_credentials']),
        token_endpoint_auth_methods_supported: expect.arrayContaining(['client_secret_basic', 'client_secret_post', 'private_key_jwt']),
      });
      const { keys } = await (await fetch(`${target.base}/realms/${realm}/protocol/openid-connect/certs`)).json();
      expect(keys).toContainEqual(expect.objectContaining({ kty: 'RSA', alg: 'RS256', use: 'sig', kid: expect.any(String) }));
      expect(JSON.stringify(keys)).not.toContain('"d":');
    });

    test.each(Object.entries(clients))(
      '%s is who the corridor takes it for',
      async (clientId, { realm, audience, purposes, ...caller }) => {
        const token = await tokenOf(clientId, realm);
        const verified = await verifiers.get(audience)?.verify(`Bearer ${token}`, undefined);
        const { sub } = decodeJwt(token);
        expect(verified?.caller).toEqual({
          ...caller,
          purpose: purposes[0],
          subject: sub,
          client: clientId,
          issuer: `${target.base}/realms/${realm}`,
        });
        expect(decodeJwt(token)).toMatchObject({ azp: clientId, aud: audience, typ: 'Bearer', purposes });
      },
    );

    test('a token lives five minutes, has an id of its own and says what signed it', async () => {
      const tokens = await Promise.all([tokenOf('cq-officer', 'corridor'), tokenOf('cq-officer', 'corridor')]);
      const [first, second] = tokens.map((token) => decodeJwt(token));
      expect((first?.exp ?? 0) - (first?.iat ?? 0)).toBe(300);
      expect(first?.sub).toBe(second?.sub);
      expect(first?.jti).not.toBe(second?.jti);
      expect(decodeProtectedHeader(tokens[0] ?? '')).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: expect.any(String) });
    });

    test('the secret may also stand in the form', async () => {
      const response = await askToken(target.base, {
        grant_type: 'client_credentials',
        client_id: 'cq-officer',
        client_secret: target.secret,
      });
      expect(response.status).toBe(200);
      const answer = await response.json();
      expect(answer).toMatchObject({ token_type: 'Bearer', access_token: expect.any(String) });
      // Keycloak counts from when it writes the answer.
      expect([299, 300]).toContain(answer.expires_in);
    });

    test('a firm with a key of its own gets a token for an assertion, once', async () => {
      const iat = Math.floor(Date.now() / 1_000);
      const stated = { iss: 'gz-firm-7', sub: 'gz-firm-7', aud: `${target.base}/realms/corridor`, jti: randomUUID(), iat, exp: iat + 60 };
      const assertion = await new SignJWT(stated).setProtectedHeader({ alg: 'ES256', kid: 'firm' }).sign(firmKey.privateKey);
      const form = {
        ...grant,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      };
      const answer = await (await askToken(target.base, form)).json();
      const verified = await verifiers.get('corridor-gateway')?.verify(`Bearer ${answer.access_token}`, 'clearance');
      expect(verified?.caller).toMatchObject({
        party: 'GZ',
        org: 'GZ/gz-firm-7',
        roles: ['corridor-member', 'forwarder'],
        client: 'gz-firm-7',
      });
      expect((await askToken(target.base, form)).ok).toBe(false);
    });

    test.each<[string, () => Promise<Response>, ...(400 | 401)[]]>([
      ['a wrong secret', () => askToken(target.base, grant, basic('cq-officer', `${target.secret}x`)), 401],
      ['an empty secret', () => askToken(target.base, { ...grant, client_id: 'cq-officer', client_secret: '' }), 401],
      ['an unknown client', () => askToken(target.base, grant, basic('nobody', target.secret)), 401],
      ['a client of another realm', () => askToken(target.base, grant, basic('sg-terminal', target.secret)), 401],
      ['an audience that has no account', () => askToken(target.base, grant, basic('subgraph-gx', target.secret)), 401],
      ['the secret of a client that needs a key', () => askToken(target.base, grant, basic('gz-firm-7', target.secret)), 401, 400],
      ['no credentials at all', () => askToken(target.base, grant), 401],
      [
        'another grant',
        () => askToken(target.base, { grant_type: 'password', username: 'a', password: 'b' }, basic('cq-officer', target.secret)),
        400,
      ],
      ['no grant', () => askToken(target.base, {}, basic('cq-officer', target.secret)), 400],
    ])('%s gets no token', async (_, ask, ...statuses) => {
      const response = await ask();
      expect(statuses).toContain(response.status);
      const answer: unknown = await response.json();
      expect(answer).toMatchObject({ error: expect.stringMatching(/^[a-z_]+$/) });
      expect(answer).not.toHaveProperty('access_token');
    });

    test('an unknown realm is not found', async () => {
      expect((await fetch(`${target.base}/realms/elsewhere/.well-known/openid-configuration`)).status).toBe(404);
      expect((await askToken(target.base, grant, basic('cq-officer', target.secret), 'elsewhere')).status).toBe(404);
    });
  });
}
