import { randomUUID } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVerifier } from '@corridor/identity';
import { decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, describe, expect, test } from 'vitest';
import { issuerConfig } from './config.ts';
import { developmentIssuerTable } from './issuer-table.ts';
import type { RunningIssuer } from './start.ts';
import { aFolder, anIssuer, askToken, basic, demoSecret, noPool, realmsDir } from './testing/an-issuer.ts';

const keyDir = aFolder();
const running: RunningIssuer[] = [];
async function started(issuer: Promise<RunningIssuer>): Promise<RunningIssuer> {
  const one = await issuer;
  running.push(one);
  return one;
}
const issuer = await started(anIssuer({ keyDir }));
afterAll(async () => {
  await Promise.all(running.map((one) => one.close()));
});

const grant = { grant_type: 'client_credentials' };
async function aToken(from: RunningIssuer): Promise<string> {
  const answer: unknown = await (await askToken(from.url, grant, basic('cq-officer', demoSecret))).json();
  return typeof answer === 'object' && answer !== null && 'access_token' in answer ? String(answer.access_token) : '';
}
async function kidsOf(from: RunningIssuer): Promise<string[]> {
  const { keys } = await (await fetch(`${from.url}/realms/corridor/protocol/openid-connect/certs`, { headers: noPool })).json();
  return keys.map(({ kid }: { kid: string }) => kid);
}

describe('the development issuer starts', () => {
  test('with an issuer per realm', () => {
    expect(issuer.issuers).toEqual([`${issuer.url}/realms/asean`, `${issuer.url}/realms/corridor`]);
  });

  test.each(['0.0.0.0', '::', '10.0.0.7', 'localhost', 'corridor.example', '127.0.0.1.corridor.example'])(
    'nowhere but on loopback: %s is refused',
    async (host) => {
      await expect(anIssuer({ host })).rejects.toMatchObject({ code: 'PRODUCTION_REFUSED' });
    },
  );

  test('never in production', async () => {
    await expect(anIssuer({ environment: 'production' })).rejects.toMatchObject({ code: 'PRODUCTION_REFUSED' });
  });

  test('on a free port only', async () => {
    await expect(anIssuer({ port: Number(new URL(issuer.url).port), keyDir })).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  });

  test('with realm files only: a broken, a missing and a full-scope one are told by name', async () => {
    const broken = aFolder();
    await expect(anIssuer({ realmsDir: broken })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    writeFileSync(join(broken, 'corridor.json'), '{"realm":"corridor"}');
    await expect(anIssuer({ realmsDir: broken })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      detail: expect.stringContaining('corridor.json'),
    });
    const corridor = readFileSync(join(realmsDir, 'corridor.json'), 'utf8');
    writeFileSync(join(broken, 'corridor.json'), corridor.replace('"fullScopeAllowed": false', '"fullScopeAllowed": true'));
    await expect(anIssuer({ realmsDir: broken })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      detail: expect.stringContaining('fullScopeAllowed'),
    });
    await expect(anIssuer({ realmsDir: join(broken, 'nowhere') })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('from its environment: secret from a file, addresses of key sets by name, and all faults at once', () => {
    const secretFile = join(aFolder(), 'secret');
    writeFileSync(secretFile, `${demoSecret}\n`);
    const env = {
      REALMS_DIR: 'realms',
      KEY_DIR: 'keys',
      CLIENT_SECRET_FILE: secretFile,
      CQ_JWKS_URL: 'http://127.0.0.1:1/certs',
      NODE_ENV: 'production',
      UNRELATED: 'x',
    };
    expect(issuerConfig(env)).toEqual({
      host: '127.0.0.1',
      port: 4007,
      realmsDir: 'realms',
      keyDir: 'keys',
      variables: { CQ_JWKS_URL: 'http://127.0.0.1:1/certs', CORRIDOR_DEMO_SECRET: demoSecret },
      environment: 'production',
      logLevel: 'info',
      operations: { adminHost: '127.0.0.1', adminPort: 4107, traceEndpoint: undefined },
    });
    expect(() => issuerConfig({ PORT: 'x' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', detail: expect.stringMatching(/PORT.*REALMS_DIR/s) }),
    );
  });
});

describe('the token endpoint', () => {
  test('gives an unknown client and a wrong secret the same answer, byte for byte', async () => {
    const answers = await Promise.all(
      [basic('cq-officer', 'wrong'), basic('nobody', demoSecret), basic('gz-firm-7', demoSecret), { authorization: 'Basic !' }].map(
        async (headers) => {
          const response = await askToken(issuer.url, grant, headers);
          return [response.status, await response.text(), response.headers.get('www-authenticate')];
        },
      ),
    );
    const refused = [
      401,
      '{"error":"invalid_client","error_description":"Invalid client or Invalid client credentials"}',
      'Basic realm="token endpoint"',
    ];
    expect(answers).toEqual([refused, refused, refused, refused]);
  });

  test('takes bodies up to 16 KiB', async () => {
    const padded = (bytes: number): string =>
      `grant_type=client_credentials&x=${'x'.repeat(bytes - 'grant_type=client_credentials&x='.length)}`;
    expect((await askToken(issuer.url, padded(16 * 1024), basic('cq-officer', demoSecret))).status).toBe(200);
    expect((await askToken(issuer.url, padded(16 * 1024 + 1), basic('cq-officer', demoSecret))).status).toBe(413);
  });

  test('takes a form only', async () => {
    const response = await fetch(`${issuer.url}/realms/corridor/protocol/openid-connect/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...basic('cq-officer', demoSecret) },
      body: JSON.stringify(grant),
    });
    expect(response.status).toBe(415);
    expect((await fetch(`${issuer.url}/realms/corridor/protocol/openid-connect/token`)).status).toBe(404);
  });

  test.each<[string, string, Record<string, string>]>([
    ['credentials in two places', `grant_type=client_credentials&client_id=cq-officer&client_secret=x`, basic('cq-officer', demoSecret)],
    ['a parameter twice', 'grant_type=client_credentials&grant_type=client_credentials', basic('cq-officer', demoSecret)],
    ['an assertion of another type', 'grant_type=client_credentials&client_assertion=x&client_assertion_type=saml', {}],
  ])('refuses %s', async (_, form, headers) => {
    const response = await askToken(issuer.url, form, headers);
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: 'invalid_request', error_description: 'The request cannot be read' },
    ]);
  });

  test('makes no token cacheable', async () => {
    expect((await askToken(issuer.url, grant, basic('cq-officer', demoSecret))).headers.get('cache-control')).toBe('no-store');
  });
});

describe('a client with a key', async () => {
  const folder = aFolder();
  cpSync(realmsDir, folder, { recursive: true });
  const own = await generateKeyPair('ES256', { extractable: true });
  const other = await generateKeyPair('ES256');
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(own.publicKey)), kid: 'firm' }] });
  const file = join(folder, 'corridor.json');
  const withKey = readFileSync(file, 'utf8').replace(
    /"use\.jwks\.url": "true",\s*"jwks\.url": "\$\{GZ_FIRM_7_JWKS_URL\}"/,
    `"use.jwks.string": "true", "jwks.string": ${JSON.stringify(jwks)}`,
  );
  writeFileSync(file, withKey);
  const withKeys = await started(anIssuer({ realmsDir: folder, keyDir }));
  const seconds = Math.floor(Date.now() / 1_000);

  function assertion(stated: Record<string, unknown> = {}, key = own.privateKey): Promise<string> {
    const claims = {
      iss: 'gz-firm-7',
      sub: 'gz-firm-7',
      aud: `${withKeys.url}/realms/corridor`,
      jti: randomUUID(),
      exp: seconds + 60,
      ...stated,
    };
    return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'firm' }).sign(key);
  }
  async function ask(client_assertion: string, more: Record<string, string> = {}): Promise<number> {
    const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    return (await askToken(withKeys.url, { ...grant, client_assertion_type, client_assertion, ...more })).status;
  }

  test('gets a token for an assertion, for the issuer or its token endpoint, once each', async () => {
    const first = await assertion();
    expect(await ask(first)).toBe(200);
    expect(await ask(first)).toBe(401);
    expect(
      await ask(await assertion({ aud: `${withKeys.url}/realms/corridor/protocol/openid-connect/token` }), { client_id: 'gz-firm-7' }),
    ).toBe(200);
  });

  test.each<[string, () => Promise<string>, Record<string, string>?]>([
    ['of another key', () => assertion({}, other.privateKey)],
    ['for another audience', () => assertion({ aud: 'http://127.0.0.1/realms/asean' })],
    ['in the name of another client', () => assertion({ iss: 'feed-cq-gx', sub: 'feed-cq-gx' })],
    ['about another client', () => assertion({ sub: 'cq-officer' })],
    ['by a client with a secret', () => assertion({ iss: 'cq-officer', sub: 'cq-officer' })],
    ['beside another client id', () => assertion(), { client_id: 'cq-officer' }],
    ['without number', () => assertion({ jti: undefined })],
    ['without end', () => assertion({ exp: undefined })],
    ['that is over', () => assertion({ exp: seconds - 1 })],
    ['that lives for an hour', () => assertion({ exp: seconds + 3_600 })],
    ['that is none', async () => 'a.b.c'],
  ])('gets none for an assertion %s', async (_, make, more) => {
    expect(await ask(await make(), more)).toBe(401);
  });
});

describe('keys', () => {
  test('outlive a restart, and so do tokens and the people in them', async () => {
    const folder = aFolder();
    const before = await started(anIssuer({ keyDir: folder }));
    const token = await aToken(before);
    const kids = await kidsOf(before);
    await before.close();
    const after = await started(anIssuer({ keyDir: folder, port: Number(new URL(before.url).port) }));
    expect(await kidsOf(after)).toEqual(kids);
    const verifier = createVerifier(developmentIssuerTable(after.url), { audience: 'corridor-gateway', clock: Date.now });
    const [old, fresh] = await Promise.all([token, aToken(after)].map(async (one) => verifier.verify(`Bearer ${await one}`, undefined)));
    verifier.close();
    expect(old?.caller).toEqual(fresh?.caller);
  });

  test('are readable by their owner alone', () => {
    expect(readdirSync(keyDir).sort()).toEqual(['asean.json', 'corridor.json']);
    expect(statSync(join(keyDir, 'corridor.json')).mode & 0o077).toBe(0);
  });

  test('are published a minute before they sign, and kept a quarter of an hour after', async () => {
    let now = Date.now();
    const one = await started(anIssuer({}, () => now));
    const [first] = await kidsOf(one);
    const signedBy = async (): Promise<unknown> => decodeProtectedHeader(await aToken(one)).kid;

    await one.rotateKeys();
    const [, second, ...none] = await kidsOf(one);
    expect([second === first, none]).toEqual([false, []]);
    now += 59_000;
    expect(await signedBy()).toBe(first);
    now += 1_000;
    expect(await signedBy()).toBe(second);
    expect(await kidsOf(one)).toEqual([first, second]);

    now += 15 * 60_000;
    await one.rotateKeys();
    expect(await kidsOf(one)).toEqual([second, expect.any(String)]);
  });

  test('change by themselves after a day', async () => {
    let now = Date.now();
    const one = await started(anIssuer({}, () => now));
    const [first] = await kidsOf(one);
    now += 24 * 3_600_000;
    const kids = await kidsOf(one);
    expect(kids).toHaveLength(2);
    expect(decodeProtectedHeader(await aToken(one)).kid).toBe(first);
    now += 60_000;
    expect(decodeProtectedHeader(await aToken(one)).kid).toBe(kids[1]);
  });
});
