/**
 * The claims of an access token, read once jose has accepted it: Keycloak's own (`azp`, `typ`), the corridor's (`party`, `org`, `purposes`) and
 * the limits on its life.
 */
import { purposes as allPurposes, type RegistryCode } from '@corridor/schemas';
import type { JWTHeaderParameters, JWTPayload } from 'jose';
import { type Confirmation, confirmationOf } from './confirmation.ts';
import { refusal } from './refusal.ts';

/** What a token says about its caller, apart from roles. */
export type TokenClaims = {
  readonly subject: string;
  readonly client: string;
  readonly party: RegistryCode;
  /** With its party: `GS/lz-forwarder`. */
  readonly org: string | null;
  /** Those of the closed list, in the token's order. */
  readonly purposes: readonly string[];
  readonly tokenId: string | null;
  /** Milliseconds since epoch. */
  readonly expiresAt: number;
  /** The key of its sender that the token is bound to (RFC 8705, RFC 9449); null: a bearer token. */
  readonly confirmation: Confirmation | null;
};

/** Seconds by which two clocks may differ; one value for every check of time in this package. */
export const skewSeconds = 60;
const longestLifeSeconds = 900;
const orgForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Reads and checks what jose does not: kind of token, life, audience alone. @throws UNAUTHENTICATED, TOKEN_NOT_YET_VALID */
export function tokenClaims(header: JWTHeaderParameters, payload: JWTPayload, audience: string, now: number): TokenClaims {
  if (!isAccessToken(header, payload)) throw refusal('UNAUTHENTICATED', 'not an access token');
  // One audience per token: a token that also opens another door could be replayed there.
  if (payload.aud !== audience && !(Array.isArray(payload.aud) && payload.aud.length === 1))
    throw refusal('UNAUTHENTICATED', 'more than one audience');

  const { iat, exp } = payload;
  if (typeof iat !== 'number' || typeof exp !== 'number') throw refusal('UNAUTHENTICATED', 'iat or exp is no number');
  // Written so that Infinity, which JSON can spell as 1e999, is refused too.
  if (!(iat <= now / 1_000 + skewSeconds)) throw refusal('TOKEN_NOT_YET_VALID', 'iat lies ahead');
  if (!(exp - iat <= longestLifeSeconds)) throw refusal('UNAUTHENTICATED', `life is longer than ${longestLifeSeconds} s`);

  const party = text(payload, 'party');
  const org = payload['org'];
  if (org !== undefined && (typeof org !== 'string' || !orgForm.test(org))) throw refusal('UNAUTHENTICATED', 'org is not a plain name');
  return {
    subject: text(payload, 'sub'),
    client: text(payload, 'azp'),
    party,
    org: org === undefined ? null : `${party}/${org}`,
    purposes: purposesOf(payload),
    tokenId: typeof payload.jti === 'string' ? payload.jti : null,
    expiresAt: exp * 1_000,
    confirmation: confirmationOf(payload),
  };
}

// Keycloak marks the payload, RFC 9068 the header. An ID token bears `ID`, a refresh token `Refresh`.
function isAccessToken(header: JWTHeaderParameters, payload: JWTPayload): boolean {
  const typ = payload['typ'];
  if (typ !== undefined) return typ === 'Bearer' || typ === 'DPoP';
  return header.typ !== undefined && /^(application\/)?at\+jwt$/i.test(header.typ);
}

function text(payload: JWTPayload, claim: string): string {
  const value = payload[claim];
  if (typeof value !== 'string' || value === '' || value.length > 255) throw refusal('UNAUTHENTICATED', `${claim} is not a short text`);
  return value;
}

function purposesOf(payload: JWTPayload): readonly string[] {
  const stated = payload['purposes'] ?? [];
  if (!Array.isArray(stated)) throw refusal('UNAUTHENTICATED', 'purposes is no list');
  return stated.filter((purpose) => allPurposes.some((known) => known === purpose));
}
