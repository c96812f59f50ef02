import { errors } from '@corridor/schemas';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aBox, aConsignment, aSource, codeco, type IngestUnderTest, openIngestUnderTest } from '../testing/ingest-under-test.ts';

let owner: IngestUnderTest;
beforeAll(async () => {
  owner = await openIngestUnderTest();
});
beforeEach(async () => {
  await owner.empty();
});
afterAll(() => owner.close());

const record = async () => (await owner.rows<Record<string, unknown>>('select * from consignment_record'))[0];
const codes = (answer: { body: { findings: readonly { code: string }[] } }) => answer.body.findings.map(({ code }) => code);
const outcome = (answer: { status: number; body: { messages: readonly { outcome: string }[] } }) => [
  answer.status,
  ...answer.body.messages.map((each) => each.outcome),
];

test('a consignment becomes a record with route, destination, participants and a trip for its box', async () => {
  const { status, body } = await owner.send(aConsignment());
  expect({ status, messages: body.messages, findings: body.findings }).toEqual({
    status: 200,
    messages: [{ reference: 'LZ-0001', type: 'consignment.v1', function: 'ORIGINAL', outcome: 'TAKEN' }],
    findings: [],
  });
  expect(await record()).toMatchObject({
    record_key: '["gx-logistics","LZ-0001"]',
    message_revision: 1,
    cancelled: false,
    controller_code: 'railway',
    consignment_status: 'BOOKED',
    unique_consignment_reference: null,
    transport_document_reference: null,
    carrier_booking_reference: 'BK100',
    number_of_packages: 1200,
    cargo_gross_weight: '24500',
    cargo_gross_weight_unit: 'KGM',
    description_of_goods: '鲜苹果',
    hs_code: '080810',
    dangerous_goods_class: null,
    consignor: {
      partyName: { zh: '兰州示例果品有限公司' },
      identificationScheme: 'USCC',
      identification: '91620100MA0000023P',
      org: 'GS/lz-orchard',
    },
    consignee: {
      partyName: { en: 'Sample Fresh Imports' },
      identificationScheme: 'UEN',
      identification: '202600001K',
      org: 'SG/sg-importer',
    },
    declared_value_amount: '182000.50',
    declared_value_currency: 'CNY',
    place_of_receipt: null,
    place_of_delivery: null,
    route_parties: ['GS', 'GX', 'SG'],
    destination_party: 'SG',
    window_from: new Date('2026-07-20T00:00:00Z'),
    window_to: new Date('2026-08-03T00:00:00Z'),
    revision: 1n,
  });
  expect(await owner.rows('select participant_function, org from participation order by ordinal')).toEqual([
    { participant_function: 'CZ', org: 'GS/lz-orchard' },
    { participant_function: 'CN', org: 'SG/sg-importer' },
    { participant_function: 'FW', org: 'GS/lz-forwarder' },
  ]);
  expect(
    await owner.rows('select equipment_reference, controller_code, iso_equipment_code, seals, cargo_gross_weight_kg from equipment_record'),
  ).toEqual([
    {
      equipment_reference: 'LSCU1000016',
      controller_code: 'railway',
      iso_equipment_code: '45R1',
      seals: [{ sealNumber: 'CN558811', sealSource: 'SH' }],
      cargo_gross_weight_kg: '24500',
    },
  ]);
  expect(await owner.told()).toEqual(['consignment-record 1', 'equipment-record 1']);
});

test('the same bytes twice take effect once', async () => {
  await owner.send(aConsignment());
  await owner.told();
  const answer = await owner.send(aConsignment());
  expect(outcome(answer)).toEqual([200, 'DUPLICATE']);
  expect(answer.body.findings).toEqual([{ code: 'MESSAGE_DUPLICATE', severity: 'info', message: errors.MESSAGE_DUPLICATE.en }]);
  expect(await owner.told()).toEqual([]);
});

test('the same content spaced otherwise is the same message', async () => {
  await owner.send(aConsignment());
  const reordered = Object.fromEntries(Object.entries(aConsignment()).reverse());
  expect([outcome(await owner.send(reordered)), await owner.rows('select 1 as one from source_message')]).toEqual([
    [200, 'DUPLICATE'],
    [{ one: 1 }],
  ]);
});

test('a higher revision replaces, a lower one that comes late has no effect', async () => {
  await owner.send(aConsignment({ revision: 3, goods: [] }));
  await owner.told();
  const answer = await owner.send(aConsignment({ revision: 2 }));
  expect(outcome(answer)).toEqual([200, 'DUPLICATE']);
  expect(answer.body.findings).toEqual([
    {
      code: 'REVISION_SUPERSEDED',
      severity: 'info',
      message: `${errors.REVISION_SUPERSEDED.en}: revision 3 is stored`,
      path: 'revision',
      value: '2',
    },
  ]);
  expect([await owner.told(), (await record())?.['message_revision'], (await record())?.['hs_code']]).toEqual([[], 3, null]);
});

test('an equal revision with other content is refused: nobody could say which is right', async () => {
  await owner.send(aConsignment());
  await owner.told();
  const answer = await owner.send(aConsignment({ goods: [] }));
  expect(outcome(answer)).toEqual([422, 'REFUSED']);
  expect(answer.body.findings).toEqual([
    {
      code: 'REVISION_CONFLICT',
      severity: 'error',
      message: `${errors.REVISION_CONFLICT.en}: revision 1 is stored`,
      path: 'revision',
      value: '1',
    },
  ]);
  expect([await owner.told(), (await record())?.['hs_code']]).toEqual([[], '080810']);
});

test('two sources may use the same reference for two records', async () => {
  await owner.send(aConsignment());
  await owner.send(aConsignment({ equipment: [] }), 'gx-railway');
  expect(await owner.rows('select record_key from consignment_record order by 1')).toEqual([
    { record_key: '["gx-logistics","LZ-0001"]' },
    { record_key: '["gx-railway","LZ-0001"]' },
  ]);
});

test('an event that came first is linked when its consignment comes, and its trip goes on under its id', async () => {
  await owner.edifact(codeco());
  const [before] = await owner.rows<{ id: string }>('select id from equipment_record');
  await owner.told();
  expect(codes(await owner.send(aConsignment()))).toEqual([]);
  expect(await owner.rows('select id, seals from equipment_record')).toEqual([
    { id: before?.id, seals: [{ sealNumber: 'CN558811', sealSource: 'SH' }] },
  ]);
  expect(await owner.rows('select key_kind, asserted_by from event_consignment')).toEqual([
    { key_kind: 'EQUIPMENT', asserted_by: 'QZBICT' },
  ]);
  expect((await record())?.['consignment_status']).toBe('AT_PORT');
  expect(await owner.told()).toEqual(['consignment-record 1', 'equipment-record 2', 'equipment-event 2']);
});

test('an event with the booking alone is linked, and the box is then on the consignment', async () => {
  await owner.send(aConsignment({ equipment: [] }));
  await owner.told();
  const box = aBox('LSCU2000010', '202607261154', ['RFF+BN:BK100', 'NAD+CF+COSU:172:20']);
  expect(codes(await owner.edifact(codeco({ boxes: [box] })))).toEqual([]);
  expect(await owner.rows('select key_kind, asserted_by from equipment_consignment')).toEqual([
    { key_kind: 'BOOKING', asserted_by: 'QZBICT' },
  ]);
  expect(await owner.told()).toEqual(['consignment-record 2', 'equipment-record 1', 'equipment-event 1']);
});

test('a box of two consignments is one trip with both, and an event at the gate belongs to both', async () => {
  await owner.send(aConsignment());
  await owner.send(aConsignment({ recordReference: 'LZ-0002', references: [] }));
  await owner.edifact(codeco());
  expect(await owner.rows('select count(*)::int as trips from equipment_record')).toEqual([{ trips: 1 }]);
  expect(await owner.rows('select cargo_gross_weight_kg as kg from equipment_record')).toEqual([{ kg: '49000' }]);
  expect(await owner.rows('select count(*)::int as links from event_consignment')).toEqual([{ links: 2 }]);
});

test.each<[string, object]>([
  ['route', { legs: aConsignment().legs.slice(0, 1) }],
  ['participant', { participants: aConsignment().participants.slice(0, 2) }],
])('with another %s the boxes and events of the record change too: who may know of them is another', async (_, change) => {
  await owner.send(aConsignment());
  await owner.edifact(codeco());
  await owner.told();
  await owner.send(aConsignment({ revision: 2, ...change }));
  expect(await owner.told()).toEqual(['consignment-record 3', 'equipment-record 2', 'equipment-event 2']);
});

test('with other goods alone the record changes, and nothing that hangs on it', async () => {
  await owner.send(aConsignment());
  await owner.edifact(codeco());
  await owner.told();
  await owner.send(aConsignment({ revision: 2, goods: [] }));
  expect(await owner.told()).toEqual(['consignment-record 3']);
});

test('a cancelled consignment gives no rights any more: its event is the owner’s alone, its box a gate cycle', async () => {
  await owner.send(aConsignment());
  await owner.edifact(codeco());
  await owner.told();
  expect(outcome(await owner.send(aConsignment({ revision: 2, cancelled: true })))).toEqual([200, 'TAKEN']);
  expect(await owner.told()).toEqual(['consignment-record 3', 'equipment-record 2', 'equipment-event 2']);
  expect(
    await owner.rows(
      'select (select count(*)::int from event_consignment) as links, (select count(*)::int from equipment_consignment) as boxes',
    ),
  ).toEqual([{ links: 0, boxes: 0 }]);
  await owner.send(aConsignment({ revision: 3 }));
  expect(await owner.told()).toEqual(['consignment-record 4', 'equipment-record 3', 'equipment-event 3']);
});

test('a box that a revision leaves out is gone from the record', async () => {
  await owner.send(aConsignment());
  await owner.told();
  await owner.send(aConsignment({ revision: 2, equipment: [] }));
  expect(await owner.told()).toEqual(['consignment-record 2', 'equipment-record 2']);
  expect(await owner.rows('select id from equipment_record')).toEqual([]);
});

test.each<[string, object, object[]]>([
  ['an unknown field', { vip: true }, [{ code: 'FIELD_INVALID', path: 'vip' }]],
  [
    'an unknown controller',
    { controllerCode: 'toll-office' },
    [{ code: 'CONTROLLER_UNKNOWN', path: 'controllerCode', value: 'toll-office' }],
  ],
  ['a controller of another party', { controllerCode: 'SG.customs' }, [{ code: 'CONTROLLER_UNKNOWN', path: 'controllerCode' }]],
  [
    'an unknown party',
    { legs: aConsignment().legs.map((leg) => ({ ...leg, partyCode: 'XX' })) },
    [
      { code: 'PARTY_UNKNOWN', path: 'legs.0.partyCode', value: 'XX' },
      { code: 'PARTY_UNKNOWN', path: 'legs.1.partyCode', value: 'XX' },
    ],
  ],
  ['NUL in a text', { recordReference: 'LZ\u0000' }, [{ code: 'CHARACTER_NOT_STORABLE', path: 'recordReference' }]],
  [
    'a date that does not exist',
    { legs: [{ ...aConsignment().legs[0], plannedArrival: '2026-02-30T00:00:00Z' }] },
    [{ code: 'DATE_TIME_INVALID', path: 'legs.0.plannedArrival' }],
  ],
  [
    'too many legs',
    { legs: Array.from({ length: 61 }, (_, index) => ({ ...aConsignment().legs[0], sequence: index + 1 })) },
    [{ code: 'LIMIT_EXCEEDED', path: 'legs' }],
  ],
  ['no legs', { legs: undefined }, [{ code: 'FIELD_INVALID', path: 'legs' }]],
])('%s refuses the message by path and changes nothing', async (_, change, findings) => {
  const answer = await owner.send({ ...aConsignment(), ...change });
  expect(outcome(answer)).toEqual([422, 'REFUSED']);
  expect(answer.body.findings).toEqual(findings.map((finding) => expect.objectContaining({ severity: 'error', ...finding })));
  expect([await owner.told(), await owner.rows('select outcome from raw_message')]).toEqual([[], [{ outcome: 'REFUSED' }]]);
});

test.each<[string, string | Uint8Array, 'MESSAGE_UNREADABLE' | 'LIMIT_EXCEEDED' | 'FIELD_INVALID', string]>([
  ['an array of nothing', '[]', 'FIELD_INVALID', 'an array without a message'],
  ['an array of 1,001', JSON.stringify(Array.from({ length: 1_001 }, () => 1)), 'LIMIT_EXCEEDED', 'more than 1,000 messages'],
  ['no JSON', '{"recordReference":', 'MESSAGE_UNREADABLE', 'not JSON'],
  ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'MESSAGE_UNREADABLE', 'not UTF-8'],
  ['a list of a million numbers', `{"legs":[${'0,'.repeat(1_000_000)}0]}`, 'LIMIT_EXCEEDED', 'more than 100,000 values'],
  [
    'a million lists in each other',
    `{"legs":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`,
    'LIMIT_EXCEEDED',
    'more than 100,000 values',
  ],
])('%s cannot be read', async (_, body, code, detail) => {
  const authorization = owner.keys.bearer(aSource('gx-logistics'), 'subgraph-gx');
  const answer = await owner.post({ authorization, contentType: 'application/json', format: 'consignment.v1', body });
  expect({ status: answer.status, messages: answer.body.messages, findings: answer.body.findings }).toEqual({
    status: 422,
    messages: [{ reference: null, type: 'consignment.v1', function: null, outcome: 'REFUSED' }],
    findings: [{ code, severity: 'error', message: `${errors[code].en}: ${detail}`, path: '' }],
  });
});

test('wrong check digits, strange places, unknown firms and codes are flagged by path and kept', async () => {
  const [first, second] = aConsignment().legs;
  const answer = await owner.send({
    ...aConsignment(),
    legs: [
      { ...first, from: { UNLocationCode: 'CNLZH' }, to: { UNLocationCode: 'NLRTM' } },
      { ...second, vesselIMONumber: '3100008' },
    ],
    participants: [
      { participantFunction: 'ZZZ', identificationScheme: 'USCC', identification: '91000000MA0000000X', partyName: { zh: '某公司' } },
    ],
    equipment: [{ equipmentReference: 'LSCU1000017', ISOEquipmentCode: 'BIGBOX' }, { equipmentReference: 'LSCU4000010' }],
    declaredValue: { amount: '1', currencyCode: 'QQQ' },
  });
  expect(outcome(answer)).toEqual([200, 'TAKEN']);
  expect(answer.body.findings.map(({ code, severity, path, value }) => ({ code, severity, path, value }))).toEqual([
    { code: 'LOCATION_WITHDRAWN', severity: 'warning', path: 'legs.0.from.UNLocationCode', value: 'CNLZH' },
    { code: 'LOCATION_UNKNOWN', severity: 'warning', path: 'legs.0.to.UNLocationCode', value: 'NLRTM' },
    { code: 'VESSEL_IMO_NUMBER_CHECK_DIGIT', severity: 'warning', path: 'legs.1.vesselIMONumber', value: '3100008' },
    { code: 'REGISTRATION_NUMBER_CHECK_DIGIT', severity: 'warning', path: 'participants.0.identification', value: '91000000MA0000000X' },
    { code: 'CODE_UNKNOWN', severity: 'warning', path: 'participants.0.participantFunction', value: 'ZZZ' },
    { code: 'ORGANISATION_UNKNOWN', severity: 'warning', path: 'participants.0.identification', value: '91000000MA0000000X' },
    { code: 'EQUIPMENT_REFERENCE_CHECK_DIGIT', severity: 'warning', path: 'equipment.0.equipmentReference', value: 'LSCU1000017' },
    { code: 'CODE_UNKNOWN', severity: 'warning', path: 'equipment.0.ISOEquipmentCode', value: 'BIGBOX' },
    { code: 'EQUIPMENT_REFERENCE_REMAINDER_TEN', severity: 'info', path: 'equipment.1.equipmentReference', value: 'LSCU4000010' },
    { code: 'CODE_UNKNOWN', severity: 'warning', path: 'declaredValue.currencyCode', value: 'QQQ' },
  ]);
  expect(
    await owner.rows(`select legs -> 0 -> 'from' as "from", legs -> 0 -> 'to' as "to", route_parties from consignment_record`),
  ).toEqual([{ from: {}, to: { UNLocationCode: 'NLRTM' }, route_parties: ['GS', 'GX', 'SG'] }]);
});

test('the sender of a message gains no right by it: only what the owner registered counts', async () => {
  await owner.send(
    aConsignment({
      participants: [
        {
          participantFunction: 'CN',
          identificationScheme: 'NATIONAL',
          identification: 'GS/lz-forwarder',
          partyName: { en: 'lz-forwarder' },
        },
      ],
    }),
  );
  expect(await owner.rows('select org from participation')).toEqual([{ org: null }]);
});
