import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from './sql.ts';
import type { Store } from './store.ts';
import { openTestStore } from './testing.ts';

let store: Store<'directory'>;
beforeAll(async () => {
  store = await openTestStore('directory', 'directory');
}, 60_000);
afterAll(() => store.close());

const notify = (channel: string): Promise<number> => store.transaction((tx) => tx.execute(`notify ${channel}`));

/** Counts wakes, and lets a test wait for the next one. */
const aWaker = (): { wake: () => void; woken: () => number; next: () => Promise<void> } => {
  let count = 0;
  let told: () => void = () => undefined;
  return {
    wake: () => {
      count += 1;
      told();
    },
    woken: () => count,
    next: () =>
      new Promise((resolve) => {
        told = resolve;
      }),
  };
};
// What is sent on another channel afterwards comes later: when it has come, the first one would have come as well.
const settled = async (): Promise<void> => {
  const { wake, next } = aWaker();
  const unlisten = await store.listen('settled', wake);
  const come = next();
  await notify('settled');
  await come;
  await unlisten();
};

test('a notification wakes when its transaction commits, and not before', async () => {
  const { wake, woken, next } = aWaker();
  const unlisten = await store.listen('corridor_outbox', wake);
  const come = next();
  await store.transaction(async (tx) => {
    await tx.execute('notify corridor_outbox');
    await tx.query('select 1');
    expect(woken()).toBe(0);
  });
  await come;
  expect(woken()).toBe(1);
  await unlisten();
});

test('neither another channel wakes nor a transaction that rolls back', async () => {
  const { wake, woken } = aWaker();
  const unlisten = await store.listen('corridor_outbox', wake);
  await notify('corridor_feed');
  await store
    .transaction(async (tx) => {
      await tx.execute('notify corridor_outbox');
      throw new Error('no');
    })
    .catch(() => undefined);
  await settled();
  expect(woken()).toBe(0);
  await unlisten();
});

test('all who listen are woken, and who stopped is not', async () => {
  const [first, second] = [aWaker(), aWaker()];
  const stops = [await store.listen('corridor_feed', first.wake), await store.listen('corridor_feed', second.wake)];
  const come = Promise.all([first.next(), second.next()]);
  await notify('corridor_feed');
  await come;
  expect([first.woken(), second.woken()]).toEqual([1, 1]);

  await stops[0]?.();
  const again = second.next();
  await notify('corridor_feed');
  await again;
  expect([first.woken(), second.woken()]).toEqual([1, 2]);

  await stops[1]?.();
  await notify('corridor_feed');
  await settled();
  expect([first.woken(), second.woken()]).toEqual([1, 2]);
});

test('who is woken may use the store, and one woken function listens twice as two', async () => {
  const seen: unknown[] = [];
  const { wake, next } = aWaker();
  const read = (): void => {
    void store.query(sql`select code from owner`).then((rows) => {
      seen.push(rows);
      wake();
    });
  };
  const stops = await Promise.all([store.listen('corridor_feed', read), store.listen('corridor_feed', read)]);
  await stops[0]();
  const come = next();
  await notify('corridor_feed');
  await come;
  expect(seen).toEqual([[{ code: 'directory' }]]);
  await stops[1]();
});

test('a channel is a name, not SQL', async () => {
  await expect(store.listen('a; drop table owner', () => undefined)).rejects.toMatchObject({ name: 'InvariantError' });
});

test('on a server a listener whose connection was cut is woken once it is back, and hears again', async (context) => {
  if (store.kind !== 'postgres') context.skip();
  const { wake, next } = aWaker();
  const unlisten = await store.listen('corridor_outbox', wake);
  const back = next();
  await store.query(sql`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'corridor/directory' and datname = current_database() and query ilike 'listen%'`);
  await back;

  const come = next();
  await notify('corridor_outbox');
  await come;
  await unlisten();
});

test('on a server the store outlives connections that were cut, and is ready before it has noticed each', async (context) => {
  if (store.kind !== 'postgres') context.skip();
  await Promise.all(Array.from({ length: 5 }, () => store.query(sql`select pg_sleep(0.05)`)));
  const cut = store.transaction(async (tx) => {
    const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
    await tx.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> $1', row?.pid);
    await tx.query('select pg_terminate_backend($1)', row?.pid);
    await tx.query('select 1');
  });
  await expect(cut).rejects.toMatchObject({ name: 'DatabaseError', lostConnection: true });
  expect(await store.ready()).toBe(true);
});
