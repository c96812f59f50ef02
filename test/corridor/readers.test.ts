import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type Corridor, startCorridor } from '../setup/corridor.ts';
import { consignment, lanzhouForwarder } from '../setup/messages.ts';

const ucr = '4CN91500000MA0000031E-000777';
const query = readFileSync(new URL('../../examples/one-consignment.graphql', import.meta.url), 'utf8');
let corridor: Corridor;
beforeAll(async () => {
  corridor = await startCorridor({ only: ['guangxi', 'chongqing'] });
  await corridor.post('guangxi', 'gx-terminal-system', {
    contentType: 'application/json',
    format: 'consignment.v1',
    body: consignment({
      recordReference: 'GX-777',
      ucr,
      booking: 'LSB2600777',
      box: 'LSCU3000015',
      route: [
        ['CNCQI', 'CQ'],
        ['CNQZH', 'GX'],
        ['SGSIN', 'SG'],
      ],
      participants: [
        {
          participantFunction: 'CZ',
          identificationScheme: 'USCC',
          identification: '91500000MA0000031E',
          partyName: { zh: '重庆示例机车有限公司', en: 'Chongqing Sample Motors Co., Ltd.' },
        },
        {
          participantFunction: 'CN',
          identificationScheme: 'UEN',
          identification: '202600001K',
          partyName: { en: 'Sample Importers Pte. Ltd.' },
        },
        lanzhouForwarder,
      ],
    }),
  });
  await corridor.caughtUp();
});
afterAll(() => corridor.close());

const recordOf = (answer: Answer): Answer['data'] => answer.data.consignments.nodes[0]?.records.nodes[0]?.record;
const maskedOf = (answer: Answer): string[] =>
  (answer.extensions?.['masked'] ?? []).map(
    ({ owner, rule, at, coarse }: { owner: string; rule: string; at: string[]; coarse?: true }) =>
      `${owner} ${rule} ${at.at(-1)}${coarse ? ' ~' : ''}`,
  );
const always = {
  __typename: 'GuangxiConsignmentRecord',
  id: expect.stringMatching(/^guangxi:consignment-record:[0-9a-hjkmnp-tv-z]{16}$/),
  partyCode: 'guangxi',
  controllerCode: 'port-operator',
  consignmentStatus: 'BOOKED',
  placeOfReceipt: { locationName: { zh: '重庆', en: 'Chongqing' }, UNLocationCode: 'CNCQI' },
  placeOfDelivery: { locationName: { zh: '新加坡', en: 'Singapore' }, UNLocationCode: 'SGSIN' },
  numberOfPackages: 640,
  cargoGrossWeight: { value: 18_400, unitCode: 'KGM' },
  dangerousGoodsClass: null,
};
const box = (seals: object[] | null, maskedFields: string[]): object => ({
  nodes: [
    {
      id: expect.stringMatching(/^guangxi:equipment-record:/),
      equipmentReference: 'LSCU3000015',
      ISOEquipmentCode: '45G1',
      seals,
      maskedFields,
    },
  ],
});
const pseudonym = {
  partyName: { zh: expect.stringMatching(/^化名/), en: expect.stringMatching(/^[Pp]seudonym/) },
  identification: expect.stringMatching(/^[0-9a-hjkmnp-tv-z]{16}$/),
};

test('an officer of another province on the route sees quantities and seals, two digits of the HS code and pseudonyms; no references, no value', async () => {
  const answer = await corridor.ask('cq-officer', query, { reference: ucr });
  expect(answer.errors).toBeUndefined();
  expect(recordOf(answer)).toEqual({
    ...always,
    uniqueConsignmentReference: null,
    transportDocumentReference: null,
    carrierBookingReference: null,
    descriptionOfGoods: null,
    HSCode: '87',
    consignor: pseudonym,
    consignee: pseudonym,
    declaredValue: null,
    maskedFields: expect.arrayContaining([
      'uniqueConsignmentReference',
      'transportDocumentReference',
      'carrierBookingReference',
      'descriptionOfGoods',
      'HSCode',
      'consignor',
      'consignee',
      'declaredValue',
    ]),
    equipment: box([{ sealNumber: 'CQ600123', sealSource: 'CA' }], []),
  });
  expect(maskedOf(answer).sort()).toEqual([
    'guangxi DEFAULT HSCode ~',
    'guangxi DEFAULT carrierBookingReference',
    'guangxi DEFAULT consignee ~',
    'guangxi DEFAULT consignor ~',
    'guangxi DEFAULT declaredValue',
    'guangxi DEFAULT descriptionOfGoods ~',
    'guangxi DEFAULT transportDocumentReference',
    'guangxi DEFAULT uniqueConsignmentReference',
  ]);
});

test('the freight forwarder named on it sees references, goods and both trading parties; the value is for consignor, consignee and declarant', async () => {
  const answer = await corridor.ask('lz-forwarder', query, { reference: ucr });
  expect(recordOf(answer)).toEqual({
    ...always,
    uniqueConsignmentReference: ucr,
    transportDocumentReference: null,
    carrierBookingReference: 'LSB2600777',
    descriptionOfGoods: '摩托车零件 motorcycle parts',
    HSCode: '871410',
    consignor: { partyName: { zh: '重庆示例机车有限公司', en: 'Chongqing Sample Motors Co., Ltd.' }, identification: '91500000MA0000031E' },
    consignee: { partyName: { zh: null, en: 'Sample Importers Pte. Ltd.' }, identification: '202600001K' },
    declaredValue: null,
    maskedFields: ['declaredValue'],
    equipment: box([{ sealNumber: 'CQ600123', sealSource: 'CA' }], []),
  });
  expect(maskedOf(answer)).toEqual(['guangxi DEFAULT declaredValue']);
});

test('the terminal in Singapore sees time, place, status and quantities; no goods, no seals, no names', async () => {
  const answer = await corridor.ask('sg-terminal', query, { reference: ucr });
  expect(recordOf(answer)).toEqual({
    ...always,
    uniqueConsignmentReference: null,
    transportDocumentReference: null,
    carrierBookingReference: null,
    descriptionOfGoods: null,
    HSCode: null,
    consignor: pseudonym,
    consignee: pseudonym,
    declaredValue: null,
    maskedFields: expect.arrayContaining(['HSCode', 'consignor', 'declaredValue']),
    equipment: box(null, ['seals']),
  });
  const officer = recordOf(await corridor.ask('cq-officer', query, { reference: ucr }));
  expect(recordOf(answer).consignor.identification).not.toBe(officer.consignor.identification);
});

test('without a token there is no such consignment', async () => {
  const [hidden, unknown] = await Promise.all(
    [ucr, '4CN00000000XX0000000X-000000'].map((reference) => corridor.askForBytes(null, query, { reference })),
  );
  const comparable = ({ status, text }: { status: number; text: string }): unknown => [status, text.replaceAll(/"ms":\d+/g, '"ms":0')];
  expect(comparable(hidden as { status: number; text: string })).toEqual(comparable(unknown as { status: number; text: string }));
});

test('each of these reads is in Guangxi’s access log, with the groups that were read and no value; its auditor sees all, a reader its own', async () => {
  const log =
    'query ($first: Int) { profile { accessLog(first: $first) { nodes { readerPartyCode purpose recordClass recordIds fieldGroups agreementRefs leafHash } } } }';
  const entries = (await corridor.askOwner('gx-officer-at-gx', 'guangxi', log, { first: 100 })).data.profile.accessLog.nodes;
  const consignments = entries.filter(({ recordClass }: { recordClass: string }) => recordClass === 'CONSIGNMENT');
  const groupsOf = (reader: string): Set<string> =>
    new Set(
      consignments
        .filter(({ readerPartyCode }: { readerPartyCode: string }) => readerPartyCode === reader)
        .flatMap(({ fieldGroups }: { fieldGroups: string[] }) => fieldGroups),
    );
  expect([
    groupsOf('CQ').has('VALUE'),
    groupsOf('GS').has('REFERENCES'),
    groupsOf('SG').has('GOODS'),
    groupsOf('SG').has('QUANTITY'),
  ]).toEqual([false, true, false, true]);
  expect(JSON.stringify(entries)).not.toMatch(/4CN9150|LSB2600777|Sample|摩托/);
  expect(
    consignments.every(
      ({ agreementRefs, leafHash }: { agreementRefs: string[]; leafHash: string }) =>
        agreementRefs.join() === 'DEFAULT' && /^[0-9a-f]{64}$/.test(leafHash),
    ),
  ).toBe(true);

  const own = '{ party(code: "guangxi") { profile { accessLog(first: 100) { nodes { readerPartyCode recordClass } } } } }';
  const readers = async (persona: string): Promise<Set<string>> =>
    new Set(
      (await corridor.ask(persona, own)).data.party.profile.accessLog.nodes.map(
        ({ readerPartyCode }: { readerPartyCode: string }) => readerPartyCode,
      ),
    );
  expect(await readers('sg-terminal')).toEqual(new Set(['SG']));
  // the forwarder takes part in the consignment: it sees who else read it, the directory's feed included
  expect(await readers('lz-forwarder')).toEqual(new Set(['CQ', 'DIRECTORY', 'GS', 'SG']));
});

test('through the gateway even Guangxi’s own officer is a reader like any other province', async () => {
  const answer = await corridor.ask('gx-officer', query, { reference: ucr });
  expect([recordOf(answer).HSCode, recordOf(answer).declaredValue]).toEqual(['87', null]);
});

test('every example of the repository is answered without an error', async () => {
  const folder = new URL('../../examples/', import.meta.url);
  const known = (await corridor.ask('cq-officer', query, { reference: ucr })).data.consignments.nodes[0];
  const facility = (await corridor.ask(null, '{ facilities(first: 1, filter: { partyCode: ["guangxi"] }) { nodes { id } } }')).data
    .facilities.nodes[0];
  const variables: Record<string, object> = {
    'consignment-by-id.graphql': { id: known.id },
    'facility.graphql': { id: facility.id, from: '2026-10-01', to: '2026-10-07' },
    'record.graphql': { id: known.records.nodes[0].id },
    'facilities.graphql': { filter: { partyCode: ['guangxi', 'chongqing'] } },
    'box-journey.graphql': { equipmentReference: 'LSCU3000015' },
  };
  const names = readdirSync(folder).filter((name) => name.endsWith('.graphql') && name !== 'who-read-us.graphql');
  // the parties that run here; examples that ask all of them name those that do not
  const faults = await Promise.all(
    names.map(async (name) => {
      const answer = await corridor.ask('cq-officer', readFileSync(new URL(name, folder), 'utf8'), variables[name] ?? {});
      return (answer.errors ?? [])
        .filter(({ extensions: { owner } }) => !['guizhou', 'gansu', 'asean'].includes(owner))
        .map(({ message }) => `${name}: ${message}`);
    }),
  );
  expect([names.length > 8, faults.flat()]).toEqual([true, []]);
});
