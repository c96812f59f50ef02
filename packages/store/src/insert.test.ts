import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { insertRecords } from './insert.ts';
import { sql } from './sql.ts';
import type { Store } from './store.ts';
import { openTestStore } from './testing.ts';

let store: Store<'directory'>;
beforeAll(async () => {
  store = await openTestStore('directory', 'directory', { as: 'administrator' });
  await store.query(sql`create table berth (code text primary key, "order" int, depth numeric, berthed bigint, open boolean default true,
    at timestamptz(3), about jsonb, ships text[], photo bytea, id bigint generated always as identity)`);
}, 60_000);
afterAll(() => store.close());
beforeEach(() => store.query(sql`truncate berth restart identity`));

const rowsFrom = (from: number, to: number): { code: string; order: number }[] =>
  Array.from({ length: to - from }, (_, i) => ({ code: `QZ-${from + i}`, order: from + i }));
const count = async (): Promise<number> =>
  store.db.$queryRaw<{ n: number }[]>`select count(*)::int as n from berth`.then(([row]) => row?.n ?? -1);
const insert = (rows: readonly object[], o?: { onConflict?: string; returning?: string }): Promise<object[]> =>
  store.transaction((tx) => insertRecords(tx, 'berth', { code: 'text', order: 'int' }, rows, o));

test('2,500 rows go in with three statements, and come back in their order', async () => {
  const sizes: number[] = [];
  const returned = await store.transaction(async (tx) => {
    const counting = {
      query: <Row>(text: string, ...args: unknown[]): Promise<Row[]> => {
        sizes.push((args[0] as unknown[]).length);
        return tx.query<Row>(text, ...args);
      },
    };
    return insertRecords(counting, 'berth', { code: 'text', order: 'int' }, rowsFrom(0, 2_500), { returning: 'code, id' });
  });

  expect(sizes).toEqual([1_000, 1_000, 500]);
  expect(returned).toEqual(rowsFrom(0, 2_500).map(({ code, order }) => ({ code, id: BigInt(order + 1) })));
  expect(await count()).toBe(2_500);
});

test('with a conflict only the new rows come back', async () => {
  await insert(rowsFrom(0, 1_200));

  const returned = await insert(rowsFrom(1_100, 1_250), { onConflict: '(code) do nothing', returning: 'code' });
  expect(returned).toEqual(rowsFrom(1_200, 1_250).map(({ code }) => ({ code })));
  expect(await count()).toBe(1_250);
});

test('each type arrives; a key a row lacks is NULL, a column not listed gets its default', async () => {
  const at = new Date('2026-11-24T08:00:00.123Z');
  const columns = {
    code: 'text',
    order: 'int',
    depth: 'numeric',
    berthed: 'bigint',
    at: 'timestamptz',
    about: 'jsonb',
    ships: 'text[]',
    photo: 'bytea',
  } as const;
  const full = {
    code: 'QZ "1" \\u0000 𡃁',
    order: 1,
    depth: '12.345678901234567890',
    berthed: 2n ** 60n,
    at,
    about: { zh: '泊位', list: [1, null] },
    ships: ['A', 'B"C'],
    photo: new Uint8Array([0, 255]),
    unknown: 'left out',
  };
  await store.transaction((tx) => insertRecords(tx, 'berth', columns, [full, { code: 'QZ-2', about: null }]));

  const rows = await store.query(sql`select * from berth order by id`);
  const { unknown: _left, ...known } = full;
  expect(rows).toEqual([
    { ...known, open: true, id: 1n },
    { code: 'QZ-2', order: null, depth: null, berthed: null, open: true, at: null, about: null, ships: null, photo: null, id: 2n },
  ]);
});

test.each([
  ['NUL', 'QZ\0'],
  ['the first half of a pair', 'QZ\ud842'],
  ['the second half of a pair', '\udfb7QZ'],
  ['NUL behind a backslash', 'QZ\\\0'],
])('%s is refused before anything is sent, naming the row and not the text', async (_name, code) => {
  const refused = insert([...rowsFrom(0, 1_500), { code, order: 0 }]);

  await expect(refused).rejects.toMatchObject({ code: 'CHARACTER_NOT_STORABLE', detail: 'berth, row 1501' });
  expect(await count()).toBe(0);
});

test('a batch that fails takes those before it along', async () => {
  await expect(insert([...rowsFrom(0, 1_500), { code: 'QZ-3', order: 3 }])).rejects.toMatchObject({
    code: '23505',
    constraint: 'berth_pkey',
  });
  expect(await count()).toBe(0);
});

test('rows that are alike in all they say all go in', async () => {
  const columns = { order: 'int', depth: 'numeric', ships: 'text[]' } as const;
  await store.query(sql`alter table berth drop constraint berth_pkey, alter column code drop not null`);
  await store.transaction((tx) => insertRecords(tx, 'berth', columns, Array(3).fill({ order: 7, ships: ['A', 'B,"C"'] })));
  const rows = await store.query(sql`select "order", depth, ships from berth`);
  await store.query(sql`truncate berth`);
  await store.query(sql`alter table berth add primary key (code)`);
  expect(rows).toEqual(Array(3).fill({ order: 7, depth: null, ships: ['A', 'B,"C"'] }));
});

test('no rows, no statement', async () => {
  expect(await insert([], { returning: 'code' })).toEqual([]);
});
