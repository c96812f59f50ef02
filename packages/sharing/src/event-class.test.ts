import { documentTypeCodes, shipmentEventTypeCodes } from '@corridor/schemas';
import { expect, test } from 'vitest';
import { eventClassOf, shipmentEventClassOf } from './event-class.ts';

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

test('what customs does with a document is INSPECTION, that it released is CLEARANCE, what says a price is PRICE_DOCUMENT, every other document an EVENT', () => {
  const ofClass = (recordClass: string): string[] =>
    documentTypeCodes.flatMap((document) =>
      shipmentEventTypeCodes
        .filter((event) => shipmentEventClassOf(document, event) === recordClass)
        .map((event) =>
          shipmentEventTypeCodes.every((other) => shipmentEventClassOf(document, other) === recordClass)
            ? document
            : `${document} ${event}`,
        ),
    );
  const distinct = (recordClass: string): string[] => [...new Set(ofClass(recordClass))];
  expect(distinct('CLEARANCE')).toEqual(['CUC RELS']);
  expect(distinct('INSPECTION')).toEqual(['CUS', ...shipmentEventTypeCodes.filter((code) => code !== 'RELS').map((code) => `CUC ${code}`)]);
  expect(distinct('PRICE_DOCUMENT')).toEqual(['CQU', 'INV']);
  expect(distinct('EVENT')).toEqual(documentTypeCodes.filter((code) => !['CUS', 'CUC', 'CQU', 'INV'].includes(code)));
});
