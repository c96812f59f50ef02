import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Behaviour } from '../simulators/subgraph.ts';
import { type Federation, ids, startFederation } from './federation.ts';

let corridor: Federation;
beforeAll(async () => {
  corridor = await startFederation({ ownerTimeoutMs: 2_000, directoryTimeoutMs: 2_000, queryTimeoutMs: 8_000 });
});
afterAll(() => corridor.close());
afterEach(() => {
  for (const simulator of [corridor.directory, corridor.guangxi, corridor.chongqing]) simulator.behaviour = 'answers';
});

const board = '{ facilities { nodes { id party { code } facility { id facilityName { en } } } } }';
const entry = (id: string, facilityName: string | null): object => ({
  id,
  party: { code: id.split(':')[0] },
  facility: facilityName === null ? null : { id, facilityName: { en: facilityName } },
});

test('all owners answer: one list in the directory’s order', async () => {
  const { status, json } = await corridor.ask(board);
  expect([status, json.data, json.errors]).toEqual([
    200,
    { facilities: { nodes: [entry(ids.qinzhou, 'Guangxi'), entry(ids.guoyuan, 'Chongqing'), entry(ids.qinzhou, 'Guangxi')] } },
    undefined,
  ]);
});

test.each<[string, Behaviour, string]>([
  ['hangs', 'hangs', 'OWNER_TIMEOUT'],
  ['answers a page of HTML', 'html', 'OWNER_UNREACHABLE'],
  ['fails with 500', 'http-500', 'OWNER_UNREACHABLE'],
  ['is cut off in mid-answer', 'cut-off', 'OWNER_UNREACHABLE'],
  ['sends broken JSON', 'not-json', 'OWNER_UNREACHABLE'],
  ['sends fewer records than asked for', 'wrong-count', 'OWNER_UNREACHABLE'],
  ['sends more than it may', 'huge', 'OWNER_UNREACHABLE'],
  ['redirects elsewhere', 'redirects', 'OWNER_UNREACHABLE'],
  ['fails inside and says too much', 'leaks', 'INTERNAL_SERVER_ERROR'],
])('an owner that %s costs its own part and is named', async (_, behaviour, code) => {
  corridor.guangxi.behaviour = behaviour;
  const { status, text, json } = await corridor.ask(board, {
    headers: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
  });
  expect([status, json.data, json.errors?.map(({ extensions }) => extensions)]).toEqual([
    200,
    { facilities: { nodes: [entry(ids.qinzhou, null), entry(ids.guoyuan, 'Chongqing'), entry(ids.qinzhou, null)] } },
    [
      {
        code,
        retryable: true,
        correlationId: '4bf92f3577b34da6a3ce929d0e0e4736',
        owner: 'guangxi',
        at: ['facilities', 'nodes', '@', 'facility'],
        ids: [ids.qinzhou],
      },
    ],
  ]);
  expect(text).not.toMatch(/127\.0\.0\.1|10\.0\.0\.7|secret|stack|\.js|select|P1001|serviceName|valueCompletion|html/i);
  expect(
    ((json.extensions?.['owners'] ?? []) as { owner: string; state: string }[]).map(({ owner, state }) => `${owner} ${state}`),
  ).toEqual(['chongqing AVAILABLE', 'directory AVAILABLE', `guangxi ${code === 'INTERNAL_SERVER_ERROR' ? 'AVAILABLE' : code}`]);
});

test('a field that must have a value and fails inside an owner takes its record along, and nothing else', async () => {
  const { json } = await corridor.ask(
    '{ facility(id: "guangxi:port:0000000000000001") { id facility { id ... on Port { berths { berthCode } } } } }',
  );
  expect([json.data, json.errors?.map(({ extensions }) => extensions)]).toEqual([
    { facility: { id: ids.qinzhou, facility: null } },
    [
      expect.objectContaining({
        code: 'INTERNAL_SERVER_ERROR',
        owner: 'guangxi',
        at: ['facility', 'facility', 'berths'],
        ids: [ids.qinzhou],
      }),
    ],
  ]);
});

test('a silent directory is named too, and nothing is invented', async () => {
  corridor.directory.behaviour = 'hangs';
  const { status, json } = await corridor.ask('{ facility(id: "guangxi:port:0000000000000001") { id } }', {
    headers: { 'accept-language': 'zh-CN' },
  });
  expect([status, json.data, json.errors?.[0]?.['message'], json.errors?.[0]?.['extensions']]).toEqual([
    200,
    { facility: null },
    '数据所属方未在时限内应答',
    expect.objectContaining({ code: 'OWNER_TIMEOUT', owner: 'directory' }),
  ]);
});

test('an owner that nobody asked is not called, and an owner is asked once for a record that stands in the list twice', async () => {
  corridor.chongqing.received.length = 0;
  await corridor.ask(`{ facility(id: "${ids.qinzhou}") { facility { facilityName { en } } } }`);
  expect(corridor.chongqing.received).toEqual([]);
  corridor.guangxi.received.length = 0;
  await corridor.ask(board);
  expect([corridor.guangxi.received.length, corridor.chongqing.received.length]).toEqual([1, 1]);
});

test('a connection that an owner’s restart left dead costs nothing: the question is asked once more, on a new one', async () => {
  corridor.guangxi.behaviour = 'drops-once';
  corridor.guangxi.received.length = 0;
  const { json } = await corridor.ask(board);
  expect([json.errors, corridor.guangxi.received.length]).toEqual([undefined, 2]);
  // a nonce serves once: the second question is signed anew
  expect(new Set(corridor.guangxi.received.map((headers) => headers['signature-input'])).size).toBe(2);
});

test('an owner that drops every connection is asked twice, not for ever', async () => {
  corridor.guangxi.behaviour = 'drops';
  corridor.guangxi.received.length = 0;
  const { json } = await corridor.ask(board);
  expect([json.errors?.map(({ extensions }) => (extensions as { code: string }).code), corridor.guangxi.received.length]).toEqual([
    ['OWNER_UNREACHABLE'],
    2,
  ]);
});

test('each owner is told its time: its own limit, or what is left of the whole query', async () => {
  const hasty = await startFederation({ directoryTimeoutMs: 5_000, ownerTimeoutMs: 60_000, queryTimeoutMs: 4_000 });
  try {
    expect((await hasty.ask(board)).json.errors).toBeUndefined();
    const [directory, guangxi] = [hasty.directory, hasty.guangxi].map(({ received }) => Number(received.at(-1)?.['corridor-deadline']));
    const given = { directory: directory ?? 0, guangxi: guangxi ?? 0 };
    // the query's four seconds bound both; the owner is asked after the directory, and the time that took is gone
    expect(given).toEqual({
      directory: expect.toSatisfy((ms: number) => ms > 0 && ms <= 4_000),
      guangxi: expect.toSatisfy((ms: number) => ms > 0 && ms <= given.directory),
    });

    hasty.guangxi.behaviour = 'hangs';
    const { json } = await hasty.ask(board);
    expect(json.errors?.map(({ extensions }) => extensions)).toEqual([
      expect.objectContaining({ code: 'OWNER_TIMEOUT', owner: 'guangxi' }),
    ]);
  } finally {
    await hasty.close();
  }
});
