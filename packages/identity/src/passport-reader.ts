import { hash } from 'node:crypto';
import { purposes as allPurposes, anonymous, type Caller, type Clock, CorridorError } from '@corridor/schemas';
import { errors, type JWK, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { type Changing, latest } from './changing.ts';
import { type DenyList, type Identified, nobodyDenied } from './deny-list.ts';
import { HopRefused } from './hop-refused.ts';
import { type IssuerTable, mayClaim } from './issuer-table.ts';
import { isEd25519, passportSeconds, passportType } from './passport.ts';
import { skewSeconds } from './token-claims.ts';

/** A gateway and its public key; the same id twice, with different `kid`s (or one without), while a key is being changed. */
export type GatewayKey = { readonly id: string; readonly key: JWK };

/** Reads passports at one owner. */
export type PassportReader = {
  /** The caller of a passport that came over a hop of `gateway`. @throws HopRefused */
  read(passport: string, gateway: string): Promise<Caller>;
};

/** The owner, whom it trusts to issue, and for whom they may speak. */
export type PassportReaderOptions = {
  readonly owner: string;
  readonly gateways: Changing<readonly GatewayKey[]>;
  readonly issuers: IssuerTable;
  readonly clock: Clock;
  readonly denied?: DenyList | undefined;
};

type Known = {
  readonly caller: Caller;
  readonly identified: Identified | null;
  readonly gateway: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
};

const orgForm = /^([A-Z]+)\/[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** A reader that checks each passport's signature once and its times, its gateway and the deny list on every use. @throws CONFIG_INVALID for a gateway's key that is private or not Ed25519 */
export function createPassportReader(options: PassportReaderOptions): PassportReader {
  const { owner, issuers, clock, denied = nobodyDenied } = options;
  const trusted = latest(options.gateways, (gateways) => ({
    keysOf: gatewayTable(gateways),
    // What was checked with keys that are no longer trusted is not known any more.
    cache: new LRUCache<string, Known>({ max: 20_000 }),
  }));

  async function check(passport: string, gateway: string, keysOf: GatewayTable): Promise<Known> {
    const keys = keysOf.get(gateway);
    if (keys === undefined) throw new HopRefused('passport-gateway');
    const payload = await verified(passport, keys, gateway, owner, clock());
    const { iat, exp } = payload;
    if (typeof iat !== 'number' || typeof exp !== 'number') throw new HopRefused('passport-times');
    return { ...callerOf(payload, issuers), gateway, issuedAt: iat * 1_000, expiresAt: exp * 1_000 };
  }

  return {
    async read(passport, gateway) {
      const { keysOf, cache } = trusted();
      const digest = hash('sha256', passport, 'base64url');
      let known = cache.get(digest);
      if (known === undefined) {
        known = await check(passport, gateway, keysOf);
        cache.set(digest, known);
      }
      if (known.gateway !== gateway) throw new HopRefused('passport-gateway');
      const now = clock();
      const inTime =
        known.issuedAt <= now + skewSeconds * 1_000 &&
        known.expiresAt > now - skewSeconds * 1_000 &&
        known.expiresAt - known.issuedAt <= passportSeconds * 1_000;
      if (!inTime) throw new HopRefused('passport-times');
      if (known.identified !== null && denied(known.identified)) throw new HopRefused('denied');
      return known.caller;
    },
  };
}

/** The keys of each gateway by their `kid`; under `''` the one without. */
type GatewayTable = ReadonlyMap<string, ReadonlyMap<string, JWK>>;

/** @throws CONFIG_INVALID for a key that is private or not Ed25519, or two of one gateway under one `kid` */
export function gatewayTable(gateways: readonly GatewayKey[]): GatewayTable {
  const table = new Map<string, Map<string, JWK>>();
  for (const { id, key } of gateways) {
    if (!isEd25519(key) || key.d !== undefined)
      throw new CorridorError('CONFIG_INVALID', { detail: `the key of gateway ${id} is no public Ed25519 key` });
    const keys = table.get(id) ?? new Map<string, JWK>();
    if (keys.has(key.kid ?? '')) throw new CorridorError('CONFIG_INVALID', { detail: `gateway ${id} has two keys under one kid` });
    table.set(id, keys.set(key.kid ?? '', key));
  }
  return table;
}

async function verified(
  passport: string,
  keys: ReadonlyMap<string, JWK>,
  gateway: string,
  owner: string,
  now: number,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(passport, ({ kid = '' }) => keyNamed(keys, kid), {
      algorithms: ['EdDSA'],
      typ: passportType,
      issuer: gateway,
      audience: owner,
      requiredClaims: ['iat', 'exp', 'jti', 'bnd'],
      currentDate: new Date(now),
      clockTolerance: skewSeconds,
    });
    if (payload.aud !== owner) throw new HopRefused('passport-audience');
    return payload;
  } catch (error) {
    throw error instanceof errors.JOSEError ? new HopRefused(reasonOf(error)) : error;
  }
}

// A header without `kid` is signed by the key without, or by the only one: a gateway's first key often has none, and stays valid while one with a `kid`
// replaces it.
function keyNamed(keys: ReadonlyMap<string, JWK>, kid: string): JWK {
  const key = keys.get(kid) ?? (kid === '' && keys.size === 1 ? [...keys.values()][0] : undefined);
  if (key === undefined) throw new HopRefused('passport-signature');
  return key;
}

function reasonOf(error: errors.JOSEError): HopRefused['reason'] {
  if (error instanceof errors.JWTExpired) return 'passport-times';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return 'passport-audience';
    if (error.claim === 'iss') return 'passport-gateway';
    if (error.claim === 'typ') return 'passport-type';
    return error.claim === 'bnd' || error.claim === 'jti' ? 'passport-claims' : 'passport-times';
  }
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'passport-unreadable';
  return 'passport-signature';
}

function callerOf(payload: JWTPayload, issuers: IssuerTable): { readonly caller: Caller; readonly identified: Identified | null } {
  const subject = textOrNull(payload, 'sub');
  const client = textOrNull(payload, 'azp');
  const party = textOrNull(payload, 'party');
  const org = textOrNull(payload, 'org');
  const purpose = textOrNull(payload, 'purpose');
  const issuer = textOrNull(payload, 'idp');
  const tokenDigest = textOrNull(payload, 'tok');
  const roles = rolesOf(payload);
  if (payload['bnd'] === 'none') {
    const named = [subject, client, party, org, purpose, issuer, tokenDigest].some((value) => value !== null) || roles.length > 0;
    if (named) throw new HopRefused('passport-claims');
    return { caller: anonymous, identified: null };
  }
  if (payload['bnd'] !== 'bearer' && payload['bnd'] !== 'dpop' && payload['bnd'] !== 'mtls') throw new HopRefused('passport-claims');
  if (subject === null || client === null || party === null || issuer === null || tokenDigest === null)
    throw new HopRefused('passport-claims');
  if (org !== null && orgForm.exec(org)?.[1] !== party) throw new HopRefused('passport-claims');
  if (purpose !== null && !allPurposes.some((known) => known === purpose)) throw new HopRefused('passport-claims');
  const row = issuers.get(issuer);
  if (row === undefined || !mayClaim(row, party)) throw new HopRefused('passport-issuer');
  return {
    // What a caller may call is decided at the gateway's door; at the owner a passport opens default cells only.
    caller: {
      party,
      org,
      roles: row.roles.filter((role) => roles.includes(role)).sort(),
      permissions: [],
      purpose,
      subject,
      client,
      issuer,
    },
    identified: { issuer, subject, client, tokenId: null, tokenDigest },
  };
}

function textOrNull(payload: JWTPayload, claim: string): string | null {
  const value = payload[claim] ?? null;
  if (value !== null && (typeof value !== 'string' || value === '' || value.length > 255)) throw new HopRefused('passport-claims');
  return value;
}

function rolesOf(payload: JWTPayload): readonly string[] {
  const roles = payload['roles'] ?? [];
  if (!Array.isArray(roles) || !roles.every((role) => typeof role === 'string')) throw new HopRefused('passport-claims');
  return roles;
}
