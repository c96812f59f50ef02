import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { assertWithin, openDoor } from './question-limits.ts';

const schema = buildSchema(`
  type Query { places(first: Int = 20): Page  place: Place }
  type Page { nodes: [Place!]! }
  type Place { id: ID!  name: String  calls(first: Int = 20): Page  above: Place }
`);
const codeOf = (
  query: string,
  variables: { readonly [name: string]: unknown } | null = null,
  operationName: string | null = null,
): string => {
  try {
    assertWithin(openDoor, schema, parse(query), { variables, operationName });
    return 'let through';
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
};

test.each<[string, string, string, { readonly [name: string]: unknown }?]>([
  ['a page of pages within the limit', '{ places(first: 90) { nodes { calls(first: 100) { nodes { id } } } } }', 'let through'],
  ['pages that multiply', '{ places(first: 100) { nodes { calls(first: 100) { nodes { id } } } } }', 'COST_LIMIT'],
  ['pages by default', '{ places { nodes { calls { nodes { calls { nodes { calls { nodes { id } } } } } } } } }', 'COST_LIMIT'],
  ['pages by variable', 'query ($n: Int) { places(first: $n) { nodes { calls(first: $n) { nodes { id } } } } }', 'COST_LIMIT', { n: 100 }],
  [
    'pages by the default of a variable',
    'query ($n: Int = 100) { places(first: $n) { nodes { calls(first: $n) { nodes { id } } } } }',
    'COST_LIMIT',
  ],
  ['twelve levels', `{ place { ${'above { '.repeat(10)}id${' }'.repeat(10)} } }`, 'let through'],
  ['thirteen levels', `{ place { ${'above { '.repeat(11)}id${' }'.repeat(11)} } }`, 'QUERY_TOO_LARGE'],
  [
    'levels in fragments',
    `{ ...F0 } fragment F0 on Query { place { ...F1 } } ${Array.from({ length: 12 }, (_, at) => `fragment F${at + 1} on Place { above { ...F${at + 2} } }`).join(' ')} fragment F13 on Place { id }`,
    'QUERY_TOO_LARGE',
  ],
  [
    'fragments that double thirty times',
    `{ place { ...F0 } } ${Array.from({ length: 30 }, (_, at) => `fragment F${at} on Place { ...F${at + 1} ...F${at + 1} }`).join(' ')} fragment F30 on Place { id }`,
    'QUERY_TOO_LARGE',
  ],
])('%s: %s is %s', (_, query, expected, variables = {}) => {
  expect(codeOf(query, variables)).toBe(expected);
});

test('of several operations the one that will run counts', () => {
  const document = 'query Small { place { id } } query Large { places(first: 100) { nodes { calls(first: 100) { nodes { id } } } } }';
  expect([codeOf(document, null, 'Small'), codeOf(document, null, 'Large')]).toEqual(['let through', 'COST_LIMIT']);
});
