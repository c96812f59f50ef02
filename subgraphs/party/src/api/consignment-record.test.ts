import { afterAll, beforeAll, expect, test } from 'vitest';
import { aFirm, anOfficer, anonymous } from '../testing/callers.ts';
import { type PartyUnderTest, startPartyUnderTest } from '../testing/party-under-test.ts';
import { idOfWord, insertBoxes, insertConsignments, insertEvents } from '../testing/rows.ts';

let party: PartyUnderTest;

const apples = idOfWord('consignment-record', 'apples');
const box = idOfWord('equipment-record', 'apples box');
const gateIn = idOfWord('equipment-event', 'gate in');
const selected = idOfWord('equipment-event', 'selected by customs');
const released = idOfWord('equipment-event', 'released by customs');

beforeAll(async () => {
  party = await startPartyUnderTest();
  const participants = [
    { as: 'CZ', org: 'GS/lz-orchard', identification: '91620000MA0000001X', zh: '兰州果园', en: 'Lanzhou Orchard' },
    { as: 'CN', org: 'SG/marina-fruits', identification: '201912345K', en: 'Marina Fruits' },
    { as: 'FW', org: 'GS/lz-forwarder', identification: '91620000MA0000002X', zh: '兰州货代' },
    { as: 'GA', org: 'GX/nn-haulage', identification: '91450000MA0000003X', zh: '南宁运输' },
  ];
  const everything = {
    unique_consignment_reference: '4CN91500000MA0000000X-000123',
    transport_document_reference: 'COSU6312345678',
    carrier_booking_reference: 'BK-777',
    number_of_packages: 1200,
    cargo_gross_weight: 23500.5,
    cargo_gross_weight_unit: 'KGM',
    description_of_goods: 'Fresh apples',
    hs_code: '080810',
    dangerous_goods_class: '9',
    declared_value_amount: '98000.50',
    declared_value_currency: 'CNY',
    place_of_receipt: { locationName: { zh: '兰州', en: 'Lanzhou' }, UNLocationCode: 'CNLZH' },
    place_of_delivery: { UNLocationCode: 'SGSIN', facilityCode: 'PSABT', facilityCodeListProvider: 'SMDG' },
  };
  const route = ['GS', 'CQ', 'GX', 'SG'];
  await insertConsignments(party.store, [
    { word: 'apples', route, destination: 'SG', named: participants, columns: everything },
    // In the same box, of other people, on another way.
    { word: 'pears', route: ['GX', 'VN'], destination: 'VN' },
    { word: 'bare', route, destination: 'SG', named: [{ as: 'FW', org: 'GS/lz-forwarder', identification: '91620000MA0000002X' }] },
    { word: 'inspected', route, columns: { consignment_status: 'CUSTOMS' } },
    { word: 'cancelled', route, destination: 'SG', named: participants, cancelled: true, columns: everything },
  ]);
  await insertBoxes(party.store, [
    {
      word: 'apples box',
      equipmentReference: 'LSCU1000016',
      in: ['apples', 'pears', 'cancelled'],
      columns: {
        iso_equipment_code: '45R1',
        empty_indicator_code: 'LADEN',
        seals: [{ sealNumber: 'SL1', sealSource: 'CAR' }],
        cargo_gross_weight_kg: 23500.5,
      },
    },
  ]);
  await insertEvents(party.store, [
    { word: 'gate in', code: 'GTIN', at: '2026-10-02T08:00:00.000Z', of: ['apples', 'pears'], box: 'apples box' },
    { word: 'selected by customs', code: 'CUSI', at: '2026-10-02T09:00:00.000Z', of: ['apples'], box: 'apples box' },
    { word: 'released by customs', code: 'CUSR', at: '2026-10-02T10:00:00.000Z', of: ['apples'], box: 'apples box' },
    { word: 'discharged', code: 'DISC', at: '2026-10-02T08:00:00.000Z', of: ['inspected'] },
    { word: 'inspection', code: 'INSP', at: '2026-10-02T09:00:00.000Z', of: ['inspected'] },
    { word: 'not linked', code: 'GTOT', at: '2026-10-02T11:00:00.000Z', box: 'apples box' },
  ]);
}, 60_000);
afterAll(() => party.close());

const event = `__typename id eventClassifierCode eventDateTime eventCreatedDateTime retracted retractedEventID
  eventLocation { locationName { zh en } UNLocationCode } consignments { id } maskedFields
  ... on GuangxiEquipmentEvent { equipmentEventTypeCode equipmentReference emptyIndicatorCode }`;
const whole = `... on GuangxiConsignmentRecord { __typename id partyCode controllerCode consignment { id } consignmentStatus
  placeOfReceipt { locationName { zh en } facilityId UNLocationCode } placeOfDelivery { locationName { zh } UNLocationCode facilityCode facilityCodeListProvider }
  uniqueConsignmentReference transportDocumentReference carrierBookingReference numberOfPackages cargoGrossWeight { value unitCode }
  descriptionOfGoods HSCode dangerousGoodsClass consignor { partyName { zh en } identification } consignee { partyName { zh en } identification }
  declaredValue { amount currencyCode } maskedFields
  equipment { nodes { id equipmentReference ISOEquipmentCode emptyIndicatorCode consignments { id } seals { sealNumber sealSource }
    cargoGrossWeight { value unitCode } maskedFields } pageInfo { hasNextPage } }
  milestones { nodes { ${event} } pageInfo { hasNextPage } } }`;

const base = {
  __typename: 'GuangxiConsignmentRecord',
  id: apples,
  partyCode: 'guangxi',
  controllerCode: 'port-operator',
  consignment: { id: apples },
  consignmentStatus: 'IN_TRANSIT',
  placeOfReceipt: { locationName: { zh: '兰州', en: 'Lanzhou' }, facilityId: null, UNLocationCode: 'CNLZH' },
  placeOfDelivery: { locationName: null, UNLocationCode: 'SGSIN', facilityCode: 'PSABT', facilityCodeListProvider: 'SMDG' },
  numberOfPackages: 1200,
  cargoGrossWeight: { value: 23500.5, unitCode: 'KGM' },
  dangerousGoodsClass: '9',
};
const boxBase = {
  id: box,
  equipmentReference: 'LSCU1000016',
  ISOEquipmentCode: '45R1',
  emptyIndicatorCode: 'LADEN',
  consignments: [{ id: apples }],
  cargoGrossWeight: { value: 23500.5, unitCode: 'KGM' },
};
const qinzhou = { locationName: { zh: '钦州港', en: 'Qinzhou' }, UNLocationCode: 'CNQZH' };
const eventBase = (id: string, code: string, time: string) => ({
  __typename: 'GuangxiEquipmentEvent',
  id,
  eventClassifierCode: 'ACT',
  eventDateTime: time,
  eventCreatedDateTime: '2026-10-01T00:00:00.000Z',
  retracted: false,
  retractedEventID: null,
  eventLocation: qinzhou,
  consignments: [{ id: apples }],
  maskedFields: [],
  equipmentEventTypeCode: code,
  equipmentReference: 'LSCU1000016',
  emptyIndicatorCode: 'LADEN',
});
const gateInSeen = eventBase(gateIn, 'GTIN', '2026-10-02T08:00:00.000Z');
const releasedBarely = {
  ...eventBase(released, 'CUSR', '2026-10-02T10:00:00.000Z'),
  eventLocation: null,
  equipmentReference: null,
  emptyIndicatorCode: null,
  maskedFields: ['corroborates', 'corroboratedBy', 'eventLocation', 'equipmentReference', 'emptyIndicatorCode', 'transportCallId'],
};
const lastPage = { pageInfo: { hasNextPage: false } };

const at = (...path: (string | number)[]) => ['_entities', 0, ...path];
const barelyReleasedNotes = [
  { path: at('milestones', 'nodes', 1, 'emptyIndicatorCode'), rule: 'DEFAULT', id: released, coarse: true },
  { path: at('milestones', 'nodes', 1, 'equipmentReference'), rule: 'DEFAULT', id: released },
  { path: at('milestones', 'nodes', 1, 'eventLocation'), rule: 'DEFAULT', id: released, coarse: true },
];
const withheld = (...fields: string[]) => fields.map((field) => ({ path: at(field), rule: 'DEFAULT' }));
const coarsened = (...fields: string[]) => withheld(...fields).map((note) => ({ ...note, coarse: true }));
const byPath = (notes: { path: unknown[] }[]) => [...notes].sort((a, b) => (JSON.stringify(a.path) < JSON.stringify(b.path) ? -1 : 1));

const pseudonymous = (name: string) => ({
  partyName: { zh: `化名 ${name}`, en: `pseudonym ${name}` },
  identification: name,
});

test('an officer of a province on the way sees transport in full, goods and parties coarsely, and no reference, value or inspection', async () => {
  const { body } = await party.entities(anOfficer('CQ'), [{ type: 'GuangxiConsignmentRecord', id: apples }], whole);
  expect(body).toEqual({
    data: {
      _entities: [
        {
          ...base,
          uniqueConsignmentReference: null,
          transportDocumentReference: null,
          carrierBookingReference: null,
          descriptionOfGoods: null,
          HSCode: '08',
          consignor: pseudonymous('w43g3pn85sm7grpb'),
          consignee: pseudonymous('5fhzhjq6ga2fbmwx'),
          declaredValue: null,
          maskedFields: [
            'uniqueConsignmentReference',
            'transportDocumentReference',
            'carrierBookingReference',
            'descriptionOfGoods',
            'HSCode',
            'consignor',
            'consignee',
            'declaredValue',
            'transportDocuments',
          ],
          equipment: { nodes: [{ ...boxBase, seals: [{ sealNumber: 'SL1', sealSource: 'CAR' }], maskedFields: [] }], ...lastPage },
          milestones: { nodes: [gateInSeen, releasedBarely], ...lastPage },
        },
      ],
    },
    extensions: {
      masked: byPath([
        ...withheld('carrierBookingReference', 'declaredValue', 'transportDocumentReference', 'uniqueConsignmentReference'),
        ...coarsened('HSCode', 'consignee', 'consignor', 'descriptionOfGoods'),
        ...barelyReleasedNotes,
      ]),
    },
  });
});

test('the forwarder named on it sees everything but the value, customs steps included', async () => {
  const { body } = await party.entities(aFirm('GS/lz-forwarder'), [{ type: 'GuangxiConsignmentRecord', id: apples }], whole);
  expect(body).toEqual({
    data: {
      _entities: [
        {
          ...base,
          uniqueConsignmentReference: '4CN91500000MA0000000X-000123',
          transportDocumentReference: 'COSU6312345678',
          carrierBookingReference: 'BK-777',
          descriptionOfGoods: 'Fresh apples',
          HSCode: '080810',
          consignor: { partyName: { zh: '兰州果园', en: 'Lanzhou Orchard' }, identification: '91620000MA0000001X' },
          consignee: { partyName: { zh: null, en: 'Marina Fruits' }, identification: '201912345K' },
          declaredValue: null,
          maskedFields: ['declaredValue'],
          equipment: { nodes: [{ ...boxBase, seals: [{ sealNumber: 'SL1', sealSource: 'CAR' }], maskedFields: [] }], ...lastPage },
          milestones: {
            nodes: [
              gateInSeen,
              eventBase(selected, 'CUSI', '2026-10-02T09:00:00.000Z'),
              eventBase(released, 'CUSR', '2026-10-02T10:00:00.000Z'),
            ],
            ...lastPage,
          },
        },
      ],
    },
    extensions: { masked: withheld('declaredValue') },
  });
});

test('the partner at the destination sees transport, danger class and pseudonyms of its own, and neither goods, references, value nor seals', async () => {
  const { body } = await party.entities(anOfficer('SG'), [{ type: 'GuangxiConsignmentRecord', id: apples }], whole);
  expect(body).toEqual({
    data: {
      _entities: [
        {
          ...base,
          uniqueConsignmentReference: null,
          transportDocumentReference: null,
          carrierBookingReference: null,
          descriptionOfGoods: null,
          HSCode: null,
          consignor: pseudonymous('3s4brpva6kbbyk8q'),
          consignee: pseudonymous('73tc4ysatyq15dka'),
          declaredValue: null,
          maskedFields: [
            'uniqueConsignmentReference',
            'transportDocumentReference',
            'carrierBookingReference',
            'descriptionOfGoods',
            'HSCode',
            'consignor',
            'consignee',
            'declaredValue',
            'transportDocuments',
          ],
          equipment: { nodes: [{ ...boxBase, seals: null, maskedFields: ['seals'] }], ...lastPage },
          milestones: { nodes: [gateInSeen, releasedBarely], ...lastPage },
        },
      ],
    },
    extensions: {
      masked: byPath([
        ...withheld(
          'HSCode',
          'carrierBookingReference',
          'declaredValue',
          'descriptionOfGoods',
          'transportDocumentReference',
          'uniqueConsignmentReference',
        ),
        ...coarsened('consignee', 'consignor'),
        { path: at('equipment', 'nodes', 0, 'seals'), rule: 'DEFAULT', id: box },
        ...barelyReleasedNotes,
      ]),
    },
  });
});

const some =
  '... on GuangxiConsignmentRecord { id descriptionOfGoods consignor { identification } consignee { identification } declaredValue { amount } maskedFields }';
const seenBy = async (caller: Parameters<typeof party.entities>[0], id = apples) =>
  (await party.entities(caller, [{ type: 'GuangxiConsignmentRecord', id }], some)).body.data?.['_entities'];

test('the consignor sees all of it, the value too', async () => {
  expect(await seenBy(aFirm('GS/lz-orchard'))).toEqual([
    {
      id: apples,
      descriptionOfGoods: 'Fresh apples',
      consignor: { identification: '91620000MA0000001X' },
      consignee: { identification: '201912345K' },
      declaredValue: { amount: '98000.50' },
      maskedFields: [],
    },
  ]);
});

test('the haulier named on it sees the goods, but its customers as pseudonyms and no value', async () => {
  expect(await seenBy(aFirm('GX/nn-haulage'))).toEqual([
    {
      id: apples,
      descriptionOfGoods: 'Fresh apples',
      consignor: { identification: expect.stringMatching(/^[0-9a-hjkmnp-tv-z]{16}$/) },
      consignee: { identification: expect.stringMatching(/^[0-9a-hjkmnp-tv-z]{16}$/) },
      declaredValue: null,
      maskedFields: ['consignor', 'consignee', 'declaredValue'],
    },
  ]);
});

test('a foreign consignee with a right to pseudonyms reads its own name, and the note all the same', async () => {
  expect(await seenBy(aFirm('SG/marina-fruits'))).toEqual([
    {
      id: apples,
      descriptionOfGoods: null,
      consignor: { identification: expect.stringMatching(/^[0-9a-hjkmnp-tv-z]{16}$/) },
      consignee: { identification: '201912345K' },
      declaredValue: null,
      maskedFields: [
        'uniqueConsignmentReference',
        'transportDocumentReference',
        'carrierBookingReference',
        'descriptionOfGoods',
        'HSCode',
        'consignor',
        'consignee',
        'declaredValue',
        'transportDocuments',
      ],
    },
  ]);
});

test.each([
  ['a partner off the route', anOfficer('VN')],
  ['a province off the route', anOfficer('GZ')],
  ['a firm of a province on the route that is not named', aFirm('GS/rival')],
  ['a firm of the owner that is not named', aFirm('GX/rival')],
  ['the public', anonymous],
] as const)('%s does not learn of it', async (_who, caller) => {
  expect(await seenBy(caller)).toEqual([null]);
});

test("through the gateway the owner's own officer is a reader of another province: what is routed through it, in default cells", async () => {
  const [seen] = (await seenBy(anOfficer('GX', { roles: ['corridor-auditor', 'customs'] }))) as {
    declaredValue: unknown;
    maskedFields: string[];
  }[];
  expect(seen).toMatchObject({ id: apples, descriptionOfGoods: null, declaredValue: null });
  expect(await seenBy(anOfficer('GX'), idOfWord('consignment-record', 'bare'))).not.toEqual([null]);
});

test('a cancelled consignment is gone for everybody named on it', async () => {
  const id = idOfWord('consignment-record', 'cancelled');
  for (const caller of [anOfficer('CQ'), aFirm('GS/lz-orchard'), anOfficer('SG')]) expect(await seenBy(caller, id)).toEqual([null]);
});

test('what is masked is the same whether or not a value is stored', async () => {
  const fields = whole.replace(/equipment \{.*/s, '}');
  for (const caller of [anOfficer('CQ'), aFirm('GS/lz-forwarder'), anOfficer('SG')]) {
    const [full, bare] = await Promise.all(
      ['apples', 'bare'].map(async (word) => {
        const id = idOfWord('consignment-record', word);
        const { body } = await party.entities(caller, [{ type: 'GuangxiConsignmentRecord', id }], fields);
        return { masked: body.extensions, data: body.data };
      }),
    );
    expect(bare?.masked).toEqual(full?.masked);
    const masked = full?.masked?.masked?.map(({ path }) => (path as string[]).at(-1)).sort();
    for (const answer of [full, bare]) {
      expect(answer?.data).toEqual({ _entities: [expect.objectContaining({ maskedFields: expect.arrayContaining(masked ?? []) })] });
    }
  }
});

test('a status that only an inspection explains is not told to those to whom inspections do not exist', async () => {
  const id = idOfWord('consignment-record', 'inspected');
  const { body } = await party.entities(
    anOfficer('CQ'),
    [{ type: 'GuangxiConsignmentRecord', id }],
    '... on GuangxiConsignmentRecord { consignmentStatus }',
  );
  expect(body).toEqual({ data: { _entities: [{ consignmentStatus: 'AT_PORT' }] } });
  const own = await party.askOwner(
    anOfficer('GX', { roles: ['customs'] }),
    `{ record(id: "${id}") { ... on GuangxiConsignmentRecord { consignmentStatus } } }`,
  );
  expect(own.body).toEqual({ data: { record: { consignmentStatus: 'CUSTOMS' } } });
});
