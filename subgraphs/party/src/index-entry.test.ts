import type { IndexEntry } from '@corridor/schemas';
import { defaultClauses } from '@corridor/sharing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { partyProfileId } from './definition.ts';
import { type IndexedRecord, indexEntryOf, indexReferences, type Subject } from './index-entry.ts';
import { aConsignment, aDocument, codeco, type IngestUnderTest, openIngestUnderTest } from './testing/ingest-under-test.ts';
import { aShipmentEvent, tellShipmentEvents } from './testing/shipment-telling.ts';

let owner: IngestUnderTest;
beforeAll(async () => {
  owner = await openIngestUnderTest();
});
beforeEach(() => owner.empty());
afterAll(() => owner.close());

const at = Date.parse('2026-07-26T05:00:00Z');
async function tell(noun: Subject['noun'], table: string): Promise<IndexedRecord> {
  const [row] = await owner.rows<{ id: string }>(`select id from ${table} limit 1`);
  const subject = { id: row?.id ?? '', noun, revision: 9, at: new Date(at) };
  const told = await owner.store.transaction((tx) => indexEntryOf(tx, [subject], defaultClauses, at));
  return told.get(subject.id) ?? expect.fail('the record is told');
}
const rights = ({ sealed }: IndexedRecord) => sealed.audience.map(({ party, org }) => `${party} ${org}`).sort();

test('a place is open to everybody, with its type and codes as filter keys', async () => {
  const { entry, sealed } = await tell('border-crossing', `facility where noun = 'border-crossing'`);
  expect(entry).toEqual({
    id: expect.stringMatching(/^guangxi:border-crossing:/),
    noun: 'border-crossing',
    revision: 1,
    createdDateTime: '2026-07-01T00:00:00.000Z',
    changedDateTime: '2026-07-01T00:00:00.000Z',
    sortDateTime: null,
    withdrawn: false,
    attributes: { facilityTypeCode: 'BORD', UNLocationCodes: ['CNYYG'] },
  } satisfies IndexEntry);
  expect(sealed).toEqual({ audience: [{ party: 'PUBLIC', org: '*', role: '*', purpose: '*' }], references: [], links: [] });
});

test('the profile of the party is open to everybody', async () => {
  const { entry, sealed } = await tell('party-profile', 'party_profile');
  expect(entry).toMatchObject({ id: partyProfileId('guangxi'), noun: 'party-profile', revision: 1, withdrawn: false, attributes: {} });
  expect(sealed.audience).toEqual([{ party: 'PUBLIC', org: '*', role: '*', purpose: '*' }]);
});

test('a consignment is told to the parties of its route and to the firms named on it, with its references sealed', async () => {
  await owner.send(
    aConsignment({
      references: [
        { referenceType: 'UCR', reference: '4cn 9150', level: 'HOUSE' },
        { referenceType: 'BOOKING', reference: 'BK100', carrierCode: 'COSU', level: 'HOUSE' },
        { referenceType: 'TRANSPORT_DOCUMENT', reference: 'HBL1', carrierCode: 'COSU', level: 'HOUSE' },
        { referenceType: 'TRANSPORT_DOCUMENT', reference: 'MBL1', carrierCode: 'COSU', level: 'MASTER' },
        { referenceType: 'CUSTOMS_DECLARATION', reference: '720220261000000001', level: 'HOUSE' },
      ],
    }),
  );
  const told = await tell('consignment-record', 'consignment_record');
  expect(told.entry).toMatchObject({ noun: 'consignment-record', revision: 1, sortDateTime: null, withdrawn: false, attributes: {} });
  expect(rights(told)).toEqual(['GS -', 'GS GS/lz-forwarder', 'GS GS/lz-orchard', 'GX -', 'SG *']);
  expect(told.sealed.references).toEqual([
    { kind: 'UCR', value: '4CN9150', joins: true },
    { kind: 'BOOKING', value: 'COSU/BK100', joins: false },
    { kind: 'BOOKING', value: 'COSU/BK100/USCC:91620100MA0000023P', joins: true },
    { kind: 'TRANSPORT_DOCUMENT', value: 'COSU/HBL1', joins: true },
    { kind: 'TRANSPORT_DOCUMENT', value: 'COSU/MBL1', joins: false },
    { kind: 'CUSTOMS_DECLARATION', value: '720220261000000001', joins: false },
    { kind: 'EQUIPMENT', value: 'LSCU1000016', joins: false },
  ]);
  expect(told.sealed.links).toEqual([]);
});

test('an entry says nothing of what a record holds', async () => {
  await owner.send(aConsignment());
  const { entry } = await tell('consignment-record', 'consignment_record');
  expect(JSON.stringify(entry)).not.toMatch(/LZ-0001|BK100|LSCU1000016|示例|080810/);
});

test('a box and an event have the rights of the consignment they are linked to', async () => {
  await owner.send(aConsignment());
  await owner.edifact(codeco());
  const [record, box, event] = [
    await tell('consignment-record', 'consignment_record'),
    await tell('equipment-record', 'equipment_record'),
    await tell('equipment-event', 'equipment_event'),
  ];
  expect([rights(box), rights(event)]).toEqual([rights(record), rights(record)]);
  const links = [{ recordId: record.entry.id, keyKind: 'EQUIPMENT' }];
  expect([box.sealed.links, event.sealed.links]).toEqual([links, links]);
  expect(event.entry).toMatchObject({
    sortDateTime: '2026-07-26T03:54:00.000Z',
    withdrawn: false,
    attributes: { eventClassifierCode: 'ACT', UNLocationCodes: ['CNQZH'] },
  });
  expect(event.sealed.references).toEqual([{ kind: 'EQUIPMENT', value: 'LSCU1000016', joins: false }]);
});

test('an event without a consignment is told to nobody', async () => {
  await owner.edifact(codeco());
  expect([rights(await tell('equipment-event', 'equipment_event')), rights(await tell('equipment-record', 'equipment_record'))]).toEqual([
    [],
    [],
  ]);
});

test('a retracted event is not withdrawn: who saw it learns that it was retracted', async () => {
  await owner.send(aConsignment());
  await owner.edifact(codeco());
  await owner.edifact(codeco({ function: '1', prepared: '260726:1230', interchange: '2' }));
  const event = await tell('equipment-event', 'equipment_event');
  expect([event.entry.withdrawn, event.entry.revision, rights(event)]).toEqual([
    false,
    2,
    ['GS -', 'GS GS/lz-forwarder', 'GS GS/lz-orchard', 'GX -', 'SG *'],
  ]);
});

test('a cancelled consignment is withdrawn, told to nobody, and keeps only what joined it to others; its box and event are the owner’s alone', async () => {
  await owner.send(aConsignment());
  await owner.edifact(codeco());
  await owner.send(aConsignment({ revision: 2, cancelled: true }));
  const record = await tell('consignment-record', 'consignment_record');
  expect([record.entry.withdrawn, record.sealed.audience, record.sealed.links]).toEqual([true, [], []]);
  expect(new Set(record.sealed.references.map(({ joins }) => joins))).toEqual(new Set([true]));
  expect(rights(await tell('equipment-event', 'equipment_event'))).toEqual([]);
});

test('an event of a document has the rights of the consignment that bears its number, its time and no number; without one it is told to nobody', async () => {
  const number = [{ referenceType: 'TRANSPORT_DOCUMENT', reference: 'HBL1', carrierCode: 'COSU', level: 'HOUSE' }] as const;
  await owner.send(aConsignment({ references: [...number] }));
  await tellShipmentEvents(owner.store, 'M1', [aShipmentEvent()]);
  const [record, event] = [await tell('consignment-record', 'consignment_record'), await tell('shipment-event', 'shipment_event')];
  expect(event.entry).toMatchObject({
    sortDateTime: '2026-07-24T02:00:00.000Z',
    withdrawn: false,
    attributes: { eventClassifierCode: 'ACT' },
  });
  expect(rights(event)).toEqual(rights(record));
  expect([event.sealed.references, event.sealed.links]).toEqual([[], [{ recordId: record.entry.id, keyKind: 'TRANSPORT_DOCUMENT' }]]);
  await owner.send(aConsignment({ revision: 2, references: [] }));
  expect(rights(await tell('shipment-event', 'shipment_event'))).toEqual([]);
});

test('that customs holds a clearance is told to the firms of the consignment alone', async () => {
  await owner.send(aConsignment());
  const reference = { referenceType: 'BOOKING', reference: 'BK100', carrierCode: 'COSU' } as const;
  await tellShipmentEvents(owner.store, 'M1', [
    aShipmentEvent({ documentTypeCode: 'CUC', shipmentEventTypeCode: 'HOLD', documentID: 'D1', references: [reference] }),
  ]);
  expect(rights(await tell('shipment-event', 'shipment_event'))).toEqual(['GS GS/lz-forwarder', 'GS GS/lz-orchard']);
});

test('a document is told to the firms of its consignment, an invoice to those who may know its value; taken back, it is withdrawn', async () => {
  const { transportDocumentTypeCode: _, ...invoice } = aDocument({ documentTypeCode: 'INV', transportDocumentReference: 'INV7' });
  await owner.send(aConsignment({ transportDocuments: [aDocument(), invoice] }));
  const told = async (kind: string) => tell('transport-document', `transport_document where document_type_code = '${kind}'`);
  const bill = await told('TRD');
  expect(bill.entry).toMatchObject({ noun: 'transport-document', sortDateTime: null, withdrawn: false, attributes: {} });
  expect([rights(bill), rights(await told('INV'))]).toEqual([['GS GS/lz-forwarder', 'GS GS/lz-orchard'], ['GS GS/lz-orchard']]);
  expect(bill.sealed.references).toEqual([]);
  await owner.send(aConsignment({ revision: 2, transportDocuments: [invoice] }));
  const gone = await told('TRD');
  expect([gone.entry.withdrawn, gone.sealed]).toEqual([true, { audience: [], references: [], links: [] }]);
});

test('a record that is gone is withdrawn, with the revision the outbox was told', async () => {
  const id = 'guangxi:equipment-record:0123456789abcdef';
  const told = await owner.store.transaction((tx) =>
    indexEntryOf(tx, [{ id, noun: 'equipment-record', revision: 4, at: new Date(at) }], defaultClauses, at),
  );
  const time = '2026-07-26T05:00:00.000Z';
  expect(told.get(id)).toEqual({
    entry: {
      id,
      noun: 'equipment-record',
      revision: 4,
      createdDateTime: time,
      changedDateTime: time,
      sortDateTime: null,
      withdrawn: true,
      attributes: {},
    },
    sealed: { audience: [], references: [], links: [] },
  });
});

test.each<[string, Parameters<typeof indexReferences>[0], object[]]>([
  [
    'a house waybill joins',
    { referenceType: 'RAIL_WAYBILL', reference: 'W1', carrierCode: null, level: 'HOUSE' },
    [{ kind: 'RAIL_WAYBILL', value: 'W1', joins: true }],
  ],
  [
    'a block-train waybill does not',
    { referenceType: 'RAIL_WAYBILL', reference: 'W1', carrierCode: null, level: 'MASTER' },
    [{ kind: 'RAIL_WAYBILL', value: 'W1', joins: false }],
  ],
  [
    'a document of an unknown carrier is not told',
    { referenceType: 'TRANSPORT_DOCUMENT', reference: 'B1', carrierCode: null, level: 'HOUSE' },
    [],
  ],
  ['a booking of an unknown carrier is not told', { referenceType: 'BOOKING', reference: 'B1', carrierCode: null, level: 'HOUSE' }, []],
  [
    'a master booking only looks up',
    { referenceType: 'BOOKING', reference: 'B1', carrierCode: 'COSU', level: 'MASTER' },
    [{ kind: 'BOOKING', value: 'COSU/B1', joins: false }],
  ],
])('%s', (_, reference, told) => {
  expect(indexReferences(reference, ['USCC:X'])).toEqual(told);
});
