/** An issuer for tests: tokens for owners, and the key set they are checked with. */
import { Readable } from 'node:stream';
import type { Fetch, IssuerRow } from '@corridor/identity';
import type { Caller, Clock } from '@corridor/schemas';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** An issuer whose keys a verifier reads by `fetch`. */
export type TestIssuer = {
  readonly fetch: Fetch;
  /** `Authorization` of a caller, for one audience; good for five minutes. */
  bearer(caller: Caller, audience: string): Promise<string>;
};

/** The issuer of the first row of a table. */
export async function anIssuer(rows: readonly IssuerRow[], clock: Clock): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'i1', alg: 'ES256', use: 'sig' }] });
  return {
    fetch: async () => ({ status: 200, body: Readable.from([Buffer.from(jwks)]) }),
    async bearer(caller, audience) {
      const now = Math.floor(clock() / 1_000);
      const token = await new SignJWT({
        azp: caller.client,
        typ: 'Bearer',
        party: caller.party,
        ...(caller.org === null ? {} : { org: caller.org.slice(caller.org.indexOf('/') + 1) }),
        purposes: caller.purpose === null ? [] : [caller.purpose],
        realm_access: { roles: caller.roles },
        resource_access: { [audience]: { roles: caller.permissions } },
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: 'i1' })
        .setIssuer(rows[0]?.issuer ?? '')
        .setSubject(caller.subject ?? '')
        .setAudience(audience)
        .setIssuedAt(now)
        .setExpirationTime(now + 300)
        .sign(privateKey);
      return `Bearer ${token}`;
    },
  };
}
