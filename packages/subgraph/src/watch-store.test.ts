import { createMetrics, type Metrics } from '@corridor/runtime';
import { CorridorError } from '@corridor/schemas';
import { createAuditLog, type Store } from '@corridor/store';
import { asAdministrator, openTestStore } from '@corridor/store/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Watch, type WatchedLog, watchStore } from './watch-store.ts';

let store: Store<'party'>;
let metrics: Metrics;
beforeAll(async () => {
  store = await openTestStore('party', 'guangxi');
}, 60_000);
afterAll(() => store.close());
beforeEach(async () => {
  metrics = createMetrics();
  await asAdministrator(store, 'delete from outbox; delete from audit_log');
});

const waiting = { table: 'outbox', metric: 'outbox_waiting_seconds', step: 'sequencer' } as const;
const watching = (auditLog: WatchedLog = createAuditLog(store)): Watch<WatchedLog> => watchStore({ store, auditLog, metrics, waiting });
const row = { entryId: 'guangxi:access-log-entry:0000000000000001', body: { operation: 'test' } };
const figure = async (name: string): Promise<string | undefined> =>
  new RegExp(`^corridor_${name} (.*)$`, 'm').exec(await metrics.text())?.[1];

test('a sound owner passes every check', async () => {
  expect(await watching().checks()).toEqual([
    { name: 'database', ok: true },
    { name: 'access log', ok: true },
    { name: 'sequencer', ok: true },
  ]);
  expect([await figure('database_up'), await figure('outbox_waiting_seconds'), await figure('audit_failures_total')]).toEqual([
    '1',
    '0',
    '0',
  ]);
});

test('a committed change that nobody gives a position stops readiness after half a minute, and its age is a figure', async () => {
  const watch = watching();
  await asAdministrator(
    store,
    `insert into outbox (type, subject, noun, revision, at)
     values ('cn.corridor.port.changed.v1', 'guangxi:port:0000000000000001', 'port', 1, clock_timestamp() - interval '90 seconds')`,
  );
  const checks = await watch.checks();
  expect(checks.filter(({ ok }) => !ok)).toEqual([
    { name: 'sequencer', ok: false, detail: expect.stringMatching(/^a committed row has waited 9\d s for its position$/) },
  ]);
  expect(Number(await figure('outbox_waiting_seconds'))).toBeGreaterThan(89);
});

test('a log that cannot be written is counted, stops readiness, and is found sound again by itself', async () => {
  const watch = watching();
  await asAdministrator(store, 'alter table audit_log rename column body to was_body');
  await expect(watch.auditLog.append([row])).rejects.toThrow();
  expect((await watch.checks()).filter(({ ok }) => !ok)).toEqual([
    { name: 'access log', ok: false, detail: expect.stringMatching(/^rows cannot be written: .*body/) },
  ]);
  await asAdministrator(store, 'alter table audit_log rename column was_body to body');
  expect((await watch.checks()).filter(({ ok }) => !ok)).toEqual([]);
  await watch.auditLog.append([row]);
  expect(await store.transaction((tx) => tx.query('select entry_id from audit_log'))).toEqual([{ entry_id: row.entryId }]);
  expect(await figure('audit_failures_total')).toBe('1');
});

test('a row that the caller filled with what cannot be stored is no failure of the log', async () => {
  const watch = watching();
  await expect(watch.auditLog.append([{ ...row, body: { operation: 'a\u0000b' } }])).rejects.toThrow(CorridorError);
  expect([await figure('audit_failures_total'), (await watch.checks()).every(({ ok }) => ok)]).toEqual(['0', true]);
});

// The last one: it closes the store.
test('while the database is away only that is told', async () => {
  const watch = watching();
  await store.close();
  expect(await watch.checks()).toEqual([{ name: 'database', ok: false, detail: 'does not answer' }]);
});
