/** A token issuer for tests of what checks tokens: a key set on loopback and tokens with whatever claims a test wants. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IssuerRow } from '@corridor/identity';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

/** A running issuer. */
export type SimulatedIssuer = {
  /** Row of an issuer table that trusts it for these parties. */
  readonly row: IssuerRow;
  /** A token for the gateway; `claims` overrides what a plain officer of Chongqing bears. `undefined` leaves a claim out. */
  token(claims?: JWTPayload & Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
};

/** Starts it; `now` gives the tokens' time in milliseconds. */
export async function simulateIssuer(now: () => number = Date.now): Promise<SimulatedIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] });
  const server = createServer((_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(jwks));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realms/test`;
  return {
    row: {
      issuer,
      jwksUri: `${issuer}/certs`,
      algorithms: ['RS256'],
      parties: ['CQ', 'GS', 'GX', 'GZ'],
      roles: ['corridor-member', 'forwarder'],
    },
    token: (claims = {}) => {
      const seconds = Math.floor(now() / 1_000);
      return new SignJWT({
        iss: issuer,
        aud: 'corridor-gateway',
        sub: 'service-account-cq-officer',
        azp: 'cq-officer',
        typ: 'Bearer',
        party: 'CQ',
        purposes: ['corridor-operations', 'statistics'],
        realm_access: { roles: ['corridor-member'] },
        iat: seconds,
        exp: seconds + 300,
        jti: crypto.randomUUID(),
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', kid: 'k1', typ: 'JWT' })
        .sign(privateKey);
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
