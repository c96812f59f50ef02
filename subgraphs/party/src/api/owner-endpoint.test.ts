import { afterAll, beforeAll, expect, test } from 'vitest';
import { aFirm, anOfficer, anonymous } from '../testing/callers.ts';
import { type PartyUnderTest, startPartyUnderTest } from '../testing/party-under-test.ts';
import { idOfWord, insertConsignments, insertEvents } from '../testing/rows.ts';

let party: PartyUnderTest;

const apples = idOfWord('consignment-record', 'apples');
const selected = idOfWord('equipment-event', 'selected');

beforeAll(async () => {
  party = await startPartyUnderTest();
  const columns = { description_of_goods: 'Apples', hs_code: '080810', declared_value_amount: '10.00', declared_value_currency: 'CNY' };
  const named = [{ as: 'CZ', org: 'GS/orchard', identification: '91620000MA0000001X', zh: '兰州果园' }];
  // Not on any route, of no firm of Guangxi: the owner's own all the same.
  await insertConsignments(party.store, [{ word: 'apples', route: [], named, columns }]);
  await insertEvents(party.store, [{ word: 'selected', code: 'CUSI', of: ['apples'] }, { word: 'not linked' }]);
}, 60_000);
afterAll(() => party.close());

const staff = anOfficer('GX');
const record = (id: string, selection: string) => `{ record(id: "${id}") { ... on ${selection} } }`;
const whole =
  'GuangxiConsignmentRecord { id HSCode descriptionOfGoods consignor { partyName { zh } } declaredValue { amount currencyCode } maskedFields }';

test("the owner's staff sees a record in full", async () => {
  expect((await party.askOwner(staff, record(apples, whole))).body).toEqual({
    data: {
      record: {
        id: apples,
        HSCode: '080810',
        descriptionOfGoods: 'Apples',
        consignor: { partyName: { zh: '兰州果园' } },
        declaredValue: { amount: '10.00', currencyCode: 'CNY' },
        maskedFields: [],
      },
    },
  });
});

test('a question too deep or for too many records is refused before it is executed, as the gateway would', async () => {
  const deep = `{ profile { facilities(first: 100) { nodes { transportCalls(first: 100) { nodes { consignmentRecords(first: 100) { nodes { id } } } } } } } }`;
  const doubled = Array.from({ length: 30 }, (_, at) => `fragment F${at} on PartyOwned { id ...F${at + 1} ...F${at + 1} }`).join(' ');
  const nested = `{ record(id: "${apples}") { ...F0 } } ${doubled} fragment F30 on PartyOwned { id }`;
  const codes = await Promise.all(
    [deep, nested].map(async (query) => {
      const { status, body } = await party.askOwner(staff, query);
      return [status, body.errors?.map(({ extensions }) => extensions['code'])];
    }),
  );
  expect(codes).toEqual([
    [400, ['COST_LIMIT']],
    [400, ['QUERY_TOO_LARGE']],
  ]);
});

test('inspections are for the authorities among them', async () => {
  const query = record(selected, 'GuangxiEquipmentEvent { equipmentEventTypeCode }');
  expect((await party.askOwner(staff, query)).body).toEqual({ data: { record: null } });
  expect((await party.askOwner(anOfficer('GX', { roles: ['customs'] }), query)).body).toEqual({
    data: { record: { equipmentEventTypeCode: 'CUSI' } },
  });
});

test('an event that is linked to nothing is theirs to see', async () => {
  const id = idOfWord('equipment-event', 'not linked');
  expect((await party.askOwner(staff, record(id, 'GuangxiEquipmentEvent { consignments { id } }'))).body).toEqual({
    data: { record: { consignments: [] } },
  });
});

test('an unknown, a malformed and a foreign id are null', async () => {
  for (const id of [
    'guangxi:consignment-record:0000000000000000',
    'nonsense',
    'gansu:consignment-record:0000000000000000',
    'guangxi:party-profile:0000000000000000',
  ]) {
    expect((await party.askOwner(staff, record(id, 'PartyOwned { id }'))).body).toEqual({ data: { record: null } });
  }
});

test('the profile lists the facilities', async () => {
  const { body } = await party.askOwner(
    staff,
    '{ profile { __typename partyName { zh en } facilities(first: 2) { nodes { __typename } pageInfo { hasNextPage } } } }',
  );
  expect(body).toEqual({
    data: {
      profile: {
        __typename: 'GuangxiPartyProfile',
        partyName: { zh: '广西壮族自治区', en: 'Guangxi' },
        facilities: { nodes: [{ __typename: expect.any(String) }, { __typename: expect.any(String) }], pageInfo: { hasNextPage: true } },
      },
    },
  });
});

test("a read of the owner's own staff is logged without a passport and without an agreement", async () => {
  await party.askOwner(anOfficer('GX', { subject: 'the reader' }), `query Look ${record(apples, 'PartyOwned { id }')}`);
  expect((await party.auditRows()).at(-1)).toMatchObject({
    subject: 'the reader',
    party: 'GX',
    operation: 'Look',
    recordClass: 'CONSIGNMENT',
    recordIds: [apples],
    fieldGroups: ['CONSIGNMENT'],
    agreementRefs: [],
  });
});

const refused = async (caller: typeof staff) => {
  const before = party.executed.count;
  const { status, body } = await party.askOwner(caller, record(apples, 'PartyOwned { id }'));
  return [status, body.errors?.map(({ extensions }) => extensions['code']), body.data, party.executed.count - before];
};

test.each([
  ['an officer of another province', anOfficer('CQ')],
  ['a partner', anOfficer('SG')],
  ["a firm of the owner's own", aFirm('GX/nn-haulage')],
  ['the directory', anOfficer('DIRECTORY', { client: 'feed-directory-gx', permissions: ['feed.read'] })],
  ["a machine that delivers the owner's messages", anOfficer('GX', { client: 'qinzhou-terminal', permissions: ['ingest.write'] })],
])('%s is refused with 403', async (_who, caller) => {
  expect(await refused(caller)).toEqual([403, ['OWNER_STAFF_ONLY'], undefined, 0]);
});

test('without a token, with one for another audience, and with a signed hop instead, it is 401', async () => {
  const body = JSON.stringify({ query: '{ profile { id } }' });
  const headers = { 'content-type': 'application/json' };
  const answers = [
    await party.post('/owner/graphql', body, headers),
    await party.post('/owner/graphql', body, { ...headers, authorization: party.keys.bearer(staff, 'corridor-gateway') }),
    await party.post('/owner/graphql', body, { ...headers, authorization: party.keys.bearer(staff, 'subgraph-gs') }),
    await party.post('/owner/graphql', body, await party.hop(anonymous, body)),
  ];
  expect(answers.map(({ status, body: answer }) => [status, answer.errors?.map(({ extensions }) => extensions['code'])])).toEqual(
    answers.map(() => [401, ['UNAUTHENTICATED']]),
  );
});

test('it is no subgraph: neither entities nor the schema for gateways are served', async () => {
  for (const query of ['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }']) {
    const { status, body } = await party.askOwner(staff, query);
    expect([status, body.errors?.map(({ extensions }) => extensions['code'])]).toEqual([400, ['GRAPHQL_VALIDATION_FAILED']]);
  }
});
