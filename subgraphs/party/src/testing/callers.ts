import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createPassportIssuer, type GatewayKey, type HopKey, type IssuerRow, type PassportIssuer } from '@corridor/identity';
import { anonymous, type Caller, type Clock, type Random } from '@corridor/schemas';

/** An officer of a party: no firm. */
export function anOfficer(party: string, more: Partial<Caller> = {}): Caller {
  return {
    party,
    org: null,
    roles: [],
    permissions: [],
    purpose: 'corridor-operations',
    subject: `officer-of-${party}`,
    client: 'corridor-cli',
    issuer: issuerUrl,
    ...more,
  };
}

/** Somebody of a firm: `GS/lz-forwarder`. */
export function aFirm(org: string, more: Partial<Caller> = {}): Caller {
  return { ...anOfficer(org.slice(0, org.indexOf('/'))), org, subject: `somebody-of-${org}`, ...more };
}

export { anonymous };

/** The one issuer of the tests: it speaks for every party. */
const issuerUrl = 'http://127.0.0.1:4007/realms/corridor';

const roles = ['border-inspection', 'corridor-auditor', 'customs', 'forwarder', 'port-operator'];

/** Keys of a gateway and an issuer, made for one test file. */
export type TestKeys = {
  readonly issuers: readonly IssuerRow[];
  readonly gateways: readonly GatewayKey[];
  readonly hopKey: HopKey;
  readonly passports: PassportIssuer;
  /** `fetch` that answers with the issuer's key set. */
  readonly fetch: typeof fetch;
  /** `Authorization` of a caller, for one audience. */
  bearer(caller: Caller, audience: string): string;
};

/** Keys of gateway `gw1` and of the issuer, for one owner. */
export function makeTestKeys(owner: string, clock: Clock, random: Random): TestKeys {
  const gateway = generateKeyPairSync('ed25519');
  const issuer = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwks = JSON.stringify({ keys: [{ ...issuer.publicKey.export({ format: 'jwk' }), kid: 'i1', alg: 'ES256', use: 'sig' }] });
  return {
    issuers: [
      {
        issuer: issuerUrl,
        jwksUri: `${issuerUrl}/protocol/openid-connect/certs`,
        algorithms: ['ES256'],
        parties: ['GX', 'CQ', 'GZ', 'GS', 'SG', 'VN', 'DIRECTORY'],
        roles,
      },
    ],
    gateways: [{ id: 'gw1', key: { ...gateway.publicKey.export({ format: 'jwk' }), kid: 'g1' } }],
    hopKey: { id: `gw1>${owner}/1`, secret: Buffer.from(random(32)).toString('base64url') },
    passports: createPassportIssuer({
      gatewayId: 'gw1',
      key: { ...gateway.privateKey.export({ format: 'jwk' }), kid: 'g1' },
      clock,
      random,
    }),
    fetch: async () => new Response(jwks, { status: 200, headers: { 'content-type': 'application/json' } }),
    bearer: (caller, audience) => `Bearer ${tokenOf(caller, audience, issuer.privateKey, clock)}`,
  };
}

/** The passport of a caller for an owner. */
export function passportOf(keys: TestKeys, caller: Caller, owner: string): Promise<string> {
  const isKnown = caller.party !== null;
  const tokenDigest = createHash('sha256').update(JSON.stringify(caller)).digest().subarray(0, 16).toString('base64url');
  return keys.passports.passportFor(
    { caller, tokenDigest: isKnown ? tokenDigest : null, expiresAt: null, binding: isKnown ? 'bearer' : 'none' },
    owner,
  );
}

function tokenOf(caller: Caller, audience: string, key: KeyObject, clock: Clock): string {
  const now = Math.floor(clock() / 1_000);
  const payload = {
    iss: caller.issuer,
    aud: audience,
    sub: caller.subject,
    azp: caller.client,
    typ: 'Bearer',
    iat: now,
    exp: now + 300,
    party: caller.party,
    ...(caller.org === null ? {} : { org: caller.org.slice(caller.org.indexOf('/') + 1) }),
    purposes: caller.purpose === null ? [] : [caller.purpose],
    realm_access: { roles: caller.roles },
    resource_access: { [audience]: { roles: caller.permissions } },
  };
  const content = [{ alg: 'ES256', typ: 'JWT', kid: 'i1' }, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${content}.${sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
