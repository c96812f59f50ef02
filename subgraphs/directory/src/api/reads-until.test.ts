import { sql } from '@corridor/store';
import { asAdministrator, testServer } from '@corridor/store/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anId, openDirectory, type TestDirectory } from '../testing/directory.ts';
import { readsUntil } from './reads-until.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openDirectory();
  await directory.tell('guangxi', { id: anId('guangxi', 'port', 1) });
}, 60_000);
afterAll(() => directory.close());

const record = `{ record(id: "${anId('guangxi', 'port', 1)}") { id } }`;

test('no statement is begun when the time is over', async () => {
  const reads = readsUntil(directory.store, directory.now, () => directory.now);
  await expect(reads.query(sql`select 1 as one`)).rejects.toMatchObject({ code: 'OWNER_TIMEOUT', owner: 'directory' });
  directory.now += 1;
  expect(await readsUntil(directory.store, directory.now + 5_000, () => directory.now).query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
});

test.skipIf(testServer() === undefined)(
  'a statement ends on the server when the time is over: `corridor-deadline` is its statement_timeout',
  async () => {
    const reads = readsUntil(directory.store, directory.now + 321, () => directory.now);
    expect(await reads.query(sql`select current_setting('statement_timeout') as limit`)).toEqual([{ limit: '321ms' }]);
    await expect(reads.query(sql`select pg_sleep(30)`)).rejects.toMatchObject({ name: 'DatabaseError' });
    await expect.poll(sleeping, { timeout: 10_000 }).toBe(0);
  },
);

test.skipIf(testServer() === undefined)('a question that waits for a lock is answered in time, and waits for it no longer', async () => {
  const locked = asAdministrator(directory.store, 'begin; lock table entry in access exclusive mode; select pg_sleep(3); commit');
  await expect.poll(() => waiting("mode = 'AccessExclusiveLock' and granted"), { timeout: 10_000 }).toBe(1);
  const { status, body } = await directory.ask(record, { deadlineMs: 300 });
  expect([status, body.errors?.map(({ extensions }) => extensions.code)]).toEqual([200, ['OWNER_TIMEOUT']]);
  // the lock is still held, and nobody waits for it
  await expect.poll(() => waiting('not granted'), { timeout: 2_000, interval: 20 }).toBe(0);
  expect(await waiting("mode = 'AccessExclusiveLock' and granted")).toBe(1);
  await locked;
  expect((await directory.ask(record)).body.data).toEqual({ record: { id: anId('guangxi', 'port', 1) } });
});

async function sleeping(): Promise<number> {
  const rows = await directory.store.query<{ count: number }>(
    sql`select count(*)::int as count from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and query like '%pg_sleep(30)%' and state = 'active'`,
  );
  return rows[0]?.count ?? 0;
}

async function waiting(condition: string): Promise<number> {
  const rows = await directory.store.transaction((tx) =>
    tx.query<{ count: number }>(`select count(*)::int as count from pg_locks where relation = 'entry'::regclass and ${condition}`),
  );
  return rows[0]?.count ?? 0;
}
