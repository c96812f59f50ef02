import { expect, test } from 'vitest';
import { readRegistrationNumber } from './registration-number.ts';

test.each(['91620100MA0000023P', '91620100MA0000015W', '91520100MA00000749', '91500000MA000004X6'])('USCC %s is valid', (text) => {
  expect(readRegistrationNumber('USCC', text)).toEqual({ identification: text, findings: [] });
});

test('spaces are taken off and letters made upper case', () => {
  expect(readRegistrationNumber('USCC', ' 91620100 ma0000023p')).toEqual({ identification: '91620100MA0000023P', findings: [] });
});

test.each([
  ['91620100MA0000023Q', 'REGISTRATION_NUMBER_CHECK_DIGIT', 'P expected'],
  ['91620100MA0000032P', 'REGISTRATION_NUMBER_CHECK_DIGIT', expect.stringMatching(/^[0-9A-Y] expected$/)],
  ['91620100MA0000023', 'REGISTRATION_NUMBER_FORM', expect.any(String)],
  ['91620100MI0000023P', 'REGISTRATION_NUMBER_FORM', expect.any(String)],
])('USCC %s is kept and flagged', (text, code, detail) => {
  expect(readRegistrationNumber('USCC', text)).toEqual({
    identification: text,
    findings: [{ code, severity: 'warning', value: text, detail }],
  });
});

test.each(['202600001K', '53012345X', 'T08PQ1234A', '199901234D'])('UEN %s has a form', (text) => {
  expect(readRegistrationNumber('UEN', text)).toEqual({ identification: text, findings: [] });
});

test.each(['2026K', '302600001K', 'X08PQ1234A'])('UEN %s is kept and flagged', (text) => {
  expect(readRegistrationNumber('UEN', text).findings).toEqual([
    { code: 'REGISTRATION_NUMBER_FORM', severity: 'warning', value: text, detail: 'no form of a UEN' },
  ]);
});

test('numbers of other registers are not judged', () => {
  expect(readRegistrationNumber('NATIONAL', 'VN:0100000001')).toEqual({ identification: 'VN:0100000001', findings: [] });
});
