/** An issuer whose key set comes well, badly or not at all, and which counts who fetches it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IssuerRow } from '@corridor/identity';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** How it answers from now on. */
export type KeySetMood = 'well' | 'failing' | 'html' | 'huge' | 'slow';

/** A running one. */
export type SimulatedKeySet = {
  readonly row: IssuerRow;
  mood: KeySetMood;
  /** When it was fetched, on the test's clock. */
  readonly fetchedAt: number[];
  /** Bytes of bodies that were taken from it. */
  readonly sentBytes: () => number;
  /** A token of now that is right but, where it is stated, for a key id that nobody published. */
  token(kid?: string): Promise<string>;
  close(): Promise<void>;
};

const hugeBytes = 50 * 1024 * 1024;

/** Starts it; `now` is the test's clock. */
export async function simulateKeySet(now: () => number): Promise<SimulatedKeySet> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'known', alg: 'RS256', use: 'sig' }] });
  let sent = 0;
  const server = createServer((_request, response) => {
    keySet.fetchedAt.push(now());
    switch (keySet.mood) {
      case 'well':
        return response.setHeader('content-type', 'application/json').end(jwks);
      case 'failing':
        return response.writeHead(503).end();
      case 'html':
        return response.setHeader('content-type', 'text/html').end('<!doctype html><title>Log in</title>');
      case 'huge': {
        const piece = Buffer.alloc(64 * 1024, ' ');
        let left = hugeBytes;
        const write = (): void => {
          while (!response.destroyed && left > 0) {
            sent += piece.length;
            left -= piece.length;
            if (!response.write(piece)) return void response.once('drain', write);
          }
          if (left === 0) response.end(jwks);
        };
        return write();
      }
      case 'slow':
        return undefined;
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realms/corridor`;
  const keySet: SimulatedKeySet = {
    row: { issuer, jwksUri: `${issuer}/certs`, algorithms: ['RS256'], parties: ['CQ'], roles: [] },
    mood: 'well',
    fetchedAt: [],
    sentBytes: () => sent,
    token: (kid = 'known') => {
      const iat = Math.floor(now() / 1_000);
      const who = { iss: issuer, aud: 'corridor-gateway', sub: 'officer', azp: 'cq-officer', typ: 'Bearer', party: 'CQ' };
      return new SignJWT({ ...who, iat, exp: iat + 300, jti: crypto.randomUUID() })
        .setProtectedHeader({ alg: 'RS256', kid })
        .sign(privateKey);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return keySet;
}
