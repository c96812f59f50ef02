import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

// A program in a process of its own: signals and exit codes cannot be told otherwise.
const program = `
  import { createLogger, createServer, listen } from './index.ts';
  import { onShutdown } from './shutdown.ts';
  const log = createLogger({ name: 'party' });
  const server = createServer({ name: 'party', log, clock: Date.now, ready: async () => [] });
  server.get('/slow', async () => { await new Promise((resolve) => setTimeout(resolve, 300)); return { slow: true }; });
  server.get('/throw', () => { setImmediate(() => { throw new Error('nobody catches this'); }); return {}; });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  onShutdown(() => server.close(), { log, delayMs: 1_500 });
  process.stdout.write(JSON.stringify({ url }) + '\\n');
`;

async function started(): Promise<{
  url: string;
  signal: (name: NodeJS.Signals) => void;
  ended: Promise<{ code: number | null; log: string }>;
}> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=corridor:source', '--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  child.stdout.on('data', (chunk) => {
    log += String(chunk);
  });
  const ended = once(child, 'exit').then(([code]: (number | null)[]) => ({ code: code ?? null, log }));
  await expect.poll(() => log, { timeout: 60_000 }).toMatch(/"url"/);
  const url = String(/"url":"([^"]+)"/.exec(log)?.[1]);
  return { url, signal: (name) => void child.kill(name), ended };
}

test('SIGTERM: not ready at once, requests at work are answered, then the process ends with 0', async () => {
  const { url, signal, ended } = await started();
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const slow = fetch(`${url}/slow`).then((answer) => answer.json());
  await fetch(`${url}/livez`);
  signal('SIGTERM');
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { interval: 10, timeout: 10_000 }).toBe(503);
  expect(await slow).toEqual({ slow: true });
  expect((await ended).code).toBe(0);
}, 90_000);

test('a person’s Ctrl-C does not wait, and a second one ends the process at once with 1', async () => {
  const first = await started();
  first.signal('SIGINT');
  expect((await first.ended).code).toBe(0);
  const second = await started();
  void fetch(`${second.url}/slow`).catch(() => undefined);
  await fetch(`${second.url}/livez`);
  second.signal('SIGINT');
  await expect
    .poll(async () => (await fetch(`${second.url}/readyz`).catch(() => ({ status: 503 }))).status, { interval: 10, timeout: 10_000 })
    .toBe(503);
  second.signal('SIGINT');
  expect((await second.ended).code).toBe(1);
}, 120_000);

test('a fault nobody caught is logged and ends the process with 1', async () => {
  const { url, ended } = await started();
  await fetch(`${url}/throw`).catch(() => undefined);
  const { code, log } = await ended;
  expect([code, log.includes('nobody catches this')]).toEqual([1, true]);
}, 90_000);
