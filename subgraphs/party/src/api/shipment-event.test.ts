import type { Caller } from '@corridor/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aFirm, anOfficer, anonymous } from '../testing/callers.ts';
import { type PartyUnderTest, startPartyUnderTest } from '../testing/party-under-test.ts';
import { idOfWord, insertConsignments, insertEvents, insertShipmentEvents } from '../testing/rows.ts';

let party: PartyUnderTest;
const record = idOfWord('consignment-record', 'apples');
const [issued, held, released] = ['issued', 'held', 'released'].map((word) => idOfWord('shipment-event', word));

beforeAll(async () => {
  party = await startPartyUnderTest();
  await insertConsignments(party.store, [
    {
      word: 'apples',
      route: ['GS', 'GX', 'SG'],
      destination: 'SG',
      named: [
        { as: 'FW', org: 'GS/lz-forwarder', identification: '91620100MA0000015W' },
        { as: 'CZ', org: 'GS/lz-orchard', identification: '91620100MA0000023P' },
      ],
    },
    { word: 'pears', route: ['GX', 'VN'] },
  ]);
  await insertEvents(party.store, [{ word: 'gate in', of: ['apples'], at: '2026-10-02T08:00:00.000Z' }]);
  await insertShipmentEvents(party.store, [
    { word: 'issued', of: ['apples'], at: '2026-10-01T08:00:00.000Z' },
    { word: 'held', document: 'CUC', code: 'HOLD', of: ['apples'], at: '2026-10-03T08:00:00.000Z' },
    { word: 'released', document: 'CUC', code: 'RELS', of: ['apples'], at: '2026-10-04T08:00:00.000Z' },
    { word: 'billed', document: 'INV', of: ['apples'], at: '2026-10-06T08:00:00.000Z' },
    { word: 'of pears', of: ['pears'], columns: { retracted: true } },
    {
      word: 'instead',
      of: ['apples', 'pears'],
      at: '2026-10-05T08:00:00.000Z',
      columns: { retracted_event_id: idOfWord('shipment-event', 'of pears') },
    },
  ]);
}, 60_000);
afterAll(() => party.close());

const whole = `... on ShipmentEvent { __typename id partyCode controllerCode eventClassifierCode eventDateTime eventCreatedDateTime retractedEventID retracted
  eventLocation { UNLocationCode } consignments { id } shipmentEventTypeCode documentTypeCode documentID maskedFields }`;
const seenBy = async (caller: Caller, id = issued, selection = whole): Promise<unknown> => {
  const { body } = await party.entities(caller, [{ type: 'GuangxiShipmentEvent', id: id ?? '' }], selection);
  expect(body.errors).toBeUndefined();
  return ((body.data?.['_entities'] ?? []) as unknown[])[0];
};
const base = {
  __typename: 'GuangxiShipmentEvent',
  id: issued,
  partyCode: 'guangxi',
  controllerCode: 'port-operator',
  eventClassifierCode: 'ACT',
  eventDateTime: '2026-10-01T08:00:00.000Z',
  eventCreatedDateTime: '2026-10-01T00:00:00.000Z',
  retractedEventID: null,
  retracted: false,
  eventLocation: null,
  consignments: [{ id: record }],
  shipmentEventTypeCode: 'ISSU',
  documentTypeCode: 'TRD',
};

test('a province on the route reads that a bill was issued and not its number, a firm named on the consignment reads the number too', async () => {
  const unnumbered = { ...base, documentID: null, maskedFields: ['documentID'] };
  expect(await seenBy(anOfficer('GS'))).toEqual(unnumbered);
  expect(await seenBy(anOfficer('SG'))).toEqual(unnumbered);
  expect(await seenBy(aFirm('GS/lz-forwarder'))).toEqual({ ...base, documentID: 'NO-issued', maskedFields: [] });
});

test('to everybody else it is like an event that nobody has', async () => {
  for (const caller of [anOfficer('CQ'), aFirm('GS/rival'), anonymous]) {
    const ask = (id: string) => party.entities(caller, [{ type: 'GuangxiShipmentEvent', id }], whole);
    const [hidden, unknown] = [await ask(issued ?? ''), await ask(idOfWord('shipment-event', 'nobody'))];
    expect(hidden.text).toBe(unknown.text);
    expect(hidden.body.data?.['_entities']).toEqual([null]);
  }
});

test('that customs holds the clearance is for the firms of the consignment, that it released is told to the route, without the number', async () => {
  const brief = '... on ShipmentEvent { shipmentEventTypeCode documentID maskedFields }';
  const seen = (caller: Caller) => Promise.all([seenBy(caller, held, brief), seenBy(caller, released, brief)]);
  expect(await seen(aFirm('GS/lz-forwarder'))).toEqual([
    { shipmentEventTypeCode: 'HOLD', documentID: 'NO-held', maskedFields: [] },
    { shipmentEventTypeCode: 'RELS', documentID: 'NO-released', maskedFields: [] },
  ]);
  for (const caller of [anOfficer('GS'), anOfficer('SG')]) {
    expect(await seen(caller)).toEqual([null, { shipmentEventTypeCode: 'RELS', documentID: null, maskedFields: ['documentID'] }]);
  }
});

test('what happens to an invoice is for those who may know the value', async () => {
  const billed = idOfWord('shipment-event', 'billed');
  const brief = '... on ShipmentEvent { documentTypeCode documentID maskedFields }';
  expect(await seenBy(aFirm('GS/lz-orchard'), billed, brief)).toEqual({
    documentTypeCode: 'INV',
    documentID: 'NO-billed',
    maskedFields: [],
  });
  for (const caller of [aFirm('GS/lz-forwarder'), anOfficer('GS'), anOfficer('SG')]) expect(await seenBy(caller, billed, brief)).toBeNull();
});

test('the event it takes back is named only to who may know of it, and so are the consignments', async () => {
  const id = idOfWord('shipment-event', 'instead');
  const brief = '... on ShipmentEvent { retractedEventID consignments { id } }';
  expect(await seenBy(anOfficer('GS'), id, brief)).toEqual({ retractedEventID: null, consignments: [{ id: record }] });
  expect(await seenBy(anOfficer('VN'), id, brief)).toEqual({
    retractedEventID: idOfWord('shipment-event', 'of pears'),
    consignments: [{ id: idOfWord('consignment-record', 'pears') }],
  });
});

type Milestones = { milestones: { nodes: { eventDateTime: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } };
const page = async (caller: Caller, args: string): Promise<Milestones['milestones']> => {
  const asked = `... on ConsignmentRecord { milestones(${args}) { nodes { __typename eventDateTime } pageInfo { endCursor hasNextPage } } }`;
  const { body } = await party.entities(caller, [{ type: 'GuangxiConsignmentRecord', id: record }], asked);
  expect(body.errors).toBeUndefined();
  return ((body.data?.['_entities'] ?? []) as Milestones[])[0]?.milestones ?? expect.fail('the record is seen');
};
const days = ({ nodes }: Milestones['milestones']): string[] => nodes.map(({ eventDateTime }) => eventDateTime.slice(8, 10));

test('the milestones of a consignment are those of its boxes and of its documents, one page after the other, each as far as it may be known', async () => {
  const first = await page(anOfficer('GS'), 'first: 2');
  expect(first.nodes).toEqual([
    { __typename: 'GuangxiShipmentEvent', eventDateTime: '2026-10-01T08:00:00.000Z' },
    { __typename: 'GuangxiEquipmentEvent', eventDateTime: '2026-10-02T08:00:00.000Z' },
  ]);
  const second = await page(anOfficer('GS'), `first: 2, after: ${JSON.stringify(first.pageInfo.endCursor)}`);
  expect([days(second), first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([['04', '05'], true, false]);
  expect(days(await page(aFirm('GS/lz-forwarder'), 'first: 9'))).toEqual(['01', '02', '03', '04', '05']);
});

test('they are filtered by the codes of events of documents as by any other', async () => {
  expect(days(await page(aFirm('GS/lz-forwarder'), 'first: 9, filter: { eventTypeCode: ["HOLD", "GTIN"] }'))).toEqual(['02', '03']);
  expect(days(await page(anOfficer('GS'), 'first: 9, filter: { eventTypeCode: ["HOLD", "RELS"] }'))).toEqual(['04']);
});

test('reading it is in the access log, under events of transport, with the group of its number where that was given', async () => {
  await seenBy(aFirm('GS/lz-forwarder', { subject: 'reads-an-event' }), issued, '... on ShipmentEvent { documentID eventDateTime }');
  const rows = (await party.auditRows()) as { subject: string; recordClass: string; recordIds: string[]; fieldGroups: string[] }[];
  expect(
    rows
      .filter(({ subject }) => subject === 'reads-an-event')
      .map(({ recordClass, recordIds, fieldGroups }) => ({ recordClass, recordIds, fieldGroups })),
  ).toEqual([{ recordClass: 'EVENT', recordIds: [issued], fieldGroups: ['EVENT', 'REFERENCES'] }]);
});
