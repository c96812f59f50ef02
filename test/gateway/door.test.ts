import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Federation, ids, startFederation } from './federation.ts';

let corridor: Federation;
beforeAll(async () => {
  corridor = await startFederation();
});
afterAll(() => corridor.close());
beforeEach(() => {
  corridor.guangxi.received.length = 0;
});

const one = `{ facility(id: "${ids.qinzhou}") { facility { facilityName { en } } } }`;
const codeOf = (answer: Awaited<ReturnType<Federation['ask']>>): unknown =>
  (answer.json.errors?.[0]?.['extensions'] as { code?: string } | undefined)?.code;
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

test('no token is the public audience, a good token is its caller, and both are asked for with a passport', async () => {
  const answers = [await corridor.ask(one), await corridor.ask(one, { headers: bearer(await corridor.issuer.token()) })];
  expect(answers.map(({ status, json }) => [status, json.data])).toEqual(
    Array(2).fill([200, { facility: { facility: { facilityName: { en: 'Guangxi' } } } }]),
  );
  expect(corridor.guangxi.received.map((headers) => typeof headers['corridor-caller'])).toEqual(['string', 'string']);
});

test.each<[string, (corridor: Federation) => Promise<Record<string, string>>, number, string]>([
  ['garbage', async () => bearer('garbage'), 401, 'UNAUTHENTICATED'],
  ['an expired token', async ({ issuer }) => bearer(await issuer.token({ iat: 1_000_000_000, exp: 1_000_000_300 })), 401, 'TOKEN_EXPIRED'],
  [
    'a token not valid yet',
    async ({ issuer }) => bearer(await issuer.token({ nbf: Math.floor(Date.now() / 1_000) + 3_600 })),
    401,
    'TOKEN_NOT_YET_VALID',
  ],
  ['a token for another audience', async ({ issuer }) => bearer(await issuer.token({ aud: 'subgraph-gx' })), 401, 'UNAUTHENTICATED'],
  [
    'a token for a party its issuer may not speak for',
    async ({ issuer }) => bearer(await issuer.token({ party: 'SG' })),
    401,
    'UNAUTHENTICATED',
  ],
  [
    'a purpose the token does not hold',
    async ({ issuer }) => ({ ...bearer(await issuer.token()), 'corridor-purpose': 'law-enforcement' }),
    403,
    'PURPOSE_NOT_ALLOWED',
  ],
])('%s is refused before the query is read, and no owner hears of it', async (_, headers, status, code) => {
  const answer = await corridor.ask('this is not even GraphQL', { headers: await headers(corridor) });
  expect([answer.status, codeOf(answer), corridor.guangxi.received]).toEqual([status, code, []]);
  expect(answer.headers['www-authenticate']).toEqual(
    status === 401 ? 'Bearer error="invalid_token", DPoP error="invalid_token", algs="ES256 ES384 PS256 EdDSA"' : undefined,
  );
});

test('what a client may not say does not reach an owner: headers are built anew', async () => {
  const token = await corridor.issuer.token();
  await corridor.ask(one, {
    headers: {
      ...bearer(token),
      cookie: 'session=1',
      forwarded: 'for=10.0.0.1',
      'x-forwarded-for': '10.0.0.1',
      'x-party': 'GX',
      'x-auth-user': 'admin',
      'corridor-caller': 'forged',
      'corridor-evidence': 'forged',
      signature: 'hop=:AA==:',
      'signature-input': 'hop=()',
      'x-ssl-client-cert': 'x',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    },
  });
  const [headers = {}] = corridor.guangxi.received;
  expect(Object.keys(headers).sort()).toEqual([
    'accept',
    'connection',
    'content-digest',
    'content-length',
    'content-type',
    'corridor-caller',
    'corridor-deadline',
    'host',
    'signature',
    'signature-input',
    'traceparent',
  ]);
  expect(headers['traceparent']).toContain('4bf92f3577b34da6a3ce929d0e0e4736');
  expect(JSON.stringify(headers)).not.toContain(token);
  expect(headers['corridor-caller']).not.toBe('forged');
});

test('a gateway whose configuration lacks an owner of the supergraph does not start, and says which', async () => {
  await expect(startFederation({ owners: {} })).rejects.toMatchObject({
    code: 'RELEASE_MISSING',
    message: expect.stringMatching(/RELEASE_OWNER_UNKNOWN \(asean; .*guizhou\)/),
  });
});
