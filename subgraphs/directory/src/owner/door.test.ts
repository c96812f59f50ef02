import { chainOf, chainStart, checkChain } from '@corridor/audit';
import type { Caller, ReferenceKind } from '@corridor/schemas';
import { sql } from '@corridor/store';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { blind } from '../index/blind.ts';
import { consignmentIdOf } from '../index/consignment-id.ts';
import { recordsPerKeyLimit } from '../index/overfull.ts';
import { seal } from '../log/seal.ts';
import { aCaller, allOf, anId, box, everybody, firm, openDirectory, type TestDirectory, ucr } from '../testing/directory.ts';
import type { LogPage } from './lines.ts';
import type { LinksPage } from './links.ts';
import type { MinePage } from './mine.ts';

let directory: TestDirectory;
const start = Date.parse('2026-11-24T12:00:00Z');
beforeAll(async () => {
  directory = await openDirectory();
}, 60_000);
afterAll(() => directory.close());
beforeEach(async () => {
  await directory.empty();
  directory.now = start;
  directory.full = false;
  directory.feeds = [];
});

const auditor = (party: string, over: Partial<Caller> = {}): Caller => aCaller(party, { roles: ['corridor-auditor'], ...over });
const random = (bytes: number): Uint8Array => new Uint8Array(bytes);
const parsed = <Page>({ status, text }: { status: number; text: string }): Page => {
  expect(status).toBe(200);
  return JSON.parse(text);
};
const log = async (party: string, query = ''): Promise<LogPage> => parsed(await directory.get(`/directory/log${query}`, auditor(party)));
const mine = async (party: string, query = ''): Promise<MinePage> => parsed(await directory.get(`/directory/mine${query}`, auditor(party)));
const links = async (party: string, query = ''): Promise<LinksPage> =>
  parsed(await directory.get(`/directory/links${query}`, auditor(party)));
const port = anId('guangxi', 'port', 1);
const routes = ['/directory/log', '/directory/mine', '/directory/links'];
const codeOf = ({ status, text }: { status: number; text: string }): unknown => [status, JSON.parse(text).errors[0].extensions.code];

test.each(routes)('%s answers nobody without a token, with an expired one, or with one for another door', async (url) => {
  expect(codeOf(await directory.get(url, null))).toEqual([401, 'UNAUTHENTICATED']);
  expect(codeOf(await directory.get(url, auditor('GX'), 'subgraph-gx'))).toEqual([401, 'UNAUTHENTICATED']);
  expect(codeOf(await directory.get(url, auditor('GX'), 'corridor-gateway'))).toEqual([401, 'UNAUTHENTICATED']);
  directory.now = start - 3_600_000;
  const token = await directory.bearer(auditor('GX'));
  directory.now = start;
  const { statusCode, payload } = await directory.server.inject({ method: 'GET', url, headers: { authorization: token } });
  expect(codeOf({ status: statusCode, text: payload })).toEqual([401, 'TOKEN_EXPIRED']);
});

test.each(routes)('%s refuses whoever is no auditor of an owner with the same bytes', async (url) => {
  const callers = [
    aCaller('GX'),
    auditor('GX', { org: 'GX/firm' }),
    aCaller('GX', { permissions: ['ingest.write'] }),
    auditor('DIRECTORY', { permissions: ['feed.read'] }),
    aCaller('CQ', { roles: ['customs'] }),
  ];
  const answers = [];
  for (const caller of callers) answers.push(await directory.get(url, caller));
  expect(answers.map(codeOf)).toEqual(callers.map(() => [403, 'OWNER_STAFF_ONLY']));
  const texts = new Set(answers.map(({ text }) => text.replace(/"correlationId":"[0-9a-f]{32}"/, '')));
  expect(texts.size).toBe(1);
  expect(await directory.store.query(sql`select entry_id from audit_log`)).toEqual([]);
});

test.each(routes)('%s lets a program of the owner in, and no answer leaves that is not in the log', async (url) => {
  expect((await directory.get(url, aCaller('GX', { permissions: ['feed.read'] }))).status).toBe(200);
  expect(await directory.store.query(sql`select body->>'operation' as operation, body->>'subject' as subject from audit_log`)).toEqual([
    { operation: `GET ${url}`, subject: 'somebody-of-GX' },
  ]);
  directory.full = true;
  expect(codeOf(await directory.get(url, auditor('GX')))).toEqual([503, 'AUDIT_UNAVAILABLE']);
});

test.each([
  ['/directory/log?limit=0', 'BAD_USER_INPUT'],
  ['/directory/log?limit=1001', 'BAD_USER_INPUT'],
  ['/directory/mine?limit=x', 'BAD_USER_INPUT'],
  ['/directory/log?after=x', 'CURSOR_INVALID'],
  ['/directory/log?after=1', 'CURSOR_INVALID'],
  ['/directory/mine?after=%00', 'CURSOR_INVALID'],
  ['/directory/links?after=%00', 'CURSOR_INVALID'],
  ['/directory/links?of=%00', 'BAD_USER_INPUT'],
])('%s is refused with %s', async (url, code) => {
  expect(codeOf(await directory.get(url, auditor('GX')))).toEqual([400, code]);
});

test('an owner reads who looked up its entries, by party, organisation and purpose, and nothing of the entries of others', async () => {
  await directory.tell('guangxi', { id: port });
  await directory.tell('gansu', { id: anId('gansu', 'port', 1) });
  await directory.ask('{ facilities { nodes { id } } }', { as: aCaller('CQ', { org: 'CQ/firm' }) });
  const line = (recordIds: string[]) => ({
    position: 1,
    id: expect.stringMatching(/^directory:access-log-entry:/),
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    body: {
      operation: 'facilities',
      hit: true,
      party: 'CQ',
      org: 'CQ/firm',
      purpose: 'corridor-operations',
      gateway: 'gw1',
      traceId: 'a'.repeat(32),
      recordIds,
      asked: null,
      salt: expect.any(String),
    },
    chain: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const guangxi = await log('GX');
  expect(guangxi).toEqual({
    owner: 'guangxi',
    lines: [line([port])],
    next: 1,
    more: false,
    head: { position: 1, chain: guangxi.lines[0]?.chain },
  });
  expect((await log('GS')).lines).toEqual([line([anId('gansu', 'port', 1)])]);
  expect((await log('CQ')).lines).toEqual([]);
  expect(JSON.stringify(guangxi)).not.toMatch(/somebody-of|a-client|gansu/);
});

test('a consignment that is named concerns the owners whose records in it the reader may know of, and no other', async () => {
  const record = (party: string) => anId(party, 'consignment-record', 1);
  await directory.tell('guangxi', { id: record('guangxi'), audience: [allOf('CQ')], references: [ucr('A')] });
  await directory.tell('gansu', { id: record('gansu'), audience: [firm('GS/lz')], references: [ucr('A')] });
  await directory.ask('{ consignments { nodes { id } } }', { as: aCaller('CQ') });
  expect((await log('GX')).lines.map(({ body }) => body.recordIds)).toEqual([[record('guangxi')]]);
  expect((await log('GS')).lines).toEqual([]);
});

test('a miss is read by the party whose staff missed, not by the owner of a hidden entry nor of a firm', async () => {
  await directory.tell('guangxi', { id: port, audience: [allOf('GX')] });
  const question = `{ facility(id: "${port}") { id } }`;
  await directory.ask(question, { as: aCaller('CQ') });
  await directory.ask(question, { as: aCaller('CQ', { org: 'CQ/firm' }) });
  await directory.ask(question);
  expect((await log('CQ')).lines.map(({ body }) => body)).toMatchObject([{ hit: false, asked: { id: port }, recordIds: [] }]);
  expect((await log('GX')).lines).toEqual([]);
});

test('an owner checks its chain from its own lines alone, over pages', async () => {
  await directory.tell('guangxi', { id: port });
  for (let asked = 0; asked < 5; asked += 1) await directory.ask('{ facilities { nodes { id } } }');
  let chain: Uint8Array = new Uint8Array(32);
  let after = 0;
  for (let more = true; more; ) {
    const page = await log('GX', `?after=${after}&limit=2`);
    for (const { id, at, body, chain: stated } of page.lines) {
      chain = chainOf(chain, { id, at, body });
      expect(stated).toBe(Buffer.from(chain).toString('hex'));
    }
    after = page.next;
    more = page.more;
    if (!more) expect([page.head, after]).toEqual([{ position: 5, chain: Buffer.from(chain).toString('hex') }, 5]);
  }
});

test('a reader that follows the cursor under concurrent writers and sealers misses no line and sees none twice', async () => {
  await directory.tell('guangxi', { id: port });
  const seen: string[] = [];
  let after = 0;
  const follow = async (): Promise<void> => {
    const page = await log('GX', `?after=${after}&limit=7`);
    seen.push(...page.lines.map(({ id }) => id));
    after = page.next;
  };
  const asks = Promise.all(Array.from({ length: 60 }, () => directory.ask('{ facilities { nodes { id } } }')));
  const seals = Promise.all(Array.from({ length: 10 }, () => seal(directory.store, random)));
  for (let round = 0; round < 5; round += 1) await follow();
  await Promise.all([asks, seals]);
  for (let round = 0; round < 15; round += 1) await follow();
  const written = await directory.store.query<{ entry_id: string }>(
    sql`select entry_id from audit_log where body->>'operation' = 'facilities'`,
  );
  expect([seen.length, new Set(seen)]).toEqual([60, new Set(written.map(({ entry_id }) => entry_id))]);
});

test('a row that appears late, below one already sealed, gets the next position', async () => {
  const add = (id: number, entryId: string) =>
    directory.store.query(
      sql`insert into audit_log (id, entry_id, body) overriding system value values (${id}::bigint, ${entryId}, ${JSON.stringify({
        operation: 'facility',
        asked: {},
        party: 'CQ',
        org: null,
        purpose: null,
        gateway: 'gw1',
        traceId: 't',
        recordIds: [port],
        hit: true,
      })}::jsonb)`,
    );
  await add(900_002, 'later');
  expect((await log('GX')).lines.map(({ id }) => id)).toEqual(['later']);
  await add(900_001, 'earlier');
  expect((await log('GX', '?after=1')).lines.map(({ id, position }) => [id, position])).toEqual([['earlier', 2]]);
});

test('an owner compares what the directory holds of it, page by page', async () => {
  const [first, second, gone] = [1, 2, 3].map((n) => anId('guangxi', 'consignment-record', n));
  const event = anId('guangxi', 'equipment-event', 1);
  if (first === undefined || second === undefined || gone === undefined) throw new Error('three');
  await directory.tell(
    'guangxi',
    { id: first, revision: 7, audience: [allOf('CQ'), firm('GS/lz')], references: [ucr('A')] },
    { id: second, audience: [everybody] },
    { id: gone, audience: [everybody], withdrawn: true },
    { id: event, audience: [everybody], links: [{ recordId: first, keyKind: 'UCR' }] },
  );
  await directory.tell('gansu', { id: anId('gansu', 'port', 1) });
  directory.feeds = [{ party: 'guangxi', is: 'behind', appliedAt: start, waitingMs: 40 }];
  directory.now = start + 5_000;

  const page = await mine('GX', '?limit=3');
  const rest = await mine('GX', `?limit=3&after=${page.next}`);
  expect(page.feed).toEqual({
    state: 'behind',
    cursor: 'cursor',
    appliedDateTime: '2026-11-24T12:00:00.000Z',
    secondsSinceApplied: 5,
    waitingMs: 40,
  });
  expect(page.counts).toEqual({ entries: 4, withdrawn: 1 });
  const entries = [...page.entries, ...rest.entries];
  expect([page.next, rest.next]).toEqual([gone, null]);
  expect(entries.map(({ id, revision, withdrawn, references, links }) => [id, revision, withdrawn, references, links])).toEqual([
    [first, 7, false, 1, []],
    [second, 1, false, 0, []],
    [gone, 1, true, 0, []],
    [event, 1, false, 0, [first]],
  ]);
  const [firms, all, again, still] = entries.map(({ audience }) => audience);
  expect([all === again, all === still, all === firms]).toEqual([true, true, false]);
  expect(page.audiences[firms ?? '']).toEqual({ members: 2, parties: [allOf('CQ')] });
  expect(rest.audiences).toEqual({ [all ?? '']: { members: 1, parties: [everybody] } });
});

const later = '2026-12-01T00:00:00.000Z';
const consignment = (party: string, n: number): string => anId(party, 'consignment-record', n);

test('an owner of whose records a consignment that fell apart was made reads where they are now, and nothing of the records of others', async () => {
  const [first, second, third] = [consignment('guangxi', 1), consignment('gansu', 2), consignment('guangxi', 3)];
  await directory.tell('guangxi', { id: first, references: [ucr('A'), ucr('B')] }, { id: third, references: [ucr('B')] });
  await directory.tell('gansu', { id: second, createdAt: later, references: [ucr('A')] });
  await directory.tell('chongqing', { id: consignment('chongqing', 4), createdAt: later, references: [ucr('B')] });
  const before = consignmentIdOf(first);
  await directory.tell('guangxi', { id: first, revision: 2, references: [ucr('A')] });
  const line = { operation: 'split', consignmentId: before, salt: expect.any(String) };
  expect((await log('CQ')).lines.map(({ body }) => body)).toEqual([
    {
      ...line,
      source: null,
      recordIds: [consignment('chongqing', 4)],
      parts: [{ consignmentId: consignmentIdOf(third), recordIds: [consignment('chongqing', 4)] }],
    },
  ]);
  const parts = [
    { consignmentId: before, recordIds: [first] },
    { consignmentId: consignmentIdOf(third), recordIds: [third] },
  ].sort((a, b) => (a.consignmentId < b.consignmentId ? -1 : 1));
  expect((await log('GX')).lines.map(({ body }) => body)).toEqual([{ ...line, source: 'guangxi', recordIds: [first, third], parts }]);
  // its record stays where it was: that another's left is none of its business
  expect((await log('GS')).lines).toEqual([]);
  const { lines, head } = await log('GX');
  expect(checkChain(chainStart, lines)).toEqual({ is: 'holds', head });
});

test('an owner reads by which keys its records are joined, who else bears them as far as it may know, and by which its events are linked', async () => {
  const [own, again, shown, hidden] = [
    consignment('guangxi', 1),
    consignment('guangxi', 2),
    consignment('gansu', 3),
    consignment('chongqing', 4),
  ];
  const event = anId('guangxi', 'equipment-event', 5);
  const boxes = [box('CSQU3054383'), box('MSCU1234566')];
  const booking = { kind: 'BOOKING', value: 'COSU/B1', joins: false } as const;
  await directory.tell(
    'guangxi',
    { id: own, references: [ucr('A'), ...boxes, booking] },
    { id: again, references: [ucr('A'), ucr('B')] },
    {
      id: event,
      references: [box('CSQU3054383')],
      links: [
        { recordId: own, keyKind: 'EQUIPMENT' },
        { recordId: again, keyKind: 'BOOKING' },
      ],
    },
    { id: port },
  );
  await directory.tell('guangxi', { id: again, revision: 2, references: [ucr('A'), ucr('B'), booking] });
  await directory.tell('gansu', { id: shown, createdAt: later, references: [ucr('A')], audience: [allOf('GX')] });
  await directory.tell('chongqing', { id: hidden, createdAt: later, references: [ucr('A'), ucr('B')], audience: [allOf('CQ')] });
  const index = (kind: ReferenceKind, value: string): string => blind(directory.indexKey, kind, value);
  const consignmentId = consignmentIdOf(own);
  const byA = { keyKind: 'UCR', index: index('UCR', 'A'), overfull: false };
  const entries = [
    {
      id: own,
      noun: 'consignment-record',
      withdrawn: false,
      consignmentId,
      alias: consignmentId,
      joins: [{ ...byA, recordIds: [shown, again] }],
      links: [],
    },
    {
      id: again,
      noun: 'consignment-record',
      withdrawn: false,
      consignmentId,
      alias: consignmentIdOf(again),
      joins: [
        { ...byA, recordIds: [shown, own] },
        { ...byA, index: index('UCR', 'B'), recordIds: [] },
      ].sort((a, b) => (a.index < b.index ? -1 : 1)),
      links: [],
    },
    {
      id: event,
      noun: 'equipment-event',
      withdrawn: false,
      consignmentId: null,
      alias: null,
      joins: [],
      links: [
        { recordId: own, keyKind: 'EQUIPMENT', indexes: [index('EQUIPMENT', 'CSQU3054383')], assertedBy: 'guangxi' },
        { recordId: again, keyKind: 'BOOKING', indexes: [index('BOOKING', 'COSU/B1')], assertedBy: 'guangxi' },
      ],
    },
  ];
  const page = await links('GX', '?limit=2');
  expect(page).toEqual({ owner: 'guangxi', entries: entries.slice(0, 2), next: again });
  expect(await links('GX', `?after=${page.next}`)).toEqual({ owner: 'guangxi', entries: entries.slice(2), next: null });
  expect(await links('GX', `?of=${event}`)).toEqual({ owner: 'guangxi', entries: entries.slice(2), next: null });
  // what is another's, or nobody's, is nothing
  expect(await links('GX', `?of=${shown}`)).toEqual({ owner: 'guangxi', entries: [], next: null });
  expect(await links('GX', `?of=${consignment('gansu', 99)}`)).toEqual({ owner: 'guangxi', entries: [], next: null });
  // the owner of the hidden record knows of its own, and of those that everybody may know of
  expect((await links('CQ')).entries.map(({ joins }) => joins.map(({ recordIds }) => recordIds).sort())).toEqual([[[own, again], [again]]]);
  expect(JSON.stringify(await links('GX'))).not.toContain(hidden);
});

test('a key that is over the limit, or borne by cancelled records alone, names nobody', async () => {
  const bearers = Array.from({ length: recordsPerKeyLimit }, (_, n) => ({
    id: consignment('guangxi', n),
    references: [ucr('NOTYETGIVEN')],
  }));
  await directory.tell('guangxi', ...bearers, { id: consignment('guangxi', 900), references: [ucr('NOTYETGIVEN'), ucr('A')] });
  await directory.tell('guangxi', { id: consignment('guangxi', 901), references: [ucr('A')], withdrawn: true });
  const joins = (await links('GX', `?of=${consignment('guangxi', 900)}`)).entries[0]?.joins.map(({ overfull, recordIds }) => [
    overfull,
    recordIds,
  ]);
  expect(joins?.sort()).toEqual([
    [false, []],
    [true, []],
  ]);
});

test('of an owner that is not followed the directory holds nothing', async () => {
  expect(await mine('SG')).toEqual({
    owner: 'asean',
    feed: { state: 'not-followed', cursor: null, appliedDateTime: null, secondsSinceApplied: null, waitingMs: 0 },
    counts: { entries: 0, withdrawn: 0 },
    entries: [],
    audiences: {},
    next: null,
  });
});
