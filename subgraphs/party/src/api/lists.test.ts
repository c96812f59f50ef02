import { afterAll, beforeAll, expect, test } from 'vitest';
import { anOfficer } from '../testing/callers.ts';
import { type PartyUnderTest, startPartyUnderTest } from '../testing/party-under-test.ts';
import { idOfWord, insertBoxes, insertConsignments, insertEvents } from '../testing/rows.ts';

let party: PartyUnderTest;

const apples = idOfWord('consignment-record', 'apples');
const minute = (index: number) => new Date(Date.parse('2026-10-02T00:00:00Z') + Math.floor(index / 3) * 60_000).toISOString();

beforeAll(async () => {
  party = await startPartyUnderTest();
  await insertConsignments(party.store, [
    { word: 'apples', route: ['GX', 'CQ'] },
    { word: 'hidden', route: ['GX'] },
    ...Array.from({ length: 50 }, (_, index) => ({ word: `many ${index}`, route: ['GX', 'CQ'] })),
  ]);
  await insertBoxes(party.store, [
    ...Array.from({ length: 30 }, (_, index) => ({
      word: `box ${index}`,
      equipmentReference: `LSCU${String(1_000_000 + ((index * 7) % 30))}`,
      in: ['apples'],
    })),
    ...Array.from({ length: 50 }, (_, index) => ({
      word: `many ${index}`,
      equipmentReference: 'LSCU1000016',
      in: [`many ${index}`, 'hidden'],
    })),
  ]);
  await insertEvents(party.store, [
    // Three at a time: the order of equal times is the order of ids.
    ...Array.from({ length: 250 }, (_, index) => ({
      word: `event ${index}`,
      at: minute(index),
      of: ['apples'],
      box: 'box 0',
      code: index % 2 === 0 ? 'GTIN' : 'GTOT',
    })),
    { word: 'hidden', at: minute(10), of: ['hidden'], box: 'box 0' },
    ...Array.from({ length: 50 }, (_, index) => ({ word: `many ${index}`, of: [`many ${index}`, 'hidden'], box: `many ${index}` })),
  ]);
}, 60_000);
afterAll(() => party.close());

type Page = { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
const officer = anOfficer('CQ');
const list = async (field: string, caller = officer, id = apples, type = 'GuangxiConsignmentRecord') => {
  const { body } = await party.entities(
    caller,
    [{ type, id }],
    `... on ${type} { list: ${field} { nodes { id } pageInfo { hasNextPage endCursor } } }`,
  );
  const [entity] = (body.data?.['_entities'] ?? []) as { list: Page | null }[];
  return { page: entity?.list ?? null, errors: body.errors?.map(({ extensions, path }) => ({ ...extensions, path })) };
};
const allPages = async (field: (after: string) => string, ...rest: [caller?: typeof officer, id?: string, type?: string]) => {
  const ids: string[] = [];
  const sizes: number[] = [];
  for (let after = ''; ; ) {
    const { page } = await list(field(after), ...rest);
    if (page === null) throw new Error('no page');
    ids.push(...page.nodes.map(({ id }) => id));
    sizes.push(page.nodes.length);
    if (!page.pageInfo.hasNextPage) return { ids, sizes };
    after = `, after: "${page.pageInfo.endCursor}"`;
  }
};
const sortedEvents = Array.from({ length: 250 }, (_, index) => ({ id: idOfWord('equipment-event', `event ${index}`), at: minute(index) }))
  .sort((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1))
  .map(({ id }) => id);

test('paging over 250 milestones gives each once, by event time and then id', async () => {
  expect(await allPages((after) => `milestones(first: 100${after})`)).toEqual({ ids: sortedEvents, sizes: [100, 100, 50] });
  const ofBox = await allPages(
    (after) => `milestones(first: 83${after})`,
    officer,
    idOfWord('equipment-record', 'box 0'),
    'GuangxiEquipmentRecord',
  );
  expect(ofBox.ids).toEqual(sortedEvents);
});

test('a filter holds through all pages, and a cursor only for its filter', async () => {
  const filter =
    'filter: { eventTypeCode: ["GTIN"], eventClassifierCode: ["ACT"], from: "2026-10-02T00:10:00Z", to: "2026-10-02T08:40:00+08:00" }';
  const expected = Array.from({ length: 250 }, (_, index) => index)
    .filter((index) => index % 2 === 0 && minute(index) >= '2026-10-02T00:10' && minute(index) < '2026-10-02T00:40')
    .map((index) => idOfWord('equipment-event', `event ${index}`));
  const { ids } = await allPages((after) => `milestones(first: 10, ${filter}${after})`);
  expect([...ids].sort()).toEqual(expected.sort());
  const { page } = await list(`milestones(first: 10, ${filter})`);
  const cursor = page?.pageInfo.endCursor;
  expect((await list(`milestones(first: 10, after: "${cursor}")`)).errors).toEqual([expect.objectContaining({ code: 'CURSOR_INVALID' })]);
});

test('boxes come by container number, page by page', async () => {
  const { ids, sizes } = await allPages((after) => `equipment(first: 12${after})`);
  const expected = Array.from({ length: 30 }, (_, index) => index).sort((a, b) => ((a * 7) % 30) - ((b * 7) % 30));
  expect({ ids, sizes }).toEqual({ ids: expected.map((index) => idOfWord('equipment-record', `box ${index}`)), sizes: [12, 12, 6] });
});

test('a cursor of one viewer is refused for another, for another record and for another list', async () => {
  const { page } = await list('milestones(first: 5)');
  const after = `after: "${page?.pageInfo.endCursor}"`;
  const refused = [expect.objectContaining({ code: 'CURSOR_INVALID', retryable: false })];
  expect((await list(`milestones(${after})`, anOfficer('GX'))).errors).toEqual(refused);
  expect((await list(`milestones(${after})`, anOfficer('CQ', { roles: ['customs'] }))).errors).toEqual(refused);
  expect((await list(`milestones(${after})`, anOfficer('CQ', { purpose: 'clearance' }))).errors).toEqual(refused);
  expect((await list(`milestones(${after})`, officer, idOfWord('consignment-record', 'many 1'))).errors).toEqual(refused);
  expect((await list(`equipment(${after})`)).errors).toEqual(refused);
  expect((await list('milestones(after: "nonsense")')).errors).toEqual(refused);
  expect((await list(`milestones(first: 5, ${after})`)).page?.nodes.map(({ id }) => id)).toEqual(sortedEvents.slice(5, 10));
});

test.each([
  ['milestones(first: 0)', 'first'],
  ['milestones(first: 101)', 'first'],
  ['equipment(first: -1)', 'first'],
  ['milestones(filter: { eventTypeCode: ["GTIN", "XXXX"] })', 'filter.eventTypeCode'],
  ['milestones(filter: { eventClassifierCode: ["act"] })', 'filter.eventClassifierCode'],
  ['milestones(filter: { from: "2026-10-02" })', 'filter.from'],
  ['milestones(filter: { to: "2026-02-30T00:00:00Z" })', 'filter.to'],
])('%s is refused, naming %s, and only that list is missing', async (field, argument) => {
  const { page, errors } = await list(field);
  expect({ page, errors }).toEqual({
    page: null,
    errors: [expect.objectContaining({ code: 'BAD_USER_INPUT', argument, path: ['_entities', 0, 'list'] })],
  });
});

test('the number of statements does not grow with the number of records', async () => {
  const selection = `... on GuangxiConsignmentRecord { id consignmentStatus HSCode
    equipment(first: 5) { nodes { id consignments { id } milestones(first: 3) { nodes { id retractedEventID consignments { id } } } } }
    milestones(first: 5) { nodes { id consignments { id } } } }
    ... on GuangxiEquipmentRecord { id milestones { nodes { id } } } ... on GuangxiEquipmentEvent { id }`;
  const asked = async (count: number) => {
    const words = Array.from({ length: count }, (_, index) => `many ${index}`);
    const records = words.flatMap((word) => [
      { type: 'GuangxiConsignmentRecord', id: idOfWord('consignment-record', word) },
      { type: 'GuangxiEquipmentRecord', id: idOfWord('equipment-record', word) },
      { type: 'GuangxiEquipmentEvent', id: idOfWord('equipment-event', word) },
    ]);
    party.statements.length = 0;
    const { body } = await party.entities(officer, records, selection);
    expect(body.errors).toBeUndefined();
    expect(body.data).toEqual({ _entities: records.map(({ id }) => expect.objectContaining({ id })) });
    // A server runs several at once: which of them is sent first is chance.
    return [...party.statements].sort();
  };
  const one = await asked(1);
  expect(await asked(50)).toEqual(one);
  // Consignments, boxes, events; the status; boxes of consignments; milestones of consignments, of their boxes, of boxes asked for.
  expect(one).toHaveLength(8);
});

test('every governed statement carries the access condition', async () => {
  for (const statement of party.statements) expect(statement).toContain('route_parties @>');
});
