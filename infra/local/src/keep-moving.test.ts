import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consignmentMessage, transportCallMessage } from '@corridor/schemas';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { keepMoving, trafficMessages } from './keep-moving.ts';
import { seededRandom } from './seeded-random.ts';

const now = Date.parse('2026-11-24T06:20:00Z');
const folder = mkdtempSync(join(tmpdir(), 'corridor-traffic-'));
let server: Server;
let url = '';
let received: { party: string; format: string; body: string }[] = [];
let refusing = new Set<string>();

beforeAll(async () => {
  writeFileSync(join(folder, 'client-secret'), 'swordfish\n');
  // An issuer and the doors of all parties on one port.
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const [, party = '', , format = ''] = /^\/(\w+)\/ingest(\?format=(.+))?$/.exec(request.url ?? '') ?? [];
    if (request.url === '/token') response.setHeader('content-type', 'application/json').end('{"access_token":"token","expires_in":300}');
    else {
      response.statusCode = refusing.has(party) ? 422 : 200;
      if (!refusing.has(party)) received.push({ party, format, body });
      response.end('{}');
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listening on a port');
  url = `http://127.0.0.1:${address.port}`;
});
beforeEach(() => {
  received = [];
  refusing = new Set();
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** Four seconds of traffic on a clock of its own, which each pause moves by half a second. */
async function move(o: { rate?: number; stopAfter?: number } = {}): Promise<{ code: number; lines: string[] }> {
  const time = { now };
  const ending = new AbortController();
  let text = '';
  const code = await keepMoving({
    rate: o.rate ?? 2,
    random: seededRandom(1),
    forMs: 4_000,
    doors: {
      urlOf: (party) => `${url}/${party}`,
      tokenUrlOf: () => `${url}/token`,
      clientSecretFile: join(folder, 'client-secret'),
      clock: () => time.now,
    },
    clock: () => time.now,
    pause: async () => {
      time.now += 500;
      if (time.now - now >= (o.stopAfter ?? Number.POSITIVE_INFINITY)) ending.abort();
    },
    signal: ending.signal,
    isTerminal: false,
    write: (written) => {
      text += written;
    },
  });
  return { code, lines: text.trimEnd().split('\n') };
}

const referencesTold = (): Set<string | undefined> =>
  new Set(
    received
      .filter(({ format }) => format === 'consignment.v1')
      .flatMap(({ body }) => JSON.parse(body) as object[])
      .map((message) => consignmentMessage.parse(message).references[0]?.reference),
  );

test('consignments come at the rate, with calls and reports, and a line says what became of them', async () => {
  const { code, lines } = await move();
  expect([code, referencesTold().size]).toEqual([0, 8]);
  expect(lines.at(-1)).toMatch(/^0:04 {2}8 consignments \| (\w+ \d+( \| )?)+$/);
  const messages = received.filter(({ format }) => format === 'transport-call.v1').flatMap(({ body }) => JSON.parse(body) as object[]);
  for (const message of messages) transportCallMessage.parse(message);
  expect(messages.length).toBeGreaterThan(8);
  expect(received.some(({ body }) => body.includes('+CODECO:'))).toBe(true);
});

test('a party that refuses is counted and named, and the others go on', async () => {
  refusing.add('guangxi');
  const { code, lines } = await move();
  expect(code).toBe(0);
  expect(lines.join('\n')).toMatch(/guangxi 0, \d+ refused/);
  expect(lines.at(-1)).toMatch(/^ {2}refused, for instance: guangxi: 422 /);
  expect(new Set(received.map(({ party }) => party))).not.toContain('guangxi');
});

test('when nobody takes anything in, the exit code says so', async () => {
  refusing = new Set(['guangxi', 'chongqing', 'guizhou', 'gansu', 'asean']);
  expect((await move({ rate: 1 })).code).toBe(1);
});

test('a signal ends it before its time', async () => {
  await move({ stopAfter: 1_000 });
  expect(referencesTold().size).toBe(2);
});

test('every eighth gate report or so is replaced under its own number by one of seven minutes later', () => {
  const messages = trafficMessages(seededRandom(3), { firstNumber: 200_000, count: 20, now });
  const gates = messages.map(({ body }) => body).filter((body) => body.includes('+CODECO:'));
  const replacing = gates.filter((body) => /BGM\+\d+\+\w+\+5'/.test(body));
  expect(replacing.length).toBeGreaterThan(2);
  for (const body of replacing) {
    const [, name, document] = /BGM\+(\d+)\+(\w+)\+5'/.exec(body) ?? [];
    const originals = gates.filter((each) => each.includes(`BGM+${name}+${document}+9'`));
    expect(originals.map((each) => each.split('EQD+CN+').length - 1)).toEqual([1]);
    expect(minutes(body) - minutes(originals[0] ?? '')).toBe(7);
  }
});

test('equal seeds make the same traffic, and numbers of a later run are others', () => {
  const at = (firstNumber: number): string[] =>
    trafficMessages(seededRandom(5), { firstNumber, count: 3, now }).map(({ party, body }) => `${party} ${body}`);
  expect(at(300_000)).toEqual(at(300_000));
  expect(at(300_000).filter((each) => at(300_100).includes(each) && !each.includes('transport'))).toEqual([]);
});

function minutes(body: string): number {
  const [, at = ''] = /DTM\+7:(\d{12})/.exec(body) ?? [];
  return Date.UTC(+at.slice(0, 4), +at.slice(4, 6) - 1, +at.slice(6, 8), +at.slice(8, 10), +at.slice(10, 12)) / 60_000;
}
