import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Federation, startFederation } from './federation.ts';

let corridor: Federation;
beforeAll(async () => {
  corridor = await startFederation();
});
afterAll(() => corridor.close());
beforeEach(() => {
  corridor.directory.received.length = 0;
});

const json = { 'content-type': 'application/json' };
const query = (text: string): string => JSON.stringify({ query: text });
const bomb = `{ ...F0 } ${Array.from({ length: 18 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(' ')} fragment F18 on Query { parties { code } }`;

test.each<[string, Parameters<Federation['send']>[0], number, string]>([
  ['JSON that is none', { headers: json, body: '{"query": ' }, 400, 'BAD_REQUEST'],
  [
    'a body of another content type',
    { headers: { 'content-type': 'text/plain' }, body: query('{ parties { code } }') },
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  ['a batch', { headers: json, body: `[${query('{ parties { code } }')}]` }, 400, 'BAD_REQUEST'],
  ['a GET that a browser would send without asking', { method: 'GET', path: '/graphql?query=%7Bparties%7Bcode%7D%7D' }, 400, 'BAD_REQUEST'],
  ['a body over 64 KiB', { headers: json, body: query(`{ parties { code } } #${'x'.repeat(70_000)}`) }, 413, 'BODY_TOO_LARGE'],
  ['text that is not GraphQL', { headers: json, body: query('{ parties { ') }, 400, 'GRAPHQL_PARSE_FAILED'],
  ['a field that does not exist', { headers: json, body: query('{ parties { password } }') }, 400, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'a variable of the wrong type',
    { headers: json, body: JSON.stringify({ query: 'query($n: Int) { facilities(first: $n) { nodes { id } } }', variables: { n: 'x' } }) },
    400,
    'BAD_USER_INPUT',
  ],
  ['more than 2,000 tokens', { headers: json, body: query(`{ parties { ${'code '.repeat(2_100)} } }`) }, 400, 'QUERY_TOO_LARGE'],
  [
    'too deep a query',
    {
      headers: json,
      body: query(`{ parties { code profile { facilities { nodes { ${'... on Port { '.repeat(14)} id ${'}'.repeat(14)} } } } } }`),
    },
    400,
    'QUERY_TOO_LARGE',
  ],
  [
    'too many aliases',
    { headers: json, body: query(`{ ${Array.from({ length: 40 }, (_, i) => `a${i}: parties { code }`).join(' ')} }`) },
    400,
    'QUERY_TOO_LARGE',
  ],
  [
    'too many directives',
    { headers: json, body: query(`{ parties { ${Array.from({ length: 12 }, () => '... @include(if: true) { code }').join(' ')} } }`) },
    400,
    'QUERY_TOO_LARGE',
  ],
  ['fragments that double eighteen times', { headers: json, body: query(bomb) }, 400, 'QUERY_TOO_LARGE'],
  [
    'pages that multiply to millions',
    {
      headers: json,
      body: query('{ consignments(first: 100) { nodes { records(first: 100) { nodes { id } } timeline(first: 100) { nodes { id } } } } }'),
    },
    400,
    'COST_LIMIT',
  ],
  [
    'a hundred keys with a hundred consignments each',
    {
      headers: json,
      body: JSON.stringify({
        query: 'query ($keys: [ConsignmentKey!]!) { consignmentsByKey(keys: $keys) { consignments(first: 100) { id } } }',
        variables: { keys: Array.from({ length: 101 }, (_, index) => ({ referenceType: 'UCR', reference: String(index) })) },
      }),
    },
    400,
    'COST_LIMIT',
  ],
  ['a path that does not exist', { path: '/admin', headers: json, body: '{}' }, 404, 'NOT_FOUND'],
])('%s is refused with its code, in JSON, and no owner hears of it', async (_, sent, status, code) => {
  const answer = await corridor.send(sent);
  const errors = answer.json.errors ?? [];
  expect([answer.status, errors.map(({ extensions }) => (extensions as { code: string }).code)]).toEqual([status, errors.map(() => code)]);
  expect(errors.length).toBeGreaterThan(0);
  expect(String(answer.headers['content-type'])).toContain('json');
  expect(answer.text).not.toMatch(/stack|node_modules|\bat \w+ \(|\b2000\b|\b12\b|Did you mean/);
  expect(corridor.directory.received).toEqual([]);
});

test('every refusal can be found again in the log by its correlation id', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const answers = await Promise.all([
    corridor.send({ headers: { ...json, traceparent }, body: '{' }),
    corridor.send({ headers: { ...json, traceparent }, body: query('{ nope }') }),
    corridor.send({ method: 'GET', path: '/graphql?query=x', headers: { traceparent } }),
    corridor.send({ path: '/nowhere', headers: { ...json, traceparent }, body: '{}' }),
  ]);
  expect(
    answers.map(({ json: body }) => (body.errors?.[0]?.['extensions'] as { correlationId: string } | undefined)?.correlationId),
  ).toEqual(Array(4).fill('4bf92f3577b34da6a3ce929d0e0e4736'));
});
