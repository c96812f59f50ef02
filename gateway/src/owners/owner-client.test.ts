import { generateKeyPairSync } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Accepted, createPassportIssuer, createVerifier } from '@corridor/identity';
import { systemClock, systemRandom } from '@corridor/runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { maxCalls } from './guard.ts';
import { createOwnerClient, type OwnerClient, type OwnerOutcome, type OwnerQuestion } from './owner-client.ts';

const passports = createPassportIssuer({
  gatewayId: 'gw1',
  key: generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
  clock: systemClock,
  random: systemRandom,
});
const hopKey = { id: 'gw1>guangxi/1', secret: 's3cret'.padEnd(43, 'A') };

let server: Server;
let client: OwnerClient;
let anyone: Accepted;
let outcomes: [OwnerOutcome, number][];
let states: string[];
let deadlines: number[];
let answer: (response: ServerResponse, request: IncomingMessage) => void;
beforeEach(async () => {
  const verifier = createVerifier([], { audience: 'corridor-gateway', clock: systemClock });
  anyone = await verifier.verify(undefined, undefined);
  verifier.close();
  [outcomes, states, deadlines] = [[], [], []];
  server = createServer((request, response) => {
    deadlines.push(Number(request.headers['corridor-deadline']));
    request.resume().on('end', () => answer(response, request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = clientOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await client.close();
});

function clientOf(url: string, timeoutMs = 5_000): OwnerClient {
  return createOwnerClient(
    { owner: 'guangxi', url, hopKey },
    {
      passports,
      timeoutMs,
      clock: () => performance.timeOrigin + performance.now(),
      random: systemRandom,
      observer: {
        onOutcome: (_, outcome, ms) => outcomes.push([outcome, ms]),
        onState: (owner, state) => states.push(`${owner} ${state}`),
      },
    },
  );
}
const json = (response: ServerResponse): void =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"__typename":"Query"}}');
const hangs = (): void => {};
const question = (over: Partial<OwnerQuestion> = {}): OwnerQuestion => ({
  body: Buffer.from('{"query":"{__typename}"}'),
  accepted: anyone,
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  leftMs: 3_000,
  repeatable: true,
  signal: new AbortController().signal,
  ...over,
});
const told = (): OwnerOutcome[] => outcomes.map(([outcome]) => outcome);

test('the owner has what is left of the request, and never more than its own time; it is told', async () => {
  answer = json;
  const replies = [await client.ask(question({ leftMs: 1_234 })), await client.ask(question({ leftMs: 60_000 }))];
  const [given = 0, whole = 0] = deadlines;
  expect([replies.map(({ is }) => is), given <= 1_234, given > 1_000, whole <= 5_000, whole > 4_500]).toEqual([
    ['answer', 'answer'],
    true,
    true,
    true,
    true,
  ]);
  expect(told()).toEqual(['ANSWERED', 'ANSWERED']);
});

test('with no time left nothing is sent', async () => {
  answer = json;
  expect([await client.ask(question({ leftMs: 0 })), await client.ask(question({ leftMs: -5 })), deadlines, told()]).toEqual([
    { is: 'timeout' },
    { is: 'timeout' },
    [],
    ['OWNER_TIMEOUT', 'OWNER_TIMEOUT'],
  ]);
});

test('a caller that leaves ends the owner’s request, at once and uncounted', async () => {
  answer = hangs;
  const leaves = new AbortController();
  const ended = new Promise<void>((resolve) => {
    answer = (_, request) => request.socket.on('close', resolve);
  });
  const asking = client.ask(question({ signal: leaves.signal }));
  await expect.poll(() => deadlines.length, { interval: 2 }).toBe(1);
  leaves.abort();
  expect([await asking, told()]).toEqual([{ is: 'left' }, ['CALLER_LEFT']]);
  await ended;
  expect(await client.ask(question({ signal: AbortSignal.abort() }))).toEqual({ is: 'left' });
  expect(deadlines.length).toBe(1);
});

test('sixty-four questions wait for a hung owner; the next is refused at once, without a connection', async () => {
  answer = hangs;
  const leaves = new AbortController();
  setMaxListeners(0, leaves.signal);
  const waiting = Array.from({ length: maxCalls }, () => client.ask(question({ signal: leaves.signal })));
  await expect.poll(() => deadlines.length).toBe(maxCalls);
  expect(await client.ask(question())).toEqual({ is: 'unreachable', reason: 'bulkhead full' });
  expect([told(), deadlines.length]).toEqual([['BULKHEAD_FULL'], maxCalls]);
  leaves.abort();
  expect((await Promise.all(waiting)).map(({ is }) => is)).toEqual(waiting.map(() => 'left'));
  answer = json;
  expect((await client.ask(question())).is).toBe('answer');
});

test('what a dead connection lost is asked once more, unless it changes something', async () => {
  answer = (response) => response.destroy();
  expect((await client.ask(question())).is).toBe('unreachable');
  expect(deadlines.length).toBe(2);
  expect((await client.ask(question({ repeatable: false }))).is).toBe('unreachable');
  expect([deadlines.length, told()]).toEqual([3, ['OWNER_UNREACHABLE', 'OWNER_UNREACHABLE']]);
});

/** So many questions, a few at a time. */
async function many(count: number, over: () => Partial<OwnerQuestion> = () => ({})): Promise<void> {
  for (let done = 0; done < count; done += 10) await Promise.all(Array.from({ length: 10 }, () => client.ask(question(over()))));
}

test.each<[string, (response: ServerResponse) => void, boolean]>([
  ['502', (response) => response.writeHead(502).end(), true],
  ['503', (response) => response.writeHead(503).end(), true],
  ['504', (response) => response.writeHead(504).end(), true],
  ['a connection cut off', (response) => response.destroy(), true],
  ['500', (response) => response.writeHead(500).end(), false],
  ['404', (response) => response.writeHead(404).end(), false],
  ['429', (response) => response.writeHead(429).end(), false],
  ['a page of HTML', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'), false],
  [
    'errors of GraphQL',
    (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":null,"errors":[{}]}'),
    false,
  ],
])('whether sixty answers open the breaker: %s', async (_, says, opens) => {
  answer = says;
  await many(60);
  expect(states).toEqual(opens ? ['guangxi open'] : []);
  const before = deadlines.length;
  const reply = await client.ask(question());
  expect([reply.is === 'unreachable' && reply.reason === 'breaker open', deadlines.length > before]).toEqual([opens, !opens]);
});

test('time-outs open it, but not those of callers who gave the owner less than its own time, nor those who left', async () => {
  answer = hangs;
  await many(60, () => ({ leftMs: 5 }));
  await many(60, () => ({ signal: AbortSignal.timeout(5) }));
  expect([states, new Set(told())]).toEqual([[], new Set(['OWNER_TIMEOUT', 'CALLER_LEFT'])]);
  const impatient = clientOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 5);
  for (let done = 0; done < 6; done += 1) await Promise.all(Array.from({ length: 10 }, () => impatient.ask(question())));
  await impatient.close();
  expect(states).toEqual(['guangxi open']);
});

test('while it is open a question fails at once; its caller waits for a trial no longer than it may, and the owner comes back by that trial', async () => {
  const cut = (response: ServerResponse): void => void response.destroy();
  answer = cut;
  await many(60);
  outcomes.length = 0;
  answer = (response) => void setTimeout(() => json(response), 400);
  for (let asked = 0; asked < 200; asked += 1) await client.ask(question());
  const failing = outcomes.filter(([outcome]) => outcome === 'BREAKER_OPEN').map(([, ms]) => ms);
  const p50 = failing.sort((a, b) => a - b)[Math.floor(failing.length / 2)] ?? 0;
  process.stdout.write(`open breaker: ${failing.length} questions refused, p50 ${p50.toFixed(2)} ms\n`);
  expect(failing.length).toBeGreaterThan(100);
  // ten times the limit of operation
  expect(p50).toBeLessThan(50);

  await expect.poll(async () => (await client.ask(question({ leftMs: 50 }))).is, { interval: 20, timeout: 10_000 }).toBe('timeout');
  expect(states).toEqual(['guangxi open', 'guangxi half-open']);
  await expect.poll(() => states, { timeout: 10_000 }).toEqual(['guangxi open', 'guangxi half-open', 'guangxi closed']);
});
