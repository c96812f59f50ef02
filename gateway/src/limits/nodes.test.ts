import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { countNodes } from './nodes.ts';

const schema = buildSchema(`
  type Query { parties: [Party!]! facilities(first: Int = 50, after: String): Facilities! facility(id: ID!): Facility }
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
