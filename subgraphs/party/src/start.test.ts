import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signHop } from '@corridor/identity';
import { createLogger } from '@corridor/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PartyConfig } from './config.ts';
import { type RunningParty, startParty } from './start.ts';
import { anOfficer, anonymous, makeTestKeys, passportOf, type TestKeys } from './testing/callers.ts';
import { guangxiUnderTest } from './testing/definition.ts';

const random = (bytes: number) => randomBytes(bytes);
const authority = 'guangxi.test:4001';

let folder: string;
let keys: TestKeys;
let issuer: ReturnType<typeof createServer>;
let config: PartyConfig;
let party: RunningParty;
const logged: string[] = [];
const log = createLogger({ name: 'guangxi', stream: { write: (line: string) => void logged.push(line) } });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'corridor-start-'));
  keys = makeTestKeys('guangxi', Date.now, random);
  const jwks = await (await keys.fetch('')).text();
  issuer = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(jwks));
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  const address = issuer.address();
  const jwksUri = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/certs`;
  config = {
    host: '127.0.0.1',
    port: 0,
    authority,
    dataDir: folder,
    databaseUrl: undefined,
    issuers: keys.issuers.map((row) => ({ ...row, jwksUri })),
    hopKeys: [keys.hopKey],
    gateways: keys.gateways,
    sealingKey: {
      kty: 'EC',
      crv: 'P-256',
      // RFC 7517, appendix A.1
      x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
      y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
    },
    cursorKeys: [{ id: 'one', key: new Uint8Array(32).fill(1) }],
    pseudonymKey: new Uint8Array(32).fill(2),
    logLevel: 'info',
  };
  party = await startParty(guangxiUnderTest, config, { clock: Date.now, random, log });
}, 60_000);
afterAll(async () => {
  await party.close();
  await new Promise((resolve) => issuer.close(resolve));
  await rm(folder, { recursive: true });
});

const send = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${party.url}${path}`, init);
  return { status: response.status, text: await response.text(), headers: response.headers };
};

test('a started party is live and ready', async () => {
  expect((await send('/livez')).status).toBe(200);
  expect((await send('/readyz')).status).toBe(200);
});

test('a gateway is answered over the wire, a stranger is not', async () => {
  const body = JSON.stringify({ query: '{ _service { sdl } }' });
  const headers = signHop(
    {
      method: 'POST',
      authority,
      path: '/graphql',
      query: '',
      contentType: 'application/json',
      body: Buffer.from(body),
      caller: await passportOf(keys, anonymous, 'guangxi'),
      deadlineMs: 10_000,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    },
    keys.hopKey,
    { clock: Date.now, random },
  );
  const answered = await send('/graphql', { method: 'POST', body, headers });
  expect([answered.status, answered.headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(JSON.parse(answered.text).data._service.sdl).toContain('type GuangxiPort');
  const stranger = await send('/graphql', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  expect([stranger.status, stranger.text]).toEqual([401, '']);
});

test('its own staff finds the places of the definition', async () => {
  const { status, text } = await send('/owner/graphql', {
    method: 'POST',
    body: JSON.stringify({ query: '{ profile { facilities { nodes { facilityTypeCode } } } }' }),
    headers: { 'content-type': 'application/json', authorization: keys.bearer(anOfficer('GX'), 'subgraph-gx') },
  });
  const codes = JSON.parse(text).data.profile.facilities.nodes.map((node: { facilityTypeCode: string }) => node.facilityTypeCode);
  expect([status, codes.sort()]).toEqual([200, ['BORD', 'POTE', 'RAMP']]);
});

test('the directory reads of them in the feed, and the feed is logged', async () => {
  const directory = anOfficer('DIRECTORY', { client: 'feed-directory-gx', permissions: ['feed.read'] });
  const headers = { authorization: keys.bearer(directory, 'subgraph-gx') };
  const { status, text } = await send('/feed?wait=5', { headers });
  const types = JSON.parse(text).map((event: { type: string }) => event.type);
  expect(status).toBe(200);
  expect(types.sort()).toEqual([
    'cn.corridor.border-crossing.changed.v1',
    'cn.corridor.index.sealed.v1',
    'cn.corridor.party-profile.changed.v1',
    'cn.corridor.port.changed.v1',
    'cn.corridor.terminal.changed.v1',
  ]);
  const log = await send('/owner/graphql', {
    method: 'POST',
    body: JSON.stringify({
      query: '{ profile { accessLog(filter: { readerPartyCode: ["DIRECTORY"] }) { nodes { recordClass recordIds } } } }',
    }),
    headers: {
      'content-type': 'application/json',
      authorization: keys.bearer(anOfficer('GX', { roles: ['corridor-auditor'] }), 'subgraph-gx'),
    },
  });
  const [entry] = JSON.parse(log.text).data.profile.accessLog.nodes;
  expect([entry.recordClass, entry.recordIds.length]).toEqual(['INDEX', 4]);
});

test('a source of the owner is known at the door for messages, nobody else is', async () => {
  const body = '{}';
  const post = (headers: Record<string, string>) =>
    send('/ingest?format=consignment.v1', { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  const source = anOfficer('GX', { client: 'qinzhou-terminal', permissions: ['ingest.write'] });
  const taken = await post({ authorization: keys.bearer(source, 'subgraph-gx') });
  expect([taken.status, JSON.parse(taken.text).sha256]).toEqual([422, expect.stringMatching(/^[0-9a-f]{64}$/)]);
  expect((await post({})).status).toBe(401);
  expect((await post({ authorization: keys.bearer(anOfficer('GX'), 'subgraph-gx') })).status).toBe(403);
});

test('a second program does not get the same database', async () => {
  await expect(startParty(guangxiUnderTest, config, { clock: Date.now, random, log })).rejects.toThrow(
    expect.objectContaining({ code: 'DATA_DIRECTORY_LOCKED' }),
  );
});

test('a feed that waits ends when the party is closed', async () => {
  const other = await mkdtemp(join(tmpdir(), 'corridor-start-'));
  const own = await startParty(guangxiUnderTest, { ...config, dataDir: other }, { clock: Date.now, random, log });
  const directory = anOfficer('DIRECTORY', { client: 'feed-directory-gx', permissions: ['feed.read'] });
  const headers = { authorization: keys.bearer(directory, 'subgraph-gx') };
  const first = await fetch(`${own.url}/feed?wait=5`, { headers });
  await first.text();
  const waiting = fetch(`${own.url}/feed?wait=20&after=${first.headers.get('corridor-next')}`, { headers });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const started = performance.now();
  await own.close();
  expect((await waiting).status).toBe(200);
  expect(performance.now() - started).toBeLessThan(5_000);
  await rm(other, { recursive: true });
});
