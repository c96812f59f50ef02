import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { countNodes, maxNodes } from './nodes.ts';

const schema = buildSchema(`
  type Query { parties: [Party!]! facilities(first: Int = 50, after: String): Facilities! facility(id: ID!): Facility
    consignmentsByKey(keys: [ConsignmentKey!]!): [Match!]! equipmentJourneys(equipmentReferences: [String!]!, from: String): [Journey!]!
    byOwner(partyCode: [ID!]): [Party!]! }
  input ConsignmentKey { referenceType: String! reference: String! }
  type Match { consignments(first: Int = 5): [Facility!]! }
  type Journey { timeline(first: Int = 50): Events }
  type Party { code: ID! facilities(first: Int = 20): Facilities }
  type Facilities { nodes: [Facility!]! }
  type Facility { id: ID! events(first: Int = 20): Events }
  type Events { nodes: [Event!]! }
  type Event { id: ID! }
`);
const nodes = (text: string, variables: Record<string, unknown> = {}): number => countNodes(schema, parse(text), variables);

test.each([
  ['one record by id is no page', '{ facility(id: "1") { id } }', 0],
  ['a page counts as its default when first is not given', '{ facilities { nodes { id } } }', 50],
  ['pages within pages multiply', '{ facilities(first: 100) { nodes { events(first: 100) { nodes { id } } } } }', 10_100],
  ['aliases add up', '{ a: facilities(first: 2) { nodes { id } } b: facilities(first: 3) { nodes { id } } }', 5],
  ['fragments count where they are spread', '{ ...F ...F } fragment F on Query { facilities(first: 7) { nodes { id } } }', 14],
  ['all parties count as ten', '{ parties { facilities(first: 5) { nodes { id } } } }', 60],
  [
    'of two operations the larger counts',
    'query A { facilities(first: 1) { nodes { id } } } query B { facilities(first: 9) { nodes { id } } }',
    9,
  ],
])('%s', (_, text, expected) => {
  expect(nodes(text)).toBe(expected);
});

test('a variable counts as given, else as its default', () => {
  const text = 'query ($n: Int = 30) { facilities(first: $n) { nodes { id } } }';
  expect([nodes(text), nodes(text, { n: 99 })]).toEqual([30, 99]);
});

test('a fragment that spreads itself ends the count instead of the process', () => {
  expect(nodes('{ ...F } fragment F on Query { facilities(first: 3) { nodes { id } } ...F }')).toBe(3);
});

test('doubling fragments are counted in linear time', () => {
  const fragments = Array.from({ length: 200 }, (_, index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`).join(
    ' ',
  );
  expect(nodes(`{ ...F0 } ${fragments} fragment F200 on Query { facilities(first: 1) { nodes { id } } }`)).toBeGreaterThan(10_000);
});

const key = { referenceType: 'UCR', reference: '1' };
const literal = '{ referenceType: "UCR", reference: "1" }';
const byKey = 'query ($keys: [ConsignmentKey!]!, $n: Int) { consignmentsByKey(keys: $keys) { consignments(first: $n) { id } } }';

test.each([
  ['a literal list', `{ consignmentsByKey(keys: [${literal}, ${literal}, ${literal}]) { consignments { id } } }`, {}, 3 * 6],
  ['one key that stands for a list', `{ consignmentsByKey(keys: ${literal}) { consignments { id } } }`, {}, 6],
  ['a variable', byKey, { keys: [key, key], n: 10 }, 2 * 11],
  ['a variable with one key that stands for a list', byKey, { keys: key, n: 10 }, 11],
  [
    'variables inside a literal list',
    'query ($a: String!, $b: String!) { equipmentJourneys(equipmentReferences: [$a, $b]) { timeline { nodes { id } } } }',
    { a: 'A', b: 'B' },
    2 * 51,
  ],
  [
    'a default',
    'query ($boxes: [String!]! = ["A", "B", "C"]) { equipmentJourneys(equipmentReferences: $boxes, from: "x") { timeline(first: 1) { nodes { id } } } }',
    {},
    3 * 2,
  ],
  [
    'a default that is not used',
    'query ($boxes: [String!]! = ["A", "B", "C"]) { equipmentJourneys(equipmentReferences: $boxes) { timeline(first: 1) { nodes { id } } } }',
    { boxes: ['A'] },
    2,
  ],
  [
    'a list inside a fragment',
    'query ($boxes: [String!]!) { ...F } fragment F on Query { equipmentJourneys(equipmentReferences: $boxes) { timeline(first: 9) { nodes { id } } } }',
    { boxes: ['A', 'B'] },
    20,
  ],
  ['an empty list', '{ equipmentJourneys(equipmentReferences: []) { timeline { nodes { id } } } }', {}, 0],
  ['a list that only narrows', '{ byOwner(partyCode: ["A", "B"]) { facilities(first: 4) { nodes { id } } } }', {}, 4],
])('what stands below a list of keys counts once per key: %s', (_, text, variables, expected) => {
  expect(nodes(text, variables)).toBe(expected);
});

test('a hundred keys with a hundred consignments each are beyond the limit, a hundred with five are not', () => {
  const keys = Array.from({ length: 100 }, () => key);
  expect(nodes(byKey, { keys, n: 100 })).toBeGreaterThan(maxNodes);
  expect(nodes(byKey.replace('(first: $n)', ''), { keys })).toBe(600);
  const boxes = keys.map(() => 'CSQU3054383');
  const journeys =
    'query ($boxes: [String!]!) { equipmentJourneys(equipmentReferences: $boxes) { timeline(first: 100) { nodes { id } } } }';
  expect(nodes(journeys, { boxes })).toBeGreaterThan(maxNodes);
});

test('a small default in another operation does not lower the count', () => {
  const text =
    'query A($n: Int = 90) { facilities(first: $n) { nodes { id } } } query B($n: Int = 1) { facilities(first: $n) { nodes { id } } }';
  expect(nodes(text)).toBe(90);
});

test('a document that was counted before is counted with the variables of this asking, and by the schema that serves it', () => {
  const document = parse('query ($n: Int) { facilities(first: $n) { nodes { id } } }');
  const other = buildSchema(
    'type Query { facilities(first: Int = 8): Facilities } type Facilities { nodes: [Facility!]! } type Facility { id: ID! }',
  );
  expect([{ n: 3 }, { n: 70 }, {}].map((variables) => countNodes(schema, document, variables))).toEqual([3, 70, 50]);
  expect(countNodes(other, document, {})).toBe(8);
});
