import { expect, test } from 'vitest';
import { readISOEquipmentCode } from './size-types.ts';

test.each(['22G1', '45G1', '42R1', 'L5R8', '45R1', '22GP', '4EG1'])('%s stays', (text) => {
  expect(readISOEquipmentCode(text)).toEqual({ ISOEquipmentCode: text, findings: [] });
});

test.each([
  ['4532', '45R1'],
  ['2200', '22G0'],
  ['4310', '42G1'],
  ['40HC', '45GP'],
  ['40hq', '45GP'],
  ['45HC', 'L5GP'],
  ['20 GP', '22GP'],
  ['40RH', '45RT'],
])('%s becomes %s', (text, code) => {
  expect(readISOEquipmentCode(text)).toEqual({ ISOEquipmentCode: code, findings: [] });
});

test.each([
  ['BIGBOX', 'BIGBOX'],
  ['9999', '9999'],
  ['constructor', 'CONSTRUCTOR'],
])('%s is kept and flagged', (text, code) => {
  expect(readISOEquipmentCode(text)).toEqual({
    ISOEquipmentCode: code,
    findings: [{ code: 'CODE_UNKNOWN', severity: 'warning', value: text, detail: 'a size type of ISO 6346' }],
  });
});
