import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { createDocuments } from './documents.ts';

const schema = buildSchema('type Query { a: Int b: Int }');

test('a text is parsed once, and the one unused longest is forgotten first', () => {
  const documents = createDocuments(schema, 2);
  const [a, b] = [documents.read('{ a }'), documents.read('{ b }')];
  expect(documents.read('{ a }')).toBe(a);
  documents.read('{ a b }');
  expect(documents.read('{ a }')).toBe(a);
  expect(documents.read('{ b }')).not.toBe(b);
});

test('what is not GraphQL, does not fit the schema or is endless is refused each time', () => {
  const documents = createDocuments(schema);
  for (const [text, code] of [
    ['{ a', 'GRAPHQL_PARSE_FAILED'],
    ['{ c }', 'GRAPHQL_VALIDATION_FAILED'],
    [`{ ${'a '.repeat(10_001)} }`, 'GRAPHQL_PARSE_FAILED'],
  ] as const) {
    for (const _time of [1, 2]) expect(() => documents.read(text)).toThrow(expect.objectContaining({ code }));
  }
});
