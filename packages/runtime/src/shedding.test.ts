import { afterEach, expect, test } from 'vitest';
import { createLogger } from './logger.ts';
import { createServer, listen, type Server, type ServerOptions } from './server.ts';

const opened: Server[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});

type Gated = { readonly server: Server; readonly release: () => void; readonly begun: () => number };

function aServer(options: Partial<ServerOptions>): Gated {
  let release = (): void => {};
  let begun = 0;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const log = createLogger({ name: 'gateway', stream: { write: () => {} } });
  const server = createServer({ name: 'gateway', log, clock: () => 0, ready: async () => [], ...options });
  opened.push(server);
  server.get('/work', async () => {
    begun += 1;
    await gate;
    return { done: true };
  });
  server.get('/poll', { config: { shed: false } }, () => ({ polled: true }));
  return { server, release, begun: () => begun };
}

const status = async (url: string): Promise<number> => (await fetch(url)).status;

test('the request over the limit is refused at once, and health is not', async () => {
  const { server, release, begun } = aServer({ inFlightLimit: 2 });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  const working = [status(`${url}/work`), status(`${url}/work`)];
  await expect.poll(begun, { interval: 5 }).toBe(2);
  const refused = await fetch(`${url}/work`);
  expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
    503,
    '1',
    {
      errors: [
        {
          message: 'Too many requests at the moment',
          extensions: { code: 'OVERLOADED', retryable: true, correlationId: expect.stringMatching(/^[0-9a-f]{32}$/) },
        },
      ],
    },
  ]);
  expect(await Promise.all(['/livez', '/readyz', '/poll'].map((path) => status(url + path)))).toEqual([200, 200, 200]);
  release();
  expect(await Promise.all(working)).toEqual([200, 200]);
  expect(await status(`${url}/work`)).toBe(200);
});

test('what is refused is refused before its body is read', async () => {
  const { server, release, begun } = aServer({ inFlightLimit: 1 });
  server.post('/taken', () => ({ taken: true }));
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  const working = status(`${url}/work`);
  await expect.poll(begun, { interval: 5 }).toBe(1);
  const malformed = await fetch(`${url}/taken`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' });
  expect(malformed.status).toBe(503);
  release();
  await working;
});

test('a caller that leaves gives its place back', async () => {
  const { server, release, begun } = aServer({ inFlightLimit: 1 });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  const leaving = new AbortController();
  const left = fetch(`${url}/work`, { signal: leaving.signal }).catch(() => 'left');
  await expect.poll(begun, { interval: 5 }).toBe(1);
  expect(await status(`${url}/work`)).toBe(503);
  leaving.abort();
  expect(await left).toBe('left');
  release();
  await expect.poll(() => status(`${url}/work`), { interval: 5 }).toBe(200);
});

test('a late event loop refuses work and answers health', async () => {
  const { server, release } = aServer({ eventLoopDelay: { limitMs: 250, sampleMs: 20 } });
  release();
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  // On a busy machine the loop may be late before anybody holds it up.
  await expect.poll(() => status(`${url}/work`), { timeout: 20_000 }).toBe(200);
  const until = performance.now() + 2_000;
  const hog = (): void => {
    const start = performance.now();
    while (performance.now() - start < 500);
    if (performance.now() < until) setImmediate(hog);
  };
  hog();
  const answers = await Promise.all([status(`${url}/work`), status(`${url}/livez`), status(`${url}/readyz`)]);
  expect(answers).toEqual([503, 200, 200]);
}, 30_000);
