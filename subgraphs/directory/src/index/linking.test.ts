/** Keys that too many records bear, over several owners. What holds of any history is in linking-history.test.ts. */
import { sql } from '@corridor/store';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { anId, openDirectory, type TestDirectory, type Told, ucr } from '../testing/directory.ts';
import { recordsPerKeyLimit } from './overfull.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openDirectory();
}, 60_000);
afterAll(() => directory.close());
beforeEach(() => directory.empty());

const consignments = async (): Promise<Map<string, string>> => {
  const rows = await directory.store.query<{ id: string; consignment_id: string }>(
    sql`select id, consignment_id from entry where noun = 'consignment-record' order by id`,
  );
  return new Map(rows.map(({ id, consignment_id }) => [id, consignment_id]));
};
const junk = (n: number, over: Partial<Told> = {}): Told => ({
  id: anId('guangxi', 'consignment-record', n),
  references: [ucr('NOTYETGIVEN')],
  ...over,
});
const many = Array.from({ length: recordsPerKeyLimit }, (_, n) => n);

test('a key that more records of one owner bear than a consignment has joins nothing, at any owner, and is told once', {
  timeout: 30_000,
}, async () => {
  const atGansu = { id: anId('gansu', 'consignment-record', 1), references: [ucr('NOTYETGIVEN')] };
  await directory.tell('gansu', atGansu);
  expect(await directory.tell('guangxi', ...many.map((n) => junk(n)))).toMatchObject({ overfull: 0 });
  expect(new Set((await consignments()).values()).size).toBe(1);
  const { overfull, splits } = await directory.tell('guangxi', junk(900));
  // the one that came last was in no consignment yet: it fell out of none
  expect([overfull, splits.map(({ parts }) => parts.length)]).toEqual([1, [recordsPerKeyLimit + 1]]);
  expect(new Set((await consignments()).values()).size).toBe(recordsPerKeyLimit + 2);
  // the next one changes nothing for the others
  expect(await directory.tell('guangxi', junk(901))).toMatchObject({ overfull: 0, splits: [], merged: 0 });
  expect(new Set((await consignments()).values()).size).toBe(recordsPerKeyLimit + 3);
});

test('corrections bring a key back under the limit, and it joins again; what comes when makes no difference', {
  timeout: 30_000,
}, async () => {
  await directory.tell('guangxi', ...many.map((n) => junk(n)), junk(900, { references: [ucr('NOTYETGIVEN'), ucr('B')] }));
  await directory.tell('gansu', { id: anId('gansu', 'consignment-record', 1), references: [ucr('B')] });
  expect(new Set((await consignments()).values()).size).toBe(recordsPerKeyLimit + 1);
  await directory.tell('guangxi', junk(0, { revision: 2, references: [] }));
  expect(new Set((await consignments()).values()).size).toBe(2);
  // cancelled records do not count
  await directory.tell('guangxi', junk(0, { revision: 3 }));
  expect(new Set((await consignments()).values()).size).toBe(recordsPerKeyLimit + 1);
  await directory.tell('guangxi', junk(1, { revision: 2, withdrawn: true }));
  expect(new Set((await consignments()).values()).size).toBe(1);
});
