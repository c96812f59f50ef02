import { array, asyncProperty, bigInt, date, assert as holds, option, property, string, uint8Array } from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from './sql.ts';
import type { Store } from './store.ts';
import { openTestStore } from './testing.ts';
import { encode } from './values.ts';

let store: Store<'directory'>;
beforeAll(async () => {
  store = await openTestStore('directory', 'directory');
}, 60_000);
afterAll(() => store.close());

test('each SQL type arrives as the JavaScript type of the table', async () => {
  const [row] =
    await store.query(sql`select 7::smallint as s, 7 as i, 7::bigint as b, 1.50::numeric as n, 1.5::float8 as f, true as t, 'x' as x,
    '2026-11-24 08:00:00.123456+08'::timestamptz as z, '2026-11-24'::date as d, '{"a":[1]}'::jsonb as j, '\\x00ff'::bytea as y,
    'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'::uuid as u, null::int as l, array[1, null]::bigint[] as ba, array[[1,2],[3,4]] as m,
    array['{"a":1}']::jsonb[] as ja, pg_advisory_xact_lock(1) as v`);
  expect(row).toEqual({
    s: 7,
    i: 7,
    b: 7n,
    n: '1.50',
    f: 1.5,
    t: true,
    x: 'x',
    z: new Date('2026-11-24T00:00:00.123Z'),
    d: '2026-11-24',
    j: { a: [1] },
    y: new Uint8Array([0, 255]),
    u: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    l: null,
    ba: [1n, null],
    m: [
      [1, 2],
      [3, 4],
    ],
    ja: [{ a: 1 }],
    v: '',
  });
});

// What PostgreSQL can hold: no NUL, no half of a surrogate pair; timestamps of the years 1 to 9999.
const text = string({ unit: 'binary' }).filter((each) => !each.includes('\0'));
const instant = date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
const bigint = bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

test('arguments come back as they went in', () =>
  holds(
    asyncProperty(text, array(option(text)), array(bigint), uint8Array(), instant, async (t, ta, ba, y, z) => {
      const [row] = await store.query(sql`select ${t}::text as t, ${ta}::text[] as ta, ${ba}::bigint[] as ba, ${y}::bytea as y,
        ${[y]}::bytea[] as ya, ${z}::timestamptz as z, ${{ t, ta }}::jsonb as j`);
      expect(row).toEqual({ t, ta, ba, y: new Uint8Array(y), ya: [new Uint8Array(y)], z, j: { t, ta } });
    }),
    { numRuns: 60 },
  ));

test('what has no SQL form is refused before it is sent', () => {
  holds(
    property(string(), (word) => {
      expect(() => encode(Symbol(word))).toThrow('is no SQL argument');
    }),
    { numRuns: 5 },
  );
  expect(() => encode(() => 1)).toThrow('is no SQL argument');
});
