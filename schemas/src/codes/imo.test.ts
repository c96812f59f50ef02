import { expect, test } from 'vitest';
import { readVesselIMONumber } from './imo.ts';

test.each(['9074729', '3100007', '3100019', '3100021', '3100033', '3100045'])('IMO %s is valid', (text) => {
  expect(readVesselIMONumber(text)).toEqual({ vesselIMONumber: text, findings: [] });
});

test('the prefix IMO and spaces are taken off', () => {
  expect(readVesselIMONumber('imo 9074729')).toEqual({ vesselIMONumber: '9074729', findings: [] });
});

test.each([
  ['3100008', '7 expected'],
  ['9074728', '9 expected'],
  ['907472', 'seven digits'],
  ['CALLSIGN', 'seven digits'],
])('IMO %s is kept and flagged: %s', (text, detail) => {
  expect(readVesselIMONumber(text)).toEqual({
    vesselIMONumber: text,
    findings: [{ code: 'VESSEL_IMO_NUMBER_CHECK_DIGIT', severity: 'warning', value: text, detail }],
  });
});
