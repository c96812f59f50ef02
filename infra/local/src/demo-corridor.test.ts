import { consignmentMessage, locationOf, readEquipmentReference, readVesselIMONumber, transportCallMessage } from '@corridor/schemas';
import { expect, test } from 'vitest';
import { demoConsignments, demoMessages } from './demo-corridor.ts';

type Leg = ReturnType<typeof consignmentMessage.parse>['legs'][number];

const messages = demoMessages(Date.parse('2026-11-24T06:20:00Z'));
const calls = messages
  .filter(({ query }) => query === 'format=transport-call.v1')
  .map(({ party, body }) => ({ party, call: transportCallMessage.parse(JSON.parse(body)) }));
const consignments = messages.filter(({ query }) => query === 'format=consignment.v1').map(({ body }) => JSON.parse(body));

test('every consignment of the demo fits its schema, with known places and valid numbers', () => {
  for (const consignment of consignments) {
    const { legs, equipment, ...rest } = consignmentMessage.parse(consignment);
    expect(rest.references.length).toBeGreaterThan(0);
    for (const { from, to, vesselIMONumber } of legs) {
      for (const place of [from, to])
        expect([place.UNLocationCode, locationOf(place.UNLocationCode ?? '').finding]).toEqual([place.UNLocationCode, undefined]);
      if (vesselIMONumber !== undefined) expect(readVesselIMONumber(vesselIMONumber).findings).toEqual([]);
    }
    for (const { equipmentReference } of equipment) expect(readEquipmentReference(equipmentReference).findings).toEqual([]);
  }
});

test('each province and ASEAN holds one, and one consignment is told by several holders', () => {
  const tellers = messages.filter(({ query }) => query === 'format=consignment.v1').map(({ party }) => party);
  expect(new Set(tellers)).toEqual(new Set(['guangxi', 'chongqing', 'guizhou', 'gansu', 'asean']));
  const holders = (ucr: string): number =>
    consignments.filter(({ references }) => references.some(({ reference }: { reference: string }) => reference === ucr)).length;
  expect([holders('4CN91500000MA0000000X-000123'), holders('4CN91620100MA0000023P-000207')]).toEqual([3, 4]);
  expect([demoConsignments(messages), tellers.length]).toEqual([8, 20]);
});

test('a restart sends the same bytes, and a party’s documents have numbers of their own', () => {
  expect(demoMessages(Date.parse('2026-11-24T06:20:00Z'))).toEqual(messages);
  const documents = messages
    .filter(({ contentType }) => contentType === 'application/EDIFACT')
    .map(({ body }) => /BGM\+\d+\+(\w+)/.exec(body)?.[1]);
  // one report of Chongqing replaces an earlier one, under its number
  expect([documents.length - new Set(documents).size, documents.filter((each) => each === 'CQ0000125').length]).toEqual([1, 2]);
});

test('a gate report is an interchange with its counts right', () => {
  const [report] = messages.filter(({ contentType }) => contentType === 'application/EDIFACT');
  expect(report?.body.split('\n')).toEqual([
    "UNA:+.? '",
    "UNB+UNOC:3+CQTERM+CORRIDOR+261116:0805+CQ0000123'",
    "UNH+1+CODECO:D:95B:UN:ITG14'",
    "BGM+34+CQ0000123+9'",
    "NAD+CF+LSCL:160:166'",
    "EQD+CN+LSCU1000016+45G1:102:5++2+5'",
    "RFF+BN:LSB2600123'",
    "DTM+7:202611160800:203'",
    "LOC+165+CNCQI:139:6+CQTJC'",
    "MEA+AAE+G+KGM:22300'",
    "SEL+CQ600123+CA'",
    "CNT+16:1'",
    "UNT+11+1'",
    "UNZ+1+CQ0000123'",
  ]);
});

test('trains, a barge, vessels and trucks call, and each train and vessel a consignment goes by is told of where it begins or ends', () => {
  expect(new Set(calls.map(({ call }) => call.modeOfTransport))).toEqual(new Set(['RAIL', 'VESSEL', 'BARGE', 'TRUCK']));
  expect(new Set(calls.map(({ party }) => party))).toEqual(new Set(['guangxi', 'chongqing', 'guizhou', 'gansu', 'asean']));
  const told = new Set(calls.map(({ call }) => `${call.trainNumber ?? call.vesselIMONumber} ${call.place.UNLocationCode}`));
  const named = consignments.flatMap(({ legs }: { legs: Leg[] }) =>
    legs.flatMap(({ trainNumber, vesselIMONumber, from }) =>
      trainNumber === undefined && vesselIMONumber === undefined ? [] : [`${trainNumber ?? vesselIMONumber} ${from.UNLocationCode}`],
    ),
  );
  // of the two days at Guiyang nobody reported anything
  expect([...new Set(named)].filter((each) => !told.has(each))).toEqual(['X9596 CNGYA']);
});

test('the train with the tyres was estimated later and later until it came', () => {
  const arrivals = calls
    .filter(({ call }) => call.recordReference === 'X9582-1' && call.place.UNLocationCode === 'CNQZH')
    .map(
      ({ call: { revision, times } }) =>
        `${revision} ${times.map(({ eventClassifierCode: as, eventDateTime: at }) => `${as} ${at.slice(8, 13)}`)}`,
    );
  expect(arrivals).toEqual(['1 PLN 22T14,EST 22T15', '2 PLN 22T14,EST 23T10', '3 PLN 22T14,EST 24T01', '4 PLN 22T14,EST 24T01,ACT 24T03']);
});

test('nothing that has happened lies in the future, and a call that is told of again counts its revisions', () => {
  const now = Date.parse('2026-11-24T06:20:00Z');
  const times = calls.flatMap(({ call }) => call.times).filter(({ eventClassifierCode }) => eventClassifierCode === 'ACT');
  expect(times.filter(({ eventDateTime }) => Date.parse(eventDateTime) > now)).toEqual([]);
  const keys = calls.map(({ party, call }) => `${party} ${call.recordReference} ${call.revision}`);
  expect(new Set(keys).size).toBe(keys.length);
});
