import fc from 'fast-check';
import { expect, test } from 'vitest';
import { consignmentStatus, type StatusEvent } from './consignment-status.ts';

const at = (hour: number, equipmentEventTypeCode: string, more: Partial<StatusEvent> = {}): StatusEvent => ({
  equipmentEventTypeCode,
  at: hour * 3_600_000,
  emptyIndicatorCode: 'LADEN',
  facilityTypeCode: 'POTE',
  UNLocationCode: 'CNQZH',
  ...more,
});

test.each<[string, StatusEvent[], string]>([
  ['nothing seen', [], 'BOOKED'],
  ['an empty box goes out to be filled', [at(1, 'GTOT', { emptyIndicatorCode: 'EMPTY', facilityTypeCode: 'DEPO' })], 'BOOKED'],
  ['in at a rail terminal', [at(1, 'GTIN', { facilityTypeCode: 'RAMP' })], 'IN_TRANSIT'],
  ['in at a port', [at(1, 'GTIN')], 'AT_PORT'],
  ['in at a border crossing', [at(1, 'GTIN', { facilityTypeCode: 'BORD' })], 'AT_PORT'],
  ['selected by customs', [at(1, 'GTIN'), at(2, 'CUSS')], 'CUSTOMS'],
  ['released', [at(1, 'GTIN'), at(2, 'CUSS'), at(3, 'CUSR')], 'RELEASED'],
  ['released and out again', [at(1, 'GTIN'), at(3, 'CUSR'), at(4, 'GTOT')], 'IN_TRANSIT'],
  ['out at its destination', [at(1, 'GTOT', { UNLocationCode: 'SGSIN' })], 'DELIVERED'],
  ['the empty box comes back', [at(1, 'GTOT'), at(9, 'GTIN', { emptyIndicatorCode: 'EMPTY', facilityTypeCode: 'DEPO' })], 'DELIVERED'],
  ['in and out at the same instant', [at(1, 'GTOT'), at(1, 'GTIN')], 'IN_TRANSIT'],
  ['a laden and an empty box in at the same instant', [at(1, 'GTIN', { emptyIndicatorCode: 'EMPTY' }), at(1, 'GTIN')], 'AT_PORT'],
  ['an event that says nothing of it', [at(1, 'GTIN'), at(2, 'AVPU')], 'AT_PORT'],
])('%s', (_, events, status) => {
  expect(consignmentStatus(events, 'SGSIN')).toBe(status);
});

test('the order in which events are given does not matter', () => {
  const empty = { emptyIndicatorCode: 'EMPTY' as const };
  const events = [
    at(1, 'GTIN'),
    at(1, 'GTIN', empty),
    at(1, 'GTIN', { facilityTypeCode: 'RAMP' }),
    at(2, 'CUSS'),
    at(2, 'CUSR'),
    at(2, 'GTOT'),
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(events), (some) => {
      expect(consignmentStatus(some, null)).toBe(consignmentStatus([...some].reverse(), null));
    }),
  );
});
