import { afterAll, beforeAll, expect, test } from 'vitest';
import { partyProfileId } from '../definition.ts';
import { anOfficer, anonymous } from '../testing/callers.ts';
import { type PartyUnderTest, startPartyUnderTest } from '../testing/party-under-test.ts';

let party: PartyUnderTest;
let [port, terminal, crossing] = ['', '', ''];

beforeAll(async () => {
  party = await startPartyUnderTest();
  const idOf = async (noun: string) => (await party.store.db.facility.findFirst({ where: { noun } }))?.id ?? '';
  [port, terminal, crossing] = [await idOf('port'), await idOf('terminal'), await idOf('border-crossing')];
}, 60_000);
afterAll(() => party.close());

const common = `__typename id partyCode controllerCode maskedFields facilityName { zh en } facilityTypeCode timeZone UNLocationCode UNLocationCodeAliases
  facilityCode facilityCodeListProvider openingHours(from: "2026-10-01", to: "2026-10-01") { date opens closes remark { zh en } }`;
const selection = `... on Facility { ${common} }
  ... on GuangxiPort { portCategory berths { berthCode berthName { zh en } maxDraughtMetres } }
  ... on GuangxiTerminal { portId yardDensityPercent }
  ... on GuangxiBorderCrossing { category: portCategory counterpart { locationName { zh en } UNLocationCode facilityId } queueLength }`;
const shared = {
  partyCode: 'guangxi',
  timeZone: 'Asia/Shanghai',
  UNLocationCodeAliases: [],
  facilityCode: null,
  facilityCodeListProvider: null,
  openingHours: [{ date: '2026-10-01', opens: '2026-09-30T16:00:00.000Z', closes: '2026-10-01T16:00:00.000Z', remark: null }],
};

test('a port, a terminal and a border crossing are public, their traffic figures are not', async () => {
  const records = [
    { type: 'GuangxiPort', id: port },
    { type: 'GuangxiTerminal', id: terminal },
    { type: 'GuangxiBorderCrossing', id: crossing },
  ];
  const { body } = await party.entities(anonymous, records, selection);
  expect(body).toEqual({
    data: {
      _entities: [
        {
          ...shared,
          __typename: 'GuangxiPort',
          id: port,
          controllerCode: 'port-operator',
          maskedFields: [],
          facilityName: { zh: '钦州港', en: 'Qinzhou Port' },
          facilityTypeCode: 'POTE',
          UNLocationCode: 'CNQZH',
          portCategory: 'SEA',
          berths: [{ berthCode: 'QZ-7', berthName: { zh: '7号泊位', en: null }, maxDraughtMetres: 14.5 }],
        },
        {
          ...shared,
          __typename: 'GuangxiTerminal',
          id: terminal,
          controllerCode: 'port-operator',
          maskedFields: ['yardDensityPercent'],
          facilityName: { zh: null, en: 'Qinzhou rail container terminal' },
          facilityTypeCode: 'RAMP',
          UNLocationCode: null,
          portId: port,
          yardDensityPercent: null,
        },
        {
          ...shared,
          __typename: 'GuangxiBorderCrossing',
          id: crossing,
          controllerCode: 'customs',
          maskedFields: ['queueLength'],
          facilityName: { zh: '友谊关', en: 'Youyiguan' },
          facilityTypeCode: 'BORD',
          UNLocationCode: null,
          category: 'LAND_ROAD',
          counterpart: { locationName: { zh: null, en: 'Huu Nghi' }, UNLocationCode: 'VNHNG', facilityId: null },
          queueLength: null,
        },
      ],
    },
    extensions: {
      masked: [
        { path: ['_entities', 1, 'yardDensityPercent'], rule: 'DEFAULT' },
        { path: ['_entities', 2, 'queueLength'], rule: 'DEFAULT' },
      ],
    },
  });
  for (const caller of [anOfficer('CQ'), anOfficer('SG'), anOfficer('GX')]) {
    expect((await party.entities(caller, records, selection)).body).toEqual(body);
  }
});

test("the owner's own staff reads the figures at its own endpoint", async () => {
  const { body } = await party.askOwner(
    anOfficer('GX'),
    `{ record(id: "${terminal}") { maskedFields ... on Terminal { yardDensityPercent } } }`,
  );
  expect(body).toEqual({ data: { record: { maskedFields: [], yardDensityPercent: 61.5 } } });
});

test('an id asked for as another kind of place is unknown', async () => {
  expect((await party.entities(anonymous, [{ type: 'GuangxiTerminal', id: port }], '__typename')).body).toEqual({
    data: { _entities: [null] },
  });
});

test('days that cannot be used are refused, naming the argument', async () => {
  const { body } = await party.entities(
    anonymous,
    [{ type: 'GuangxiPort', id: port }],
    '... on GuangxiPort { openingHours(from: "2026-10-01", to: "2027-10-01") { date } }',
  );
  expect(body).toEqual({
    data: { _entities: [null] },
    errors: [
      {
        message: 'An argument cannot be used: to: at most 62 days',
        path: ['_entities', 0, 'openingHours'],
        extensions: { code: 'BAD_USER_INPUT', retryable: false, correlationId: '0af7651916cd43dd8448eb211c80319c', argument: 'to' },
      },
    ],
  });
});

test('the profile is public: contacts and places, page by page', async () => {
  const id = partyProfileId('guangxi');
  const ask = async (after: string) => {
    const selected = `... on GuangxiPartyProfile { __typename controllerCode timeZone serviceContacts { contactName { zh en } telephone email }
      facilities(first: 2${after}) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
    const { body } = await party.entities(anonymous, [{ type: 'GuangxiPartyProfile', id }], selected);
    return body.data?.['_entities'] as { facilities: { nodes: { id: string }[]; pageInfo: { endCursor: string } } }[];
  };
  const first = await ask('');
  expect(first).toEqual([
    {
      __typename: 'GuangxiPartyProfile',
      controllerCode: 'logistics-office',
      timeZone: 'Asia/Shanghai',
      serviceContacts: [{ contactName: { zh: '单一窗口热线', en: 'Single Window hotline' }, telephone: '95198', email: null }],
      facilities: {
        nodes: [{ id: expect.any(String) }, { id: expect.any(String) }],
        pageInfo: { hasNextPage: true, endCursor: expect.any(String) },
      },
    },
  ]);
  const second = await ask(`, after: "${first[0]?.facilities.pageInfo.endCursor}"`);
  const ids = [...first, ...second].flatMap(({ facilities }) => facilities.nodes.map((node) => node.id));
  expect(ids).toEqual([port, terminal, crossing].sort());
});
