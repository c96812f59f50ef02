import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEquipmentReference } from './iso6346.ts';

test.each([
  'CSQU3054383', // the textbook example of the standard
  'LSCU1000016',
  'LSCU1000021',
  'LSCU1000037',
  'LSCU1000042',
  'LSCU2000010',
  'LSCU2000026',
  'LSCU3000015',
  'LSCU3000020',
])('%s is valid', (text) => {
  expect(readEquipmentReference(text)).toEqual({ equipmentReference: text, findings: [] });
});

test('a container number is read without spaces and in upper case', () => {
  expect(readEquipmentReference(' lscu 100001 6 ')).toEqual({ equipmentReference: 'LSCU1000016', findings: [] });
});

test('a wrong check digit is kept and flagged, with the digit that was expected', () => {
  expect(readEquipmentReference('LSCU1000017')).toEqual({
    equipmentReference: 'LSCU1000017',
    findings: [{ code: 'EQUIPMENT_REFERENCE_CHECK_DIGIT', severity: 'warning', value: 'LSCU1000017', detail: '6 expected' }],
  });
});

test('remainder 10 is written as digit 0: valid, but told', () => {
  expect(readEquipmentReference('LSCU4000010')).toEqual({
    equipmentReference: 'LSCU4000010',
    findings: [{ code: 'EQUIPMENT_REFERENCE_REMAINDER_TEN', severity: 'info', value: 'LSCU4000010' }],
  });
});

test.each(['LSCX1000016', 'LSCU100001', 'LSCU10000166', 'LS1U1000016', '', '集装箱'])(
  '%j has not the form of a container number',
  (text) => {
    expect(readEquipmentReference(text)).toEqual({
      equipmentReference: text,
      findings: [{ code: 'EQUIPMENT_REFERENCE_FORM', severity: 'warning', value: text, detail: 'three letters, U, J or Z, seven digits' }],
    });
  },
);

test('of the ten check digits of any owner and serial number exactly one is right', () => {
  const owner = fc.stringMatching(/^[A-Z]{3}[UJZ]$/);
  fc.assert(
    fc.property(owner, fc.integer({ min: 0, max: 999_999 }), (letters, serial) => {
      const stem = letters + serial.toString().padStart(6, '0');
      const right = [...'0123456789'].filter((digit) =>
        readEquipmentReference(stem + digit).findings.every(({ severity }) => severity === 'info'),
      );
      expect(right).toHaveLength(1);
    }),
  );
});

test('any text is read, none throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(readEquipmentReference(text).equipmentReference).not.toMatch(/\s/);
    }),
  );
});
