import { expect, test } from 'vitest';
import { consignmentStatus } from './consignment-status.ts';
import { countedOnce } from './counted-once.ts';

const event = (id: string, corroborates: string | null = null) => ({ id, corroborates });
const ids = (...events: ReturnType<typeof event>[]) => countedOnce(events).map(({ id }) => id);

test('of the reports of one event the leading one counts, wherever it stands', () => {
  expect(ids(event('carrier', 'terminal'), event('other'), event('terminal'), event('railway', 'terminal'))).toEqual(['terminal', 'other']);
});

test('where the leading one is missing the first of the others counts', () => {
  expect(ids(event('carrier', 'terminal'), event('railway', 'terminal'), event('other'))).toEqual(['carrier', 'other']);
});

test('a late report of a gate-in does not undo the loading that followed it', () => {
  const fact = (id: string, equipmentEventTypeCode: string, at: number, corroborates: string | null = null) => ({
    ...event(id, corroborates),
    equipmentEventTypeCode,
    at,
    emptyIndicatorCode: null,
    facilityTypeCode: 'POTE',
    UNLocationCode: 'CNQZH',
  });
  const facts = [fact('gate', 'GTIN', 1), fact('load', 'LOAD', 2), fact('carrier', 'GTIN', 3, 'gate')];
  expect(consignmentStatus(facts, null)).toBe('AT_PORT');
  expect(consignmentStatus(countedOnce(facts), null)).toBe('IN_TRANSIT');
});
