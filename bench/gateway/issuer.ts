/** An issuer for a measurement: a key set on loopback, and tokens of an officer of Chongqing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { IssuerRow } from '../../packages/identity/src/issuer-table.ts';

/** It runs until it is closed. */
export type BenchIssuer = { readonly row: IssuerRow; token(): Promise<string>; close(): void };

/** Starts it. */
export async function startIssuer(): Promise<BenchIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'RS256', use: 'sig' }] });
  const server = createServer((_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(keys));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realms/bench`;
  return {
    row: { issuer, jwksUri: `${issuer}/certs`, algorithms: ['RS256'], parties: ['CQ'], roles: ['corridor-member'] },
    token() {
      const now = Math.floor(Date.now() / 1_000);
      return new SignJWT({
        iss: issuer,
        aud: 'corridor-gateway',
        sub: 'bench',
        azp: 'cq-officer',
        typ: 'Bearer',
        party: 'CQ',
        purposes: ['corridor-operations'],
        realm_access: { roles: ['corridor-member'] },
        iat: now,
        exp: now + 600,
        jti: crypto.randomUUID(),
      })
        .setProtectedHeader({ alg: 'RS256', kid: 'bench', typ: 'JWT' })
        .sign(privateKey);
    },
    close: () => server.close(),
  };
}
