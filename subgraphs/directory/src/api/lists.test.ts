import { anonymous, type Caller } from '@corridor/schemas';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { consignmentIdOf } from '../index/consignment-id.ts';
import { aCaller, allOf, anId, box, firm, openDirectory, type TestDirectory, type Told, ucr } from '../testing/directory.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(() => directory.close());
beforeEach(() => directory.empty());

type Page = {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
};
type Data = Readonly<Record<string, Page & { readonly records: Page; readonly timeline: Page }>>;

const data = async (query: string, as: Caller = anonymous, variables: Record<string, unknown> = {}): Promise<Data> => {
  const { body, text } = await directory.ask(query, { as, variables });
  if (body.errors !== undefined) throw new Error(text);
  return JSON.parse(text).data;
};
const codeOf = async (query: string, as: Caller = anonymous): Promise<unknown> => {
  const { body } = await directory.ask(query, { as });
  return body.errors?.map(({ extensions }) => [extensions.code, extensions.argument ?? null])[0];
};
const ids = (page: Page): string[] => page.nodes.map(({ id }) => id);
const time = (n: number): string => new Date(Date.UTC(2026, 10, 24) + n).toISOString();
const facility = (n: number, over: Partial<Told> = {}): Told => ({ id: anId('guangxi', 'terminal', n), createdAt: time(n % 3), ...over });

/** Reads a list to its end and gives the ids in the order in which they came. */
async function readAll(field: string, as: Caller, between: () => Promise<unknown> = async () => undefined): Promise<string[]> {
  const seen: string[] = [];
  for (let after: string | null = null; ; ) {
    const page: Page | undefined = (
      await data(`query($after: String) { list: ${field} { nodes { id } pageInfo { hasNextPage endCursor } } }`, as, { after })
    )['list'];
    if (page === undefined) throw new Error('no list');
    seen.push(...ids(page));
    if (!page.pageInfo.hasNextPage) return seen;
    after = page.pageInfo.endCursor;
    await between();
  }
}

test('paging shows each facility that is there throughout exactly once, while others come, change and go', async () => {
  const stay = Array.from({ length: 40 }, (_, at) => facility(at));
  await directory.tell('guangxi', ...stay, facility(100, { createdAt: time(0) }));
  let round = 0;
  const seen = await readAll('facilities(first: 7, after: $after)', anonymous, async () => {
    round += 1;
    await directory.tell('guangxi', facility(200 + round), facility(100, { revision: round + 1, withdrawn: true, createdAt: time(0) }));
    // changes of those that stay move nobody
    await directory.tell('guangxi', ...stay.slice(0, 5).map((record) => ({ ...record, revision: round + 1, changedAt: time(99) })));
  });
  const stayed = new Set(stay.map(({ id }) => id));
  expect(seen.filter((id) => stayed.has(id)).sort()).toEqual([...stayed].sort());
  expect(new Set(seen).size).toBe(seen.length);
});

test('consignments come with the latest change first, each once, whatever the page', async () => {
  const records = Array.from(
    { length: 23 },
    (_, at): Told => ({ id: anId('guangxi', 'consignment-record', at), changedAt: time(at % 5), references: [ucr(`U${at}`)] }),
  );
  await directory.tell('guangxi', ...records);
  const newest = (consignment: string): number => records.findIndex(({ id }) => consignmentIdOf(id) === consignment) % 5;
  const whole = await readAll('consignments(first: 100, after: $after)', anonymous);
  expect(whole.map(newest)).toEqual([...whole.map(newest)].sort((a, b) => b - a));
  expect(await readAll('consignments(first: 4, after: $after)', anonymous)).toEqual(whole);
  expect(new Set(whole).size).toBe(23);
});

test('only changes the viewer may know of count', async () => {
  const [mine, other] = [anId('guangxi', 'consignment-record', 1), anId('guangxi', 'consignment-record', 2)];
  await directory.tell('guangxi', { id: mine, changedAt: time(1), references: [ucr('A')], audience: [allOf('CQ')] });
  await directory.tell('guangxi', { id: other, changedAt: time(2), references: [ucr('B')], audience: [allOf('CQ')] });
  await directory.tell('gansu', {
    id: anId('gansu', 'consignment-record', 3),
    createdAt: time(9),
    changedAt: time(9),
    references: [ucr('A')],
    audience: [allOf('GS')],
  });
  const list = async (filter: string) =>
    ids(
      (await data(`{ consignments${filter} { nodes { id } } }`, aCaller('CQ')))['consignments'] ?? {
        nodes: [],
        pageInfo: { hasNextPage: false, endCursor: null },
      },
    );
  expect(await list('')).toEqual([consignmentIdOf(other), consignmentIdOf(mine)]);
  expect(await list(`(filter: { changedSince: "${time(2)}" })`)).toEqual([consignmentIdOf(other)]);
  expect(await list(`(filter: { changedSince: "2026-11-24T08:00:00.002+08:00" })`)).toEqual([consignmentIdOf(other)]);
  expect(await list(`(filter: { changedSince: "${time(3)}" })`)).toEqual([]);
});

test('a consignment is found by any reference of its records, written as people write it, and by its boxes', async () => {
  const record = anId('guangxi', 'consignment-record', 1);
  const references = [
    ucr('6CN123'),
    { kind: 'TRANSPORT_DOCUMENT', value: 'MAEU/BL77', joins: true },
    { kind: 'BOOKING', value: 'COS/9', joins: false },
    { kind: 'RAIL_WAYBILL', value: 'RW5', joins: true },
    { kind: 'CUSTOMS_DECLARATION', value: '7100', joins: false },
    box('MSCU1234566'),
  ] as const;
  await directory.tell('guangxi', { id: record, references }, { id: anId('guangxi', 'consignment-record', 2), references: [ucr('OTHER')] });
  await directory.tell('guangxi', {
    id: anId('guangxi', 'equipment-event', 1),
    references: [box('CSQU3054383')],
    links: [{ recordId: record, keyKind: 'UCR' }],
  });
  const found = async (filter: string) =>
    ids(
      (await data(`{ consignments(filter: ${filter}) { nodes { id } } }`))['consignments'] ?? {
        nodes: [],
        pageInfo: { hasNextPage: false, endCursor: null },
      },
    );
  for (const filter of [
    '{ key: { referenceType: "UCR", reference: " 6cn 123" } }',
    '{ key: { referenceType: "TRANSPORT_DOCUMENT", reference: "bl77", carrierCode: "maeu" } }',
    '{ key: { referenceType: "BOOKING", reference: "9", carrierCode: "COS" } }',
    '{ key: { referenceType: "RAIL_WAYBILL", reference: "RW5" } }',
    '{ key: { referenceType: "CUSTOMS_DECLARATION", reference: "7100" } }',
    '{ equipmentReference: "csqu 3054383" }',
    '{ equipmentReference: "MSCU1234566" }',
    '{ partyCode: ["guangxi"], equipmentReference: "MSCU1234566", key: { referenceType: "UCR", reference: "6CN123" } }',
  ]) {
    expect(await found(filter), filter).toEqual([consignmentIdOf(record)]);
  }
  for (const filter of [
    '{ key: { referenceType: "RAIL_WAYBILL", reference: "6CN123" } }',
    '{ key: { referenceType: "BOOKING", reference: "9", carrierCode: "MAEU" } }',
    '{ equipmentReference: "CSQU3054384" }',
    '{ partyCode: ["gansu"], equipmentReference: "MSCU1234566" }',
    '{ partyCode: [] }',
  ]) {
    expect(await found(filter), filter).toEqual([]);
  }
});

test('mine: what the firm takes part in; for who has no firm, what its party holds', async () => {
  const audience = (...orgs: string[]) => [allOf('GS'), ...orgs.map(firm)];
  const at = (party: string, n: number, ...orgs: string[]): Told => ({
    id: anId(party, 'consignment-record', n),
    references: [ucr(`U${n}`)],
    audience: audience(...orgs),
  });
  await directory.tell('gansu', at('gansu', 1, 'GS/lz-forwarder'), at('gansu', 2, 'GS/rival'));
  await directory.tell('guangxi', at('guangxi', 3, 'GS/lz-forwarder'), at('guangxi', 4));
  const mine = async (as: Caller, filter = '{ mine: true }') =>
    ids(
      (await data(`{ consignments(filter: ${filter}) { nodes { id } } }`, as))['consignments'] ?? {
        nodes: [],
        pageInfo: { hasNextPage: false, endCursor: null },
      },
    ).sort();
  const consignments = (...records: readonly [string, number][]) =>
    records.map(([party, n]) => consignmentIdOf(anId(party, 'consignment-record', n))).sort();
  expect(await mine(aCaller('GS', { org: 'GS/lz-forwarder' }))).toEqual(consignments(['gansu', 1], ['guangxi', 3]));
  expect(await mine(aCaller('GS'))).toEqual(consignments(['gansu', 1], ['gansu', 2]));
  expect(await mine(aCaller('GS'), '{ mine: false }')).toHaveLength(4);
  expect(await mine(anonymous)).toEqual([]);
});

test('a facility is found by owner, type and place', async () => {
  await directory.tell('guangxi', {
    id: anId('guangxi', 'port', 1),
    attributes: { facilityTypeCode: 'POTE', UNLocationCodes: ['CNQZH', 'CNQIN'] },
  });
  await directory.tell('chongqing', {
    id: anId('chongqing', 'terminal', 2),
    attributes: { facilityTypeCode: 'RAMP', UNLocationCodes: ['CNCKG'] },
  });
  const found = async (filter: string) =>
    ids(
      (await data(`{ facilities(filter: ${filter}) { nodes { id } } }`))['facilities'] ?? {
        nodes: [],
        pageInfo: { hasNextPage: false, endCursor: null },
      },
    );
  const [qinzhou, chongqing] = [anId('guangxi', 'port', 1), anId('chongqing', 'terminal', 2)];
  expect(await found('{ partyCode: ["guangxi"] }')).toEqual([qinzhou]);
  expect(await found('{ facilityTypeCode: ["RAMP", "DEPO"] }')).toEqual([chongqing]);
  expect(await found('{ UNLocationCode: ["cnqin"] }')).toEqual([qinzhou]);
  expect(await found('{ UNLocationCode: ["CNCKG"], facilityTypeCode: ["POTE"] }')).toEqual([]);
  expect((await found('{}')).sort()).toEqual([chongqing, qinzhou]);
});

test.each([
  ['facilities(first: 0) { nodes { id } }', 'first'],
  ['facilities(first: 101) { nodes { id } }', 'first'],
  ['consignments(first: -1) { nodes { id } }', 'first'],
  ['facilities(filter: { partyCode: ["beijing"] }) { nodes { id } }', 'filter.partyCode'],
  ['facilities(filter: { facilityTypeCode: ["PORT"] }) { nodes { id } }', 'filter.facilityTypeCode'],
  ['facilities(filter: { UNLocationCode: ["QINZHOU"] }) { nodes { id } }', 'filter.UNLocationCode'],
  ['consignments(filter: { partyCode: ["GX"] }) { nodes { id } }', 'filter.partyCode'],
  ['consignments(filter: { key: { referenceType: "INVOICE", reference: "1" } }) { nodes { id } }', 'filter.key.referenceType'],
  ['consignments(filter: { key: { referenceType: "EQUIPMENT", reference: "1" } }) { nodes { id } }', 'filter.key.referenceType'],
  ['consignments(filter: { key: { referenceType: "UCR", reference: "  " } }) { nodes { id } }', 'filter.key.reference'],
  ['consignments(filter: { key: { referenceType: "BOOKING", reference: "1" } }) { nodes { id } }', 'filter.key.carrierCode'],
  [
    'consignments(filter: { key: { referenceType: "UCR", reference: "1", carrierCode: "COS" } }) { nodes { id } }',
    'filter.key.carrierCode',
  ],
  ['consignments(filter: { equipmentReference: "" }) { nodes { id } }', 'filter.equipmentReference'],
  ['consignments(filter: { changedSince: "yesterday" }) { nodes { id } }', 'filter.changedSince'],
  ['consignments(filter: { changedSince: "2026-02-30T00:00:00Z" }) { nodes { id } }', 'filter.changedSince'],
  ['consignments(filter: { changedSince: "2026-11-24T00:00:00" }) { nodes { id } }', 'filter.changedSince'],
  ['equipmentJourney(equipmentReference: "CSQU3054383", from: "2026-11-24") { equipmentReference }', 'from'],
  ['equipmentJourney(equipmentReference: "CSQU3054383", to: 5) { equipmentReference }', 'to'],
  ['equipmentJourney(equipmentReference: "") { equipmentReference }', 'equipmentReference'],
  ['equipmentJourney(equipmentReference: "CSQU3054383") { records(first: 101) { id } }', 'first'],
])('%s is refused, naming the argument', async (field, argument) => {
  expect(await codeOf(`{ ${field} }`)).toEqual(['BAD_USER_INPUT', argument]);
});

test('a cursor is good for its viewer, its list, its filter and one hour', async () => {
  await directory.tell('guangxi', facility(1), facility(2), { id: anId('guangxi', 'consignment-record', 1) });
  const cursor =
    (await data('{ facilities(first: 1) { nodes { id } pageInfo { hasNextPage endCursor } } }', aCaller('CQ')))['facilities']?.pageInfo
      .endCursor ?? '';
  expect(cursor).toMatch(/^[\w-]+\./);
  const use = (as: Caller, field: string) => codeOf(`{ ${field} { nodes { id } } }`, as);
  expect(await use(aCaller('CQ'), `facilities(after: "${cursor}")`)).toBeUndefined();
  const refused = ['CURSOR_INVALID', null];
  expect(await use(aCaller('GX'), `facilities(after: "${cursor}")`)).toEqual(refused);
  expect(await use(anonymous, `facilities(after: "${cursor}")`)).toEqual(refused);
  expect(await use(aCaller('CQ'), `consignments(after: "${cursor}")`)).toEqual(refused);
  expect(await use(aCaller('CQ'), `facilities(filter: { partyCode: ["guangxi"] }, after: "${cursor}")`)).toEqual(refused);
  expect(await use(aCaller('CQ'), `facilities(after: "${cursor.slice(0, -2)}")`)).toEqual(refused);
  expect(await use(aCaller('CQ'), 'facilities(after: "")')).toEqual(refused);
  directory.now += 60 * 60 * 1_000;
  expect(await use(aCaller('CQ'), `facilities(after: "${cursor}")`)).toEqual(refused);
});

test("a consignment's records and milestones are paged in their order", async () => {
  const record = (n: number): Told => ({
    id: anId('guangxi', 'consignment-record', n),
    createdAt: time(Math.min(n, 2)),
    references: [ucr('A')],
  });
  const event = (n: number, at: number): Told => ({
    id: anId('guangxi', 'equipment-event', n),
    sortAt: time(at),
    links: [1, 2].map((of) => ({ recordId: record(of).id, keyKind: 'UCR' }) as const),
  });
  await directory.tell('guangxi', record(1), record(2), record(3), event(1, 30), event(2, 10), event(3, 20));
  const id = consignmentIdOf(record(1).id);
  const page = async (field: string, after: string | null) =>
    (
      await data(
        `query($after: String) { consignment(id: "${id}") { ${field}(first: 2, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }`,
        anonymous,
        { after },
      )
    )['consignment'];
  const records = (await page('records', null))?.records;
  expect([ids(records ?? { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } }), records?.pageInfo.hasNextPage]).toEqual([
    [record(1).id, record(2).id],
    true,
  ]);
  const rest = (await page('records', records?.pageInfo.endCursor ?? null))?.records;
  expect(rest).toEqual({ nodes: [{ id: record(3).id }], pageInfo: { hasNextPage: false, endCursor: expect.any(String) } });
  const timeline = (await page('timeline', null))?.timeline;
  expect(timeline?.nodes).toEqual([{ id: event(2, 0).id }, { id: event(3, 0).id }]);
  expect((await page('timeline', timeline?.pageInfo.endCursor ?? null))?.timeline.nodes).toEqual([{ id: event(1, 0).id }]);
});

test('lists of many consignments are read together, each with its own page', async () => {
  const records = Array.from(
    { length: 6 },
    (_, at): Told => ({ id: anId('guangxi', 'consignment-record', at), references: [ucr(`U${at % 2}`)], createdAt: time(at) }),
  );
  await directory.tell('guangxi', ...records);
  const { body } = await directory.ask(
    '{ consignments { nodes { id a: records(first: 1) { nodes { id } } b: records(first: 2) { nodes { id } } } } }',
  );
  const nodes = (...n: number[]) => ({ nodes: n.map((at) => ({ id: records[at]?.id })) });
  expect(body.data).toEqual({
    consignments: {
      nodes: expect.arrayContaining([
        { id: consignmentIdOf(records[0]?.id ?? ''), a: nodes(0), b: nodes(0, 2) },
        { id: consignmentIdOf(records[1]?.id ?? ''), a: nodes(1), b: nodes(1, 3) },
      ]),
    },
  });
});
