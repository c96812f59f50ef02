import { hash } from 'node:crypto';
import { SignJWT } from 'jose';
import type { SigningKey } from './keys.ts';
import type { Stated } from './tokens.ts';

/** What a proof is of; `header` and `claims` replace what an honest client states, `undefined` leaves it out. */
export type ProofOf = {
  readonly token: string;
  readonly method?: string;
  readonly url?: string;
  /** Milliseconds since epoch. */
  readonly at: number;
  readonly header?: Stated;
  readonly claims?: Stated;
};

/** The address that the tests' requests are sent to. */
export const graphUrl = 'https://api.corridor.example/graphql';

/** A DPoP proof as an honest client makes it (RFC 9449 §4.2), apart from what is stated. */
export function aProof(key: SigningKey, { token, method = 'POST', url = graphUrl, at, header, claims }: ProofOf): Promise<string> {
  const { kid: _kid, alg: _alg, use: _use, ...jwk } = key.publicJwk;
  const payload = {
    jti: crypto.randomUUID(),
    htm: method,
    htu: url,
    iat: Math.floor(at / 1_000),
    ath: hash('sha256', token, 'base64url'),
    ...claims,
  };
  return new SignJWT(payload).setProtectedHeader({ alg: key.alg, typ: 'dpop+jwt', jwk, ...header }).sign(key.privateKey);
}
