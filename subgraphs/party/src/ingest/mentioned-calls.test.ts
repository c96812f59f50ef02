import { expect, test } from 'vitest';
import { mentionedCalls, type VesselEvent } from './mentioned-calls.ts';
import type { KnownFacility } from './place.ts';

const facility = (id: string, facilityTypeCode: string): KnownFacility => ({
  id,
  localCode: id,
  noun: 'terminal',
  name: { en: id },
  facilityTypeCode,
  UNLocationCode: 'CNQZH',
  facilityCode: null,
  facilityCodeListProvider: null,
});
const facilities = [facility('quay', 'POTE'), facility('depot', 'DEPO')];
const event = (equipmentEventTypeCode: string, more: Partial<VesselEvent> = {}): VesselEvent => ({
  equipmentEventTypeCode,
  eventAt: '2026-07-26T03:54:00.000Z',
  facilityId: 'quay',
  eventLocation: { UNLocationCode: 'CNQZH' },
  transport: { vesselIMONumber: '3100007', vesselName: 'LAND SEA SAMPLE', voyage: '024S' },
  ...more,
});

test('what comes in by the gate or is loaded leaves by the voyage named, what goes out or is discharged came by it; each call once', () => {
  const calls = mentionedCalls(
    ['GTIN', 'LOAD', 'DISC', 'GTOT'].map((code) => event(code)),
    facilities,
  );
  expect(calls.map(({ importVoyage, exportVoyage }) => [importVoyage, exportVoyage])).toEqual([
    [null, '024S'],
    ['024S', null],
  ]);
  expect(calls[0]).toEqual({
    modeOfTransport: 'VESSEL',
    vesselIMONumber: '3100007',
    vesselName: 'LAND SEA SAMPLE',
    importVoyage: null,
    exportVoyage: '024S',
    place: { UNLocationCode: 'CNQZH' },
    facilityId: 'quay',
    at: Date.parse('2026-07-26T03:54:00.000Z'),
    times: [],
  });
});

test.each([
  ['at the gate of a depot', event('GTIN', { facilityId: 'depot' })],
  ['at an unknown gate', event('GTOT', { facilityId: null })],
  ['without a voyage', event('LOAD', { transport: { vesselIMONumber: '3100007' } })],
  ['without an IMO number', event('LOAD', { transport: { voyage: '024S' } })],
  ['without a place', event('LOAD', { eventLocation: null })],
  ['of another kind', event('STUF')],
])('an event %s speaks of no call', (_, told) => {
  expect(mentionedCalls([told], facilities)).toEqual([]);
});
