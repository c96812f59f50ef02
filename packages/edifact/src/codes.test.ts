import { expect, test } from 'vitest';
import { isoEquipmentCodeOf } from './codes.ts';

test.each([
  ['22G1', '22G1'],
  ['45G1', '45G1'],
  ['42R1', '42R1'],
  ['L5R8', 'L5R8'],
  ['4EG1', '4EG1'],
  ['22gp', '22GP'],
  ['2210', '22G1'],
  ['2200', '22G0'],
  ['4310', '42G1'],
  ['4532', '45R1'],
  ['9500', 'L5G0'],
  ['40HC', '45GP'],
  ["40'HQ", '45GP'],
  ['20 GP', '22GP'],
])('size type %s is %s', (sent, code) => {
  expect(isoEquipmentCodeOf(sent)).toBe(code);
});

test.each(['', '9999', '22X1', 'BIG', '22G', 'constructor'])('size type %j is not known', (sent) => {
  expect(isoEquipmentCodeOf(sent)).toBeUndefined();
});
