import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DemoMessage, demoStart, sendDemo } from './demo.ts';

const folder = mkdtempSync(join(tmpdir(), 'corridor-demo-'));
const secretFile = join(folder, 'client-secret');
const received: string[] = [];
let server: Server;
let url = '';
let busy = 2;

beforeAll(async () => {
  writeFileSync(secretFile, 'swordfish\n');
  // An issuer and the doors of all parties on one port.
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { url: path = '', headers } = request;
    const [client, secret] = Buffer.from(String(headers.authorization).replace('Basic ', ''), 'base64').toString().split(':');
    if (path === '/token') {
      response.statusCode = secret === 'swordfish' ? 200 : 401;
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ access_token: `token-of-${client}`, expires_in: 300 }));
      return;
    }
    if (path.startsWith('/guizhou') && busy > 0) {
      busy -= 1;
      response.statusCode = 503;
    } else if (body === 'unreadable') response.statusCode = 422;
    else received.push(`${path} ${headers.authorization} ${headers['content-type']} ${body}`);
    response.end('{"why":"said"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listening on a port');
  url = `http://127.0.0.1:${address.port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const message = (party: string, body: string, query = ''): DemoMessage => ({
  party,
  client: `${party}-system`,
  contentType: 'application/EDIFACT',
  query,
  body,
});

test('each message goes to its party’s door with its source’s token, in order; a busy party is asked again, a refusal is told', async () => {
  const messages = [
    message('gansu', 'one'),
    message('guizhou', 'two', 'format=consignment.v1'),
    message('gansu', 'unreadable'),
    message('gansu', 'three'),
  ];
  const outcome = await sendDemo(messages, {
    urlOf: (party) => `${url}/${party}`,
    tokenUrlOf: () => `${url}/token`,
    clientSecretFile: secretFile,
    clock: Date.now,
    repeatMs: 1,
  });
  expect(outcome).toEqual({ takenIn: 3, refused: ['gansu, gansu-system: 422 {"why":"said"}'] });
  expect(received.filter((line) => line.startsWith('/gansu'))).toEqual([
    '/gansu/ingest Bearer token-of-gansu-system application/EDIFACT one',
    '/gansu/ingest Bearer token-of-gansu-system application/EDIFACT three',
  ]);
  expect(received.filter((line) => line.startsWith('/guizhou'))).toEqual([
    '/guizhou/ingest?format=consignment.v1 Bearer token-of-guizhou-system application/EDIFACT two',
  ]);
});

test('a sender that rests leaves the doors twice the time each message took, and stops resting when it is told to end', async () => {
  const steps: string[] = [];
  let now = 0;
  const ending = new AbortController();
  const outcome = await sendDemo([message('gansu', 'four'), message('gansu', 'five'), message('gansu', 'six')], {
    urlOf: (party) => `${url}/${party}`,
    tokenUrlOf: () => `${url}/token`,
    clientSecretFile: secretFile,
    // Each look at the clock is a second later.
    clock: () => {
      now += 1_000;
      return now;
    },
    oneByOne: true,
    rest: 2,
    pause: async (ms) => {
      steps.push(`rested ${ms}`);
      if (steps.length === 4) ending.abort();
    },
    signal: ending.signal,
    onProgress: (done) => void steps.push(`${done} in`),
  });
  expect([outcome, steps]).toEqual([
    { takenIn: 2, refused: [] },
    ['1 in', expect.stringMatching(/^rested \d000$/), '2 in', expect.stringMatching(/^rested \d000$/)],
  ]);
});

test('the demo counts from its first start, also after a restart', () => {
  const path = join(folder, 'demo.json');
  expect([demoStart(path, () => 1_764_000_000_000), demoStart(path, () => 1_764_000_099_000)]).toEqual([
    1_764_000_000_000, 1_764_000_000_000,
  ]);
});
