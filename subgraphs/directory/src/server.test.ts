import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCaller, anId, everybody, openDirectory, type TestDirectory } from './testing/directory.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openDirectory();
  await directory.tell('guangxi', { id: anId('guangxi', 'port', 1), audience: [everybody] });
});
afterAll(() => directory.close());

const question = JSON.stringify({ query: '{ facilities { nodes { id } } }' });
const post = async (payload: string, headers: Record<string, string>, url = '/graphql') => {
  const { statusCode, payload: text } = await directory.server.inject({ method: 'POST', url, payload, headers });
  return { statusCode, text };
};
const refused = { statusCode: 401, text: '' };

test('a gateway with a signed hop is answered', async () => {
  const { statusCode, text } = await post(question, await directory.sign(question));
  expect([statusCode, JSON.parse(text)]).toEqual([200, { data: { facilities: { nodes: [{ id: anId('guangxi', 'port', 1) }] } } }]);
});

test.each([
  ['a question', question],
  ['the schema', JSON.stringify({ query: '{ _service { sdl } }' })],
  ['entities', JSON.stringify({ query: '{ _entities(representations: []) { __typename } }' })],
  ['introspection', JSON.stringify({ query: '{ __schema { queryType { name } } }' })],
  ['no JSON', 'hello'],
  ['nothing', ''],
])('without a signature %s is answered 401 with an empty body', async (_, body) => {
  expect(await post(body, { 'content-type': 'application/json' })).toEqual(refused);
});

test('a body other than the one signed, another path, a second use and a token of a caller are refused alike', async () => {
  const headers = await directory.sign(question);
  expect(await post(`${question} `, headers)).toEqual(refused);
  expect(await post(question, headers, '/graphql?x=1')).toEqual(refused);
  expect((await post(question, headers)).statusCode).toBe(200);
  expect(await post(question, headers)).toEqual(refused);
  expect(await post(question, { 'content-type': 'application/json', authorization: 'Bearer x' })).toEqual(refused);
});

test('a signed hop older than a minute is refused', async () => {
  const headers = await directory.sign(question);
  directory.now += 61_000;
  expect(await post(question, headers)).toEqual(refused);
});

test('a caller of a party its issuer may not speak for is refused', async () => {
  expect(await post(question, await directory.sign(question, aCaller('GX', { issuer: 'https://elsewhere.example' })))).toEqual(refused);
});

test('a body larger than the door takes is refused like any other', async () => {
  expect(await post('x'.repeat(1024 * 1024 + 1), { 'content-type': 'application/json' })).toEqual(refused);
});

test.each([
  ['BAD_REQUEST', 400, 'hello'],
  ['BAD_REQUEST', 400, '[]'],
  ['BAD_REQUEST', 400, '{"query":1}'],
  ['GRAPHQL_PARSE_FAILED', 400, '{"query":"{"}'],
  ['GRAPHQL_VALIDATION_FAILED', 400, '{"query":"{ nothing }"}'],
  ['BAD_USER_INPUT', 400, '{"query":"query($first: Int!) { facilities(first: $first) { nodes { id } } }","variables":{"first":"x"}}'],
])('a gateway is told %s with status %i for %s', async (code, status, body) => {
  const { statusCode, text } = await post(body, await directory.sign(body));
  expect([statusCode, JSON.parse(text).errors.map((error: { extensions: { code: string } }) => error.extensions.code)]).toEqual([
    status,
    [code],
  ]);
});

test('a gateway reads the schema of the subgraph over its door', async () => {
  const { body } = await directory.ask('{ _service { sdl } }');
  expect(JSON.stringify(body.data)).toContain('type GuangxiPort implements');
});
