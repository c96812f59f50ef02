/** Linking over several owners: whatever comes in whatever order, and whatever dies in between, the same records give the same consignments and ids. */
import { sql } from '@corridor/store';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { rebuild } from '../rebuild.ts';
import { anId, box, openDirectory, type TestDirectory, type Told, ucr } from '../testing/directory.ts';
import { components } from './component.ts';
import { recordsPerKeyLimit } from './overfull.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(() => directory.close());
beforeEach(() => directory.empty());

const consignments = async (): Promise<Map<string, string>> => {
  const rows = await directory.store.query<{ id: string; consignment_id: string }>(
    sql`select id, consignment_id from entry where noun = 'consignment-record' order by id`,
  );
  return new Map(rows.map(({ id, consignment_id }) => [id, consignment_id]));
};
const parties = ['guangxi', 'chongqing', 'gansu'] as const;
type Event = { readonly party: (typeof parties)[number]; readonly told: Told };

// Six records of three owners; each event is a revision of one: other keys, a cancellation, a cancellation taken back. A master document is borne by all.
const histories: fc.Arbitrary<Event[]> = fc
  .array(fc.record({ of: fc.nat(5), keys: fc.array(fc.constantFrom('A', 'B', 'C', 'D'), { maxLength: 3 }), withdrawn: fc.boolean() }), {
    minLength: 4,
    maxLength: 14,
  })
  .map((drafts) =>
    drafts.map(({ of, keys, withdrawn }, at) => {
      const party = parties[of % parties.length] ?? 'guangxi';
      const master = { kind: 'TRANSPORT_DOCUMENT', value: 'COSU/MASTER1', joins: false } as const;
      return {
        party,
        told: {
          id: anId(party, 'consignment-record', of),
          revision: at + 1,
          createdAt: `2026-11-24T00:00:0${(of * 5) % 6}.000Z`,
          withdrawn: withdrawn && keys.length < 3,
          references: [...keys.map(ucr), master, box('CSQU3054383')],
        },
      };
    }),
  );

/** What the records as they finally stand must give, by the rule alone. */
function expected(history: readonly Event[]): Map<string, string> {
  const last = new Map<string, Told>();
  for (const { told } of history) last.set(told.id, told);
  const members = [...last.values()].map(({ id, createdAt = '', withdrawn = false, references = [] }) => {
    return { id, createdAt, withdrawn, keys: references.filter(({ joins }) => joins).map(({ kind, value }) => `${kind} ${value}`) };
  });
  return new Map([...components(members)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

test('records of several owners give the same consignments and ids in every order of arrival, also with a rebuild in between', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      histories.chain((history) =>
        fc.tuple(fc.constant(history), fc.shuffledSubarray(history, { minLength: history.length }), fc.nat(history.length)),
      ),
      async ([history, shuffled, rebuiltAfter]) => {
        await directory.empty();
        const handedOut = new Set<string>();
        for (const [at, { party, told }] of shuffled.entries()) {
          if (at === rebuiltAfter) {
            // as after a loss: nothing is left, and the feeds are read from the start
            await rebuild(directory.store);
            for (const party of parties)
              await directory.tell(party, ...shuffled.slice(0, at).flatMap((before) => (before.party === party ? [before.told] : [])));
          }
          await directory.tell(party, told);
          for (const id of (await consignments()).values()) handedOut.add(id);
        }
        expect(await consignments()).toEqual(expected(history));
        // an id that was ever given leads to a record, and by it to a consignment
        const resolved = await directory.store.query(
          sql`select derived_id from entry where derived_id = any(${[...handedOut]}::text[]) and consignment_id is not null`,
        );
        expect(resolved).toHaveLength(handedOut.size);
      },
    ),
    { numRuns: 8 },
  );
});

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
  expect(await directory.tell('guangxi', junk(900))).toMatchObject({ overfull: 1, split: 1 });
  expect(new Set((await consignments()).values()).size).toBe(recordsPerKeyLimit + 2);
  // the next one changes nothing for the others
  expect(await directory.tell('guangxi', junk(901))).toMatchObject({ overfull: 0, split: 0, merged: 0 });
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
