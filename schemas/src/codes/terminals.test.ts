import { expect, test } from 'vitest';
import { locationOf } from './locations.ts';
import { terminalOf, terminals } from './terminals.ts';

test('a terminal of the corridor is found by its SMDG code, in any case', () => {
  expect(terminalOf(' bict ')).toEqual({
    facilityCode: 'BICT',
    UNLocationCode: 'CNQZH',
    facilityName: 'Beibu Gulf International Container Terminal',
    validFrom: '2025-02-01',
    origin: 'SMDG terminal code list 2026-06-09',
  });
  expect(terminalOf('FCGCT')).toBeUndefined();
});

test('every terminal has a code of its own and lies at a place of the corridor', () => {
  expect(new Set(terminals.map(({ facilityCode }) => facilityCode)).size).toBe(11);
  for (const { UNLocationCode } of terminals)
    expect(locationOf(UNLocationCode).location?.UNLocationCode, UNLocationCode).toBe(UNLocationCode);
});
