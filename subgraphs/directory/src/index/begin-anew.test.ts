import { randomBytes } from 'node:crypto';
import { sql } from '@corridor/store';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { allOf, anId, aPage, box, everybody, openDirectory, type TestDirectory, type Told, ucr } from '../testing/directory.ts';
import { type Applied, applyPage, storedCursor } from './apply.ts';
import { beginAnew } from './begin-anew.ts';
import { consignmentIdOf } from './consignment-id.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(() => directory.close());
beforeEach(() => directory.empty());

const clock = (): number => directory.now;
const [first, second, third] = [1, 2, 3].map((n) => anId('guangxi', 'consignment-record', n)) as [string, string, string];
const foreign = anId('gansu', 'consignment-record', 1);
const event = anId('guangxi', 'equipment-event', 1);

const tell = (more: boolean, ...told: readonly Told[]): Promise<Applied> => {
  const { page, parts } = aPage('guangxi', told, `cursor ${told.length}`);
  const random = (bytes: number): Uint8Array => randomBytes(bytes);
  return applyPage(directory.store, { source: 'guangxi', page: { ...page, more }, parts, indexKey: directory.indexKey, clock, random });
};
const entries = async (): Promise<unknown[]> =>
  directory.store.query(
    sql`select id, revision::int as revision, withdrawn, (select count(*)::int from audience_member m where m.set_id = e.audience_set_id) as readers from entry e order by id`,
  );
const idsByKey = async (value: string): Promise<unknown> => {
  const { body } = await directory.ask(
    `{ consignmentsByReference(references: [{ referenceType: UCR, reference: "${value}" }]) { __typename } }`,
  );
  return body;
};

test('of a feed that begins anew a lower revision counts, and what it does not tell again is withdrawn at its end; other owners stay', async () => {
  const joined = { references: [ucr('A'), box('CSQU3054383')] };
  await directory.tell('gansu', { id: foreign, revision: 4, createdAt: '2026-11-24T03:00:00.000Z', references: [ucr('A')] });
  await tell(
    false,
    { id: first, revision: 7, createdAt: '2026-11-24T02:00:00.000Z', ...joined },
    { id: second, revision: 3, createdAt: '2026-11-24T01:00:00.000Z', ...joined },
    { id: event, links: [{ recordId: second, keyKind: 'UCR' }], references: [box('CSQU3054383')] },
  );

  await beginAnew(directory.store, 'guangxi', clock);
  await beginAnew(directory.store, 'guangxi', clock);
  expect(await storedCursor(directory.store, 'guangxi')).toBeNull();
  // Everything is still to be found until the owner has told what there is.
  expect(await entries()).toMatchObject([
    { id: foreign, revision: 4 },
    { id: first, revision: 0, withdrawn: false, readers: 1 },
    { id: second, revision: 0, withdrawn: false, readers: 1 },
    { id: event, revision: 0, withdrawn: false, readers: 1 },
  ]);

  expect(
    await tell(true, { id: first, revision: 5, createdAt: '2026-11-24T02:00:00.000Z', audience: [everybody, allOf('CQ')], ...joined }),
  ).toMatchObject({ written: 1, untold: 0 });
  expect(await tell(false, { id: third, revision: 1, references: [ucr('B')] })).toMatchObject({ written: 1, untold: 2 });
  expect(await entries()).toEqual(
    [
      { id: foreign, revision: 4, withdrawn: false, readers: 1 },
      { id: first, revision: 5, withdrawn: false, readers: 2 },
      { id: second, revision: 0, withdrawn: true, readers: 0 },
      { id: third, revision: 1, withdrawn: false, readers: 1 },
      { id: event, revision: 0, withdrawn: true, readers: 0 },
    ].sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
  expect(await directory.store.query(sql`select entry_id from entry_link`)).toEqual([]);
  expect(await directory.store.query(sql`select k.entry_id, k.joins from entry_key k where k.entry_id = ${second} order by 1`)).toEqual([
    { entry_id: second, joins: true },
  ]);

  // The id the consignment had from its oldest record, which is gone, still leads to what is left of it.
  const [row] = await directory.store.query<{ derived_id: string; consignment_id: string }>(
    sql`select derived_id, consignment_id from entry where id = ${first}`,
  );
  expect(row?.consignment_id).toBe(consignmentIdOf(first));
  expect(await directory.store.query(sql`select consignment_id from entry where derived_id = ${consignmentIdOf(second)}`)).toEqual([
    { consignment_id: consignmentIdOf(first) },
  ]);
  expect(JSON.stringify(await idsByKey('A'))).not.toContain('INTERNAL');

  // Once: the next end of a page withdraws nothing, and a record told later is there again.
  expect(await tell(false)).toMatchObject({ untold: 0 });
  expect(await tell(false, { id: second, revision: 1, references: [ucr('A')] })).toMatchObject({ written: 1, untold: 0 });
  expect(await entries()).toContainEqual({ id: second, revision: 1, withdrawn: false, readers: 1 });
});

test('a key that was over the limit by records that are gone joins again', async () => {
  const many = Array.from({ length: 51 }, (_, n) => anId('guangxi', 'consignment-record', 100 + n));
  const bearing = (id: string): Told => ({ id, references: [ucr('JUNK')] });
  await tell(false, ...many.map(bearing));
  const consignments = async (): Promise<number> =>
    (await directory.store.query<{ n: number }>(sql`select count(distinct consignment_id)::int as n from entry where not withdrawn`))[0]
      ?.n ?? -1;
  expect(await consignments()).toBe(51);
  await beginAnew(directory.store, 'guangxi', clock);
  await tell(false, ...many.slice(0, 3).map(bearing));
  expect(await consignments()).toBe(1);
});
