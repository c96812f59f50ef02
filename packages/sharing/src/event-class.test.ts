import { expect, test } from 'vitest';
import { eventClassOf } from './event-class.ts';

test('customs selection and inspections are INSPECTION, a release is CLEARANCE, all other events EVENT', () => {
  const codes = ['CUSS', 'CUSI', 'INSP', 'CUSR', 'GTIN', 'GTOT', 'LOAD', 'DISC', 'STUF', 'RSEA', 'cusr', ''];
  expect(codes.map((code) => [code, eventClassOf(code)])).toEqual([
    ['CUSS', 'INSPECTION'],
    ['CUSI', 'INSPECTION'],
    ['INSP', 'INSPECTION'],
    ['CUSR', 'CLEARANCE'],
    ['GTIN', 'EVENT'],
    ['GTOT', 'EVENT'],
    ['LOAD', 'EVENT'],
    ['DISC', 'EVENT'],
    ['STUF', 'EVENT'],
    ['RSEA', 'EVENT'],
    ['cusr', 'EVENT'],
    ['', 'EVENT'],
  ]);
});
