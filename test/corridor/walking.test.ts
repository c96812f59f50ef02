import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type Corridor, eventually, startCorridor } from '../setup/corridor.ts';
import { codeco, consignment, lanzhouForwarder } from '../setup/messages.ts';

let corridor: Corridor;
beforeAll(async () => {
  corridor = await startCorridor();
});
afterAll(() => corridor.close());

const chongqingToSingapore = [
  ['CNCQI', 'CQ'],
  ['CNQZH', 'GX'],
  ['SGSIN', 'SG'],
] as const;
const journey = `query ($box: String!) {
  equipmentJourney(equipmentReference: $box) {
    equipmentReference
    records { id party { code } record { id equipmentReference seals { sealNumber } consignments { id } } }
    timeline { nodes { id party { code } milestone { id eventClassifierCode retracted ... on EquipmentEvent { equipmentEventTypeCode equipmentReference } } } }
  }
}`;
const json = { contentType: 'application/json', format: 'consignment.v1' } as const;
const edi = { contentType: 'application/EDIFACT' } as const;
const events = (answer: Answer): string[] =>
  answer.data.equipmentJourney.timeline.nodes.map(
    ({ party, milestone }: { party: { code: string }; milestone: { equipmentEventTypeCode: string; retracted: boolean } | null }) =>
      `${party.code} ${milestone?.equipmentEventTypeCode}${milestone?.retracted ? ' retracted' : ''}`,
  );

test('a consignment and a CODECO posted to Guangxi show in the box’s journey to who may see them, and leave no trace for who may not', async () => {
  const box = 'LSCU1000016';
  const unknown = await Promise.all(
    ['lz-forwarder', null].map((persona) => corridor.askForBytes(persona, journey, { box: 'LSCU2000010' })),
  );

  const posted = await corridor.post('guangxi', 'gx-terminal-system', {
    ...json,
    body: consignment({
      recordReference: 'GX-1',
      ucr: '4CN91500000MA0000000X-000123',
      booking: 'LSB2600123',
      box,
      route: chongqingToSingapore,
    }),
  });
  expect([posted.status, posted.body.messages]).toEqual([200, [expect.objectContaining({ outcome: 'TAKEN' })]]);
  const gate = await corridor.post('guangxi', 'gx-terminal-system', {
    ...edi,
    body: codeco({ document: 'GX0000123', box, booking: 'LSB2600123' }),
  });
  expect([gate.status, gate.body.messages]).toEqual([200, [expect.objectContaining({ type: 'CODECO', outcome: 'TAKEN' })]]);

  const seen = await eventually(async () => {
    const answer = await corridor.ask('cq-officer', journey, { box });
    return events(answer).length > 0 ? answer : undefined;
  });
  expect(seen?.errors).toBeUndefined();
  expect(events(seen as Answer)).toEqual(['guangxi GTIN']);
  expect((seen as Answer).data.equipmentJourney.records.map(({ record }: { record: object }) => record)).toEqual([
    {
      id: expect.stringMatching(/^guangxi:equipment-record:/),
      equipmentReference: box,
      seals: [{ sealNumber: 'CQ600123' }],
      consignments: [{ id: expect.stringMatching(/^guangxi:consignment-record:/) }],
    },
  ]);
  // the terminal in Singapore is on the route: it sees the box and the event, but no seal
  const singapore = await corridor.ask('sg-terminal', journey, { box });
  expect([events(singapore), singapore.data.equipmentJourney.records[0].record.seals]).toEqual([['guangxi GTIN'], null]);
  // a firm that is not named, and the public: the very bytes an unknown box gives
  const hidden = await Promise.all(['lz-forwarder', null].map((persona) => corridor.askForBytes(persona, journey, { box })));
  const comparable = ({ status, text }: { status: number; text: string }): unknown => [
    status,
    text.replaceAll(/"ms":\d+/g, '"ms":0').replaceAll(/LSCU\d{7}/g, 'BOX'),
  ];
  expect(hidden.map(comparable)).toEqual(unknown.map(comparable));
});

test('a gate report that is replaced, and one that is cancelled, are shown as retracted; the same bytes twice change nothing', async () => {
  const box = 'LSCU1000021';
  await corridor.post('guangxi', 'gx-terminal-system', {
    ...json,
    body: consignment({
      recordReference: 'GX-2',
      ucr: '4CN91500000MA0000000X-000124',
      booking: 'LSB2600124',
      box,
      route: chongqingToSingapore,
    }),
  });
  const original = codeco({ document: 'GX0000124', box, booking: 'LSB2600124' });
  await corridor.post('guangxi', 'gx-terminal-system', { ...edi, body: original });
  const again = await corridor.post('guangxi', 'gx-terminal-system', { ...edi, body: original });
  expect([again.status, again.body.messages[0].outcome, again.body.findings.map(({ code }: { code: string }) => code)]).toEqual([
    200,
    'DUPLICATE',
    expect.arrayContaining(['MESSAGE_DUPLICATE']),
  ]);
  await corridor.post('guangxi', 'gx-terminal-system', {
    ...edi,
    body: codeco({ document: 'GX0000124', box, booking: 'LSB2600124', function: '5', type: 'GTOT' }),
  });
  await corridor.caughtUp();
  expect(events(await corridor.ask('cq-officer', journey, { box })).sort()).toEqual(['guangxi GTIN retracted', 'guangxi GTOT']);
  await corridor.post('guangxi', 'gx-terminal-system', {
    ...edi,
    body: codeco({ document: 'GX0000124', box, booking: 'LSB2600124', function: '1', type: 'GTOT' }),
  });
  await corridor.caughtUp();
  expect(events(await corridor.ask('cq-officer', journey, { box })).sort()).toEqual(['guangxi GTIN retracted', 'guangxi GTOT retracted']);
});

test('an event that belongs to no consignment is the owner’s alone until the consignment comes', async () => {
  const box = 'LSCU1000037';
  const early = await corridor.post('guangxi', 'gx-terminal-system', {
    ...edi,
    body: codeco({ document: 'GX0000125', box, booking: 'LSB2600125' }),
  });
  expect(early.body.findings.map(({ code }: { code: string }) => code)).toContain('EVENT_NOT_LINKED');
  await corridor.caughtUp();
  expect(events(await corridor.ask('cq-officer', journey, { box }))).toEqual([]);
  await corridor.post('guangxi', 'gx-terminal-system', {
    ...json,
    body: consignment({
      recordReference: 'GX-3',
      ucr: '4CN91500000MA0000000X-000125',
      booking: 'LSB2600125',
      box,
      route: chongqingToSingapore,
    }),
  });
  await corridor.caughtUp();
  expect(events(await corridor.ask('cq-officer', journey, { box }))).toEqual(['guangxi GTIN']);
});

test('two parties’ records of one consignment are one thread, which any of its ids leads to; a cancelled record vanishes', async () => {
  const about = { ucr: '4CN91500000MA0000000X-000126', booking: 'LSB2600126', box: 'LSCU1000042', route: chongqingToSingapore };
  await corridor.post('chongqing', 'cq-terminal-system', {
    ...json,
    body: consignment({ ...about, recordReference: 'CQ-4', controllerCode: 'railway' }),
  });
  await corridor.post('guangxi', 'gx-terminal-system', { ...json, body: consignment({ ...about, recordReference: 'GX-4' }) });
  await corridor.caughtUp();
  const byKey = `query ($reference: String!) { consignments(filter: { key: { referenceType: "UCR", reference: $reference } }) { nodes { id reference records { nodes { id party { code } record { id consignment { id reference } } } } } } }`;
  const found = (await corridor.ask('cq-officer', byKey, { reference: about.ucr })).data.consignments.nodes;
  expect(found.map(({ records }: Answer['data']) => records.nodes.map(({ party }: Answer['data']) => party.code).sort())).toEqual([
    ['chongqing', 'guangxi'],
  ]);
  const [{ id, reference, records }] = found;
  expect(new Set(records.nodes.map(({ record }: Answer['data']) => record.consignment.reference))).toEqual(new Set([reference]));
  const ids = [id, ...records.nodes.map((node: { id: string }) => node.id)];
  const byId = await Promise.all(
    ids.map((one) => corridor.ask('cq-officer', 'query ($id: ID!) { consignment(id: $id) { id } }', { id: one })),
  );
  expect(byId.map(({ data }) => data.consignment.id)).toEqual(ids.map(() => id));

  await corridor.post('guangxi', 'gx-terminal-system', {
    ...json,
    body: consignment({ ...about, recordReference: 'GX-4', revision: 2, cancelled: true }),
  });
  await corridor.caughtUp();
  const left = (await corridor.ask('cq-officer', byKey, { reference: about.ucr })).data.consignments.nodes;
  expect(left.map(({ records: rest }: Answer['data']) => rest.nodes.map(({ party }: Answer['data']) => party.code))).toEqual([
    ['chongqing'],
  ]);
  // the ids handed out before go on resolving, the cancelled record's own included
  const later = await Promise.all(
    ids.map((one) => corridor.ask('cq-officer', 'query ($id: ID!) { consignment(id: $id) { reference } }', { id: one })),
  );
  expect(later.map(({ data }) => data.consignment?.reference ?? null)).toEqual(
    ids.map((one) => (one.startsWith('guangxi:') ? null : left[0].reference)),
  );
});

test('a firm finds its own consignments without any reference, a firm not named on any finds none', async () => {
  await corridor.post('gansu', 'gs-terminal-system', {
    ...json,
    body: consignment({
      recordReference: 'GS-5',
      controllerCode: 'railway',
      ucr: '4CN91620100MA0000015W-000001',
      box: 'LSCU2000010',
      participants: [lanzhouForwarder],
      route: [
        ['CNLAZ', 'GS'],
        ['CNQZH', 'GX'],
        ['SGSIN', 'SG'],
      ],
    }),
  });
  await corridor.caughtUp();
  const mine = '{ consignments(filter: { mine: true }) { nodes { records { nodes { record { uniqueConsignmentReference } } } } } }';
  const references = async (persona: string): Promise<unknown> =>
    (await corridor.ask(persona, mine)).data.consignments.nodes.flatMap(({ records }: Answer['data']) =>
      records.nodes.map(({ record }: Answer['data']) => record.uniqueConsignmentReference),
    );
  expect(await references('lz-forwarder')).toEqual(['4CN91620100MA0000015W-000001']);
  expect(await references('sg-terminal')).toEqual([]);
});

test('the directory rebuilt from the feeds alone gives the same answers and the same ids', async () => {
  const everything =
    '{ consignments(first: 50) { nodes { id reference records { nodes { id } } timeline { nodes { id } } } } facilities(first: 100) { nodes { id } } }';
  const before = await Promise.all(['cq-officer', 'sg-terminal', 'lz-forwarder', null].map((persona) => corridor.ask(persona, everything)));
  await corridor.rebuildDirectory();
  const after = await Promise.all(['cq-officer', 'sg-terminal', 'lz-forwarder', null].map((persona) => corridor.ask(persona, everything)));
  expect(after.map(({ data }) => data)).toEqual(before.map(({ data }) => data));
  expect(before[0]?.data.consignments.nodes.length).toBeGreaterThan(3);
});
