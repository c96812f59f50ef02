import { SignJWT } from 'jose';
import type { SigningKey } from './keys.ts';

/** The moment at which the tests take place, milliseconds since epoch. */
export const noon = Date.UTC(2026, 2, 2, 4, 0, 0);

/** What a test states about a token; `undefined` leaves a claim out. */
export type Stated = { readonly [claim: string]: unknown };

/** Claims of a plausible token of the realm `corridor`: the forwarder in Lanzhou, issued at noon for five minutes. */
export function claims(stated: Stated = {}): Stated {
  const iat = noon / 1_000;
  return {
    iss: realm,
    aud: 'corridor-gateway',
    sub: '0d7f3a52-6a0e-4b5c-9c53-2f6f3c1b8a11',
    azp: 'lz-forwarder',
    typ: 'Bearer',
    jti: 'b9d1f0f4-60cb-4c80-8a8e-1f2d3c4b5a69',
    iat,
    exp: iat + 300,
    party: 'GS',
    org: 'lz-forwarder',
    purposes: ['corridor-operations', 'clearance'],
    realm_access: { roles: ['forwarder', 'corridor-member'] },
    resource_access: { 'corridor-gateway': { roles: ['port.read', 'consignment.read'] }, 'subgraph-gx': { roles: ['feed.read'] } },
    ...stated,
  };
}

/** Issuers of the tests' table. */
export const realm = 'https://id.corridor.example/realms/corridor';
export const asean = 'https://id.asean.example/realms/asean';

/** A token of these claims. */
export async function aToken(key: SigningKey, stated: Stated = {}, header: Stated = {}): Promise<string> {
  return new SignJWT({ ...claims(stated) }).setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header }).sign(key.privateKey);
}

/** Three parts, signed by whatever the forger has. */
export function forged(header: Stated, payload: Stated, signature: (input: string) => Uint8Array): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part(header)}.${part(payload)}`;
  return `${input}.${Buffer.from(signature(input)).toString('base64url')}`;
}
