import type { Caller } from '@corridor/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aFirm, anOfficer, anonymous } from '../testing/callers.ts';
import { type PartyUnderTest, startPartyUnderTest } from '../testing/party-under-test.ts';
import { idOfWord, insertBoxes, insertConsignments, insertEvents } from '../testing/rows.ts';

let party: PartyUnderTest;

const eventOf = (word: string) => idOfWord('equipment-event', word);
const [apples, pears] = ['apples', 'pears'].map((word) => idOfWord('consignment-record', word)) as [string, string];

beforeAll(async () => {
  party = await startPartyUnderTest();
  const named = [{ as: 'CN', org: 'CQ/importer', identification: '1' }];
  await insertConsignments(party.store, [
    { word: 'apples', route: ['GX', 'CQ', 'SG'], named },
    { word: 'pears', route: ['GX', 'VN'] },
    { word: 'cancelled', route: ['GX', 'CQ'], named, cancelled: true },
  ]);
  await insertBoxes(party.store, [{ word: 'groupage', equipmentReference: 'LSCU1000016', in: ['apples', 'pears', 'cancelled'] }]);
  await insertEvents(party.store, [
    ...['GTIN', 'CUSS', 'CUSI', 'INSP', 'CUSR'].map((code) => ({ word: code, code, of: ['apples'] })),
    { word: 'not linked', code: 'GTIN' },
    { word: 'of a cancelled one', of: ['cancelled'] },
    { word: 'arrival', of: ['apples', 'pears', 'cancelled'] },
    { word: 'mistake', of: ['apples'], columns: { retracted: true } },
    { word: 'correction', of: ['apples'], columns: { retracted_event_id: eventOf('mistake') } },
    { word: 'linked otherwise', of: ['pears'], columns: { retracted: true } },
    { word: 'correction of that', of: ['apples'], columns: { retracted_event_id: eventOf('linked otherwise') } },
  ]);
}, 60_000);
afterAll(() => party.close());

const seen = async (caller: Caller, words: readonly string[], selection = '... on GuangxiEquipmentEvent { equipmentEventTypeCode }') =>
  (
    await party.entities(
      caller,
      words.map((word) => ({ type: 'GuangxiEquipmentEvent', id: eventOf(word) })),
      selection,
    )
  ).body.data?.['_entities'];
const code = (equipmentEventTypeCode: string) => ({ equipmentEventTypeCode });

const codes = ['GTIN', 'CUSS', 'CUSI', 'INSP', 'CUSR'];
test.each([
  ['a province on the way', anOfficer('CQ'), ['GTIN', 'CUSR']],
  ['its customs too', anOfficer('CQ', { roles: ['customs'] }), ['GTIN', 'CUSR']],
  ['a firm named on the consignment', aFirm('CQ/importer'), codes],
  ['a firm that is not', aFirm('CQ/rival'), []],
  ['a partner on the way', anOfficer('SG'), ['GTIN', 'CUSR']],
  ['its customs too, whatever the purpose', anOfficer('SG', { roles: ['customs'], purpose: 'clearance' }), ['GTIN', 'CUSR']],
  ['a partner off the way', anOfficer('VN'), []],
  ['the public', anonymous, []],
] as const)('of transport, inspection and clearance events %s sees those of its classes', async (_who, caller, visible) => {
  expect(await seen(caller, codes)).toEqual(codes.map((each) => ((visible as readonly string[]).includes(each) ? code(each) : null)));
});

test("an event that is linked to nothing, or to a cancelled consignment only, is the owner's alone", async () => {
  for (const caller of [anOfficer('CQ'), aFirm('CQ/importer'), anOfficer('GX'), anOfficer('SG')]) {
    expect(await seen(caller, ['not linked', 'of a cancelled one'])).toEqual([null, null]);
  }
});

test('a reader is told of the consignments it may know of, and no other', async () => {
  const selection = '... on GuangxiEquipmentEvent { consignments { __typename id } }';
  const ref = (id: string) => ({ __typename: 'ConsignmentRef', id });
  expect(await seen(anOfficer('CQ'), ['arrival'], selection)).toEqual([{ consignments: [ref(apples)] }]);
  expect(await seen(anOfficer('VN'), ['arrival'], selection)).toEqual([{ consignments: [ref(pears)] }]);
  expect(await seen(anOfficer('GX'), ['arrival'], selection)).toEqual([{ consignments: [apples, pears].sort().map(ref) }]);
  const box = [{ type: 'GuangxiEquipmentRecord', id: idOfWord('equipment-record', 'groupage') }];
  const { body } = await party.entities(anOfficer('VN'), box, '... on GuangxiEquipmentRecord { consignments { id } }');
  expect(body.data).toEqual({ _entities: [{ consignments: [{ id: pears }] }] });
});

test('a correction names the event it retracts, where the reader may know of that one', async () => {
  const selection = '... on GuangxiEquipmentEvent { retracted retractedEventID }';
  expect(await seen(anOfficer('CQ'), ['mistake', 'correction', 'correction of that'], selection)).toEqual([
    { retracted: true, retractedEventID: null },
    { retracted: false, retractedEventID: eventOf('mistake') },
    { retracted: false, retractedEventID: null },
  ]);
  expect(await seen(anOfficer('GX'), ['correction of that'], selection)).toEqual([
    { retracted: false, retractedEventID: eventOf('linked otherwise') },
  ]);
});
