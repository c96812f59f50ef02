/** Tokens that are bound to their sender, over the wire: to a key (DPoP, RFC 9449) and to a client certificate (mutual TLS, RFC 8705). */
import { hash } from 'node:crypto';
import { calculateJwkThumbprint, decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Agent, type Dispatcher, request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { selfSigned } from '../simulators/certificate.ts';
import { type Federation, ids, startFederation } from './federation.ts';

const one = JSON.stringify({ query: `{ facility(id: "${ids.qinzhou}") { facility { facilityName { en } } } }` });
const key = await generateKeyPair('ES256');
const jwk = await exportJWK(key.publicKey);
const jkt = await calculateJwkThumbprint(jwk);

type Reply = { readonly status: number; readonly code: unknown; readonly challenge: unknown };

async function post(url: string, headers: Record<string, string | string[]>, dispatcher?: Dispatcher): Promise<Reply> {
  const response = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: one,
    ...(dispatcher !== undefined && { dispatcher }),
  });
  const { errors } = (await response.body.json()) as { errors?: { extensions: { code: string } }[] };
  return { status: response.statusCode, code: errors?.[0]?.extensions.code, challenge: response.headers['www-authenticate'] };
}

function proof(token: string, url: string, claims: object = {}): Promise<string> {
  const iat = Math.floor(Date.now() / 1_000);
  const payload = { jti: crypto.randomUUID(), htm: 'POST', htu: url, iat, ath: hash('sha256', token, 'base64url'), ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk }).sign(key.privateKey);
}

/** How the passport that the owner got last says the caller was bound. */
function bindingAt(corridor: Federation): unknown {
  return decodeJwt(String(corridor.guangxi.received.at(-1)?.['corridor-caller']))['bnd'];
}

const answered = { status: 200, code: undefined, challenge: undefined };
const refused = { status: 401, code: 'UNAUTHENTICATED', challenge: expect.stringContaining('DPoP') };

describe('a token bound to a key', () => {
  const publicUrl = 'https://api.corridor.example/china';
  let corridor: Federation;
  beforeAll(async () => {
    corridor = await startFederation({ listener: { publicUrl } });
  });
  afterAll(() => corridor.close());
  afterEach(() => {
    corridor.guangxi.received.length = 0;
  });
  const bound = (): Promise<string> => corridor.issuer.token({ typ: 'DPoP', cnf: { jkt } });

  test('is taken with a proof for the address that clients use, and its owner hears how it was bound', async () => {
    const token = await bound();
    const dpop = await proof(token, `${publicUrl}/graphql`);
    expect(await post(corridor.url, { authorization: `DPoP ${token}`, dpop })).toEqual(answered);
    expect(bindingAt(corridor)).toBe('dpop');
    expect(JSON.stringify(corridor.guangxi.received)).not.toContain(dpop);
  });

  test.each<[string, (token: string, url: string) => Promise<Record<string, string | string[]>>]>([
    ['without proof', async () => ({})],
    [
      'with a proof for the address it listens at, or that Host names',
      async (token, url) => ({ dpop: await proof(token, `${url}/graphql`) }),
    ],
    ['with a proof for another method', async (token) => ({ dpop: await proof(token, `${publicUrl}/graphql`, { htm: 'GET' }) })],
    ['with a proof for another token', async () => ({ dpop: await proof('another', `${publicUrl}/graphql`) })],
    [
      'with an old proof',
      async (token) => ({ dpop: await proof(token, `${publicUrl}/graphql`, { iat: Math.floor(Date.now() / 1_000) - 120 }) }),
    ],
    [
      'with two proofs, each of which is right',
      async (token) => ({ dpop: [await proof(token, `${publicUrl}/graphql`), await proof(token, `${publicUrl}/graphql`)] }),
    ],
  ])('is refused %s, and no owner hears of it', async (_, headersOf) => {
    const token = await bound();
    expect(await post(corridor.url, { authorization: `DPoP ${token}`, ...(await headersOf(token, corridor.url)) })).toEqual(refused);
    expect(corridor.guangxi.received).toEqual([]);
  });

  test('is refused with a proof that was shown before, and as a bearer token', async () => {
    const token = await bound();
    const dpop = await proof(token, `${publicUrl}/graphql`);
    expect((await post(corridor.url, { authorization: `DPoP ${token}`, dpop })).status).toBe(200);
    expect(await post(corridor.url, { authorization: `DPoP ${token}`, dpop })).toEqual(refused);
    expect(await post(corridor.url, { authorization: `Bearer ${token}`, dpop: await proof(token, `${publicUrl}/graphql`) })).toEqual(
      refused,
    );
  });
});

describe('a token bound to a client certificate', () => {
  const server = selfSigned('api.corridor.example');
  const firm = selfSigned('sg-terminal');
  const stranger = selfSigned('sg-terminal');
  const agents: Agent[] = [];
  const withCertificate = (client?: { cert: string; key: string }): Agent => {
    const agent = new Agent({ connect: { ca: server.cert, ...client } });
    agents.push(agent);
    return agent;
  };
  let corridor: Federation;
  beforeAll(async () => {
    corridor = await startFederation({ listener: { tls: server } });
  });
  afterAll(async () => {
    await Promise.all(agents.map((agent) => agent.close()));
    await corridor.close();
  });
  const bound = async (cnf: object = { 'x5t#S256': firm.thumbprint }): Promise<string> => `Bearer ${await corridor.issuer.token({ cnf })}`;

  test('is taken over a connection with that certificate, and its owner hears how it was bound', async () => {
    expect(corridor.url).toMatch(/^https:/);
    const agent = withCertificate(firm);
    for (let n = 0; n < 3; n += 1) expect(await post(corridor.url, { authorization: await bound() }, agent)).toEqual(answered);
    expect(bindingAt(corridor)).toBe('mtls');
  });

  test('is refused without a certificate, with another of the same name, and with one that a header claims', async () => {
    const authorization = await bound();
    expect(await post(corridor.url, { authorization }, withCertificate())).toEqual(refused);
    expect(await post(corridor.url, { authorization }, withCertificate(stranger))).toEqual(refused);
    const claimed = {
      'x-ssl-client-cert': encodeURIComponent(firm.cert),
      'client-cert': `:${firm.cert.split('\n').slice(1, -2).join('')}:`,
    };
    expect(await post(corridor.url, { authorization, ...claimed }, withCertificate())).toEqual(refused);
  });

  test('leaves room for callers without one, and for proofs of a key at the same door', async () => {
    const plain = withCertificate();
    expect(await post(corridor.url, { authorization: `Bearer ${await corridor.issuer.token()}` }, plain)).toEqual(answered);
    expect(bindingAt(corridor)).toBe('bearer');
    const token = await corridor.issuer.token({ cnf: { jkt } });
    expect(
      await post(corridor.url, { authorization: `DPoP ${token}`, dpop: await proof(token, `${corridor.url}/graphql`) }, plain),
    ).toEqual(answered);
  });

  test('closing ends connections that wait and answers the one at work', async () => {
    const own = await startFederation({ listener: { tls: server } });
    own.guangxi.behaviour = 'hangs';
    const agent = withCertificate();
    await request(`${own.url}/livez`, { dispatcher: agent }).then(({ body }) => body.dump());
    const atWork = post(own.url, { authorization: `Bearer ${await own.issuer.token()}` }, agent);
    while (own.guangxi.received.length === 0) await new Promise((done) => setTimeout(done, 5));
    await own.close();
    expect((await atWork).status).toBe(200);
  });
});
