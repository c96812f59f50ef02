import { expect, test } from 'vitest';
import { questionOf } from './question.ts';

test('a question without variables and name has neither, and what else the body holds is passed over', () => {
  expect(questionOf(Buffer.from('{"query":"{ a }","extensions":{}}'))).toEqual({ query: '{ a }', variables: null, operationName: null });
  expect(questionOf(Buffer.from('{"query":"query A { a }","variables":{"x":1},"operationName":"A"}'))).toEqual({
    query: 'query A { a }',
    variables: { x: 1 },
    operationName: 'A',
  });
});

test.each([
  ['', 'nothing'],
  ['{"query":', 'half a text'],
  ['[]', 'a list'],
  ['null', 'null'],
  ['{}', 'no query'],
  ['{"query":1}', 'a query that is no text'],
  ['{"query":"{ a }","variables":[]}', 'variables that are a list'],
  ['{"query":"{ a }","operationName":1}', 'a name that is no text'],
])('%j is refused: %s', (text) => {
  expect(() => questionOf(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
});
