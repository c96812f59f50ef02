import type { Clock, Random } from '@corridor/schemas';
import { type JWK, SignJWT } from 'jose';
import { createClientAuthentication } from './client-authentication.ts';
import { type KeyRing, openKeyRing } from './key-ring.ts';
import type { Client, Realm } from './realm.ts';
import { standingClaims } from './token-claims.ts';
import { readTokenRequest, type TokenError } from './token-request.ts';

/** An answer of the token endpoint, RFC 6749 §5.1 and §5.2. */
export type TokenAnswer =
  | {
      readonly status: 200;
      readonly body: { readonly access_token: string; readonly expires_in: number; readonly token_type: 'Bearer' } & Record<
        string,
        unknown
      >;
    }
  | { readonly status: 400 | 401; readonly body: { readonly error: TokenError; readonly error_description: string } };

/** One realm as an issuer. */
export type RealmIssuer = {
  /** OpenID Connect Discovery 1.0 §4, as much of it as is served. */
  discovery(): Readonly<Record<string, unknown>>;
  /** RFC 7517. */
  keySet(): Promise<{ readonly keys: readonly JWK[] }>;
  answer(body: string, authorization: string | undefined): Promise<TokenAnswer>;
  readonly keys: KeyRing;
};

const descriptions: Readonly<Record<TokenError, string>> = {
  invalid_request: 'The request cannot be read',
  invalid_client: 'Invalid client or Invalid client credentials',
  unsupported_grant_type: 'Unsupported grant_type',
};

/** An issuer over a realm file. `url()` is `iss`: known once the port is open. */
export async function openRealmIssuer(options: {
  readonly realm: Realm;
  readonly url: () => string;
  readonly keyDir: string;
  readonly clock: Clock;
  readonly random: Random;
}): Promise<RealmIssuer> {
  const { realm, url, clock, random } = options;
  const keys = await openKeyRing({ folder: options.keyDir, realm: realm.realm, clock });
  const endpoint = (name: string): string => `${url()}/protocol/openid-connect/${name}`;
  const authentication = createClientAuthentication({
    clients: realm.clients.filter(({ serviceAccountsEnabled }) => serviceAccountsEnabled),
    audiences: () => [url(), endpoint('token')],
    clock,
  });

  async function tokenOf(client: Client): Promise<TokenAnswer> {
    const { kid, key } = await keys.signingKey();
    const issuedAt = Math.floor(clock() / 1_000);
    const seconds = Number(client.attributes['access.token.lifespan'] ?? realm.accessTokenLifespan);
    const typ = client.attributes['access.token.header.type.rfc9068'] === 'true' ? 'at+jwt' : 'JWT';
    const token = await new SignJWT({
      ...standingClaims(realm, client),
      iss: url(),
      iat: issuedAt,
      exp: issuedAt + seconds,
      jti: uuid(random(16)),
    })
      .setProtectedHeader({ alg: 'RS256', typ, kid })
      .sign(key);
    return {
      status: 200,
      body: { access_token: token, expires_in: seconds, refresh_expires_in: 0, token_type: 'Bearer', 'not-before-policy': 0, scope: '' },
    };
  }

  return {
    keys,
    discovery: () => ({
      issuer: url(),
      token_endpoint: endpoint('token'),
      jwks_uri: endpoint('certs'),
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['ES256'],
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: [],
      subject_types_supported: ['public'],
    }),
    keySet: async () => ({ keys: await keys.published() }),
    async answer(body, authorization) {
      const request = readTokenRequest(body, authorization);
      if (typeof request === 'string') return refused(request);
      const client = await authentication.authenticate(request);
      return client === undefined ? refused('invalid_client') : tokenOf(client);
    },
  };
}

function refused(error: TokenError): TokenAnswer {
  return { status: error === 'invalid_client' ? 401 : 400, body: { error, error_description: descriptions[error] } };
}

/** Sixteen random bytes as a UUID of version 4 (RFC 9562 §5.4). */
function uuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}
