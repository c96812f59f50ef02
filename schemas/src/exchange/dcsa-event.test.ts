import { expect, test } from 'vitest';
import { dcsaEvent } from './dcsa-event.ts';

const common = {
  eventID: '5d3c1f00-0000-4000-8000-000000000001',
  eventCreatedDateTime: '2026-07-26T12:00:00+08:00',
  eventClassifierCode: 'ACT',
  eventDateTime: '2026-07-26T11:54:00+08:00',
} as const;
const equipment = {
  ...common,
  eventType: 'EQUIPMENT',
  equipmentEventTypeCode: 'GTIN',
  equipmentReference: 'LSCU1000016',
  emptyIndicatorCode: 'LADEN',
};
const call = { transportCallID: 'QZ-1', modeOfTransport: 'VESSEL', UNLocationCode: 'CNQZH' };
const transport = { ...common, eventType: 'TRANSPORT', transportEventTypeCode: 'ARRI', transportCall: call };
const shipment = { ...common, eventType: 'SHIPMENT', shipmentEventTypeCode: 'CONF', documentTypeCode: 'BKG', documentID: 'BK100' };

test.each([
  ['an equipment event', equipment],
  ['a transport event', transport],
  ['a shipment event', shipment],
  ['an event without an id', { ...equipment, eventID: undefined }],
  ['one that takes back another', { ...equipment, retractedEventID: '5d3c1f00-0000-4000-8000-000000000009' }],
  [
    'a call whose place stands in its location',
    { ...transport, transportCall: { ...call, UNLocationCode: undefined, location: { UNLocationCode: 'CNQZH' } } },
  ],
])('%s of Track & Trace 2.2 is one', (_, event) => {
  expect(dcsaEvent.safeParse(JSON.parse(JSON.stringify(event))).error).toBeUndefined();
});

test('members that nobody reads are left out of what is read', () => {
  const read = dcsaEvent.parse({ ...equipment, changeRemark: 'x', transportCall: { ...call, transportCallSequenceNumber: 2 } });
  const { transportCallID: _, ...known } = call;
  expect(read).toEqual({ ...equipment, transportCall: known });
});

test.each([
  ['no kind', { ...equipment, eventType: undefined }, 'eventType'],
  ['a code of another kind', { ...equipment, equipmentEventTypeCode: 'ARRI' }, 'equipmentEventTypeCode'],
  ['a requested time, which 2.2 has not', { ...transport, eventClassifierCode: 'REQ' }, 'eventClassifierCode'],
  ['no container', { ...equipment, equipmentReference: undefined }, 'equipmentReference'],
  ['a time without a zone', { ...equipment, eventDateTime: '2026-07-26T11:54:00' }, 'eventDateTime'],
  ['a day that does not exist', { ...equipment, eventDateTime: '2026-02-30T11:54:00Z' }, 'eventDateTime'],
  ['no time of making', { ...equipment, eventCreatedDateTime: undefined }, 'eventCreatedDateTime'],
  ['an id that cannot be stored', { ...equipment, eventID: 'a\u0000b' }, 'eventID'],
  ['itself to take back', { ...equipment, retractedEventID: equipment.eventID }, 'retractedEventID'],
  ['something to take back and no id', { ...equipment, eventID: undefined, retractedEventID: 'x' }, 'eventID'],
  ['a call without a place', { ...transport, transportCall: { ...call, UNLocationCode: undefined } }, 'transportCall.UNLocationCode'],
  ['a document of no known kind', { ...shipment, documentTypeCode: 'XXX' }, 'documentTypeCode'],
])('an event with %s is refused there', (_, event, path) => {
  const { error } = dcsaEvent.safeParse(JSON.parse(JSON.stringify(event)));
  expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
});
