import { expect, test } from 'vitest';
import { openStore } from './open.ts';
import { sql } from './sql.ts';
import { statementName } from './statement.ts';

test.each([
  ['select id, at from milestone m where m.id = $1', 'SELECT milestone'],
  ['insert into audit_log (entry_id, body) select r.entry_id, r.body from rows from (jsonb_to_recordset($1))', 'INSERT audit_log'],
  ['with told as (insert into outbox (type) select 1) select pg_notify($1, $2)', 'WITH outbox'],
  ['update "outbox" o set position = n.position from (select 1) n', 'UPDATE outbox'],
  ['delete from entry where id = $1', 'DELETE entry'],
  ['select extract(epoch from clock_timestamp()) as now', 'SELECT'],
  ["select 'LSCU1000016' as text", 'SELECT'],
  ['notify corridor_feed', 'NOTIFY'],
])('the name of %s', (text, name) => {
  expect(statementName(text)).toBe(name);
});

test('each statement is told by its name, inside a transaction as well, with its end and without its arguments', async () => {
  const told: string[] = [];
  const onStatement = (name: string) => {
    told.push(`begin ${name}`);
    return (failed: boolean): void => void told.push(failed ? `failed ${name}` : `end ${name}`);
  };
  const store = await openStore({ model: 'party', owner: 'guangxi', clock: Date.now, onStatement });
  try {
    await store.query(sql`select code from owner where code = ${'LSCU1000016'}`);
    await store.transaction((tx) => tx.query('select last from outbox_head'));
    await expect(store.query(sql`select nothing from owner`)).rejects.toThrow();
    expect(told).toEqual([
      'begin SELECT owner',
      'end SELECT owner',
      'begin SELECT outbox_head',
      'end SELECT outbox_head',
      'begin SELECT owner',
      'failed SELECT owner',
    ]);
  } finally {
    await store.close();
  }
}, 60_000);
