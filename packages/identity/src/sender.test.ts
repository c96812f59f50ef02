import { X509Certificate } from 'node:crypto';
import { CorridorError } from '@corridor/schemas';
import { calculateJwkThumbprint } from 'jose';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createDpopProofs } from './dpop.ts';
import { TokenRefused } from './refusal.ts';
import type { Sender } from './sender.ts';
import { aKey } from './testing/keys.ts';
import { aProof, graphUrl, type ProofOf } from './testing/proofs.ts';
import { startStubIssuer } from './testing/stub-issuer.ts';
import { aToken, noon, realm } from './testing/tokens.ts';
import { createVerifier } from './verifier.ts';

const realmKey = await aKey('realm-1');
const issuer = await startStubIssuer([realmKey.publicJwk]);
const clientKey = await aKey('client', 'ES256');
const otherKey = await aKey('other', 'ES256');
const jkt = await calculateJwkThumbprint(clientKey.publicJwk);
const bound = await aToken(realmKey, { cnf: { jkt } });

let now = noon;
const verifier = createVerifier([{ issuer: realm, jwksUri: issuer.jwksUri, algorithms: ['RS256'], parties: ['GS'], roles: [] }], {
  audience: 'corridor-gateway',
  clock: () => now,
});
beforeEach(() => {
  now += 3_600_000;
});
afterAll(async () => {
  verifier.close();
  await issuer.close();
});

function aSender(stated: Partial<Sender> = {}): Sender {
  return { method: 'POST', url: graphUrl, dpop: undefined, certificate: () => undefined, ...stated };
}

async function outcomeOf(authorization: string, sender?: Sender): Promise<string> {
  try {
    return (await verifier.verify(authorization, undefined, sender)).binding;
  } catch (error) {
    if (!(error instanceof CorridorError) || !(error.cause instanceof TokenRefused)) throw error;
    expect(error.code).toBe('UNAUTHENTICATED');
    return error.cause.reason;
  }
}

describe('a token bound to a key', () => {
  async function token(): Promise<string> {
    const iat = now / 1_000;
    return aToken(realmKey, { cnf: { jkt }, typ: 'DPoP', iat, exp: iat + 300 });
  }
  async function shown(proof: Partial<ProofOf> = {}, key = clientKey, sender: Partial<Sender> = {}): Promise<string> {
    const own = await token();
    return outcomeOf(`DPoP ${own}`, aSender({ dpop: await aProof(key, { token: own, at: now, ...proof }), ...sender }));
  }

  test('is taken with a proof of this request', async () => {
    expect(await shown()).toBe('dpop');
  });

  test.each(['ES256', 'ES384', 'PS256', 'EdDSA'])('is taken with a key of %s', async (alg) => {
    const key = await aKey('k', alg);
    const iat = now / 1_000;
    const own = await aToken(realmKey, { cnf: { jkt: await calculateJwkThumbprint(key.publicJwk) }, iat, exp: iat + 300 });
    expect(await outcomeOf(`DPoP ${own}`, aSender({ dpop: await aProof(key, { token: own, at: now }) }))).toBe('dpop');
  });

  test('is taken by the address as it is meant: without query and fragment, host in any case, port of the scheme', async () => {
    expect(await shown({ url: 'HTTPS://API.corridor.example:443/graphql?query=1#top' })).toBe('dpop');
    expect(await shown({}, clientKey, { url: `${graphUrl}?query=1` })).toBe('dpop');
  });

  test.each<[string, Partial<ProofOf>, string]>([
    ['of another method', { method: 'GET' }, 'DPoP proof: htm'],
    ['of a method in other letters', { method: 'post' }, 'DPoP proof: htm'],
    ['of another path', { url: 'https://api.corridor.example/graphql/' }, 'DPoP proof: htu'],
    ['of another host', { url: 'https://elsewhere.example/graphql' }, 'DPoP proof: htu'],
    ['of another scheme', { url: 'http://api.corridor.example/graphql' }, 'DPoP proof: htu'],
    ['of no address', { url: '/graphql' }, 'DPoP proof: htu'],
    ['of another token', { token: bound }, 'DPoP proof: ath'],
    ['of no token', { claims: { ath: undefined } }, 'DPoP proof: ath'],
    ['without id', { claims: { jti: undefined } }, 'DPoP proof: jti'],
    ['with an id too long to keep', { claims: { jti: 'x'.repeat(129) } }, 'DPoP proof: jti'],
    ['without time', { claims: { iat: undefined } }, 'DPoP proof: iat'],
    ['of another type', { header: { typ: 'JWT' } }, 'DPoP proof: ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['without type', { header: { typ: undefined } }, 'DPoP proof: ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['without key', { header: { jwk: undefined } }, 'DPoP proof: ERR_JWS_INVALID'],
    ['with the private key in it', { header: { jwk: clientKey.privateJwk } }, 'DPoP proof: ERR_JWS_INVALID'],
    ["with another's key in it", { header: { jwk: otherKey.publicJwk } }, 'DPoP proof: ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
    ['with a key that is none', { header: { jwk: { kty: 'EC', crv: 'P-256', x: 'A', y: 'A' } } }, 'DPoP proof: key unreadable'],
  ])('is refused with a proof %s', async (_, proof, reason) => {
    expect(await shown(proof)).toBe(reason);
  });

  test('is refused with a proof by another key', async () => {
    expect(await shown({}, otherKey)).toBe('DPoP proof: key');
  });

  test('is refused with a proof by an algorithm that is not listed', async () => {
    expect(await shown({}, await aKey('k', 'ES512'))).toBe('DPoP proof: ERR_JOSE_ALG_NOT_ALLOWED');
  });

  test.each([
    [-61, 'DPoP proof: iat'],
    [-60, 'dpop'],
    [60, 'dpop'],
    [61, 'DPoP proof: iat'],
  ])('with a proof made %d s from now: %s', async (seconds, outcome) => {
    expect(await shown({ at: now + seconds * 1_000 })).toBe(outcome);
  });

  test('is refused with a proof that was shown before, for as long as the proof could be taken', async () => {
    const own = await token();
    const sender = aSender({ dpop: await aProof(clientKey, { token: own, at: now + 60_000 }) });
    expect(await outcomeOf(`DPoP ${own}`, sender)).toBe('dpop');
    expect(await outcomeOf(`DPoP ${own}`, sender)).toBe('DPoP proof: seen before');
    now += 120_000;
    expect(await outcomeOf(`DPoP ${own}`, sender)).toBe('DPoP proof: seen before');
    now += 1_000;
    expect(await outcomeOf(`DPoP ${own}`, sender)).toBe('DPoP proof: iat');
  });

  test('is refused without a proof, with none, with two, and as a bearer token', async () => {
    const own = await token();
    const proof = (): Promise<string> => aProof(clientKey, { token: own, at: now });
    expect(await outcomeOf(`DPoP ${own}`)).toBe('no proof for a token bound to its sender');
    expect(await outcomeOf(`DPoP ${own}`, aSender())).toBe('no proof for a token bound to its sender');
    for (const dpop of ['', 'a.b', `${await proof()}, ${await proof()}`, `${await proof()}.x`, 'x'.repeat(5_000)])
      expect(await outcomeOf(`DPoP ${own}`, aSender({ dpop }))).toBe('not exactly one DPoP proof');
    expect(await outcomeOf(`Bearer ${own}`, aSender({ dpop: await proof() }))).toBe('bound to a key, but shown as a bearer token');
    expect(await outcomeOf(`DPoP ${own}`, aSender({ dpop: await proof() }))).toBe('dpop');
  });

  test('is asked for a proof on every use, though the token itself was checked a moment ago', async () => {
    const own = await token();
    const proof = (): Promise<string> => aProof(clientKey, { token: own, at: now });
    expect(await outcomeOf(`DPoP ${own}`, aSender({ dpop: await proof() }))).toBe('dpop');
    expect(await outcomeOf(`DPoP ${own}`, aSender())).toBe('no proof for a token bound to its sender');
    expect(await outcomeOf(`DPoP ${own}`, aSender({ dpop: await proof() }))).toBe('dpop');
  });
});

test('proofs that cannot be remembered are refused; the ones held stay held, and strangers take no room', async () => {
  const proofs = createDpopProofs({ clock: () => now, capacity: 2 });
  const at = now;
  const check = async (proof: string): Promise<unknown> => {
    const of = { proof, method: 'POST', url: graphUrl, tokenDigest: '', keyThumbprint: jkt };
    return proofs.check(of).then(
      () => 'taken',
      (error: unknown) => (error instanceof CorridorError && error.cause instanceof TokenRefused ? error.cause.reason : error),
    );
  };
  const make = (key = clientKey): Promise<string> => aProof(key, { token: '', at, claims: { ath: '' } });
  const first = await make();
  for (let n = 0; n < 5; n += 1) expect(await check(await make(otherKey))).toBe('DPoP proof: key');
  expect([await check(first), await check(await make()), await check(await make()), await check(first)]).toEqual([
    'taken',
    'taken',
    'DPoP proof: no more can be remembered',
    'DPoP proof: seen before',
  ]);
});

describe('a token bound to a client certificate', () => {
  // RFC 8705 Appendix A: the certificate of the example and its thumbprint
  const certificate = new X509Certificate(
    [
      '-----BEGIN CERTIFICATE-----',
      'MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAx',
      'ODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsGA1UEAwwEbXRsczBZMBMGByqG',
      'SM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ',
      '/Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwID',
      'SQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOV',
      'bUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=',
      '-----END CERTIFICATE-----',
    ].join('\n'),
  ).raw;
  const x5t = 'A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0';

  async function shown(cnf: object, sender: Partial<Sender>, scheme = 'Bearer'): Promise<string> {
    const iat = now / 1_000;
    const token = await aToken(realmKey, { cnf, iat, exp: iat + 300 });
    const dpop = sender.dpop === 'a proof' ? await aProof(clientKey, { token, at: now }) : sender.dpop;
    return outcomeOf(`${scheme} ${token}`, aSender({ ...sender, dpop }));
  }

  test('is taken over a connection with that certificate alone', async () => {
    expect(await shown({ 'x5t#S256': x5t }, { certificate: () => certificate })).toBe('mtls');
    expect(await shown({ 'x5t#S256': x5t }, {})).toBe('no proof for a token bound to its sender');
    expect(await shown({ 'x5t#S256': x5t }, { certificate: () => certificate.subarray(1) })).toBe('another client certificate');
    expect(await shown({ 'x5t#S256': x5t }, { certificate: () => certificate }, 'DPoP')).toBe('shown with DPoP, but bound to no key');
  });

  test('and to a key as well needs both', async () => {
    const both = { 'x5t#S256': x5t, jkt };
    expect(await shown(both, { certificate: () => certificate, dpop: 'a proof' }, 'DPoP')).toBe('mtls');
    expect(await shown(both, { certificate: () => certificate }, 'DPoP')).toBe('no proof for a token bound to its sender');
    expect(await shown(both, { dpop: 'a proof' }, 'DPoP')).toBe('no proof for a token bound to its sender');
  });

  test.each([
    [{}],
    [{ kid: 'key-1' }],
    [{ jkt, kid: 'key-1' }],
    [{ jkt: 'short' }],
    [{ 'x5t#S256': 7 }],
    [{ 'x5t#S256': [x5t] }],
    ['text'],
    [null],
    [[jkt]],
  ])('cnf %j is refused: a binding that is not understood is not one that can be left out', async (cnf) => {
    const iat = now / 1_000;
    const token = await aToken(realmKey, { cnf, iat, exp: iat + 300 });
    expect(await outcomeOf(`Bearer ${token}`, aSender({ certificate: () => certificate }))).toBe(
      'bound to its sender in a way that is not known here',
    );
  });

  test('marked as DPoP without a key is refused', async () => {
    const iat = now / 1_000;
    const token = await aToken(realmKey, { typ: 'DPoP', cnf: { 'x5t#S256': x5t }, iat, exp: iat + 300 });
    expect(await outcomeOf(`DPoP ${token}`, aSender({ certificate: () => certificate }))).toBe(
      'bound to its sender in a way that is not known here',
    );
  });
});
