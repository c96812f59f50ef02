import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWK } from 'jose';

/** How the stub answers for its key set. */
export type Mood = 'well' | 'failing' | 'html' | 'redirecting' | 'huge' | 'slow' | 'dripping';

/** An issuer on loopback that publishes a key set, well or badly. */
export type StubIssuer = {
  readonly jwksUri: string;
  /** Requests for the key set so far. */
  attempts: number;
  /** Requests that followed a redirect. */
  followed: number;
  keys: JWK[];
  mood: Mood;
  close(): Promise<void>;
};

/** Starts one on a free port. */
export async function startStubIssuer(keys: JWK[]): Promise<StubIssuer> {
  const server = createServer((request, response) => {
    if (request.url === '/elsewhere') {
      stub.followed += 1;
      response.end(JSON.stringify({ keys: stub.keys }));
      return;
    }
    stub.attempts += 1;
    switch (stub.mood) {
      case 'well':
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: stub.keys }));
        break;
      case 'failing':
        response.writeHead(503).end();
        break;
      case 'html':
        response.setHeader('content-type', 'text/html').end('<!doctype html><title>Log in</title>');
        break;
      case 'redirecting':
        response.writeHead(302, { location: '/elsewhere' }).end();
        break;
      case 'huge':
        response.end(JSON.stringify({ keys: stub.keys, padding: 'x'.repeat(70_000) }));
        break;
      case 'slow':
        break;
      case 'dripping':
        response.write('{"keys":');
        break;
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const stub: StubIssuer = {
    jwksUri: `http://127.0.0.1:${port}/certs`,
    attempts: 0,
    followed: 0,
    keys,
    mood: 'well',
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return stub;
}
