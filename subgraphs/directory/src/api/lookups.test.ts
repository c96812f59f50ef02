import { anonymous } from '@corridor/schemas';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { consignmentIdOf, consignmentReference } from '../index/consignment-id.ts';
import { aCaller, allOf, anId, box, openDirectory, type TestDirectory, type Told, ucr } from '../testing/directory.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(() => directory.close());
beforeEach(() => directory.empty());

const data = async (query: string, as = anonymous): Promise<unknown> => {
  const { body, text } = await directory.ask(query, { as });
  if (body.errors !== undefined) throw new Error(text);
  return JSON.parse(text).data;
};
const time = (n: number): string => new Date(Date.UTC(2026, 10, 24) + n * 3_600_000).toISOString();
const record = (n: number, over: Partial<Told> = {}): Told => ({
  id: anId('guangxi', 'consignment-record', n),
  createdAt: time(n),
  ...over,
});

test('any record is found by its id, as the concrete type of its owner', async () => {
  const ids = [
    [anId('guangxi', 'port', 1), 'GuangxiPort'],
    [anId('gansu', 'terminal', 1), 'GansuTerminal'],
    [anId('asean', 'border-crossing', 1), 'AseanBorderCrossing'],
    [anId('guizhou', 'consignment-record', 1), 'GuizhouConsignmentRecord'],
    [anId('chongqing', 'equipment-record', 1), 'ChongqingEquipmentRecord'],
    [anId('guangxi', 'equipment-event', 1), 'GuangxiEquipmentEvent'],
    [anId('guangxi', 'party-profile', 1), 'GuangxiPartyProfile'],
  ] as const;
  for (const [id] of ids) await directory.tell(id.slice(0, id.indexOf(':')), { id });
  for (const [id, __typename] of ids)
    expect(await data(`{ record(id: "${id}") { __typename id } }`)).toEqual({ record: { __typename, id } });
});

test('all parties are listed, each with the profile the viewer may know of', async () => {
  await directory.tell('guangxi', { id: anId('guangxi', 'party-profile', 1) });
  await directory.tell('gansu', { id: anId('gansu', 'party-profile', 1), audience: [allOf('GS')] });
  const { parties } = (await data('{ parties { code name { zh en } profile { __typename id } } }')) as { parties: { code: string }[] };
  expect(parties.map(({ code }) => code)).toEqual(['guangxi', 'chongqing', 'guizhou', 'gansu', 'asean']);
  expect(parties[0]).toEqual({
    code: 'guangxi',
    name: { zh: '广西壮族自治区', en: 'Guangxi' },
    profile: { __typename: 'GuangxiPartyProfile', id: anId('guangxi', 'party-profile', 1) },
  });
  expect(parties[3]).toMatchObject({ profile: null });
  expect(await data('{ party(code: "asean") { code } beijing: party(code: "beijing") { code } }')).toEqual({
    party: { code: 'asean' },
    beijing: null,
  });
});

test('every id ever handed out, and that of any record in it, leads to the consignment', async () => {
  const ask = (id: string) => data(`{ consignment(id: "${id}") { id } }`);
  await directory.tell('guangxi', record(2, { references: [ucr('A')] }));
  const first = consignmentIdOf(record(2).id);
  expect(await ask(first)).toEqual({ consignment: { id: first } });
  // an older record arrives late
  await directory.tell('guangxi', record(1, { references: [ucr('A')] }));
  const second = consignmentIdOf(record(1).id);
  for (const id of [first, second, record(1).id, record(2).id]) expect(await ask(id)).toEqual({ consignment: { id: second } });
  // and is cancelled
  await directory.tell('guangxi', record(1, { revision: 2, references: [ucr('A')], withdrawn: true, audience: [] }));
  for (const id of [first, second, record(2).id]) expect(await ask(id)).toEqual({ consignment: { id: first } });
  expect(await ask(record(1).id)).toEqual({ consignment: null });
});

test('an id leads to the consignment although the record it was made from is hidden, and the consignment goes by the oldest record that is known', async () => {
  await directory.tell(
    'guangxi',
    record(1, { references: [ucr('A')], audience: [allOf('GX')] }),
    record(2, { references: [ucr('A')], audience: [allOf('CQ')] }),
  );
  const id = consignmentIdOf(record(1).id);
  const as = aCaller('CQ');
  expect(await data(`{ consignment(id: "${id}") { id records { nodes { id } } } }`, as)).toEqual({
    consignment: { id: consignmentIdOf(record(2).id), records: { nodes: [{ id: record(2).id }] } },
  });
  expect(await data(`{ consignment(id: "${record(1).id}") { id } }`, as)).toEqual({ consignment: null });
});

test("the corridor's number is added to an owner's reference, where the viewer may know of the record", async () => {
  await directory.tell('guangxi', record(1, { references: [ucr('A')] }), record(2, { references: [ucr('A')], audience: [allOf('GX')] }));
  const ask = (id: string) =>
    data(`{ _entities(representations: [{ __typename: "ConsignmentRef", id: "${id}" }]) { ... on ConsignmentRef { id reference } } }`);
  expect(await ask(record(1).id)).toEqual({
    _entities: [{ id: record(1).id, reference: consignmentReference(consignmentIdOf(record(1).id)) }],
  });
  expect(await ask(record(2).id)).toEqual({ _entities: [null] });
});

test('entries are resolved for a gateway, each in its place, whatever stands beside them', async () => {
  const port = anId('guangxi', 'port', 1);
  await directory.tell('guangxi', { id: port });
  const query = `{ _entities(representations: [{ __typename: "FacilityEntry", id: "${port}" }, { __typename: "MilestoneEntry", id: "${port}" },
    { __typename: "FacilityEntry", id: 5 }, { __typename: "FacilityEntry" }, { __typename: "FacilityEntry", id: "${port}" }]) { ... on FacilityEntry { id party { code } } } }`;
  const entry = { id: port, party: { code: 'guangxi' } };
  expect(await data(query)).toEqual({ _entities: [entry, null, null, null, entry] });
});

test('a journey shows trips and milestones of one box in the order of their time, within a time if asked', async () => {
  const trip = (n: number, over: Partial<Told> = {}): Told => ({
    id: anId('guangxi', 'equipment-record', n),
    createdAt: time(50 - n),
    references: [box('CSQU3054383')],
    ...over,
  });
  const event = (n: number, at: number, of: number): Told => ({
    id: anId('guangxi', 'equipment-event', n),
    sortAt: time(at),
    createdAt: time(90 - n),
    references: [box('CSQU3054383')],
    links: [{ recordId: record(of).id, keyKind: 'UCR' }],
  });
  await directory.tell(
    'guangxi',
    record(1),
    record(2),
    trip(1, { links: [{ recordId: record(1).id, keyKind: 'UCR' }] }),
    trip(2, { links: [{ recordId: record(2).id, keyKind: 'UCR' }] }),
    event(1, 30, 1),
    event(2, 10, 2),
    event(3, 20, 2),
    { ...event(4, 15, 2), references: [box('MSCU0000001')] },
  );
  await directory.tell('gansu', { id: anId('gansu', 'equipment-event', 9), sortAt: time(25), references: [box('CSQU3054383')] });
  const journey = (more: string) =>
    data(
      `{ equipmentJourney(equipmentReference: "csqu 305438 3"${more}) { equipmentReference records { id party { code } record { __typename } } timeline { nodes { id } } } }`,
    );
  const [one, two] = [trip(1).id, trip(2).id].map((id) => ({
    id,
    party: { code: 'guangxi' },
    record: { __typename: 'GuangxiEquipmentRecord' },
  }));
  const events = (...n: number[]) => ({ nodes: n.map((at) => ({ id: anId(at === 9 ? 'gansu' : 'guangxi', 'equipment-event', at) })) });
  expect(await journey('')).toEqual({
    equipmentJourney: { equipmentReference: 'CSQU3054383', records: [two, one], timeline: events(2, 3, 9, 1) },
  });
  expect(await journey(`, from: "${time(20)}", to: "${time(30)}"`)).toEqual({
    equipmentJourney: { equipmentReference: 'CSQU3054383', records: [two], timeline: events(3, 9) },
  });
  expect(await journey(`, from: "${time(30)}"`)).toEqual({
    equipmentJourney: { equipmentReference: 'CSQU3054383', records: [one], timeline: events(1) },
  });
});

test('a trip without a milestone stands where its owner made it', async () => {
  await directory.tell('guangxi', { id: anId('guangxi', 'equipment-record', 1), createdAt: time(5), references: [box('CSQU3054383')] });
  const journey = (more: string) => data(`{ equipmentJourney(equipmentReference: "CSQU3054383"${more}) { records { id } } }`);
  const found = { equipmentJourney: { records: [{ id: anId('guangxi', 'equipment-record', 1) }] } };
  expect(await journey('')).toEqual(found);
  expect(await journey(`, from: "${time(5)}"`)).toEqual(found);
  expect(await journey(`, to: "${time(5)}"`)).toEqual({ equipmentJourney: { records: [] } });
});
