import { anonymous, type Caller } from '@corridor/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consignmentIdOf } from '../index/consignment-id.ts';
import { aCaller, allOf, anId, box, everybody, firm, openDirectory, type TestDirectory, ucr } from '../testing/directory.ts';

const port = anId('guangxi', 'port', 1);
const hiddenPort = anId('guangxi', 'port', 2);
const atGuangxi = anId('guangxi', 'consignment-record', 1);
const atGansu = anId('gansu', 'consignment-record', 2);
const cancelled = anId('gansu', 'consignment-record', 3);
const trip = anId('gansu', 'equipment-record', 1);
const event = anId('gansu', 'equipment-event', 1);
const consignment = consignmentIdOf(atGuangxi);

const official = aCaller('CQ');
const forwarder = aCaller('GS', { org: 'GS/lz-forwarder' });
const rival = aCaller('GS', { org: 'GS/rival' });
const strangers: readonly (readonly [string, Caller])[] = [
  ['the public', anonymous],
  ['a firm that does not take part', rival],
  ['a party off the route', aCaller('GZ')],
  ['the right party for another purpose', aCaller('CQ', { purpose: 'statistics' })],
];

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openDirectory();
  await directory.tell('guangxi', {
    id: port,
    audience: [everybody],
    attributes: { facilityTypeCode: 'POTE', UNLocationCodes: ['CNQZH'] },
  });
  await directory.tell('guangxi', {
    id: hiddenPort,
    audience: [allOf('GX')],
    attributes: { facilityTypeCode: 'POTE', UNLocationCodes: ['CNQZH'] },
  });
  const routed = { party: 'CQ', org: '*', role: '*', purpose: 'corridor-operations' };
  await directory.tell('guangxi', {
    id: atGuangxi,
    audience: [routed, firm('GS/lz-forwarder')],
    references: [ucr('U1'), { kind: 'BOOKING', value: 'MAEU/B1', joins: false }],
  });
  const links = [{ recordId: atGansu, keyKind: 'UCR' } as const];
  const audience = [firm('GS/lz-forwarder')];
  await directory.tell(
    'gansu',
    {
      id: atGansu,
      createdAt: '2026-11-24T01:00:00.000Z',
      audience,
      references: [ucr('U1'), { kind: 'CUSTOMS_DECLARATION', value: 'D1', joins: false }],
    },
    { id: cancelled, audience, references: [ucr('U2')], withdrawn: true },
    { id: trip, audience, references: [box('CSQU3054383')], links },
    { id: event, audience, references: [box('CSQU3054383')], links, sortAt: '2026-11-24T02:00:00.000Z' },
  );
});
afterAll(() => directory.close());

const ask = async (query: string, as: Caller): Promise<string> => (await directory.ask(query, { as })).text;
const everything = (id: string): string => `{
  facility(id: "${id}") { id party { code } facility { __typename id } }
  record(id: "${id}") { __typename id }
  consignment(id: "${id}") { id reference records { nodes { id } } timeline { nodes { id } } }
  _entities(representations: [{ __typename: "FacilityEntry", id: "${id}" }, { __typename: "ConsignmentRecordEntry", id: "${id}" },
    { __typename: "EquipmentRecordEntry", id: "${id}" }, { __typename: "MilestoneEntry", id: "${id}" },
    { __typename: "Consignment", id: "${id}" }, { __typename: "ConsignmentRef", id: "${id}" }]) { __typename }
}`;
const nothing = JSON.stringify({
  data: { facility: null, record: null, consignment: null, _entities: [null, null, null, null, null, null] },
});

test.each(strangers)('to %s a hidden id, an unknown one and no id at all give the same bytes', async (_, as) => {
  const hidden = [hiddenPort, atGuangxi, atGansu, cancelled, trip, event, consignment, consignmentIdOf(atGansu)];
  const foreign = [
    anId('gansu', 'port', 77),
    anId('guizhou', 'consignment-record', 77),
    consignmentIdOf('nobody'),
    'beijing:port:0123456789abcdef',
  ];
  const malformed = [
    '',
    'x',
    `${port} `,
    port.toUpperCase(),
    '%',
    "' or 1=1 --",
    '港口',
    'directory:consignment:',
    `directory:consignment:${'0'.repeat(17)}`,
    '\\u0000',
  ];
  for (const id of [...hidden, ...foreign, ...malformed]) expect(await ask(everything(id), as), id).toBe(nothing);
});

test.each(strangers)('to %s lists, counts and cursors show nothing of what is hidden', async (_, as) => {
  const lists = `{
    facilities(first: 1) { nodes { id party { code name { en } } facility { __typename id } } pageInfo { hasNextPage } }
    consignments { nodes { id reference } pageInfo { hasNextPage endCursor } }
    byKey: consignments(filter: { key: { referenceType: "UCR", reference: "U1" } }) { nodes { id } pageInfo { hasNextPage endCursor } }
    byBox: consignments(filter: { equipmentReference: "CSQU3054383" }) { nodes { id } pageInfo { hasNextPage endCursor } }
    mine: consignments(filter: { mine: true }) { nodes { id } pageInfo { hasNextPage endCursor } }
    equipmentJourney(equipmentReference: "CSQU3054383") { equipmentReference records { id } timeline { nodes { id } pageInfo { hasNextPage endCursor } } }
  }`;
  const empty = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
  expect(JSON.parse(await ask(lists, as)).data).toEqual({
    facilities: {
      nodes: [{ id: port, party: { code: 'guangxi', name: { en: 'Guangxi' } }, facility: { __typename: 'GuangxiPort', id: port } }],
      pageInfo: { hasNextPage: false },
    },
    consignments: empty,
    byKey: empty,
    byBox: empty,
    mine: empty,
    equipmentJourney: { equipmentReference: 'CSQU3054383', records: [], timeline: empty },
  });
});

test('a hidden box and an unknown one give the same journey but for the number', async () => {
  const journey = async (number: string): Promise<string> =>
    (
      await ask(
        `{ equipmentJourney(equipmentReference: "${number}") { equipmentReference records { id } timeline { nodes { id } pageInfo { hasNextPage endCursor } } } }`,
        rival,
      )
    ).replace(number, '');
  expect(await journey('CSQU3054383')).toBe(await journey('MSCU0000001'));
});

test('who is in the audience sees the record; who is in it for some records sees those alone', async () => {
  const query = `{ consignment(id: "${consignment}") { id records { nodes { id party { code } record { __typename id } } } timeline { nodes { id milestone { __typename } } } } }`;
  const node = (id: string, party: string, type: string) => ({ id, party: { code: party }, record: { __typename: type, id } });
  expect(JSON.parse(await ask(query, official)).data.consignment).toEqual({
    id: consignment,
    records: { nodes: [node(atGuangxi, 'guangxi', 'GuangxiConsignmentRecord')] },
    timeline: { nodes: [] },
  });
  expect(JSON.parse(await ask(query, forwarder)).data.consignment).toEqual({
    id: consignment,
    records: { nodes: [node(atGuangxi, 'guangxi', 'GuangxiConsignmentRecord'), node(atGansu, 'gansu', 'GansuConsignmentRecord')] },
    timeline: { nodes: [{ id: event, milestone: { __typename: 'GansuEquipmentEvent' } }] },
  });
});

test('a key finds the consignment only for who may know of a record that bears it', async () => {
  const declared = '{ consignments(filter: { key: { referenceType: "CUSTOMS_DECLARATION", reference: "D1" } }) { nodes { id } } }';
  expect(JSON.parse(await ask(declared, forwarder)).data.consignments.nodes).toEqual([{ id: consignment }]);
  // sees the consignment, by another record of it
  expect(JSON.parse(await ask(declared, official)).data.consignments.nodes).toEqual([]);
});

test('the holder of a record the viewer may not know of is no holder to it', async () => {
  const held = '{ consignments(filter: { partyCode: ["gansu"] }) { nodes { id } } }';
  expect(JSON.parse(await ask(held, forwarder)).data.consignments.nodes).toEqual([{ id: consignment }]);
  expect(JSON.parse(await ask(held, official)).data.consignments.nodes).toEqual([]);
});

test('a record that is withdrawn vanishes, also for those who knew of it', async () => {
  expect(await ask(everything(cancelled), forwarder)).toBe(nothing);
  expect(
    JSON.parse(await ask('{ consignments(filter: { key: { referenceType: "UCR", reference: "U2" } }) { nodes { id } } }', forwarder)).data
      .consignments.nodes,
  ).toEqual([]);
});

test('a milestone leads to a consignment, and stands in its timeline, by a record only who may know of that record', async () => {
  const [shown, kept] = [anId('guizhou', 'consignment-record', 1), anId('guizhou', 'consignment-record', 2)];
  const visible = anId('guizhou', 'consignment-record', 3);
  const arrival = anId('guizhou', 'equipment-event', 1);
  await directory.tell(
    'guizhou',
    { id: shown, audience: [allOf('CQ')], references: [ucr('G1')] },
    { id: kept, audience: [allOf('GX')], references: [ucr('G2')] },
    // of the consignment of `kept`, without a link of its own
    { id: visible, audience: [allOf('CQ')], references: [ucr('G2')] },
    {
      id: arrival,
      audience: [allOf('CQ'), allOf('GX')],
      references: [box('TGHU1234561')],
      links: [shown, kept].map((recordId) => ({ recordId, keyKind: 'UCR' }) as const),
    },
  );
  const timeline = async (id: string, as: Caller): Promise<unknown> =>
    JSON.parse(await ask(`{ consignment(id: "${id}") { timeline { nodes { id } } } }`, as)).data.consignment.timeline.nodes;
  expect(await timeline(shown, official)).toEqual([{ id: arrival }]);
  expect(await timeline(visible, official)).toEqual([]);
  expect(await timeline(kept, aCaller('GX'))).toEqual([{ id: arrival }]);
  const byBox = async (as: Caller): Promise<unknown> =>
    JSON.parse(await ask('{ consignments(filter: { equipmentReference: "TGHU1234561" }) { nodes { id } } }', as)).data.consignments.nodes;
  expect(await byBox(official)).toEqual([{ id: consignmentIdOf(shown) }]);
});

test('a hidden milestone of a consignment the viewer knows stands in no timeline and leads to nothing', async () => {
  const [seen, inspection] = [anId('asean', 'consignment-record', 1), anId('asean', 'equipment-event', 1)];
  await directory.tell(
    'asean',
    { id: seen, audience: [allOf('CQ')], references: [ucr('S1')] },
    { id: inspection, audience: [allOf('SG')], references: [box('CRXU1234563')], links: [{ recordId: seen, keyKind: 'UCR' }] },
  );
  const query = `{ consignment(id: "${seen}") { timeline { nodes { id } pageInfo { hasNextPage endCursor } } }
    consignments(filter: { equipmentReference: "CRXU1234563" }) { nodes { id } }
    equipmentJourney(equipmentReference: "CRXU1234563") { timeline { nodes { id } } } }`;
  expect(JSON.parse(await ask(query, official)).data).toEqual({
    consignment: { timeline: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } },
    consignments: { nodes: [] },
    equipmentJourney: { timeline: { nodes: [] } },
  });
});

test('a milestone that is hidden moves no trip and brings none into a time', async () => {
  const trips = [1, 2].map((n) => anId('guizhou', 'equipment-record', n));
  const records = [11, 12].map((n) => anId('guizhou', 'consignment-record', n));
  const audience = [allOf('CQ')];
  await directory.tell(
    'guizhou',
    ...records.map((id) => ({ id, audience })),
    ...trips.map((id, at) => ({
      id,
      audience,
      createdAt: `2026-11-2${at}T00:00:00.000Z`,
      references: [box('TGHU7654329')],
      links: [{ recordId: records[at] ?? '', keyKind: 'UCR' } as const],
    })),
    {
      id: anId('guizhou', 'equipment-event', 11),
      audience: [allOf('GX')],
      sortAt: '2026-11-01T00:00:00.000Z',
      references: [box('TGHU7654329')],
      links: [{ recordId: records[1] ?? '', keyKind: 'UCR' }],
    },
  );
  const journey = async (more: string): Promise<unknown> =>
    JSON.parse(await ask(`{ equipmentJourney(equipmentReference: "TGHU7654329"${more}) { records { id } } }`, official)).data
      .equipmentJourney.records;
  expect(await journey('')).toEqual(trips.map((id) => ({ id })));
  expect(await journey(', to: "2026-11-10T00:00:00Z"')).toEqual([]);
});

test('what a viewer is shown changes with the audience', async () => {
  const other = anId('guizhou', 'terminal', 9);
  const query = `{ facility(id: "${other}") { id } }`;
  await directory.tell('guizhou', { id: other, audience: [allOf('CQ')] });
  expect(JSON.parse(await ask(query, official)).data.facility).toEqual({ id: other });
  await directory.tell('guizhou', { id: other, revision: 2, audience: [] });
  expect(JSON.parse(await ask(query, official)).data.facility).toBeNull();
});
