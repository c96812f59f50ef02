/**
 * Who asks: from an `Authorization` header to a caller.
 *
 * 1. The header: one token, bearer or DPoP, not too long. A token accepted less than a minute ago goes on at 6.
 * 2. Its issuer stands in the table; looked up before any key is.
 * 3. jose: algorithm, key of that issuer alone, signature, `iss`, `aud`, times, claims that must be there.
 * 4. An access token, not an ID token; short-lived; for this audience and no other.
 * 5. The issuer may speak for the party; roles are cut to those it may give; `org` gets its party in front.
 * 6. On every use: the deny list is asked, and bound tokens need their proof (`sender.ts`).
 * 7. The purpose is one of the token's.
 *
 * No header is the anonymous caller. A bad token never is: it is refused with 401, a token nobody can check with 503.
 */
import { hash } from 'node:crypto';
import { anonymous, type Caller, type Clock, CorridorError } from '@corridor/schemas';
import { decodeJwt, errors, type JWTPayload, type JWTVerifyResult, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { readAuthorization } from './bearer.ts';
import type { Confirmation } from './confirmation.ts';
import { type DenyList, type Identified, nobodyDenied } from './deny-list.ts';
import { type Fetch, openFetch } from './fetch-bounded.ts';
import { type IssuerRow, issuerTable, mayClaim } from './issuer-table.ts';
import { createKeySet, type KeySet, KeySetUnavailable, type Schedule } from './key-set.ts';
import { rolesOf } from './keycloak-roles.ts';
import { refusal } from './refusal.ts';
import { type Binding, createSenderCheck, type Sender } from './sender.ts';
import { skewSeconds, tokenClaims } from './token-claims.ts';

/** A caller who was let in, and what his passport is made from. */
export type Accepted = {
  readonly caller: Caller;
  /** First 128 bits of the token's SHA-256, base64url; null without a token. */
  readonly tokenDigest: string | null;
  /** Milliseconds since epoch; null without a token. */
  readonly expiresAt: number | null;
  /** How the token is bound to its sender: not at all, to a key (RFC 9449) or to a client certificate (RFC 8705); the proof was shown. */
  readonly binding: 'none' | Binding;
};

/** Checks callers for one audience. */
export type Verifier = {
  /**
   * The caller behind an `Authorization` header and a `corridor-purpose` header. A purpose is stated only with a token that holds it; absent, it is
   * the token's first, or null when the token has none. Without `sender` no token is taken that is bound to one.
   * @throws UNAUTHENTICATED TOKEN_EXPIRED TOKEN_NOT_YET_VALID PURPOSE_NOT_ALLOWED ISSUER_UNAVAILABLE, the reason in `cause` only
   */
  verify(authorization: string | undefined, purpose: string | undefined, sender?: Sender): Promise<Accepted>;
  /** How old each issuer's key set is, in ms; `null`: none was loaded yet. Known keys are good for 24 hours. */
  keySetAges(): readonly { readonly issuer: string; readonly ageMs: number | null }[];
  /** Ends the reloading of key sets. */
  close(): void;
};

/** Audience and environment of a verifier. */
export type VerifierOptions = {
  /** Client id this program answers to: `corridor-gateway`, `subgraph-gx` …; client roles are read under the same name. */
  readonly audience: string;
  readonly clock: Clock;
  /** Fetches key sets; undici with a pool of its own when absent. */
  readonly fetch?: Fetch;
  readonly denied?: DenyList;
  /** Timers, unless a test brings its own. */
  readonly schedule?: Schedule;
  /** Told when a key set could not be loaded; for the operator's log. */
  readonly onKeySetFailure?: (issuer: string, error: unknown) => void;
};

type Known = {
  readonly caller: Caller;
  readonly purposes: readonly string[];
  readonly identified: Identified;
  readonly expiresAt: number;
  readonly confirmation: Confirmation | null;
  /** Until when the check need not be repeated. */
  readonly until: number;
};

const cacheSize = 20_000;
const cacheMs = 60_000;
const nobody: Accepted = { caller: anonymous, tokenDigest: null, expiresAt: null, binding: 'none' };

/** A verifier over an issuer table; it begins to load the key sets at once. @throws CONFIG_INVALID for a table that cannot be right. */
export function createVerifier(issuers: readonly IssuerRow[], options: VerifierOptions): Verifier {
  const { audience, clock, denied = nobodyDenied, schedule = timer, onKeySetFailure } = options;
  const table = issuerTable(issuers);
  const { fetch, close } = options.fetch === undefined ? openFetch() : { fetch: options.fetch, close: () => {} };
  const cache = new LRUCache<string, Known>({ max: cacheSize });
  const senders = createSenderCheck({ clock });
  const keySets = new Map<string, KeySet>();
  for (const { issuer, jwksUri } of table.values()) {
    keySets.set(issuer, createKeySet({ url: jwksUri, fetch, clock, schedule, onFailure: (error) => onKeySetFailure?.(issuer, error) }));
  }

  async function check(token: string, digest: string): Promise<Known> {
    const now = clock();
    const row = table.get(issuerOf(token));
    const keySet = row === undefined ? undefined : keySets.get(row.issuer);
    if (row === undefined || keySet === undefined) throw refusal('UNAUTHENTICATED', 'issuer unknown');
    if (!isCanonical(token)) throw refusal('UNAUTHENTICATED', 'signature is not canonical base64url');
    const { payload, protectedHeader } = await accepted(token, row, keySet, audience, now);
    const claims = tokenClaims(protectedHeader, payload, audience, now);
    if (!mayClaim(row, claims.party)) throw refusal('UNAUTHENTICATED', 'issuer may not speak for this party');
    const { roles, permissions } = rolesOf(token, payload, row.roles, audience);
    return {
      caller: {
        party: claims.party,
        org: claims.org,
        roles,
        permissions,
        purpose: claims.purposes[0] ?? null,
        subject: claims.subject,
        client: claims.client,
        issuer: row.issuer,
      },
      purposes: claims.purposes,
      identified: {
        issuer: row.issuer,
        subject: claims.subject,
        client: claims.client,
        tokenId: claims.tokenId,
        tokenDigest: Buffer.from(digest, 'base64url').subarray(0, 16).toString('base64url'),
      },
      expiresAt: claims.expiresAt,
      confirmation: claims.confirmation,
      until: Math.min(claims.expiresAt, now + cacheMs),
    };
  }

  return {
    async verify(authorization, purpose, sender) {
      if (authorization === undefined) {
        if (purpose !== undefined) throw refusal('PURPOSE_NOT_ALLOWED', 'purpose without a token');
        return nobody;
      }
      const { scheme, token } = readAuthorization(authorization);
      const digest = hash('sha256', token, 'base64url');
      let known = cache.get(digest);
      if (known === undefined || known.until <= clock()) {
        known = await check(token, digest);
        if (known.until > clock()) cache.set(digest, known);
      }
      if (denied(known.identified)) throw refusal('UNAUTHENTICATED', 'on the deny list');
      const binding = await senders.check({ confirmation: known.confirmation, scheme, tokenDigest: digest, sender });
      const { caller, expiresAt } = known;
      const { tokenDigest } = known.identified;
      if (purpose === undefined || purpose === caller.purpose) return { caller, tokenDigest, expiresAt, binding };
      if (!known.purposes.includes(purpose)) throw refusal('PURPOSE_NOT_ALLOWED', 'purpose not in the token');
      return { caller: { ...caller, purpose }, tokenDigest, expiresAt, binding };
    },
    keySetAges: () => [...keySets].map(([issuer, keySet]) => ({ issuer, ageMs: keySet.ageMs() })),
    close() {
      for (const keySet of keySets.values()) keySet.close();
      close();
    },
  };
}

// jose ignores the last, unused bits of a signature's text: 16 spellings of one token, each with a digest of its own, would pass a deny list of digests.
function isCanonical(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1);
  return Buffer.from(signature, 'base64url').toString('base64url') === signature;
}

function issuerOf(token: string): string {
  let claimed: JWTPayload;
  try {
    claimed = decodeJwt(token);
  } catch {
    throw refusal('UNAUTHENTICATED', 'not a JWT');
  }
  return typeof claimed.iss === 'string' ? claimed.iss : '';
}

async function accepted(token: string, row: IssuerRow, keySet: KeySet, audience: string, now: number): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, keySet.key, {
      algorithms: [...row.algorithms],
      issuer: row.issuer,
      audience,
      requiredClaims: ['exp', 'iat', 'sub', 'azp', 'party'],
      currentDate: new Date(now),
      clockTolerance: skewSeconds,
    });
  } catch (error) {
    throw refusalFor(error);
  }
}

// jose's errors carry the whole claims set: they stop here, and only rule and claim name go on.
function refusalFor(error: unknown): unknown {
  if (error instanceof KeySetUnavailable) {
    return new CorridorError('ISSUER_UNAVAILABLE', { retryAfterSeconds: error.retryAfterSeconds, cause: error });
  }
  if (error instanceof errors.JWTExpired) return refusal('TOKEN_EXPIRED', 'exp is over');
  if (error instanceof errors.JWTClaimValidationFailed) {
    const code = error.claim === 'nbf' && error.reason === 'check_failed' ? 'TOKEN_NOT_YET_VALID' : 'UNAUTHENTICATED';
    return refusal(code, `${error.claim} ${error.reason}`);
  }
  if (error instanceof errors.JOSEError) return refusal('UNAUTHENTICATED', error.code);
  return error;
}

function timer(work: () => void, delayMs: number): () => void {
  const handle = setTimeout(work, delayMs);
  handle.unref();
  return () => clearTimeout(handle);
}
