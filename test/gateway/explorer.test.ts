import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Federation, startFederation } from './federation.ts';

let corridor: Federation;
beforeAll(async () => {
  corridor = await startFederation();
});
afterAll(() => corridor.close());

test('the explorer is one page that asks nobody but this gateway', async () => {
  const { status, headers, text } = await corridor.send({ method: 'GET', path: '/explorer' });
  const policy = String(headers['content-security-policy']);
  expect([status, policy.includes("default-src 'self'"), policy.includes('unsafe-eval')]).toEqual([200, true, false]);
  const elsewhere = [...text.matchAll(/<(?:script|link|img|iframe)[^>]*(?:src|href)="(https?:[^"]+)"/g)].map(([, address]) => address);
  expect(elsewhere).toEqual([]);
});

test('the explorer comes compressed to who can read that, and only once', async () => {
  const compressed = await corridor.send({ method: 'GET', path: '/explorer', headers: { 'accept-encoding': 'gzip, br' } });
  expect([compressed.status, compressed.headers['content-encoding'], Number(compressed.headers['content-length']) < 4_000_000]).toEqual([
    200,
    'gzip',
    true,
  ]);
  const again = await corridor.send({ method: 'GET', path: '/explorer', headers: { 'if-none-match': String(compressed.headers['etag']) } });
  expect([again.status, again.text]).toEqual([304, '']);
});

test('the gateway is live and ready although three owners are away', async () => {
  const answers = await Promise.all(['/livez', '/readyz'].map((path) => corridor.send({ method: 'GET', path })));
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
});
