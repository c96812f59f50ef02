import { createHash, generateKeyPairSync } from 'node:crypto';
import { createFeedCursors, openParts, sequence } from '@corridor/exchange';
import { createVerifier } from '@corridor/identity';
import { type ErrorCode, feedHeaders, sealedEventType } from '@corridor/schemas';
import { createAuditLog } from '@corridor/store';
import { asAdministrator } from '@corridor/store/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { anOfficer } from '../testing/callers.ts';
import { aConsignment, codeco, guangxiWithSources, type IngestUnderTest, openIngestUnderTest } from '../testing/ingest-under-test.ts';
import { createFeed, type Feed, type FeedRequest } from './feed.ts';
import { readPage } from './page.ts';

let owner: IngestUnderTest;
let feed: Feed;
let auditFails = false;
let count = 0;
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { audience } = guangxiWithSources;
const directory = (more = {}) => anOfficer('DIRECTORY', { client: 'feed-directory-gx', permissions: ['feed.read'], ...more });
const itself = (more = {}) => anOfficer('GX', { client: 'feed-gx-gx', permissions: ['feed.read'], ...more });
const ask = (query: FeedRequest['query'] = {}, caller = directory(), signal = new AbortController().signal) =>
  feed.get({ authorization: owner.keys.bearer(caller, audience), query, signal, traceId: '0af7651916cd43dd8448eb211c80319c' });
const eventsIn = (answer: { body: string }): { id: string; type: string; subject: string; data: { jwe: string; revision: number } }[] =>
  JSON.parse(answer.body);

beforeAll(async () => {
  owner = await openIngestUnderTest();
  const clock = () => owner.clock.now;
  const auditLog = createAuditLog(owner.store, { windowMs: 0 });
  feed = createFeed({
    store: owner.store,
    definition: guangxiWithSources,
    verifier: createVerifier(owner.keys.issuers, { audience, clock, fetch: owner.keys.fetch as never, schedule: () => () => {} }),
    auditLog: { append: (rows) => (auditFails ? Promise.reject(new Error('disk full')) : auditLog.append(rows)) },
    sealingKey: () => publicKey.export({ format: 'jwk' }),
    cursors: createFeedCursors([{ id: 'c1', key: new Uint8Array(32).fill(3) }]),
    sequencer: { wake: () => undefined },
    clock,
    random: (bytes) => createHash('sha512').update(`${count++}`).digest().subarray(0, bytes),
  });
});
beforeEach(async () => {
  auditFails = false;
  await owner.empty();
});
afterAll(() => owner.close());

test.each<[string, () => ReturnType<Feed['get']>, ErrorCode]>([
  [
    'nobody',
    () => feed.get({ authorization: undefined, query: {}, signal: new AbortController().signal, traceId: 't' }),
    'UNAUTHENTICATED',
  ],
  ['a token without the permission', () => ask({}, directory({ permissions: ['ingest.write'] })), 'ROLE_MISSING'],
  ['another party', () => ask({}, anOfficer('CQ', { client: 'feed-cq-gx', permissions: ['feed.read'] })), 'ROLE_MISSING'],
  ['a firm of the owner', () => ask({}, itself({ org: 'GX/firm' })), 'ROLE_MISSING'],
  ['a source of the owner', () => ask({}, itself({ client: guangxiWithSources.sources[0]?.client ?? '' })), 'ROLE_MISSING'],
  ['staff of the owner without the permission', () => ask({}, itself({ permissions: [], roles: ['corridor-auditor'] })), 'ROLE_MISSING'],
  ['a limit that is no number', () => ask({ limit: 'all' }), 'BAD_USER_INPUT'],
  ['a limit over 1,000', () => ask({ limit: '1001' }), 'BAD_USER_INPUT'],
  ['a wait over 20 s', () => ask({ wait: '21' }), 'BAD_USER_INPUT'],
  ['an altered cursor', () => ask({ after: 'eyJhbGciOiJkaXIifQ....' }), 'CURSOR_INVALID'],
])('%s is refused', async (_, answer, code) => {
  await expect(answer()).rejects.toMatchObject({ code });
});

test('a page tells of each change, and seals for the directory what it can be found by', async () => {
  await owner.send(aConsignment());
  await sequence(owner.store);
  const answer = await ask();
  const [record, box, sealed, ...more] = eventsIn(answer);
  expect(more).toEqual([]);
  expect(answer.status).toBe(200);
  expect(answer.headers).toEqual({
    'content-type': 'application/cloudevents-batch+json',
    'cache-control': 'no-store',
    [feedHeaders.next]: expect.any(String),
    [feedHeaders.waitingMs]: '0',
    [feedHeaders.more]: 'false',
  });
  expect(record).toEqual({
    specversion: '1.0',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    source: 'corridor/guangxi',
    type: 'cn.corridor.consignment-record.changed.v1',
    subject: expect.stringMatching(/^guangxi:consignment-record:/),
    time: expect.any(String),
    datacontenttype: 'application/json',
    data: expect.objectContaining({ noun: 'consignment-record', revision: 1 }),
  });
  expect([sealed?.type, sealed?.subject]).toEqual([sealedEventType, 'corridor/guangxi']);
  expect(answer.body).not.toMatch(/BK100|LSCU1000016|lz-orchard/);
  const parts = await openParts(sealed?.data.jwe ?? '', [privateKey.export({ format: 'jwk' })]);
  expect(Object.keys(parts)).toEqual([record?.id, box?.id]);
  expect(parts[box?.id ?? '']?.links).toEqual([{ recordId: record?.subject, keyKind: 'EQUIPMENT' }]);
});

test('the owner itself reads the entries the directory is told, in the same order, by a cursor of its own, and its reading is in the log', async () => {
  await owner.send(aConsignment());
  await sequence(owner.store);
  const [told, own] = [await ask(), await ask({}, itself())];
  expect(eventsIn(own).slice(0, 2)).toEqual(eventsIn(told).slice(0, 2));
  expect(own.body).not.toMatch(/BK100|LSCU1000016|lz-orchard/);
  const after = own.headers[feedHeaders.next];
  expect(eventsIn(await ask({ after }, itself()))).toEqual([]);
  await expect(ask({ after })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  expect(await owner.rows(`select body->>'client' as client, body->>'operation' as operation from audit_log order by id`)).toEqual([
    { client: 'feed-directory-gx', operation: 'feed' },
    { client: 'feed-gx-gx', operation: 'feed' },
  ]);
});

test('the access log names the records before the answer leaves', async () => {
  await owner.send(aConsignment());
  await sequence(owner.store);
  const told = eventsIn(await ask())
    .slice(0, 2)
    .map(({ subject }) => subject);
  expect(await owner.rows('select body from audit_log')).toEqual([
    {
      body: {
        subject: 'officer-of-DIRECTORY',
        client: 'feed-directory-gx',
        party: 'DIRECTORY',
        org: null,
        roles: [],
        purpose: 'corridor-operations',
        operation: 'feed',
        traceId: '0af7651916cd43dd8448eb211c80319c',
        recordClass: 'INDEX',
        recordIds: told.sort(),
        fieldGroups: [],
        agreementRefs: ['DEFAULT'],
        passport: null,
        salt: expect.any(String),
      },
    },
  ]);
});

test('a page that cannot be logged does not leave', async () => {
  await owner.send(aConsignment());
  await sequence(owner.store);
  auditFails = true;
  await expect(ask()).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE', owner: 'guangxi' });
});

test('pages follow each other by cursor, each change once', async () => {
  await owner.send(aConsignment());
  await owner.edifact(codeco());
  await sequence(owner.store);
  const seen: string[] = [];
  let after: string | undefined;
  for (let page = 0; page < 10; page += 1) {
    const answer = await ask({ limit: '1', ...(after === undefined ? {} : { after }) });
    seen.push(
      ...eventsIn(answer).flatMap(({ type, data }) => (type === sealedEventType ? [] : [`${type.split('.')[2]} ${data.revision}`])),
    );
    after = answer.headers[feedHeaders.next];
    if (answer.headers[feedHeaders.more] === 'false') break;
  }
  // An entry is the record as it stands: the consignment's first change is told at the revision it has now.
  expect(seen).toEqual(['consignment-record 2', 'equipment-record 1', 'consignment-record 2', 'equipment-event 1']);
  expect(eventsIn(await ask({ after }))).toEqual([]);
});

test('a change without a position is not told, and its age is', async () => {
  await owner.send(aConsignment());
  const answer = await ask();
  expect([eventsIn(answer), Number(answer.headers[feedHeaders.waitingMs]) >= 0]).toEqual([[], true]);
  expect(await owner.rows('select id from audit_log')).toEqual([]);
});

test('a cursor is good for the client it was written for', async () => {
  await owner.send(aConsignment());
  await sequence(owner.store);
  const after = (await ask()).headers[feedHeaders.next];
  await expect(ask({ after }, directory({ client: 'feed-directory-2' }))).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
});

test('a waiting reader is woken by a change', async () => {
  const waiting = ask({ wait: '20' });
  await owner.send(aConsignment());
  await sequence(owner.store);
  expect(eventsIn(await waiting)).toHaveLength(3);
});

test('a reader that leaves ends its wait', async () => {
  const leaving = new AbortController();
  const waiting = ask({ wait: '20' }, directory(), leaving.signal);
  leaving.abort();
  expect(eventsIn(await waiting)).toEqual([]);
});

test('after a return to an older backup the feed begins anew', async () => {
  await owner.send(aConsignment());
  await sequence(owner.store);
  const after = (await ask()).headers[feedHeaders.next];
  const [head] = await owner.rows<{ epoch: string }>('select epoch from outbox_head');
  await asAdministrator(owner.store, "update outbox_head set epoch = 'another'");
  await expect(ask({ after })).rejects.toMatchObject({ code: 'FEED_EPOCH_CHANGED' });
  await asAdministrator(owner.store, `update outbox_head set epoch = '${head?.epoch}'`);
});

test('a page that would grow too large ends earlier, and goes on where it ended', async () => {
  await owner.send(aConsignment());
  await sequence(owner.store);
  const page = (after: bigint, budget: number) => readPage(owner.store, 'guangxi', after, 1_000, owner.clock.now, budget);
  const whole = await page(0n, 1_000_000);
  const first = await page(0n, 10);
  const second = await page(first.position, 10);
  expect([whole.events.length, first.events.length, first.position < first.last, second.events.length, second.position]).toEqual([
    2,
    1,
    true,
    1,
    second.last,
  ]);
});
