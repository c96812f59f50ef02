import { type Caller, invariant } from '@corridor/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anOfficer } from '../testing/callers.ts';
import { type PartyUnderTest, startPartyUnderTest } from '../testing/party-under-test.ts';
import { idOfWord, insertBoxes, insertConsignments, insertEvents } from '../testing/rows.ts';

let party: PartyUnderTest;

const eventOf = (word: string) => idOfWord('equipment-event', word);
const at = (time: string) => `2026-10-02T${time}:00.000Z`;
const columns = { corroborates: eventOf('gate') };

beforeAll(async () => {
  party = await startPartyUnderTest();
  await insertConsignments(party.store, [
    { word: 'apples', route: ['GX', 'CQ'] },
    { word: 'pears', route: ['GX', 'VN'] },
  ]);
  await insertBoxes(party.store, [{ word: 'groupage', equipmentReference: 'LSCU1000016', in: ['apples', 'pears'] }]);
  // The gate's own report leads; only the apples are known to be in the box it tells of.
  await insertEvents(party.store, [
    { word: 'before', at: at('07:00'), of: ['apples'], box: 'groupage' },
    { word: 'carrier', at: at('08:00'), of: ['apples', 'pears'], box: 'groupage', columns },
    { word: 'gate', at: at('08:05'), of: ['apples'], box: 'groupage' },
    { word: 'railway', at: at('08:10'), of: ['apples', 'pears'], box: 'groupage', columns },
    { word: 'after', at: at('09:00'), of: ['apples'], box: 'groupage' },
  ]);
}, 60_000);
afterAll(() => party.close());

const ofApples = { type: 'GuangxiConsignmentRecord', id: idOfWord('consignment-record', 'apples') };
const ofPears = { type: 'GuangxiConsignmentRecord', id: idOfWord('consignment-record', 'pears') };
const ofBox = { type: 'GuangxiEquipmentRecord', id: idOfWord('equipment-record', 'groupage') };
const words = new Map(['before', 'carrier', 'gate', 'railway', 'after'].map((word) => [eventOf(word), word]));

type Page = {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
};

/** The milestones of a record, all pages of `size`. */
async function milestones(caller: Caller, record: { type: string; id: string }, filter = '', size = 10): Promise<(string | undefined)[]> {
  const seen: (string | undefined)[] = [];
  for (let after = ''; ; ) {
    const list = `milestones(first: ${size}${filter}${after}) { nodes { id } pageInfo { hasNextPage endCursor } }`;
    const { body } = await party.entities(caller, [record], `... on ${record.type} { ${list} }`);
    const [entity] = (body.data?.['_entities'] ?? []) as { milestones: Page }[];
    invariant(entity !== undefined, 'the record is known to all who ask here');
    seen.push(...entity.milestones.nodes.map(({ id }) => words.get(id)));
    if (!entity.milestones.pageInfo.hasNextPage) return seen;
    after = `, after: "${entity.milestones.pageInfo.endCursor}"`;
  }
}

test('of three reports of one gate-in a list shows the leading one, in pages of any size', async () => {
  for (const size of [1, 2, 10]) {
    expect(await milestones(anOfficer('CQ'), ofApples, '', size)).toEqual(['before', 'gate', 'after']);
    expect(await milestones(anOfficer('CQ'), ofBox, '', size)).toEqual(['before', 'gate', 'after']);
  }
});

test('to whom the leading report does not exist, the first of the others is shown', async () => {
  expect(await milestones(anOfficer('VN'), ofBox)).toEqual(['carrier']);
  expect(await milestones(anOfficer('VN'), ofPears)).toEqual(['carrier']);
  // The owner knows the leading one, but that one does not belong to the pears.
  expect(await milestones(anOfficer('GX'), ofPears)).toEqual(['carrier']);
});

test('a filter that leaves out the leading report shows the first of those it lets through', async () => {
  expect(await milestones(anOfficer('CQ'), ofApples, `, filter: { from: "${at('08:08')}" }`, 1)).toEqual(['railway', 'after']);
  expect(await milestones(anOfficer('CQ'), ofBox, `, filter: { to: "${at('08:03')}" }`, 1)).toEqual(['before', 'carrier']);
  expect(await milestones(anOfficer('CQ'), ofBox, ', filter: { eventTypeCode: ["GTIN"] }', 1)).toEqual(['before', 'gate', 'after']);
});

test('a report names the others that its reader may know of, and never one that is hidden', async () => {
  const ask = async (caller: Caller) =>
    (
      await party.entities(
        caller,
        ['gate', 'carrier', 'railway', 'after'].map((word) => ({ type: 'GuangxiEquipmentEvent', id: eventOf(word) })),
        '... on GuangxiEquipmentEvent { corroborates corroboratedBy }',
      )
    ).body.data?.['_entities'];
  const alone = { corroborates: null, corroboratedBy: [] };
  const further = { corroborates: eventOf('gate'), corroboratedBy: [] };
  expect(await ask(anOfficer('CQ'))).toEqual([
    { corroborates: null, corroboratedBy: [eventOf('carrier'), eventOf('railway')] },
    further,
    further,
    alone,
  ]);
  expect(await ask(anOfficer('VN'))).toEqual([null, alone, alone, null]);
});
