import { consignmentMessage, locationOf, readEquipmentReference, readVesselIMONumber } from '@corridor/schemas';
import { expect, test } from 'vitest';
import { demoConsignments, demoMessages } from './demo-corridor.ts';

const messages = demoMessages(Date.parse('2026-11-24T06:20:00Z'));
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
  const tellers = messages.filter(({ query }) => query !== '').map(({ party }) => party);
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
    "UNB+UNOC:3+CQTERM+CORRIDOR+261120:1205+CQ0000123'",
    "UNH+1+CODECO:D:95B:UN:ITG14'",
    "BGM+34+CQ0000123+9'",
    "NAD+CF+LSCL:160:166'",
    "EQD+CN+LSCU1000016+45G1:102:5++2+5'",
    "RFF+BN:LSB2600123'",
    "DTM+7:202611201200:203'",
    "LOC+165+CNCQI:139:6+CQTJC'",
    "MEA+AAE+G+KGM:22300'",
    "SEL+CQ600123+CA'",
    "CNT+16:1'",
    "UNT+11+1'",
    "UNZ+1+CQ0000123'",
  ]);
});
