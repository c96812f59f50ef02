import { accessLabels, partyOf } from '@corridor/schemas';
import { type Clause, compile, defaultClauses } from '@corridor/sharing';
import { isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { partySchema } from '../api/schema.ts';
import { anOfficer } from '../testing/callers.ts';
import { type PartyUnderTest, startPartyUnderTest } from '../testing/party-under-test.ts';
import { idOfWord, insertBoxes, insertConsignments, insertEvents } from '../testing/rows.ts';

let party: PartyUnderTest;

const apples = idOfWord('consignment-record', 'apples');
const gateIn = idOfWord('equipment-event', 'gate in');
const agreement: Clause = {
  id: 'guangxi:sharing-agreement:k7q2m9x4c1zr8v5t',
  version: 3,
  grantee: { party: 'GZ', org: '*', role: '*' },
  recordClass: 'CONSIGNMENT',
  grants: ['CONSIGNMENT', 'GOODS~', 'VALUE'],
  condition: 'ANY',
  functions: [],
  purposes: [],
  validFrom: 0,
  validTo: null,
  historyDays: null,
  egressApproved: false,
};

beforeAll(async () => {
  party = await startPartyUnderTest();
  const columns = { description_of_goods: 'Apples', hs_code: '080810', declared_value_amount: '10.00', declared_value_currency: 'CNY' };
  await insertConsignments(party.store, [{ word: 'apples', route: ['GX'], columns }]);
  await insertBoxes(party.store, [{ word: 'box', equipmentReference: 'LSCU1000016', in: ['apples'] }]);
  await insertEvents(party.store, [{ word: 'gate in', of: ['apples'] }]);
}, 60_000);
afterAll(() => party.close());

const ask = async (clauses: readonly Clause[], type: string, id: string, selection: string) => {
  const caller = anOfficer('GZ');
  const { body } = await party.graph.answer(
    {
      query: `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ${type} { ${selection} } } }`,
      variables: { representations: [{ __typename: type, id }] },
      operationName: null,
    },
    {
      caller,
      view: compile(clauses, caller, party.clock.now),
      viewer: 'GZ',
      deadlineAt: Number.POSITIVE_INFINITY,
      passport: null,
      traceId: '0',
      language: 'en',
    },
  );
  return JSON.parse(JSON.stringify(body));
};

test('an agreement opens what it gives, its rule stands at what it coarsens, and lists of classes it does not give are withheld', async () => {
  const selection =
    'HSCode descriptionOfGoods declaredValue { amount } numberOfPackages maskedFields equipment { nodes { id } } milestones { nodes { id } }';
  const at = (field: string) => ['_entities', 0, field];
  expect(await ask([...defaultClauses, agreement], 'GuangxiConsignmentRecord', apples, selection)).toEqual({
    data: {
      _entities: [
        {
          HSCode: '08',
          descriptionOfGoods: null,
          declaredValue: { amount: '10.00' },
          numberOfPackages: null,
          maskedFields: [
            'uniqueConsignmentReference',
            'transportDocumentReference',
            'carrierBookingReference',
            'numberOfPackages',
            'cargoGrossWeight',
            'descriptionOfGoods',
            'HSCode',
            'dangerousGoodsClass',
            'consignor',
            'consignee',
            'equipment',
            'milestones',
            'transportDocuments',
          ],
          equipment: null,
          milestones: null,
        },
      ],
    },
    extensions: {
      masked: [
        { path: at('HSCode'), rule: `${agreement.id}@3`, coarse: true },
        { path: at('descriptionOfGoods'), rule: `${agreement.id}@3`, coarse: true },
        { path: at('equipment'), rule: expect.any(String) },
        { path: at('milestones'), rule: expect.any(String) },
        { path: at('numberOfPackages'), rule: expect.any(String) },
      ],
    },
  });
});

test('without the agreement the same reader does not learn of the record', async () => {
  expect(await ask(defaultClauses, 'GuangxiConsignmentRecord', apples, 'id')).toEqual({ data: { _entities: [null] } });
});

test('an event given in its coarse form only is a bare status: code and times', async () => {
  const coarse = { ...agreement, recordClass: 'EVENT', grants: ['EVENT~'] } as const;
  const { data, extensions } = await ask(
    [coarse],
    'GuangxiEquipmentEvent',
    gateIn,
    'equipmentEventTypeCode eventDateTime eventLocation { UNLocationCode } equipmentReference consignments { id }',
  );
  expect(data).toEqual({
    _entities: [
      {
        equipmentEventTypeCode: 'GTIN',
        eventDateTime: '2026-10-02T08:00:00.000Z',
        eventLocation: null,
        equipmentReference: null,
        consignments: [],
      },
    ],
  });
  expect(extensions.masked).toEqual([
    { path: ['_entities', 0, 'equipmentReference'], rule: expect.any(String) },
    { path: ['_entities', 0, 'eventLocation'], rule: `${agreement.id}@3`, coarse: true },
  ]);
});

test('an alias bears the note of its field', async () => {
  const { extensions } = await ask([agreement], 'GuangxiConsignmentRecord', apples, 'code: HSCode');
  expect(extensions.masked).toEqual([{ path: ['_entities', 0, 'code'], rule: `${agreement.id}@3`, coarse: true }]);
});

test('every concrete type of the schema is under the mask, and no masked field is non-null', () => {
  const schema = partySchema(partyOf('guangxi'), 'gateway');
  const concrete = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && type.name.startsWith('Guangxi'));
  expect(concrete.map(({ name }) => name).sort()).toEqual([
    'GuangxiAccessLogEntry',
    'GuangxiBorderCrossing',
    'GuangxiConsignmentRecord',
    'GuangxiEquipmentEvent',
    'GuangxiEquipmentRecord',
    'GuangxiPartyProfile',
    'GuangxiPort',
    'GuangxiShipmentEvent',
    'GuangxiTerminal',
    'GuangxiTrainCall',
    'GuangxiTransportDocument',
    'GuangxiTransportEvent',
    'GuangxiTruckCall',
    'GuangxiVesselCall',
  ]);
  for (const type of concrete) {
    if (!isObjectType(type)) continue;
    const labelled = Object.keys(accessLabels[type.name.replace('Guangxi', '')]?.fields ?? {});
    for (const [name, field] of Object.entries(type.getFields())) {
      expect(field.resolve?.name, `${type.name}.${name}`).toBe('masked');
      if (labelled.includes(name)) expect(String(field.type), `${type.name}.${name}`).not.toMatch(/!$/);
    }
  }
});
