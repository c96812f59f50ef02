// Long: one table of tokens, each refused for its own reason; parted, nobody would see which reason is missing.
import { createHmac, createSign, hash } from 'node:crypto';
import { anonymous, CorridorError, type ErrorCode, errorText } from '@corridor/schemas';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Identified } from './deny-list.ts';
import type { IssuerRow } from './issuer-table.ts';
import { TokenRefused } from './refusal.ts';
import { aKey } from './testing/keys.ts';
import { startStubIssuer } from './testing/stub-issuer.ts';
import { asean, aToken, claims, forged, noon, realm } from './testing/tokens.ts';
import { createVerifier, type Verifier, type VerifierOptions } from './verifier.ts';

const realmKey = await aKey('realm-1');
const aseanKey = await aKey('asean-1');
const strangerKey = await aKey('stranger-1');
const realmIssuer = await startStubIssuer([realmKey.publicJwk]);
const aseanIssuer = await startStubIssuer([aseanKey.publicJwk]);

const table: IssuerRow[] = [
  {
    issuer: realm,
    jwksUri: realmIssuer.jwksUri,
    algorithms: ['RS256'],
    parties: ['GX', 'CQ', 'GZ', 'GS'],
    roles: ['corridor-member', 'customs', 'forwarder', 'port-operator'],
  },
  {
    issuer: asean,
    jwksUri: aseanIssuer.jwksUri,
    algorithms: ['RS256'],
    parties: ['SG', 'VN'],
    roles: ['corridor-member', 'forwarder', 'port-operator'],
  },
];

let now = noon;
const open: Verifier[] = [];
function aVerifier(options: Partial<VerifierOptions> = {}): Verifier {
  const verifier = createVerifier(table, { audience: 'corridor-gateway', clock: () => now, ...options });
  open.push(verifier);
  return verifier;
}
const verifier = aVerifier();

beforeEach(() => {
  now = noon;
});
afterAll(async () => {
  for (const each of open) each.close();
  await Promise.all([realmIssuer.close(), aseanIssuer.close()]);
});

type Refusal = { readonly code: ErrorCode; readonly reason: string };

async function refusalOf(authorization: string, purpose?: string, by = verifier): Promise<Refusal> {
  const error = await by.verify(authorization, purpose).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof CorridorError)) throw new Error('was not refused', { cause: error });
  // Nothing but the table's words leaves with the code.
  expect(error.message).toBe(errorText(error.code));
  expect(error.detail).toBeUndefined();
  return { code: error.code, reason: error.cause instanceof TokenRefused ? error.cause.reason : String(error.cause) };
}

const issuedAt = noon / 1_000;
const refusedTokens: readonly { name: string; token: () => Promise<string> | string; code: ErrorCode; reason: string }[] = [
  {
    name: 'of a Singapore issuer that claims Guangxi',
    token: () => aToken(aseanKey, { iss: asean, party: 'GX' }),
    code: 'UNAUTHENTICATED',
    reason: 'issuer may not speak for this party',
  },
  {
    name: "signed with Singapore's key under the realm's issuer",
    token: () => aToken(aseanKey),
    code: 'UNAUTHENTICATED',
    reason: 'key id unknown',
  },
  {
    name: "signed with Singapore's key under the realm's issuer and key id",
    token: () => aToken(aseanKey, {}, { kid: realmKey.kid }),
    code: 'UNAUTHENTICATED',
    reason: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  },
  { name: 'without exp', token: () => aToken(realmKey, { exp: undefined }), code: 'UNAUTHENTICATED', reason: 'exp missing' },
  {
    name: 'with nbf ahead',
    token: () => aToken(realmKey, { nbf: issuedAt + 3_600 }),
    code: 'TOKEN_NOT_YET_VALID',
    reason: 'nbf check_failed',
  },
  {
    name: 'with iat ahead',
    token: () => aToken(realmKey, { iat: issuedAt + 240, exp: issuedAt + 300 }),
    code: 'TOKEN_NOT_YET_VALID',
    reason: 'iat lies ahead',
  },
  {
    name: 'that lives longer than 900 s',
    token: () => aToken(realmKey, { exp: issuedAt + 901 }),
    code: 'UNAUTHENTICATED',
    reason: 'life is longer than 900 s',
  },
  {
    name: 'for another audience',
    token: () => aToken(realmKey, { aud: 'subgraph-gx' }),
    code: 'UNAUTHENTICATED',
    reason: 'aud check_failed',
  },
  { name: 'without audience', token: () => aToken(realmKey, { aud: undefined }), code: 'UNAUTHENTICATED', reason: 'aud missing' },
  { name: 'that is an ID token', token: () => aToken(realmKey, { typ: 'ID' }), code: 'UNAUTHENTICATED', reason: 'not an access token' },
  {
    name: 'bound to a client certificate, without one',
    token: () => aToken(realmKey, { cnf: { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' } }),
    code: 'UNAUTHENTICATED',
    reason: 'no proof for a token bound to its sender',
  },
  {
    name: 'bound to a DPoP key, without proof',
    token: () => aToken(realmKey, { typ: 'DPoP', cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } }),
    code: 'UNAUTHENTICATED',
    reason: 'no proof for a token bound to its sender',
  },
  { name: 'without party', token: () => aToken(realmKey, { party: undefined }), code: 'UNAUTHENTICATED', reason: 'party missing' },
  { name: 'with an unknown key id', token: () => aToken(strangerKey), code: 'UNAUTHENTICATED', reason: 'key id unknown' },
  { name: 'that is garbage', token: () => 'garbage.garbage.garbage', code: 'UNAUTHENTICATED', reason: 'not a JWT' },
  {
    name: 'of an unknown issuer',
    token: () => aToken(strangerKey, { iss: 'https://id.elsewhere.example' }),
    code: 'UNAUTHENTICATED',
    reason: 'issuer unknown',
  },
  {
    name: 'with alg none',
    token: () => forged({ alg: 'none', kid: realmKey.kid }, claims(), () => new Uint8Array()),
    code: 'UNAUTHENTICATED',
    reason: 'ERR_JOSE_ALG_NOT_ALLOWED',
  },
  {
    name: 'with HS256 over the public key as text',
    token: () =>
      forged({ alg: 'HS256', kid: realmKey.kid }, claims(), (input) => createHmac('sha256', realmKey.publicPem).update(input).digest()),
    code: 'UNAUTHENTICATED',
    reason: 'ERR_JOSE_ALG_NOT_ALLOWED',
  },
  {
    name: "with an alg that is not the key's",
    token: () => aToken(realmKey).then((token) => withHeader(token, { alg: 'PS256', kid: realmKey.kid })),
    code: 'UNAUTHENTICATED',
    reason: 'ERR_JOSE_ALG_NOT_ALLOWED',
  },
  {
    name: 'with an unknown crit',
    token: () =>
      forged({ alg: 'RS256', kid: realmKey.kid, crit: ['corridor'], corridor: true }, claims(), (input) =>
        createSign('sha256')
          .update(input)
          .sign({ key: { ...realmKey.privateJwk }, format: 'jwk' }),
      ),
    code: 'UNAUTHENTICATED',
    reason: 'ERR_JOSE_NOT_SUPPORTED',
  },
  { name: 'without iat', token: () => aToken(realmKey, { iat: undefined }), code: 'UNAUTHENTICATED', reason: 'iat missing' },
  {
    name: 'that is too long',
    token: () => aToken(realmKey, { padding: 'x'.repeat(8_192) }),
    code: 'UNAUTHENTICATED',
    reason: 'token too long',
  },
];

function withHeader(token: string, header: object): string {
  return [Buffer.from(JSON.stringify(header)).toString('base64url'), ...token.split('.').slice(1)].join('.');
}

describe('a token is refused', () => {
  for (const { name, token, code, reason } of refusedTokens) {
    test(name, async () => {
      expect(await refusalOf(`Bearer ${await token()}`)).toEqual({ code, reason });
    });
  }

  test('at 1,000 repeats without a single look at a key set', async () => {
    const tokens = await Promise.all(refusedTokens.map(({ token }) => token()));
    expect(tokens).toHaveLength(22);
    for (let n = 0; n < 2; n += 1) {
      now += 30_000; // two of them bear unknown key ids: each is looked for once, when an attempt is due
      for (const token of tokens) await refusalOf(`Bearer ${token}`);
    }
    const before = realmIssuer.attempts + aseanIssuer.attempts;
    for (let n = 0; n < 1_000; n += 1) {
      now += 50; // past the 30 s after which an unknown key id could cost an attempt again
      const token = tokens[n % tokens.length] ?? '';
      await expect(verifier.verify(`Bearer ${token}`, undefined)).rejects.toBeInstanceOf(CorridorError);
    }
    expect(realmIssuer.attempts + aseanIssuer.attempts - before).toBe(0);
  });

  test('in another spelling of its signature, which would give it another digest', async () => {
    const token = await aToken(realmKey);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const respelled = token.slice(0, -1) + alphabet.charAt(alphabet.indexOf(token.slice(-1)) + 1);
    expect(Buffer.from(respelled.split('.')[2] ?? '', 'base64url')).toEqual(Buffer.from(token.split('.')[2] ?? '', 'base64url'));
    expect(await refusalOf(`Bearer ${respelled}`)).toEqual({ code: 'UNAUTHENTICATED', reason: 'signature is not canonical base64url' });
  });

  test('whatever the bytes, with a code and never by a fault of ours', async () => {
    const good = await aToken(realmKey);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 200 }),
          fc
            .tuple(fc.nat(good.length - 1), fc.constantFrom('.', 'A', '-', '=', ' ', ',', '\u0000', '钦'))
            .map(([at, text]) => `Bearer ${good.slice(0, at)}${text}${good.slice(at + 1)}`),
          fc
            .tuple(fc.jsonValue({ maxDepth: 2 }), fc.jsonValue({ maxDepth: 2 }))
            .map(
              ([header, payload]) =>
                `Bearer ${Buffer.from(JSON.stringify(header)).toString('base64url')}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.AAAA`,
            ),
        ),
        async (authorization) => {
          if (authorization === `Bearer ${good}`) return;
          await expect(verifier.verify(authorization, undefined)).rejects.toMatchObject({ name: 'CorridorError', code: 'UNAUTHENTICATED' });
        },
      ),
      { numRuns: 300, seed: 20260302 },
    );
  });

  test('for signed claims of any shape, with a code and never by a fault of ours', async () => {
    const names = [
      'sub',
      'azp',
      'party',
      'org',
      'purposes',
      'realm_access',
      'resource_access',
      'typ',
      'iat',
      'exp',
      'nbf',
      'aud',
      'cnf',
      'jti',
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 2 }), async (name, value) => {
        const token = forged({ alg: 'RS256', kid: realmKey.kid }, claims({ [name]: value }), (input) =>
          createSign('sha256')
            .update(input)
            .sign({ key: { ...realmKey.privateJwk }, format: 'jwk' }),
        );
        const outcome = await verifier.verify(`Bearer ${token}`, undefined).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CorridorError);
      }),
      { numRuns: 150, seed: 20260302 },
    );
  });
});

describe('the header', () => {
  test.each([
    ['is empty', ''],
    ['holds no scheme', 'abc'],
    ['names another scheme', 'Basic Z3g6c2VjcmV0'],
    ['holds two tokens', 'Bearer a.b.c, Bearer d.e.f'],
    ['holds a token with a space in front', 'Bearer  a.b.c'],
  ])('%s: refused, not anonymous', async (_, authorization) => {
    expect(await refusalOf(authorization)).toEqual({ code: 'UNAUTHENTICATED', reason: 'authorization is not one bearer token' });
  });

  test('names DPoP for a token that is not bound: refused', async () => {
    expect(await refusalOf(`DPoP ${await aToken(realmKey)}`)).toEqual({
      code: 'UNAUTHENTICATED',
      reason: 'shown with DPoP, but bound to no key',
    });
  });

  test('names its scheme in any case', async () => {
    await expect(verifier.verify(`bearer ${await aToken(realmKey)}`, undefined)).resolves.toMatchObject({ binding: 'bearer' });
  });

  test('is absent: anonymous, and nothing else', async () => {
    expect(await verifier.verify(undefined, undefined)).toEqual({ caller: anonymous, tokenDigest: null, expiresAt: null, binding: 'none' });
  });
});

describe('an accepted token', () => {
  test('gives the caller with its party, firm, roles, permissions and purpose', async () => {
    const token = await aToken(realmKey);
    expect(await verifier.verify(`Bearer ${token}`, undefined)).toEqual({
      caller: {
        party: 'GS',
        org: 'GS/lz-forwarder',
        roles: ['corridor-member', 'forwarder'],
        permissions: ['consignment.read', 'port.read'],
        purpose: 'corridor-operations',
        subject: '0d7f3a52-6a0e-4b5c-9c53-2f6f3c1b8a11',
        client: 'lz-forwarder',
        issuer: realm,
      },
      tokenDigest: Buffer.from(hash('sha256', token, 'buffer'))
        .subarray(0, 16)
        .toString('base64url'),
      expiresAt: noon + 300_000,
      binding: 'bearer',
    });
  });

  test('may bear the type of RFC 9068 in its header instead of the payload', async () => {
    const token = await aToken(realmKey, { typ: undefined }, { typ: 'at+jwt' });
    await expect(verifier.verify(`Bearer ${token}`, undefined)).resolves.toMatchObject({ binding: 'bearer' });
    expect(await refusalOf(`Bearer ${await aToken(realmKey, { typ: undefined })}`)).toMatchObject({ reason: 'not an access token' });
  });

  test('opens one door: with a second audience it is refused', async () => {
    expect(await refusalOf(`Bearer ${await aToken(realmKey, { aud: ['corridor-gateway', 'subgraph-gx'] })}`)).toEqual({
      code: 'UNAUTHENTICATED',
      reason: 'more than one audience',
    });
    await expect(verifier.verify(`Bearer ${await aToken(realmKey, { aud: ['corridor-gateway'] })}`, undefined)).resolves.toBeDefined();
  });

  test('opens a door of an owner with the permissions of that client', async () => {
    const atGuangxi = aVerifier({ audience: 'subgraph-gx' });
    const { caller } = await atGuangxi.verify(
      `Bearer ${await aToken(realmKey, { aud: 'subgraph-gx', azp: 'feed-cq-gx', org: undefined })}`,
      undefined,
    );
    expect(caller).toMatchObject({ client: 'feed-cq-gx', org: null, permissions: ['feed.read'] });
  });

  test('is checked again a minute later, and refused a minute after its end', async () => {
    const authorization = `Bearer ${await aToken(realmKey)}`;
    await verifier.verify(authorization, undefined);
    now = noon + 359_000; // the end is 300 s after noon, and clocks may differ by 60 s
    await expect(verifier.verify(authorization, undefined)).resolves.toMatchObject({ expiresAt: noon + 300_000 });
    now = noon + 360_000;
    expect(await refusalOf(authorization)).toEqual({ code: 'TOKEN_EXPIRED', reason: 'exp is over' });
  });

  test('may be issued by a clock up to a minute ahead', async () => {
    await expect(
      verifier.verify(`Bearer ${await aToken(realmKey, { iat: issuedAt + 60, nbf: issuedAt + 60 })}`, undefined),
    ).resolves.toBeDefined();
    expect(await refusalOf(`Bearer ${await aToken(realmKey, { iat: issuedAt + 61 })}`)).toMatchObject({ code: 'TOKEN_NOT_YET_VALID' });
    expect(await refusalOf(`Bearer ${await aToken(realmKey, { nbf: issuedAt + 61 })}`)).toMatchObject({ code: 'TOKEN_NOT_YET_VALID' });
  });

  test('is asked of the deny list on every use, a token checked before too', async () => {
    const asked: Identified[] = [];
    let isDenied = false;
    const watching = aVerifier({
      denied: (who) => {
        asked.push(who);
        return isDenied;
      },
    });
    const authorization = `Bearer ${await aToken(realmKey)}`;
    const { tokenDigest } = await watching.verify(authorization, undefined);
    isDenied = true;
    expect(await refusalOf(authorization, undefined, watching)).toEqual({ code: 'UNAUTHENTICATED', reason: 'on the deny list' });
    const who = {
      issuer: realm,
      subject: '0d7f3a52-6a0e-4b5c-9c53-2f6f3c1b8a11',
      client: 'lz-forwarder',
      tokenId: 'b9d1f0f4-60cb-4c80-8a8e-1f2d3c4b5a69',
      tokenDigest,
    };
    expect(asked).toEqual([who, who]);
  });
});

describe('an issuer says no more than its row allows', () => {
  test('a Singapore firm that bears the name of a firm in Guizhou is a Singapore firm', async () => {
    const { caller } = await verifier.verify(`Bearer ${await aToken(aseanKey, { iss: asean, party: 'SG', org: 'gz-firm-7' })}`, undefined);
    expect(caller).toMatchObject({ party: 'SG', org: 'SG/gz-firm-7' });
  });

  test.each(['GZ/gz-firm-7', '../gz-firm-7', 'gz firm', '', 'x'.repeat(65), 7])(
    'org %j is refused: it could pass for another party',
    async (org) => {
      expect(await refusalOf(`Bearer ${await aToken(aseanKey, { iss: asean, party: 'SG', org })}`)).toEqual({
        code: 'UNAUTHENTICATED',
        reason: 'org is not a plain name',
      });
    },
  );

  test('roles that a Singapore issuer may not give are cut', async () => {
    const token = await aToken(aseanKey, {
      iss: asean,
      party: 'SG',
      realm_access: { roles: ['customs', 'agreement-admin', 'port-operator'] },
    });
    expect((await verifier.verify(`Bearer ${token}`, undefined)).caller.roles).toEqual(['port-operator']);
  });

  test('permissions of other clients stay theirs', async () => {
    const { caller } = await verifier.verify(
      `Bearer ${await aToken(realmKey, { resource_access: { 'subgraph-gx': { roles: ['ingest.write'] } } })}`,
      undefined,
    );
    expect(caller.permissions).toEqual([]);
  });

  test.each([
    ['realm_access', { roles: 'customs-helper' }],
    ['realm_access', { roles: [['customs']] }],
    ['realm_access', 'customs'],
    ['resource_access', { 'corridor-gateway': { roles: 'consignment.read' } }],
    ['resource_access', ['corridor-gateway']],
  ])('%s = %j is refused: a text would be searched for role names', async (claim, value) => {
    expect(await refusalOf(`Bearer ${await aToken(realmKey, { [claim]: value })}`)).toEqual({
      code: 'UNAUTHENTICATED',
      reason: `${claim} has not the shape of Keycloak`,
    });
  });

  test.each([
    ['an issuer listed twice', [table[0], table[0]]],
    ['a symmetric algorithm', [{ ...table[0], algorithms: ['HS256'] }]],
    ['alg none', [{ ...table[0], algorithms: ['none'] }]],
    ['no algorithm', [{ ...table[0], algorithms: [] }]],
    ['a role with a colon', [{ ...table[0], roles: ['corridor-gateway:consignment.read'] }]],
    ['a key set in clear text off loopback', [{ ...table[0], jwksUri: 'http://id.corridor.example/certs' }]],
    ['a key set that is no address', [{ ...table[0], jwksUri: 'certs' }]],
  ])('a table with %s is refused at the start', (_, rows) => {
    const build = (): Verifier => createVerifier(rows as IssuerRow[], { audience: 'corridor-gateway', clock: () => now });
    expect(build).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});

describe('the purpose', () => {
  test('absent is the first of the token', async () => {
    const token = await aToken(realmKey, { purposes: ['clearance', 'corridor-operations'] });
    expect((await verifier.verify(`Bearer ${token}`, undefined)).caller.purpose).toBe('clearance');
  });

  test('stated is one of the token', async () => {
    const authorization = `Bearer ${await aToken(realmKey)}`;
    expect((await verifier.verify(authorization, 'clearance')).caller.purpose).toBe('clearance');
    expect((await verifier.verify(authorization, undefined)).caller.purpose).toBe('corridor-operations');
  });

  test.each(['statistics', 'law-enforcement', '', 'clearance, corridor-operations'])(
    '%j is not allowed when the token does not hold it',
    async (purpose) => {
      expect(await refusalOf(`Bearer ${await aToken(realmKey)}`, purpose)).toEqual({
        code: 'PURPOSE_NOT_ALLOWED',
        reason: 'purpose not in the token',
      });
    },
  );

  test('outside the closed list is nobody’s, even when a token holds it', async () => {
    const authorization = `Bearer ${await aToken(aseanKey, { iss: asean, party: 'SG', purposes: ['law-enforcement', 'clearance'] })}`;
    expect(await refusalOf(authorization, 'law-enforcement')).toMatchObject({ code: 'PURPOSE_NOT_ALLOWED' });
    expect((await verifier.verify(authorization, undefined)).caller.purpose).toBe('clearance');
  });

  test('is none for a token that holds none', async () => {
    const authorization = `Bearer ${await aToken(realmKey, { purposes: undefined })}`;
    expect((await verifier.verify(authorization, undefined)).caller.purpose).toBeNull();
    expect(await refusalOf(authorization, 'clearance')).toMatchObject({ code: 'PURPOSE_NOT_ALLOWED' });
  });

  test('is not for callers without a token', async () => {
    await expect(verifier.verify(undefined, 'statistics')).rejects.toMatchObject({ code: 'PURPOSE_NOT_ALLOWED' });
  });
});
