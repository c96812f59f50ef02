import { documentTypeCodes } from '@corridor/schemas';
import { expect, test } from 'vitest';
import { documentClassOf } from './document-class.ts';

test('what says a price belongs with the value of the goods, every other document with the transport', () => {
  expect(documentTypeCodes.filter((code) => documentClassOf(code) === 'PRICE_DOCUMENT')).toEqual(['CQU', 'INV']);
});
