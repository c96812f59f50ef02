import { setImmediate } from 'node:timers/promises';
import type { Store, Tx } from '@corridor/store';
import { asAdministrator, openTestStore } from '@corridor/store/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { appendToOutbox, type OutboxRow, readOutbox } from './outbox.ts';
import { sequence, startSequencer } from './sequencer.ts';

let store: Store<'party'>;
beforeAll(async () => {
  store = await openTestStore('party', 'guangxi');
});
afterAll(() => store.close());
beforeEach(() => asAdministrator(store, 'delete from outbox; update outbox_head set last = 0'));

/** Something to wait for. */
function aSignal(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve: () => resolve() };
}

const aChange = (n: number) => ({ subject: `guangxi:port:${String(n).padStart(16, '0')}`, noun: 'port' as const, revision: n });
const change = (tx: Tx, ...numbers: number[]) => appendToOutbox(tx, numbers.map(aChange));
const read = (after = 0n, limit = 10_000) => store.transaction((tx) => readOutbox(tx, after, limit));
const told = (rows: readonly OutboxRow[]) => rows.map(({ position, revision }) => [Number(position), revision]);

test('a committed change gets the next position, and the reader its whole row', async () => {
  await store.transaction((tx) => change(tx, 7, 8));
  expect((await read()).rows).toEqual([]);
  expect(await sequence(store)).toBe(2);
  const { rows, last, waitingMs, epoch } = await read();
  expect(rows).toEqual([
    {
      position: 1n,
      eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      type: 'cn.corridor.port.changed.v1',
      subject: aChange(7).subject,
      noun: 'port',
      revision: 7,
      at: expect.any(Date),
    },
    expect.objectContaining({ position: 2n, revision: 8 }),
  ]);
  expect([last, waitingMs]).toEqual([2n, 0]);
  expect(epoch).toMatch(/^[0-9a-f-]{36}\.[0-9.]+$/);
  expect(await sequence(store)).toBe(0);
});

test('a change that was rolled back gets no position and leaves no gap', async () => {
  await store.transaction((tx) => change(tx, 1));
  const refused = store.transaction(async (tx) => {
    await change(tx, 2);
    throw new Error('not this one');
  });
  await expect(refused).rejects.toThrow('not this one');
  await store.transaction((tx) => change(tx, 3));
  await sequence(store);
  await store.transaction((tx) => change(tx, 4));
  await sequence(store);
  expect(told((await read()).rows)).toEqual([
    [1, 1],
    [2, 3],
    [3, 4],
  ]);
});

test('a sequencer that rolls back gives its numbers back', async () => {
  await store.transaction((tx) => change(tx, 1));
  const broken = {
    ...store,
    transaction: <T>(work: (tx: Tx) => Promise<T>) => store.transaction(async (tx) => Promise.reject(await work(tx))),
  };
  await expect(sequence(broken)).rejects.toBe(1);
  await sequence(store);
  expect(told((await read()).rows)).toEqual([[1, 1]]);
});

test('positions are ordered as numbers: the tenth comes behind the ninth, not behind the first', async () => {
  await store.transaction((tx) => change(tx, ...Array.from({ length: 12 }, (_, at) => at + 1)));
  await sequence(store);
  expect(told((await read()).rows)).toEqual(Array.from({ length: 12 }, (_, at) => [at + 1, at + 1]));
  expect(told((await read(9n, 2)).rows)).toEqual([
    [10, 10],
    [11, 11],
  ]);
});

test('a change without a position is told by its age', async () => {
  await store.transaction((tx) => change(tx, 1));
  await asAdministrator(store, "update outbox set at = clock_timestamp() - interval '90 seconds'");
  const { rows, waitingMs } = await read();
  expect(rows).toEqual([]);
  expect(waitingMs).toBeGreaterThanOrEqual(90_000);
  expect(waitingMs).toBeLessThan(120_000);
});

test('one round gives at most 1,000 positions; the rest follows', async () => {
  await store.transaction((tx) => change(tx, ...Array.from({ length: 1_001 }, (_, at) => at + 1)));
  expect([await sequence(store), await sequence(store), await sequence(store)]).toEqual([1_000, 1, 0]);
  expect((await read()).rows.map(({ position, revision }) => Number(position) - revision)).toEqual(Array.from({ length: 1_001 }, () => 0));
});

test('sequencers at work at once give each position once, while changes come in', async () => {
  const total = 120;
  const writing = Promise.all(Array.from({ length: total }, (_, at) => store.transaction((tx) => change(tx, at + 1))));
  let given = 0;
  const sequencing = Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let round = 0; given < total && round < 1_000; round += 1) {
        const positions = await sequence(store);
        given += positions;
        await setImmediate();
      }
    }),
  );
  await Promise.all([writing, sequencing]);
  const { rows } = await read();
  expect(rows.map(({ position }) => Number(position))).toEqual(Array.from({ length: total }, (_, at) => at + 1));
  expect(new Set(rows.map(({ revision }) => revision)).size).toBe(total);
});

test('the loop gives positions when a change commits, and readers are woken', async () => {
  const errors: unknown[] = [];
  const woken = aSignal();
  const stop = await store.listen('corridor_feed', () => woken.resolve());
  const sequencer = startSequencer(store, { intervalMs: 60_000, onError: (error) => errors.push(error) });
  try {
    // the round at the start must not be what finds it
    await new Promise((resolve) => setTimeout(resolve, 50));
    await store.transaction((tx) => change(tx, 1));
    await woken.promise;
    expect(told((await read()).rows)).toEqual([[1, 1]]);
  } finally {
    await sequencer.close();
    await stop();
  }
  expect(errors).toEqual([]);
});

test('the loop finds a change whose wake-up was lost, and goes on after a failure', async () => {
  const errors: unknown[] = [];
  let attempts = 0;
  const deaf = {
    listen: async () => async () => undefined,
    transaction: <T>(work: (tx: Tx) => Promise<T>) => {
      attempts += 1;
      return attempts === 1 ? Promise.reject(new Error('the database is away')) : store.transaction(work);
    },
  };
  const sequencer = startSequencer(deaf, { intervalMs: 10, onError: (error) => errors.push(error) });
  try {
    await store.transaction((tx) => change(tx, 1));
    await expect.poll(async () => told((await read()).rows)).toEqual([[1, 1]]);
  } finally {
    await sequencer.close();
  }
  expect(errors).toEqual([new Error('the database is away')]);
});

// PGlite has one connection: only a server can hold a transaction open beside others.
test.skipIf(process.env['TEST_DATABASE_URL'] === undefined)(
  'a transaction that stays open delays its own changes only (PostgreSQL: TEST_DATABASE_URL)',
  async () => {
    const written = aSignal();
    const end = aSignal();
    const long = store.transaction(async (tx) => {
      await change(tx, 1);
      written.resolve();
      await end.promise;
    });
    await written.promise;
    const others = Array.from({ length: 20 }, (_, at) => at + 2);
    for (const n of others) await store.transaction((tx) => change(tx, n));
    await sequence(store);
    const seen = (await read()).rows;
    expect(told(seen)).toEqual(others.map((n, at) => [at + 1, n]));
    end.resolve();
    await long;
    await sequence(store);
    // its id is the lowest of all: who reads by `id > cursor` has passed it
    const after = await read(seen.at(-1)?.position);
    expect(told(after.rows)).toEqual([[21, 1]]);
    const ids = await store.transaction((tx) =>
      tx.query<{ revision: bigint }>('select revision from outbox where id > (select min(id) from outbox where revision = 2)'),
    );
    expect(ids.map(({ revision }) => Number(revision))).not.toContain(1);
  },
);
