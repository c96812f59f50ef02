import { compile, defaultClauses } from '@corridor/sharing';
import { sql } from '@corridor/store';
import { testServer } from '@corridor/store/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anOfficer, anonymous } from '../testing/callers.ts';
import { type PartyUnderTest, startPartyUnderTest } from '../testing/party-under-test.ts';
import { idOfWord, insertConsignments } from '../testing/rows.ts';

let party: PartyUnderTest;
let [port, broken] = ['', ''];

beforeAll(async () => {
  party = await startPartyUnderTest();
  await insertConsignments(party.store, [{ word: 'apples', route: ['GX', 'CQ'] }]);
  port = (await party.store.db.facility.findFirst({ where: { noun: 'port' } }))?.id ?? '';
  broken = port.replace(/.{16}$/, '0000000000000000');
  // A row that the program cannot read: what a list should be is a number.
  await party.store.query(sql`insert into facility (id, local_code, noun, controller_code, name_en, facility_type_code, time_zone, berths, created_at, changed_at)
    values (${broken}, 'broken', 'port', 'port-operator', 'Secret Port', 'POTE', 'Asia/Shanghai', '5', now(), now())`);
}, 60_000);
afterAll(() => party.close());

const apples = idOfWord('consignment-record', 'apples');
const portOf = (id: string) => ({ type: 'GuangxiPort', id });

test('a record that fails is missing with a code and a number to quote; the others are there, and nothing of the fault leaves', async () => {
  party.logged.length = 0;
  const { body, text } = await party.entities(anonymous, [portOf(port), portOf(broken), portOf(port)], '... on GuangxiPort { id }');
  expect(body).toEqual({
    data: { _entities: [{ id: port }, null, { id: port }] },
    errors: [
      {
        message: 'Something went wrong on our side',
        path: ['_entities', 1],
        extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: true, correlationId: '0af7651916cd43dd8448eb211c80319c' },
      },
    ],
  });
  expect(text).not.toMatch(/Secret|TypeError|berths|\.ts/);
  expect(party.logged.some((line) => line.includes('a field failed') && line.includes('TypeError'))).toBe(true);
});

test('a field that fails costs its own record, at once or later', async () => {
  await party.store.query(sql`update facility set berths = '[]' where id = ${broken}`);
  // Its opening rules are empty: reading a day of them fails.
  const selection = '... on GuangxiPort { id openingHours(from: "2026-10-01", to: "2026-10-01") { date } }';
  const { body } = await party.entities(anonymous, [portOf(broken), portOf(port)], selection);
  expect(body.data).toEqual({ _entities: [null, { id: port, openingHours: [{ date: '2026-10-01' }] }] });
  expect(body.errors?.map(({ path, extensions }) => [path, extensions['code']])).toEqual([
    [['_entities', 0, 'openingHours'], 'INTERNAL_SERVER_ERROR'],
  ]);
});

test('messages are in the language asked for, codes are the same', async () => {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on GuangxiPort { openingHours(from: "x", to: "y") { date } } } }`;
  const variables = { representations: [{ __typename: 'GuangxiPort', id: port }] };
  const { body } = await party.ask(anonymous, query, variables, { 'accept-language': 'zh-CN,en;q=0.5' });
  expect(body.errors).toEqual([
    expect.objectContaining({
      message: expect.stringContaining('参数不可用'),
      extensions: expect.objectContaining({ code: 'BAD_USER_INPUT', argument: 'from' }),
    }),
  ]);
});

const late = {
  data: null,
  errors: [
    {
      message: 'The owner did not answer in time',
      extensions: { code: 'OWNER_TIMEOUT', retryable: true, correlationId: '0af7651916cd43dd8448eb211c80319c' },
    },
  ],
};

test('when the deadline is over the answer says so at once, and nothing was read', async () => {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on GuangxiConsignmentRecord { id } } }`;
  const body = JSON.stringify({ query, variables: { representations: [{ __typename: 'GuangxiConsignmentRecord', id: apples }] } });
  party.slowness.ms = 400;
  const started = performance.now();
  const answer = await party.post('/graphql', body, await party.hop(anOfficer('CQ'), body, { deadlineMs: 40 }));
  const took = performance.now() - started;
  party.slowness.ms = 0;
  expect(answer.body).toEqual(late);
  expect(took).toBeLessThan(350);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect((await party.auditRows()).filter((row) => 'party' in row && row.party === 'CQ')).toEqual([]);
});

test.skipIf(testServer() === undefined)('a statement that waits for a lock ends with the deadline', async () => {
  const caller = anOfficer('CQ');
  let release = (): void => {};
  const lock = party.store.transaction(async (tx) => {
    await tx.execute('lock table consignment_record in access exclusive mode');
    await new Promise<void>((resolve) => {
      release = resolve;
    });
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const { body } = await party.graph.answer(
    {
      query: `{ _entities(representations: [{ __typename: "GuangxiConsignmentRecord", id: "${apples}" }, { __typename: "GuangxiPort", id: "${port}" }]) { __typename } }`,
      variables: null,
      operationName: null,
    },
    {
      caller,
      view: compile(defaultClauses, caller, party.clock.now),
      viewer: 'CQ',
      deadlineAt: party.clock.now + 200,
      passport: null,
      traceId: '0',
      language: 'en',
    },
  );
  expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['OWNER_TIMEOUT']);
  // the lock is still held, and no statement waits for it on the server any more
  const waiting = sql`select count(*)::int as count from pg_locks where relation = 'consignment_record'::regclass and not granted`;
  await expect.poll(() => party.store.query(waiting), { timeout: 5_000 }).toEqual([{ count: 0 }]);
  release();
  await lock;
});

test('no statement is sent for a question whose deadline is over', async () => {
  const caller = anOfficer('CQ');
  party.statements.length = 0;
  const { body } = await party.graph.answer(
    {
      query: `{ _entities(representations: [{ __typename: "GuangxiConsignmentRecord", id: "${apples}" }]) { __typename } }`,
      variables: null,
      operationName: null,
    },
    {
      caller,
      view: compile(defaultClauses, caller, party.clock.now),
      viewer: 'CQ',
      deadlineAt: party.clock.now,
      passport: null,
      traceId: '0af7651916cd43dd8448eb211c80319c',
      language: 'en',
    },
  );
  expect(JSON.parse(JSON.stringify(body))).toEqual(late);
  expect(party.statements).toEqual([]);
});

test("variables that do not fit are the caller's fault, and nothing is executed", async () => {
  const { status, body } = await party.ask(
    anonymous,
    'query ($first: Int!) { _entities(representations: []) { __typename ... on PartyProfile { facilities(first: $first) { nodes { id } } } } }',
  );
  expect([status, body.data, body.errors?.map(({ extensions }) => extensions['code'])]).toEqual([400, undefined, ['BAD_USER_INPUT']]);
});
