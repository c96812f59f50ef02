import { anonymous, type Caller, type ReferenceKind } from '@corridor/schemas';
import { sql } from '@corridor/store';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { blind } from '../index/blind.ts';
import { consignmentIdOf, consignmentReference } from '../index/consignment-id.ts';
import { type Asked, aCaller, allOf, anId, box, firm, openDirectory, type TestDirectory, type Told, ucr } from '../testing/directory.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(() => directory.close());
beforeEach(() => directory.empty());

const time = (n: number): string => new Date(Date.UTC(2026, 10, 24) + n * 3_600_000).toISOString();
const record = (n: number, over: Partial<Told> = {}): Told => ({
  id: anId('guangxi', 'consignment-record', n),
  createdAt: time(n),
  ...over,
});
const consignmentOf = (n: number): string => consignmentIdOf(record(n).id);
const key = (reference: string): object => ({ referenceType: 'UCR', reference });

const byKey = 'query ($keys: [ConsignmentKey!]!) { consignmentsByKey(keys: $keys) { consignments { id reference } } }';
const journeys = `query ($boxes: [String!]!, $from: DateTime, $to: DateTime) { equipmentJourneys(equipmentReferences: $boxes, from: $from, to: $to) {
  equipmentReference records { id party { code } record { __typename id } } timeline { nodes { id milestone { __typename id } } pageInfo { hasNextPage endCursor } } } }`;

const ask = (query: string, variables: Record<string, unknown>, as: Caller = anonymous): Promise<Asked> =>
  directory.ask(query, { as, variables });
const data = async (query: string, variables: Record<string, unknown>, as: Caller = anonymous): Promise<unknown> => {
  const { body, text } = await ask(query, variables, as);
  if (body.errors !== undefined) throw new Error(text);
  return JSON.parse(text).data;
};
const logged = async () =>
  (await directory.store.query<{ body: Record<string, unknown> }>(sql`select body from audit_log order by id`)).map(({ body }) => body);

test('many references are looked up at once: one match per key, in the order asked, repeats and misses in their places', async () => {
  await directory.tell(
    'guangxi',
    record(1, { references: [ucr('A'), { kind: 'BOOKING', value: 'COS/9', joins: false }] }),
    record(2, { references: [ucr('B')] }),
  );
  const node = (n: number) => ({ id: consignmentOf(n), reference: consignmentReference(consignmentOf(n)) });
  const keys = [
    key('B'),
    key('NOBODY'),
    { referenceType: 'BOOKING', reference: '9', carrierCode: 'cos' },
    { referenceType: 'RAIL_WAYBILL', reference: 'A' },
    key(' b '),
    key('A'),
  ];
  expect(await data(byKey, { keys })).toEqual({
    consignmentsByKey: [
      { consignments: [node(2)] },
      { consignments: [] },
      { consignments: [node(1)] },
      { consignments: [] },
      { consignments: [node(2)] },
      { consignments: [node(1)] },
    ],
  });
});

test('a reference that leads to several consignments shows them as the list does, the latest change first, as many as asked', async () => {
  const declaration = { kind: 'CUSTOMS_DECLARATION', value: 'D', joins: false } as const;
  await directory.tell(
    'guangxi',
    ...Array.from({ length: 7 }, (_, n) => record(n, { references: [declaration, ucr(`U${n}`)], changedAt: time(20 - (n % 3)) })),
    // a later change of a record without the declaration moves its consignment to the front, one the reader may not know of moves nothing
    record(10, { references: [ucr('U2')], changedAt: time(30) }),
    record(11, { references: [ucr('U5')], changedAt: time(31), audience: [allOf('GX')] }),
  );
  const query = `query ($keys: [ConsignmentKey!]!) { consignmentsByKey(keys: $keys) { standard: consignments { id } two: consignments(first: 2) { id } all: consignments(first: 100) { id } }
    consignments(filter: { key: { referenceType: "CUSTOMS_DECLARATION", reference: "D" } }) { nodes { id } } }`;
  const { consignments, consignmentsByKey } = (await data(query, {
    keys: [{ referenceType: 'CUSTOMS_DECLARATION', reference: 'D' }],
  })) as { consignments: { nodes: readonly object[] }; consignmentsByKey: unknown };
  expect(consignments.nodes).toHaveLength(7);
  expect(consignments.nodes[0]).toEqual({ id: consignmentOf(2) });
  expect(consignmentsByKey).toEqual([
    { standard: consignments.nodes.slice(0, 5), two: consignments.nodes.slice(0, 2), all: consignments.nodes },
  ]);
});

test('a cancelled record is found by none of its references', async () => {
  await directory.tell('guangxi', record(1, { references: [ucr('A')] }));
  await directory.tell('guangxi', record(1, { references: [ucr('A')], revision: 2, withdrawn: true }));
  expect(await data(byKey, { keys: [key('A')] })).toEqual({ consignmentsByKey: [{ consignments: [] }] });
});

test('many boxes are followed at once: one journey per box, each as it is told alone', async () => {
  const trip = (n: number, of: string): Told => ({
    id: anId('guangxi', 'equipment-record', n),
    createdAt: time(n),
    references: [box(of)],
    links: [{ recordId: record(n).id, keyKind: 'UCR' }],
  });
  const event = (n: number, of: string, at: number): Told => ({
    id: anId('guangxi', 'equipment-event', n),
    sortAt: time(at),
    references: [box(of)],
    links: [{ recordId: record(n % 10).id, keyKind: 'UCR' }],
  });
  const [one, two, none] = ['CSQU3054383', 'MSCU1234566', 'LSCU1000016'];
  await directory.tell('guangxi', record(1), record(2), record(3), trip(1, one), trip(2, two), trip(3, one));
  await directory.tell('guangxi', event(11, one, 9), event(13, one, 5), event(12, two, 7), event(22, two, 3));
  const alone = `query ($box: String!, $from: DateTime, $to: DateTime) { equipmentJourney(equipmentReference: $box, from: $from, to: $to) {
    equipmentReference records { id party { code } record { __typename id } } timeline { nodes { id milestone { __typename id } } pageInfo { hasNextPage } } } }`;
  const together = journeys.replace(' endCursor', '');
  const boxes = [two, none, one, 'msc u1234566'];
  for (const span of [{}, { from: time(5) }, { to: time(7) }, { from: time(4), to: time(8) }]) {
    const each = await Promise.all(
      boxes.map(async (of) => ((await data(alone, { box: of, ...span })) as { equipmentJourney: unknown }).equipmentJourney),
    );
    expect(await data(together, { boxes, ...span })).toEqual({ equipmentJourneys: each });
  }
  const trips = (...n: number[]) => n.map((at) => ({ id: anId('guangxi', 'equipment-record', at) }));
  const events = (...n: number[]) => ({ nodes: n.map((at) => ({ id: anId('guangxi', 'equipment-event', at) })) });
  const ids =
    'query ($boxes: [String!]!) { equipmentJourneys(equipmentReferences: $boxes) { equipmentReference records { id } timeline { nodes { id } } } }';
  const first = { equipmentReference: two, records: trips(2), timeline: events(22, 12) };
  expect(await data(ids, { boxes })).toEqual({
    equipmentJourneys: [
      first,
      { equipmentReference: none, records: [], timeline: events() },
      { equipmentReference: one, records: trips(3, 1), timeline: events(13, 11) },
      first,
    ],
  });
});

test('a hundred boxes asked together by somebody of many audience sets are each as told alone, without what others alone may know', async () => {
  const boxes = Array.from({ length: 100 }, (_, n) => `LSCU${String(n).padStart(7, '0')}`);
  const event = (n: number, over: Partial<Told>): Told => ({
    id: anId('guangxi', 'equipment-event', n),
    sortAt: time(n),
    references: [box(boxes[n % 3] ?? ''), box(boxes[99] ?? '')],
    ...over,
  });
  const shared = Array.from({ length: 60 }, (_, n) => event(n, { audience: [allOf('GX'), firm(`CQ/FIRM-${n}`)] }));
  const hidden = Array.from({ length: 60 }, (_, n) => event(100 + n, { audience: [allOf('CQ'), firm(`GX/FIRM-${n}`)] }));
  await directory.tell('guangxi', ...shared, ...hidden);

  const query = 'query ($boxes: [String!]!) { equipmentJourneys(equipmentReferences: $boxes) { timeline(first: 100) { nodes { id } } } }';
  type Answer = { readonly equipmentJourneys: readonly { readonly timeline: { readonly nodes: readonly { readonly id: string }[] } }[] };
  const told = async (of: readonly string[]) => ((await data(query, { boxes: of }, aCaller('GX'))) as Answer).equipmentJourneys;
  const together = await told(boxes);
  const alone = [...(await told(boxes.slice(0, 1))), ...(await told(boxes.slice(1, 2))), ...(await told(boxes.slice(99)))];
  expect([together[0], together[1], together[99]]).toEqual(alone);
  expect(together[99]?.timeline.nodes.map(({ id }) => id)).toEqual(shared.map(({ id }) => id));
  expect(together.slice(3, 99).flatMap(({ timeline }) => timeline.nodes)).toEqual([]);
});

test('a page of one box among many goes on in the journey of that box', async () => {
  const events = [1, 2, 3].map(
    (n): Told => ({ id: anId('guangxi', 'equipment-event', n), sortAt: time(n), references: [box('CSQU3054383'), box('MSCU1234566')] }),
  );
  await directory.tell('guangxi', ...events);
  const many = `{ equipmentJourneys(equipmentReferences: ["MSCU1234566", "CSQU3054383"]) { timeline(first: 2) { nodes { id } pageInfo { hasNextPage endCursor } } } }`;
  const page = { nodes: [{ id: events[0]?.id }, { id: events[1]?.id }], pageInfo: { hasNextPage: true, endCursor: expect.any(String) } };
  const found = (await data(many, {})) as { equipmentJourneys: { timeline: { pageInfo: { endCursor: string } } }[] };
  expect(found).toEqual({ equipmentJourneys: [{ timeline: page }, { timeline: page }] });
  const on =
    'query ($after: String, $box: String!) { equipmentJourney(equipmentReference: $box) { timeline(after: $after) { nodes { id } } } }';
  const after = found.equipmentJourneys[1]?.timeline.pageInfo.endCursor;
  expect(await data(on, { after, box: 'CSQU3054383' })).toEqual({ equipmentJourney: { timeline: { nodes: [{ id: events[2]?.id }] } } });
  const { body } = await ask(on, { after, box: 'MSCU1234566' });
  expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['CURSOR_INVALID']);
});

test.each([
  ['the public', anonymous],
  ['a firm that does not take part', aCaller('GS', { org: 'GS/rival' })],
  ['a party off the route', aCaller('GZ')],
] as const)('to %s hidden references and boxes give the same bytes as unknown ones, and the same statements', async (_, as) => {
  const audience = [allOf('CQ'), firm('GS/lz-forwarder')];
  await directory.tell(
    'guangxi',
    record(1, { references: [ucr('A')], audience }),
    record(2, { references: [ucr('B')], audience }),
    { id: anId('guangxi', 'equipment-record', 1), references: [box('CSQU3054383')], audience },
    { id: anId('guangxi', 'equipment-event', 1), references: [box('CSQU3054383')], audience },
  );
  const told = async (query: string, variables: Record<string, unknown>, caller: Caller) => {
    directory.statements.length = 0;
    const { status, text } = await ask(query, variables, caller);
    return { status, text: text.replaceAll(/CSQU3054383|CSQU9999999/g, 'asked'), statements: [...directory.statements].sort() };
  };
  const hiddenKeys = await told(byKey, { keys: [key('A'), key('B')] }, as);
  expect(hiddenKeys.text).toBe('{"data":{"consignmentsByKey":[{"consignments":[]},{"consignments":[]}]}}');
  expect(hiddenKeys).toEqual(await told(byKey, { keys: [key('X'), key('Y')] }, as));
  const hiddenBoxes = await told(journeys, { boxes: ['CSQU3054383'] }, as);
  expect(hiddenBoxes.text).toBe(
    '{"data":{"equipmentJourneys":[{"equipmentReference":"asked","records":[],"timeline":{"nodes":[],"pageInfo":{"hasNextPage":false,"endCursor":null}}}]}}',
  );
  expect(hiddenBoxes).toEqual(await told(journeys, { boxes: ['CSQU9999999'] }, as));
  // who is meant to see them does
  expect((await told(byKey, { keys: [key('A')] }, aCaller('CQ'))).text).toContain(consignmentOf(1));
  expect((await told(journeys, { boxes: ['CSQU3054383'] }, aCaller('CQ'))).text).toContain(anId('guangxi', 'equipment-event', 1));
});

test('a reference shows only those consignments that have a record with it the reader may know of', async () => {
  await directory.tell(
    'guangxi',
    record(1, { references: [ucr('A'), ucr('B')], audience: [allOf('GX')] }),
    record(2, { references: [ucr('B')], audience: [allOf('CQ')] }),
  );
  // one consignment, of which Chongqing knows the second record, and goes by that
  const node = { id: consignmentOf(2), reference: consignmentReference(consignmentOf(2)) };
  expect(await data(byKey, { keys: [key('A'), key('B')] }, aCaller('CQ'))).toEqual({
    consignmentsByKey: [{ consignments: [] }, { consignments: [node] }],
  });
});

test('the statements are as many for a hundred keys or boxes as for one', async () => {
  await directory.tell(
    'guangxi',
    ...Array.from({ length: 100 }, (_, n) => record(n, { references: [ucr(`U${n}`)] })),
    ...Array.from({ length: 100 }, (_, n) => ({ id: anId('guangxi', 'equipment-event', n), references: [box(`LSCU${n}`)] })),
  );
  const query = `query ($keys: [ConsignmentKey!]!, $boxes: [String!]!) {
    consignmentsByKey(keys: $keys) { consignments(first: 1) { id records(first: 1) { nodes { id } } timeline(first: 1) { nodes { id } } } }
    equipmentJourneys(equipmentReferences: $boxes) { records(first: 1) { id } timeline(first: 1) { nodes { id } } } }`;
  const ask100 = async (count: number) => {
    directory.statements.length = 0;
    const numbers = Array.from({ length: count }, (_, n) => n);
    const found = (await data(query, { keys: numbers.map((n) => key(`U${n}`)), boxes: numbers.map((n) => `LSCU${n}`) })) as {
      consignmentsByKey: { consignments: { id: string }[] }[];
      equipmentJourneys: { timeline: { nodes: { id: string }[] } }[];
    };
    expect(found.consignmentsByKey.map(({ consignments }) => consignments.map(({ id }) => id))).toEqual(
      numbers.map((n) => [consignmentOf(n)]),
    );
    expect(found.equipmentJourneys.map(({ timeline }) => timeline.nodes.map(({ id }) => id))).toEqual(
      numbers.map((n) => [anId('guangxi', 'equipment-event', n)]),
    );
    return [...directory.statements].sort();
  };
  const one = await ask100(1);
  expect(one).toHaveLength(6);
  expect(await ask100(100)).toEqual(one);
});

test.each([
  ['no key', byKey, { keys: [] }, 'keys'],
  ['101 keys', byKey, { keys: Array.from({ length: 101 }, () => key('A')) }, 'keys'],
  ['a key of no known kind', byKey, { keys: [key('A'), { referenceType: 'INVOICE', reference: '1' }] }, 'keys.1.referenceType'],
  ['an empty reference', byKey, { keys: [key(' ')] }, 'keys.0.reference'],
  ['a booking without its carrier', byKey, { keys: [{ referenceType: 'BOOKING', reference: '1' }] }, 'keys.0.carrierCode'],
  ['no box', journeys, { boxes: [] }, 'equipmentReferences'],
  ['101 boxes', journeys, { boxes: Array.from({ length: 101 }, () => 'CSQU3054383') }, 'equipmentReferences'],
  ['an empty box', journeys, { boxes: ['CSQU3054383', ''] }, 'equipmentReferences.1'],
  ['a span that begins at no instant', journeys, { boxes: ['CSQU3054383'], from: 'yesterday' }, 'from'],
  ['a span that ends at no instant', journeys, { boxes: ['CSQU3054383'], to: '2026-11-24' }, 'to'],
  [
    'a page of none',
    '{ consignmentsByKey(keys: [{ referenceType: "UCR", reference: "A" }]) { consignments(first: 0) { id } } }',
    {},
    'first',
  ],
  [
    'a page of 101',
    '{ consignmentsByKey(keys: [{ referenceType: "UCR", reference: "A" }]) { consignments(first: 101) { id } } }',
    {},
    'first',
  ],
])('%s is refused, naming the argument, and leaves no row in the log', async (_, query, variables, argument) => {
  const { body } = await ask(query, variables);
  expect([body.data ?? null, body.errors?.map(({ extensions }) => [extensions.code, extensions.argument])]).toEqual([
    null,
    [['BAD_USER_INPUT', argument]],
  ]);
  expect(await logged()).toEqual([]);
});

test('a hundred keys and a hundred boxes are answered', async () => {
  const keys = Array.from({ length: 100 }, (_, n) => key(`U${n}`));
  const boxes = Array.from({ length: 100 }, (_, n) => `LSCU${n}`);
  const match = { consignments: [] };
  expect(await data(byKey, { keys })).toEqual({ consignmentsByKey: keys.map(() => match) });
  const short = 'query ($boxes: [String!]!) { equipmentJourneys(equipmentReferences: $boxes) { equipmentReference records { id } } }';
  expect(await data(short, { boxes })).toEqual({
    equipmentJourneys: boxes.map((equipmentReference) => ({ equipmentReference, records: [] })),
  });
});

test('each key and each box is one row of the log, hit or miss, blinded', async () => {
  const event = anId('guangxi', 'equipment-event', 1);
  await directory.tell('guangxi', record(1, { references: [ucr('6CN98765')] }), { id: event, references: [box('CSQU3054383')] });
  await data(byKey, { keys: [key('6CN98765'), key('6CN00000')] });
  await data('{ equipmentJourneys(equipmentReferences: ["CSQU3054383", "MSCU1234566"]) { timeline { nodes { id } } } }', {});
  const index = (kind: ReferenceKind, value: string): string => blind(directory.indexKey, kind, value);
  const rows = (await logged()).map(({ operation, asked, recordIds, consignmentIds, hit }) => ({
    operation,
    asked,
    found: [recordIds, consignmentIds],
    hit,
  }));
  const ofKey = (value: string, found: readonly string[]) => ({
    operation: 'ConsignmentMatch.consignments',
    asked: { key: { kind: 'UCR', index: index('UCR', value) } },
    found: [[], found],
    hit: found.length > 0,
  });
  const ofBox = (value: string, found: readonly string[]) => ({
    operation: 'EquipmentJourney.timeline',
    asked: { index: index('EQUIPMENT', value), from: null, to: null },
    found: [found, undefined],
    hit: found.length > 0,
  });
  expect(rows).toHaveLength(4);
  expect(rows).toEqual(
    expect.arrayContaining([
      ofKey('6CN98765', [consignmentOf(1)]),
      ofKey('6CN00000', []),
      ofBox('CSQU3054383', [event]),
      ofBox('MSCU1234566', []),
    ]),
  );
  expect(await directory.dump()).not.toMatch(/6CN98765|6CN00000|CSQU3054383|MSCU1234566/);
});
