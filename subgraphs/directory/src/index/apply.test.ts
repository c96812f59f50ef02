import { randomBytes } from 'node:crypto';
import { sql } from '@corridor/store';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { rebuild } from '../rebuild.ts';
import { allOf, anId, aPage, box, everybody, openDirectory, type TestDirectory, type Told, ucr } from '../testing/directory.ts';
import { applyPage, storedCursor } from './apply.ts';
import { consignmentIdOf } from './consignment-id.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(() => directory.close());
beforeEach(() => directory.empty());

const random = (bytes: number): Uint8Array => randomBytes(bytes);
const record = (n: number, over: Partial<Told> = {}): Told => ({ id: anId('guangxi', 'consignment-record', n), ...over });
const consignmentsOf = async (): Promise<Record<string, string>> => {
  const rows = await directory.store.query<{ id: string; consignment_id: string }>(
    sql`select id, consignment_id from entry where noun = 'consignment-record' order by id`,
  );
  return Object.fromEntries(rows.map(({ id, consignment_id }) => [id.slice(-1), consignment_id]));
};
const id = (n: number): string => consignmentIdOf(anId('guangxi', 'consignment-record', n));

test('a page takes effect once, however often it comes, and its cursor is stored with it', async () => {
  const { page, parts } = aPage('guangxi', [record(1, { references: [ucr('A')] }), { id: anId('guangxi', 'port', 1) }], 'cursor 1');
  const apply = () =>
    applyPage(directory.store, { source: 'guangxi', page, parts, indexKey: directory.indexKey, clock: () => directory.now, random });
  expect(await apply()).toEqual({ fresh: 2, written: 2, merged: 0, splits: [], untold: 0, overfull: 0 });
  const before = await directory.dump();
  expect(await apply()).toEqual({ fresh: 0, written: 0, merged: 0, splits: [], untold: 0, overfull: 0 });
  expect(await directory.dump()).toBe(before);
  expect(await storedCursor(directory.store, 'guangxi')).toBe('cursor 1');
  expect(await storedCursor(directory.store, 'gansu')).toBeNull();
});

test('a lower revision than the stored one has no effect; an equal one tells anew who may know', async () => {
  const state = async () => directory.store.query(sql`select revision, facility_type_code, withdrawn from entry`);
  const port = (revision: number, facilityTypeCode: string): Told => ({
    id: anId('guangxi', 'port', 1),
    revision,
    attributes: { facilityTypeCode },
  });
  await directory.tell('guangxi', port(5, 'POTE'));
  expect(await directory.tell('guangxi', port(4, 'RAMP'))).toMatchObject({ fresh: 1, written: 0 });
  expect(await state()).toEqual([{ revision: 5n, facility_type_code: 'POTE', withdrawn: false }]);
  await directory.tell('guangxi', port(5, 'DEPO'));
  expect(await state()).toEqual([{ revision: 5n, facility_type_code: 'DEPO', withdrawn: false }]);
  await directory.tell('guangxi', port(5, 'RAMP'), port(6, 'POTE'), port(6, 'INTE'), port(5, 'CLOC'));
  expect(await state()).toEqual([{ revision: 6n, facility_type_code: 'INTE', withdrawn: false }]);
});

test('keys and links are replaced with their record', async () => {
  const event: Told = {
    id: anId('guangxi', 'equipment-event', 1),
    references: [box('CSQU3054383')],
    links: [{ recordId: anId('guangxi', 'consignment-record', 1), keyKind: 'UCR' }],
  };
  const counts = async () =>
    (
      await directory.store.query(
        sql`select (select count(*)::int from entry_key) as keys, (select count(*)::int from entry_link) as links`,
      )
    )[0];
  await directory.tell('guangxi', event);
  expect(await counts()).toEqual({ keys: 1, links: 1 });
  await directory.tell('guangxi', { ...event, revision: 2, references: [], links: [] });
  expect(await counts()).toEqual({ keys: 0, links: 0 });
});

test('records that share a house-level key are one consignment; without the key they fall apart, which is told', async () => {
  await directory.tell('guangxi', record(2, { references: [ucr('A')] }), record(3, { references: [ucr('B')] }));
  expect(await consignmentsOf()).toEqual({ 2: id(2), 3: id(3) });
  expect(await directory.tell('guangxi', record(1, { references: [ucr('A'), ucr('B')] }))).toMatchObject({ splits: [] });
  expect(await consignmentsOf()).toEqual({ 1: id(1), 2: id(1), 3: id(1) });
  const recordId = (n: number): string => anId('guangxi', 'consignment-record', n);
  const parts = [1, 2, 3].map((n) => ({ consignmentId: id(n), recordIds: [recordId(n)] }));
  const split = { consignmentId: id(1), parts: parts.sort((a, b) => (a.consignmentId < b.consignmentId ? -1 : 1)) };
  expect(await directory.tell('guangxi', record(1, { revision: 2, references: [] }))).toMatchObject({ splits: [split] });
  expect(await directory.store.query(sql`select body from audit_log`)).toEqual([
    { body: { operation: 'split', ...split, source: 'guangxi', salt: expect.any(String) } },
  ]);
  expect(await consignmentsOf()).toEqual({ 1: id(1), 2: id(2), 3: id(3) });
});

test('records of two owners are joined by one key, whoever comes first', async () => {
  await directory.tell('gansu', {
    id: anId('gansu', 'consignment-record', 4),
    createdAt: '2026-01-01T00:00:00.000Z',
    references: [ucr('A')],
  });
  await directory.tell('guangxi', record(1, { references: [ucr('A')] }));
  expect(Object.values(await consignmentsOf())).toEqual(
    Array.from({ length: 2 }, () => consignmentIdOf(anId('gansu', 'consignment-record', 4))),
  );
});

test('boxes, declarations and references that do not join hold nobody together, whatever an owner says', async () => {
  const shared = [
    { kind: 'EQUIPMENT', value: 'CSQU3054383', joins: true },
    { kind: 'CUSTOMS_DECLARATION', value: 'D1', joins: true },
    { kind: 'TRANSPORT_DOCUMENT', value: 'MAEU/M1', joins: false },
  ] as const;
  await directory.tell('guangxi', record(1, { references: shared }), record(2, { references: shared }), {
    id: anId('guangxi', 'equipment-event', 1),
    createdAt: '2026-01-01T00:00:00.000Z',
    references: [ucr('A')],
  });
  await directory.tell('guangxi', record(3, { references: [ucr('A')] }));
  expect(await consignmentsOf()).toEqual({ 1: id(1), 2: id(2), 3: id(3) });
});

test('an owner cannot link its events to the records of another', async () => {
  const { page, parts } = aPage('guangxi', [
    { id: anId('guangxi', 'equipment-event', 1), links: [{ recordId: anId('gansu', 'consignment-record', 1), keyKind: 'UCR' }] },
  ]);
  const applying = applyPage(directory.store, { source: 'guangxi', page, parts, indexKey: directory.indexKey, clock: () => 0, random });
  await expect(applying).rejects.toEqual(expect.objectContaining({ code: 'FEED_PAGE_INVALID', owner: 'guangxi' }));
  await expect(
    applyPage(directory.store, { source: 'guangxi', page, parts: {}, indexKey: directory.indexKey, clock: () => 0, random }),
  ).rejects.toEqual(expect.objectContaining({ code: 'FEED_PAGE_INVALID' }));
  expect(await directory.dump()).toBe('');
});

test('events of unknown types are noted as seen, and nothing else', async () => {
  const { page, parts } = aPage('guangxi', []);
  const unknown = [{ id: '00000000-0000-4000-8000-000000000001', type: 'cn.corridor.sharing-agreement.granted.v1' }];
  const apply = () =>
    applyPage(directory.store, {
      source: 'guangxi',
      page: { ...page, unknown },
      parts,
      indexKey: directory.indexKey,
      clock: () => 0,
      random,
    });
  expect([await apply(), await apply()]).toMatchObject([{ fresh: 1, written: 0 }, { fresh: 0 }]);
});

test('equal audiences are stored once', async () => {
  await directory.tell(
    'guangxi',
    record(1, { audience: [allOf('GX'), allOf('CQ')] }),
    record(2, { audience: [allOf('CQ'), allOf('GX')] }),
    record(3, { audience: [] }),
  );
  expect(
    await directory.store.query(
      sql`select (select count(*)::int from audience_set) as sets, (select count(*)::int from audience_member) as members`,
    ),
  ).toEqual([{ sets: 2, members: 2 }]);
});

test('the database holds no reference and no audience in clear', async () => {
  await directory.tell('guangxi', record(1, { references: [ucr('6CN98765'), box('CSQU3054383')], audience: [everybody, allOf('CQ')] }));
  const dump = await directory.dump();
  expect(dump).toContain(anId('guangxi', 'consignment-record', 1));
  for (const secret of ['6CN98765', 'CSQU3054383', 'PUBLIC', '"CQ"', 'CQ,']) expect(dump).not.toContain(secret);
});

const keys = fc.array(fc.constantFrom('A', 'B', 'C', 'D'), { maxLength: 2 });
const histories = fc.array(fc.record({ of: fc.nat(5), keys, withdrawn: fc.boolean() }), { minLength: 1, maxLength: 12 }).map((drafts) =>
  drafts.map(
    (draft, at): Told => ({
      ...record(draft.of, { revision: at + 1, references: draft.keys.map(ucr), withdrawn: draft.withdrawn }),
      // one owner's clock does not run with the ids
      createdAt: `2026-11-24T00:00:0${(draft.of * 7) % 6}.000Z`,
    }),
  ),
);

test('whatever the order in which changes arrive and how they are paged, the index ends up the same', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      histories.chain((history) =>
        fc.tuple(fc.constant(history), fc.shuffledSubarray(history, { minLength: history.length }), fc.integer({ min: 1, max: 5 })),
      ),
      async ([history, shuffled, size]) => {
        await directory.empty();
        await directory.tell('guangxi', ...history);
        const expected = await consignmentsOf();
        await directory.empty();
        for (let at = 0; at < shuffled.length; at += size) await directory.tell('guangxi', ...shuffled.slice(at, at + size));
        expect(await consignmentsOf()).toEqual(expected);
      },
    ),
    { numRuns: 25 },
  );
});

test('a rebuild from the feeds alone gives the same index; the log of look-ups stays', async () => {
  const feeds = [
    aPage(
      'guangxi',
      [record(1, { references: [ucr('A')], createdAt: '2026-11-24T00:00:02.000Z' }), record(2, { references: [ucr('B')] })],
      'g1',
    ),
    aPage('gansu', [{ id: anId('gansu', 'consignment-record', 9), references: [ucr('A'), ucr('B')], audience: [allOf('GS')] }], 'l1'),
    aPage('guangxi', [record(2, { revision: 2, references: [ucr('B')], withdrawn: true })], 'g2'),
  ];
  const follow = async () => {
    for (const [at, { page, parts }] of feeds.entries()) {
      await applyPage(directory.store, {
        source: at === 1 ? 'gansu' : 'guangxi',
        page,
        parts,
        indexKey: directory.indexKey,
        clock: () => directory.now,
        random,
      });
    }
  };
  const index = () =>
    directory.store.query(
      sql`select e.id, e.revision, e.withdrawn, e.consignment_id, e.derived_id, encode(s.digest, 'hex') as audience,
                 (select string_agg(encode(k.index, 'hex'), ',' order by k.index) from entry_key k where k.entry_id = e.id) as keys
            from entry e join audience_set s on s.id = e.audience_set_id order by e.id`,
    );
  await follow();
  await directory.ask('{ facilities { nodes { id } } }');
  const before = await index();
  expect(before).toHaveLength(3);
  await rebuild(directory.store);
  expect(
    await directory.store.query(
      sql`select (select count(*)::int from entry) + (select count(*)::int from inbox) + (select count(*)::int from feed_position) as rows`,
    ),
  ).toEqual([{ rows: 0 }]);
  expect(await directory.store.query(sql`select count(*)::int as rows from audit_log`)).toEqual([{ rows: 1 }]);
  await follow();
  expect(await index()).toEqual(before);
});

test('pages of several owners applied at once join what they share', async () => {
  const owners = ['guangxi', 'chongqing', 'guizhou', 'gansu', 'asean'];
  await Promise.all(owners.map((party) => directory.tell(party, { id: anId(party, 'consignment-record', 1), references: [ucr('A')] })));
  expect(new Set(Object.values(await consignmentsOf())).size).toBe(1);
  const all = await directory.store.query<{ consignment_id: string }>(sql`select distinct consignment_id from entry`);
  expect(all).toEqual([{ consignment_id: consignmentIdOf(anId('asean', 'consignment-record', 1)) }]);
});
