/** Tokens that no honest issuer would give, signed with the keys of the development issuer as they lie in its folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import type { Corridor } from './corridor.ts';

/** The realms of the demo. */
export type Realm = 'corridor' | 'asean';

/** The first key of a realm. */
export function realmKey(corridor: Corridor, realm: Realm): JWK & { readonly kid: string } {
  const text = readFileSync(join(corridor.dataFolder, 'secrets/issuer', `${realm}.json`), 'utf8');
  const { keys } = JSON.parse(text) as { keys: { jwk: JWK & { kid: string } }[] };
  const [first] = keys;
  if (first === undefined) throw new Error(`no key of ${realm}`);
  return first.jwk;
}

/** A token with these claims, whatever they say. */
export async function signedBy(corridor: Corridor, realm: Realm, claims: JWTPayload): Promise<string> {
  const jwk = realmKey(corridor, realm);
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: jwk.kid }).sign(await importJWK(jwk, 'RS256'));
}
