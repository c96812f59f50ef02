import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAuditLog } from './audit-log.ts';
import { sql } from './sql.ts';
import type { Store } from './store.ts';
import { asAdministrator, openTestStore } from './testing.ts';
import type { Tx } from './transaction.ts';

let store: Store<'directory'>;
beforeAll(async () => {
  store = await openTestStore('directory', 'directory');
}, 60_000);
afterAll(() => store.close());
beforeEach(async () => {
  await store.db.feedPosition.deleteMany();
});

const write = (tx: Tx, source: string): Promise<number> => tx.execute('insert into feed_position values ($1, $2, now())', source, 'c');
const sources = async (): Promise<string[]> =>
  (await store.db.feedPosition.findMany({ orderBy: { source: 'asc' } })).map(({ source }) => source);

test('a transaction commits what it wrote and gives what its work gives', async () => {
  const answer = await store.transaction(async (tx) => {
    expect(await write(tx, 'gx')).toBe(1);
    expect(await tx.execute('update feed_position set cursor = $1 where source = any($2)', 'd', ['gx', 'cq'])).toBe(1);
    expect(await tx.query('select source, cursor from feed_position where source = $1', 'gx')).toEqual([{ source: 'gx', cursor: 'd' }]);
    return tx.sql<{ n: number }>(sql`select count(*)::int as n from feed_position where source = ${'gx'}`);
  });
  expect(answer).toEqual([{ n: 1 }]);
  expect(await sources()).toEqual(['gx']);
});

test('a transaction whose work fails leaves nothing behind, and the failure comes through', async () => {
  const failure = new Error('no');
  await expect(
    store.transaction(async (tx) => {
      await write(tx, 'gx');
      throw failure;
    }),
  ).rejects.toBe(failure);
  expect(await sources()).toEqual([]);
});

test('a failed statement that was caught still fails its transaction', async () => {
  await expect(
    store.transaction(async (tx) => {
      await write(tx, 'gx');
      await write(tx, 'gx').catch(() => undefined);
      return 'acknowledged';
    }),
  ).rejects.toMatchObject({ name: 'DatabaseError', code: '23505', constraint: 'feed_position_pkey', table: 'feed_position' });
  expect(await sources()).toEqual([]);
});

test('a commit that the database refuses is told', async () => {
  await asAdministrator(
    store,
    `create table parent (id int primary key); create table child (id int references parent deferrable initially deferred);
     grant insert on child to public`,
  );

  await expect(store.transaction((tx) => tx.execute('insert into child values (1)'))).rejects.toMatchObject({ code: '23503' });
});

test('a transaction that does not end in time is rolled back, and the store goes on', async () => {
  const late = store.transaction(
    async (tx) => {
      await write(tx, 'gx');
      await new Promise(() => undefined);
    },
    { timeoutMs: 50 },
  );
  await expect(late).rejects.toMatchObject({ code: '25P04' });

  await store.transaction((tx) => write(tx, 'cq'));
  expect(await sources()).toEqual(['cq']);
});

test('on a server a statement that runs too long ends with its transaction', async (context) => {
  if (store.kind !== 'postgres') context.skip();
  await expect(store.transaction((tx) => tx.query('select pg_sleep(0.4)'), { timeoutMs: 100 })).rejects.toMatchObject({
    code: expect.stringMatching(/^(25P04|57014)$/),
  });
  expect(await store.ready()).toBe(true);
});

test('statements of one transaction run in the order of the calls', async () => {
  const order = await store.transaction((tx) =>
    Promise.all(
      ['gx', 'cq', 'gz'].map((source) =>
        write(tx, source).then(() => tx.query<{ n: number }>('select count(*)::int as n from feed_position')),
      ),
    ),
  );
  expect(order.flat().map(({ n }) => n)).toEqual([3, 3, 3]);
});

test('statements that nobody awaited are in before the commit', async () => {
  await store.transaction(async (tx) => {
    void write(tx, 'gx');
    void write(tx, 'cq');
  });
  expect(await sources()).toEqual(['cq', 'gx']);
});

test('a transaction that is over takes no statement', async () => {
  let kept: Tx | undefined;
  await store.transaction(async (tx) => {
    kept = tx;
  });
  await expect(kept?.query('select 1')).rejects.toThrow('the transaction is over');
});

const outerCalls: [string, (outer: Store<'directory'>) => unknown][] = [
  ['its client', ({ db }) => db.feedPosition.findMany()],
  ['raw SQL of its client', ({ db }) => db.$queryRaw`select 1`],
  ['a query', (outer) => outer.query(sql`select 1`)],
  ['a second transaction', (outer) => outer.transaction(async () => undefined)],
  ['a channel', (outer) => outer.listen('corridor_test', () => undefined)],
  ['the access log', (outer) => createAuditLog(outer).append([{ entryId: 'a', body: {} }])],
  ['readiness', (outer) => outer.ready()],
  ['closing', (outer) => outer.close()],
];
test.each(outerCalls)('inside a transaction the store itself is refused: %s', async (_what, call) => {
  await expect(store.transaction(async () => call(store))).rejects.toMatchObject({ name: 'InvariantError' });
});

test('what was started inside a transaction may use the store once it is over', async () => {
  const { promise, release } = await store.transaction(async (tx) => {
    await write(tx, 'gx');
    let release: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      release = resolve;
    });
    return { promise: over.then(sources), release };
  });
  release();
  expect(await promise).toEqual(['gx']);
});

test('transactions of two stores do not bar one another', async () => {
  const other = await openTestStore('party', 'guangxi');
  await store.transaction(async (tx) => {
    await write(tx, 'gx');
    expect(await other.transaction((inner) => inner.query('select code from owner'))).toEqual([{ code: 'guangxi' }]);
    await expect(other.transaction(async () => store.query(sql`select 1`))).rejects.toMatchObject({ name: 'InvariantError' });
  });
  await other.close();
});

test('a transaction of Prisma is refused, since it reports success for what was rolled back', () => {
  expect(() => store.db.$transaction([])).toThrow('use transaction() of the store');
});

test('many transactions at once all take place', async () => {
  await Promise.all(Array.from({ length: 40 }, (_, i) => store.transaction((tx) => write(tx, `s${i}`))));
  expect(await sources()).toHaveLength(40);
});

test('what the database refuses is told without the value', async () => {
  const failures = await Promise.all(
    [
      sql`select ${'geheim'}::int`,
      sql`select ${'{"geheim'}::jsonb`,
      sql`insert into feed_position values (${'geheim'}, null, now())`,
      sql`select geheimes_feld`,
    ].map((statement) => store.query(statement).catch((error: unknown) => error)),
  );
  expect(failures).toMatchObject([{ code: '22P02' }, { code: '22P02' }, { code: '23502', table: 'feed_position' }, { code: '42703' }]);
  expect(inspect(failures.slice(0, 3), { depth: 5, showHidden: true })).not.toContain('geheim');
  expect(String(failures[3])).toContain('geheimes_feld'); // a name of our own, not a value
});
