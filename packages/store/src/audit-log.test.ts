import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type AuditEntry, createAuditLog } from './audit-log.ts';
import { sql } from './sql.ts';
import type { Store } from './store.ts';
import { asAdministrator, openTestStore } from './testing.ts';

let store: Store<'party'>;
beforeAll(async () => {
  store = await openTestStore('party', 'guangxi');
}, 60_000);
afterAll(() => store.close());
beforeEach(() => asAdministrator(store, 'truncate audit_log restart identity'));

const anEntry = (entryId: string): AuditEntry => ({ entryId, body: { party: 'CQ', recordIds: [`guangxi:port:${entryId}`] } });
const entries = async (): Promise<string[]> =>
  (await store.query<{ entry_id: string }>(sql`select entry_id from audit_log order by id`)).map(({ entry_id }) => entry_id);
// The rows of one commit bear its transaction's number.
const commits = async (): Promise<number> =>
  (await store.query<{ n: number }>(sql`select count(distinct xmin::text)::int as n from audit_log`))[0]?.n ?? -1;

test('200 readers at once share one commit, and each has its row', async () => {
  const log = createAuditLog(store);
  const ids = Array.from({ length: 200 }, (_, i) => `e${i}`);
  await Promise.all(ids.map((id) => log.append([anEntry(id)])));

  expect(await entries()).toEqual(ids);
  expect(await commits()).toBe(1);
  const [row] = await store.query(sql`select position, body from audit_log where entry_id = 'e7'`);
  expect(row).toEqual({ position: null, body: { party: 'CQ', recordIds: ['guangxi:port:e7'] } });
  await log.close();
});

test('a row is committed before its append resolves', async () => {
  const log = createAuditLog(store);
  await log.append([anEntry('a'), anEntry('b')]);
  expect(await entries()).toEqual(['a', 'b']);
  await log.append([]);
  await log.close();
});

test('a group holds at most 500 rows, and an append is never split', async () => {
  const log = createAuditLog(store);
  const appends = Array.from({ length: 12 }, (_, i) => Array.from({ length: 120 }, (_unused, k) => anEntry(`e${i}-${k}`)));
  await Promise.all(appends.map((rows) => log.append(rows)));

  const groups = await store.query<{ n: number }>(sql`select count(*)::int as n from audit_log group by xmin::text order by min(id)`);
  expect(groups.map(({ n }) => n)).toEqual([600, 600, 240]);
  await log.close();
});

test('a commit that fails refuses everybody of its group and nobody else, and the log goes on', async () => {
  const log = createAuditLog(store);
  await log.append([anEntry('a')]);
  const group = await Promise.allSettled([log.append([anEntry('b')]), log.append([anEntry('a')]), log.append([anEntry('c')])]);

  expect(group).toMatchObject(Array.from({ length: 3 }, () => ({ status: 'rejected', reason: { code: '23505' } })));
  await log.append([anEntry('d')]);
  expect(await entries()).toEqual(['a', 'd']);
  await log.close();
});

test('a database that cannot write refuses reads, and lets them through again when it can', async () => {
  const log = createAuditLog(store);
  await asAdministrator(store, 'alter table audit_log rename to audit_log_gone');
  await expect(log.append([anEntry('a')])).rejects.toMatchObject({ code: '42P01' });
  await asAdministrator(store, 'alter table audit_log_gone rename to audit_log');

  await log.append([anEntry('b')]);
  expect(await entries()).toEqual(['b']);
  await log.close();
});

test('an entry that cannot be stored is refused alone', async () => {
  const log = createAuditLog(store);
  const group = await Promise.allSettled([
    log.append([anEntry('a')]),
    log.append([{ entryId: 'b', body: { purpose: 'x\0' } }]),
    log.append([anEntry('c')]),
  ]);

  expect(group).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { code: 'CHARACTER_NOT_STORABLE' } },
    { status: 'fulfilled' },
  ]);
  expect(await entries()).toEqual(['a', 'c']);
  await log.close();
});

test('closing commits what waits, and nothing is taken after', async () => {
  const log = createAuditLog(store, { windowMs: 60_000, maxRows: 2 });
  const waiting = ['a', 'b', 'c', 'd', 'e'].map((id) => log.append([anEntry(id)]));
  await log.close();
  await Promise.all(waiting);

  expect(await entries()).toEqual(['a', 'b', 'c', 'd', 'e']);
  await expect(log.append([anEntry('f')])).rejects.toMatchObject({ name: 'InvariantError' });
});
