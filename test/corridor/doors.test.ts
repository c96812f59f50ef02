import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Corridor, startCorridor } from '../setup/corridor.ts';

let corridor: Corridor;
beforeAll(async () => {
  corridor = await startCorridor({ only: ['guangxi'] });
});
afterAll(() => corridor.close());

const json = { 'content-type': 'application/json' };
const codeOf = (text: string): unknown => (text === '' ? '' : JSON.parse(text).errors?.[0]?.extensions?.code);

test.each([
  ['guangxi', '{ _service { sdl } }'],
  ['guangxi', '{ _entities(representations: []) { __typename } }'],
  ['directory', '{ _service { sdl } }'],
  ['directory', '{ parties { code } }'],
])('%s answers nothing on its graph to who is no gateway: %s', async (program, query) => {
  const body = JSON.stringify({ query });
  const replies = await Promise.all([
    corridor.send(program, '/graphql', { headers: json, body }),
    corridor.send(program, '/graphql', { headers: { ...json, authorization: `Bearer ${await corridor.token('gx-officer-at-gx')}` }, body }),
    corridor.send(program, '/graphql', { headers: { ...json, authorization: `Bearer ${await corridor.token('cq-officer')}` }, body }),
    corridor.send(program, '/graphql', {
      headers: { ...json, 'signature-input': 'hop=()', signature: 'hop=:AAAA:', 'corridor-caller': 'x' },
      body,
    }),
    corridor.send(program, '/graphql', { headers: json, body: 'not even JSON' }),
  ]);
  expect(replies.map(({ status, text }) => [status, text])).toEqual(replies.map(() => [401, '']));
});

test.each([
  ['/ingest', 'POST', 'x', { 'content-type': 'application/EDIFACT' }],
  ['/feed', 'GET', undefined, {}],
  ['/owner/graphql', 'POST', '{"query":"{ profile { id } }"}', json],
] as const)('%s of a party wants a token made for it', async (path, method, body, headers) => {
  const ask = async (authorization?: string): Promise<readonly [number, unknown]> => {
    const reply = await corridor.send('guangxi', path, {
      method,
      headers: { ...headers, ...(authorization !== undefined && { authorization }) },
      ...(body !== undefined && { body }),
    });
    return [reply.status, codeOf(reply.text)];
  };
  expect(await ask()).toEqual([401, 'UNAUTHENTICATED']);
  expect(await ask('Bearer garbage')).toEqual([401, 'UNAUTHENTICATED']);
  // a token for the gateway, and one for another owner
  expect(await ask(`Bearer ${await corridor.token('cq-officer')}`)).toEqual([401, 'UNAUTHENTICATED']);
  expect(await ask(`Bearer ${await corridor.token('cq-terminal-system')}`)).toEqual([401, 'UNAUTHENTICATED']);
});

test('a token for this owner opens only the door its role is for', async () => {
  const source = `Bearer ${await corridor.token('gx-terminal-system')}`;
  const reader = `Bearer ${await corridor.token('feed-directory-gx')}`;
  const staff = `Bearer ${await corridor.token('gx-officer-at-gx')}`;
  const ingest = (authorization: string) =>
    corridor.send('guangxi', '/ingest', { headers: { 'content-type': 'application/EDIFACT', authorization }, body: 'x' });
  const feed = (authorization: string) => corridor.send('guangxi', '/feed?wait=0', { method: 'GET', headers: { authorization } });
  const own = (authorization: string) =>
    corridor.send('guangxi', '/owner/graphql', { headers: { ...json, authorization }, body: '{"query":"{ profile { id } }"}' });
  const statuses = await Promise.all([
    ingest(source),
    ingest(reader),
    ingest(staff),
    feed(source),
    feed(reader),
    feed(staff),
    own(source),
    own(reader),
    own(staff),
  ]);
  expect(statuses.map(({ status }) => status)).toEqual([422, 403, 403, 403, 200, 403, 403, 403, 200]);
});

test('health is open on every program and tells no reason', async () => {
  const replies = await Promise.all(
    ['gateway', 'guangxi', 'directory', 'issuer'].flatMap((program) =>
      ['/livez', '/readyz'].map((path) => corridor.send(program, path, { method: 'GET' })),
    ),
  );
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
});

test.each(['gateway', 'guangxi', 'directory', 'issuer'])('a path %s does not have is 404 in JSON', async (program) => {
  const reply = await corridor.send(program, '/admin', { method: 'GET' });
  expect([reply.status, codeOf(reply.text)]).toEqual([404, 'NOT_FOUND']);
});
