import { expect, test } from 'vitest';
import { indexReferences } from '../index-entry.ts';
import { isPlaceholder, tidyReference } from './document-reference.ts';
import { linksOf } from './link.ts';

test('words that stand for no number are told from numbers, however they are written', () => {
  const words = [
    'UNKNOWN',
    'unknown',
    'N/A',
    'n.a.',
    'TBA',
    '0000',
    '0',
    'xxxx',
    '---',
    '?',
    '1234567',
    '无',
    '未知',
    '００００',
    'To be advised',
  ];
  expect(words.filter((word) => !isPlaceholder(tidyReference(word)))).toEqual([]);
  const numbers = ['4CN91500000MA0000000X-000123', 'LSB2600123', 'BK100', 'NA123456', '10000', 'COSU0000000001', 'UNKNOWN1234'];
  expect(numbers.filter((number) => isPlaceholder(tidyReference(number)))).toEqual([]);
});

test('a placeholder is told for look-up and joins nothing, even with carrier and shipper', () => {
  const told = (['UCR', 'RAIL_WAYBILL', 'TRANSPORT_DOCUMENT', 'BOOKING'] as const).flatMap((referenceType) =>
    indexReferences({ referenceType, reference: 'UNKNOWN', carrierCode: 'COSU', level: 'HOUSE' }, ['USCC:91620100MA0000023P']),
  );
  expect(told).toEqual([
    { kind: 'UCR', value: 'UNKNOWN', joins: false },
    { kind: 'RAIL_WAYBILL', value: 'UNKNOWN', joins: false },
    { kind: 'TRANSPORT_DOCUMENT', value: 'COSU/UNKNOWN', joins: false },
    { kind: 'BOOKING', value: 'COSU/UNKNOWN', joins: false },
  ]);
});

test('an event with a placeholder for its booking is linked to no consignment by it; a box used again after 60 days is another trip', () => {
  const at = Date.parse('2026-07-26T00:00:00Z');
  const day = 86_400_000;
  const consignment = (id: string, from: number, reference: string) => ({
    id,
    references: [{ referenceType: 'BOOKING', reference, carrierCode: 'COSU', level: 'HOUSE' } as const],
    equipmentReferences: ['LSCU1000016'],
    windowFrom: from,
    windowTo: from + 10 * day,
  });
  const event = (days: number, carrierBookingReference: string | null, equipmentReference = 'LSCU1000016') => ({
    at: at + days * day,
    equipmentReference,
    carrierBookingReference,
    transportDocumentReference: null,
    carrierCode: 'COSU',
  });
  const both = [consignment('first', at, 'N/A'), consignment('again', at + 60 * day, 'N/A')];
  expect(linksOf(event(1, 'N/A', 'LSCU2000010'), both)).toEqual([]);
  expect([linksOf(event(1, 'N/A'), both), linksOf(event(61, 'N/A'), both)]).toEqual([
    [{ recordId: 'first', keyKind: 'EQUIPMENT' }],
    [{ recordId: 'again', keyKind: 'EQUIPMENT' }],
  ]);
});
