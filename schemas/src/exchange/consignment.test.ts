import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type ConsignmentMessage, consignmentJsonSchema, consignmentMessage } from './consignment.ts';

const apples: ConsignmentMessage = {
  recordReference: 'LZ-2026-000123',
  revision: 1,
  cancelled: false,
  controllerCode: 'railway',
  references: [{ referenceType: 'UCR', reference: '4CN91500000MA00000008-000123', level: 'HOUSE' }],
  legs: [
    {
      sequence: 1,
      modeOfTransport: 'RAIL',
      from: { UNLocationCode: 'CNLAZ' },
      to: { UNLocationCode: 'CNQZH', facilityCode: 'BICT', facilityCodeListProvider: 'SMDG' },
      partyCode: 'GS',
      plannedDeparture: '2026-07-20T08:00:00+08:00',
      plannedArrival: '2026-07-23T12:00:00Z',
      trainNumber: 'X9574',
    },
  ],
  participants: [
    {
      participantFunction: 'CZ',
      identificationScheme: 'USCC',
      identification: '91620100MA0000001X',
      partyName: { zh: '兰州示例果品有限公司' },
    },
  ],
  equipment: [
    { equipmentReference: 'LSCU1000016', ISOEquipmentCode: '45R1', emptyIndicatorCode: 'LADEN', seals: [{ sealNumber: 'CN558811' }] },
  ],
  goods: [
    {
      descriptionOfGoods: '鲜苹果 fresh apples',
      HSCode: '080810',
      numberOfPackages: 1200,
      cargoGrossWeight: { value: 24.5, unitCode: 'TNE' },
    },
  ],
  declaredValue: { amount: '182000.50', currencyCode: 'CNY' },
  transportDocuments: [
    {
      documentTypeCode: 'TRD',
      transportDocumentReference: 'LSCL 260700123',
      transportDocumentTypeCode: 'BOL',
      carrierCode: 'LSCL',
      issueDate: '2026-07-20',
      shipmentEventTypeCode: 'ISSU',
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      mediaType: 'application/pdf',
      sizeBytes: 48_211,
      contentURL: 'https://documents.example/LSCL260700123?version=1',
    },
  ],
};

const refusalsOf = (message: unknown): string[] =>
  (consignmentMessage.safeParse(message).error?.issues ?? []).map(({ code, path }) => `${code} ${path.join('.')}`);

test('a consignment passes as it was sent', () => {
  expect(consignmentMessage.parse(JSON.parse(JSON.stringify(apples)))).toEqual(apples);
});

test.each<[string, object, string]>([
  ['an unknown field', { ...apples, vip: true }, 'unrecognized_keys '],
  ['a hidden prototype', JSON.parse(`{"__proto__":{},${JSON.stringify(apples).slice(1)}`), 'unrecognized_keys '],
  ['an unknown field of a leg', { ...apples, legs: apples.legs.map((leg) => ({ ...leg, driver: 'x' })) }, 'unrecognized_keys legs.0'],
  ['no leg', { ...apples, legs: [] }, 'too_small legs'],
  ['a sequence twice', { ...apples, legs: [...apples.legs, ...apples.legs] }, 'custom legs'],
  ['revision 0', { ...apples, revision: 0 }, 'too_small revision'],
  ['a revision that is not whole', { ...apples, revision: 1.5 }, 'invalid_type revision'],
  ['a reference of spaces', { ...apples, recordReference: '   ' }, 'invalid_format recordReference'],
  ['a reference that is too long', { ...apples, recordReference: 'x'.repeat(71) }, 'too_big recordReference'],
  ['NUL', { ...apples, recordReference: 'a\u0000b' }, 'invalid_format recordReference'],
  ['a lone surrogate', { ...apples, recordReference: 'a\ud800b' }, 'invalid_format recordReference'],
  ['an amount as a number', { ...apples, declaredValue: { amount: 1.1, currencyCode: 'CNY' } }, 'invalid_type declaredValue.amount'],
  ['a place without code and name', { ...apples, placeOfDelivery: {} }, 'custom placeOfDelivery'],
  [
    'a terminal without its list',
    { ...apples, placeOfDelivery: { UNLocationCode: 'SGSIN', facilityCode: 'JPCT' } },
    'custom placeOfDelivery',
  ],
  ['a name in no language', { ...apples, placeOfDelivery: { locationName: {} } }, 'custom placeOfDelivery.locationName'],
  ...(
    [
      ['a digest in upper case', { sha256: 'E3'.repeat(32) }, 'invalid_format transportDocuments.0.sha256'],
      ['a digest that is too short', { sha256: 'e3b0' }, 'invalid_format transportDocuments.0.sha256'],
      ['a day of issue that does not exist', { issueDate: '2026-02-30' }, 'invalid_format transportDocuments.0.issueDate'],
      ['a kind of document that is in no list', { documentTypeCode: 'XYZ' }, 'invalid_value transportDocuments.0.documentTypeCode'],
      ['a bill of lading among invoices', { documentTypeCode: 'INV' }, 'custom transportDocuments.0.transportDocumentTypeCode'],
      ['an address without encryption', { contentURL: 'http://documents.example/1' }, 'invalid_format transportDocuments.0.contentURL'],
      [
        'an address with a password',
        { contentURL: 'https://me:secret@documents.example/1' },
        'invalid_format transportDocuments.0.contentURL',
      ],
      ['the content itself', { content: 'JVBERi0=' }, 'unrecognized_keys transportDocuments.0'],
    ] as const
  ).map(([what, more, refusal]): [string, object, string] => [
    what,
    { ...apples, transportDocuments: apples.transportDocuments?.map((document) => ({ ...document, ...more })) },
    refusal,
  ]),
  [
    'a document twice, its number once with and once without a space',
    {
      ...apples,
      transportDocuments: apples.transportDocuments?.flatMap((document) => [
        document,
        { ...document, transportDocumentReference: 'lscl260700123' },
      ]),
    },
    'custom transportDocuments',
  ],
  ['a field that is null', { ...apples, placeOfReceipt: null }, 'invalid_type placeOfReceipt'],
])('%s is refused', (_, message, refusal) => {
  expect(refusalsOf(message)).toEqual([refusal]);
});

test('a date that does not exist is refused', () => {
  const [leg] = apples.legs;
  expect(refusalsOf({ ...apples, legs: [{ ...leg, plannedDeparture: '2026-02-30T08:00:00Z' }] })).toEqual([
    'invalid_format legs.0.plannedDeparture',
  ]);
});

test('every text and every list of the schema has a limit', () => {
  const unlimited: string[] = [];
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, maxLength, pattern, enum: words, format, maxItems, maximum } = node as Record<string, unknown>;
    const bounded = typeof pattern === 'string' && !pattern.includes('+');
    if (type === 'string' && maxLength === undefined && words === undefined && format === undefined && !bounded) unlimited.push(path);
    if (type === 'array' && maxItems === undefined) unlimited.push(path);
    if ((type === 'number' || type === 'integer') && maximum === undefined) unlimited.push(path);
    for (const [key, value] of Object.entries(node)) walk(value, `${path}/${key}`);
  };
  walk(consignmentJsonSchema(), '');
  expect(unlimited).toEqual([]);
});

test('the committed JSON Schema is fresh', () => {
  const committed = readFileSync(new URL('../../exchange/consignment.v1.schema.json', import.meta.url), 'utf8');
  expect(committed).toBe(`${JSON.stringify(consignmentJsonSchema(), null, 2)}\n`);
});
