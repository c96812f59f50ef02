/**
 * The caller passport: who the gateway accepted, said to one owner for at most a minute. A JWT (RFC 7519) signed with Ed25519 (RFC 8037), type
 * `corridor-caller+jwt`. The owner keeps it with its audit row: evidence that the gateway vouched for this caller.
 */
import { type Clock, CorridorError, type Random } from '@corridor/schemas';
import { importJWK, type JWK, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { type Changing, latest } from './changing.ts';
import type { Accepted } from './verifier.ts';

/** `typ` of a passport's header. */
export const passportType = 'corridor-caller+jwt';

/** Longest life of a passport, seconds. */
export const passportSeconds = 60;

/** The claims of a passport beside `iss aud iat exp jti`. An anonymous caller's has `bnd: "none"` and nothing else. */
export type PassportClaims = {
  readonly sub?: string;
  readonly azp?: string;
  readonly party?: string;
  /** With its party: `GS/lz-forwarder`. */
  readonly org?: string;
  readonly roles?: readonly string[];
  readonly purpose?: string;
  /** The issuer whose token was accepted. */
  readonly idp?: string;
  readonly bnd: Accepted['binding'];
  /** First 128 bits of the token's SHA-256, base64url. */
  readonly tok?: string;
};

/** Makes passports of one gateway. */
export type PassportIssuer = {
  /** A passport for `owner` (`guangxi`, `directory`), valid 60 s or as long as the token; one per token, owner and purpose until it nears its end. */
  passportFor(accepted: Accepted, owner: string): Promise<string>;
};

/** The gateway's name, its private key and environment. */
export type PassportIssuerOptions = {
  /** `iss`, and the part before `>` in the ids of its hop keys. */
  readonly gatewayId: string;
  /** Ed25519 private key; `kid` goes into the header, so that two may be valid during a change. */
  readonly key: Changing<JWK>;
  readonly clock: Clock;
  readonly random: Random;
};

// A passport is handed out again while it has this much left, so that it outlives the request it goes with.
const remainingMs = 15_000;

/** A passport issuer for one gateway. @throws CONFIG_INVALID for a key that is no private Ed25519 key */
export function createPassportIssuer(options: PassportIssuerOptions): PassportIssuer {
  const { gatewayId, clock, random } = options;
  const signing = latest(options.key, (jwk) => {
    checkPassportKey(jwk);
    const key = importJWK(jwk, 'EdDSA');
    key.catch(() => {}); // the first passport that needs it reports it
    const header = { alg: 'EdDSA', typ: passportType, ...(jwk.kid === undefined ? {} : { kid: jwk.kid }) };
    // With the key go the passports it signed.
    return {
      key,
      header,
      cache: new LRUCache<string, { readonly passport: Promise<string>; readonly from: number; readonly until: number }>({ max: 20_000 }),
    };
  });

  async function sign(accepted: Accepted, owner: string, issuedAt: number, expiresAt: number): Promise<string> {
    const { key, header } = signing();
    return new SignJWT({ ...claimsOf(accepted) })
      .setProtectedHeader(header)
      .setIssuer(gatewayId)
      .setAudience(owner)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .setJti(Buffer.from(random(16)).toString('base64url'))
      .sign(await key);
  }

  return {
    passportFor(accepted, owner) {
      const now = clock();
      const { cache } = signing();
      const cacheKey = JSON.stringify([accepted.tokenDigest, owner, accepted.caller.purpose]);
      const cached = cache.get(cacheKey);
      // A clock that was set back would hand out passports of a time to come, which no owner takes.
      if (cached !== undefined && cached.from <= now && cached.until > now) return cached.passport;
      const issuedAt = Math.floor(now / 1_000);
      const tokenEndsAt = accepted.expiresAt === null ? Number.POSITIVE_INFINITY : Math.floor(accepted.expiresAt / 1_000);
      const expiresAt = Math.min(issuedAt + passportSeconds, tokenEndsAt);
      const passport = sign(accepted, owner, issuedAt, expiresAt);
      cache.set(cacheKey, { passport, from: now, until: expiresAt * 1_000 - remainingMs });
      passport.catch(() => cache.delete(cacheKey));
      return passport;
    },
  };
}

/** @throws CONFIG_INVALID for a key that is no private Ed25519 key */
export function checkPassportKey(key: JWK): void {
  if (!isEd25519(key) || key.d === undefined)
    throw new CorridorError('CONFIG_INVALID', { detail: 'the passport key is no private Ed25519 key' });
}

/** Whether a JWK is an Ed25519 key (RFC 8037 §2), private or public. */
export function isEd25519(key: JWK): boolean {
  return key.kty === 'OKP' && key.crv === 'Ed25519' && typeof key.x === 'string';
}

function claimsOf({ caller, tokenDigest, binding }: Accepted): PassportClaims {
  return {
    ...(caller.subject === null ? {} : { sub: caller.subject }),
    ...(caller.client === null ? {} : { azp: caller.client }),
    ...(caller.party === null ? {} : { party: caller.party }),
    ...(caller.org === null ? {} : { org: caller.org }),
    ...(caller.roles.length === 0 ? {} : { roles: caller.roles }),
    ...(caller.purpose === null ? {} : { purpose: caller.purpose }),
    ...(caller.issuer === null ? {} : { idp: caller.issuer }),
    bnd: binding,
    ...(tokenDigest === null ? {} : { tok: tokenDigest }),
  };
}
