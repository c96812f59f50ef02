/**
 * How a client proves itself at the token endpoint: `client_secret_basic`, `client_secret_post` (RFC 6749 §2.3.1) or `private_key_jwt` (RFC 7523),
 * whichever its realm file says. Every failure looks the same from outside.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@corridor/schemas';
import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Client } from './realm.ts';

/** What came with a token request. */
export type Credentials =
  | { readonly kind: 'secret'; readonly clientId: string; readonly secret: string }
  | { readonly kind: 'assertion'; readonly assertion: string; readonly clientId: string | undefined };

/** Checks clients of one realm. */
export type ClientAuthentication = {
  /** The client, or `undefined`: unknown, disabled, wrong secret, assertion refused or used before. */
  authenticate(credentials: Credentials): Promise<Client | undefined>;
};

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
const longestAssertionSeconds = 300;
const heldAssertions = 10_000;

/** Authentication for `clients`; an assertion names one of `audiences()`: the issuer or its token endpoint. */
export function createClientAuthentication(options: {
  readonly clients: readonly Client[];
  readonly audiences: () => readonly string[];
  readonly clock: Clock;
}): ClientAuthentication {
  const { clock } = options;
  const clients = new Map(options.clients.filter(({ enabled }) => enabled).map((client) => [client.clientId, client]));
  const keySets = new Map<string, JWTVerifyGetKey>();
  const used = new Map<string, number>();

  function bySecret(clientId: string, secret: string): Client | undefined {
    const client = clients.get(clientId);
    const expected = client?.clientAuthenticatorType === 'client-secret' ? client.secret : undefined;
    // Digests are of one length, and an unknown client costs the same comparison.
    const isEqual = timingSafeEqual(hash('sha256', secret, 'buffer'), hash('sha256', expected ?? '', 'buffer'));
    return isEqual && expected !== undefined && expected !== '' ? client : undefined;
  }

  async function byAssertion(assertion: string, stated: string | undefined): Promise<Client | undefined> {
    const clientId = issuerOf(assertion);
    const client = clientId === undefined ? undefined : clients.get(clientId);
    if (client === undefined || client.clientAuthenticatorType !== 'client-jwt' || (stated !== undefined && stated !== clientId))
      return undefined;
    const keys = keySets.get(client.clientId) ?? keysOf(client);
    if (keys === undefined) return undefined;
    keySets.set(client.clientId, keys);
    const now = clock();
    try {
      const { payload } = await jwtVerify(assertion, keys, {
        algorithms: [client.attributes['token.endpoint.auth.signing.alg'] ?? 'ES256'],
        issuer: client.clientId,
        subject: client.clientId,
        audience: [...options.audiences()],
        requiredClaims: ['exp', 'jti'],
        currentDate: new Date(now),
      });
      const endsAt = (payload.exp ?? 0) * 1_000;
      const isShort = endsAt <= now + longestAssertionSeconds * 1_000;
      return isShort && typeof payload.jti === 'string' && isFirst(JSON.stringify([client.clientId, payload.jti]), endsAt, now)
        ? client
        : undefined;
    } catch {
      return undefined;
    }
  }

  function isFirst(id: string, endsAt: number, now: number): boolean {
    for (const [each, end] of used) if (end <= now) used.delete(each);
    if (used.has(id) || used.size >= heldAssertions) return false;
    used.set(id, endsAt);
    return true;
  }

  return {
    async authenticate(credentials) {
      return credentials.kind === 'secret'
        ? bySecret(credentials.clientId, credentials.secret)
        : byAssertion(credentials.assertion, credentials.clientId);
    },
  };
}

function issuerOf(assertion: string): string | undefined {
  try {
    return decodeJwt(assertion).iss;
  } catch {
    return undefined;
  }
}

// Keycloak's attributes: `use.jwks.url` with `jwks.url`, or `use.jwks.string` with `jwks.string`.
function keysOf({ attributes }: Client): JWTVerifyGetKey | undefined {
  const url = attributes['jwks.url'];
  if (attributes['use.jwks.url'] === 'true' && url !== undefined && URL.canParse(url)) return createRemoteJWKSet(new URL(url));
  const text = attributes['jwks.string'];
  return attributes['use.jwks.string'] === 'true' && text !== undefined ? createLocalJWKSet(keySet.parse(JSON.parse(text))) : undefined;
}
