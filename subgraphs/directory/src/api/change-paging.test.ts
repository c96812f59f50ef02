/** `consignments(filter: { mine, changedSince })`, read page by page while eight writers change records. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consignmentIdOf } from '../index/consignment-id.ts';
import { aCaller, allOf, anId, openDirectory, type TestDirectory, type Told, ucr } from '../testing/directory.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openDirectory();
}, 60_000);
afterAll(() => directory.close());

const officer = aCaller('GX');
const time = (second: number): string => new Date(Date.parse('2026-11-24T00:00:00.000Z') + second * 1_000).toISOString();
const record = (n: number, over: Partial<Told> = {}): Told => ({
  id: anId('guangxi', 'consignment-record', n),
  createdAt: time(0),
  changedAt: time(10_000 - n),
  audience: [allOf('GX')],
  references: [ucr(`U${n}`)],
  ...over,
});
type Page = {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
};

async function pageAfter(after: string | null, first: number): Promise<Page> {
  const { body } = await directory.ask(
    `query ($after: String, $first: Int) { consignments(first: $first, after: $after, filter: { mine: true, changedSince: "${time(1)}" })
       { nodes { id } pageInfo { hasNextPage endCursor } } }`,
    { as: officer, variables: { after, first } },
  );
  return (body.data as { readonly consignments: Page }).consignments;
}

// An embedded database does one thing at a time: a server is given thousands of records and writers that truly meet.
const size =
  process.env['TEST_DATABASE_URL'] === undefined ? { records: 60, rounds: 5, page: 6 } : { records: 4_000, rounds: 60, page: 50 };

test('what does not change is shown exactly once, what changes at least once and with its last change, beside eight writers', {
  timeout: 240_000,
}, async () => {
  const { records: count, rounds, page: first } = size;
  for (let n = 0; n < count; n += 500)
    await directory.tell('guangxi', ...Array.from({ length: Math.min(500, count - n) }, (_, at) => record(n + at)));
  const told: string[] = [];
  // Eight writers, each with its own records (every fifth of all changes), with the owner's clock behind, level and ahead.
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let round = 2; round < rounds + 2; round += 1) {
      const n = ((writer + 8 * round) * 5) % count;
      const changed = record(n, { revision: round, changedAt: time(2 + ((n * 37 + round * 11) % 5_000)) });
      if ((await directory.tell('guangxi', changed)).written > 0) told.push(consignmentIdOf(changed.id));
      await wait(10);
    }
  });
  const pages: string[][] = [];
  let cursor: string | null = null;
  for (;;) {
    const page: Page = await pageAfter(cursor, first);
    pages.push(page.nodes.map(({ id }) => id));
    cursor = page.pageInfo.endCursor ?? cursor;
    if (!page.pageInfo.hasNextPage) break;
  }
  await Promise.all(writers);
  // The pass goes on to where the writers stopped.
  const shownAtEnd: string[] = [];
  for (;;) {
    const page: Page = await pageAfter(cursor, 100);
    shownAtEnd.push(...page.nodes.map(({ id }) => id));
    cursor = page.pageInfo.endCursor ?? cursor;
    if (!page.pageInfo.hasNextPage) break;
  }
  const shown = [...pages.flat(), ...shownAtEnd];
  const changed = new Set(told);
  const times = (id: string): number => shown.filter((each) => each === id).length;
  const still = Array.from({ length: count }, (_, n) => consignmentIdOf(record(n).id)).filter((id) => !changed.has(id));
  expect(changed.size).toBeGreaterThan(rounds - 1);
  expect(still.length).toBeGreaterThan((count * 2) / 3);
  expect(still.filter((id) => times(id) !== 1)).toEqual([]);
  expect([...changed].filter((id) => times(id) === 0)).toEqual([]);
  for (const page of pages) expect(new Set(page).size).toBe(page.length);
  // No change is left behind the cursor, whatever the owner's clock said of it.
  expect((await pageAfter(cursor, 100)).nodes).toEqual([]);
});

test('a change that reaches the directory late, with an older time than what was read, is shown', async () => {
  await directory.empty();
  await directory.tell('guangxi', record(1, { changedAt: time(50) }), record(2, { changedAt: time(60) }));
  const first = await pageAfter(null, 10);
  expect(first.nodes.map(({ id }) => id).sort()).toEqual([1, 2].map((n) => consignmentIdOf(record(n).id)).sort());
  await directory.tell('guangxi', record(3, { changedAt: time(55) }));
  expect((await pageAfter(first.pageInfo.endCursor, 10)).nodes).toEqual([{ id: consignmentIdOf(record(3).id) }]);
});

test('a consignment that a split made is shown, though nothing of its records changed', async () => {
  await directory.empty();
  await directory.tell('guangxi', record(1, { references: [ucr('A')] }), record(2, { references: [ucr('A')] }));
  const first = await pageAfter(null, 10);
  expect(first.nodes).toEqual([{ id: consignmentIdOf(record(1).id) }]);
  await directory.tell('guangxi', record(1, { revision: 2, references: [] }));
  const next = (await pageAfter(first.pageInfo.endCursor, 10)).nodes.map(({ id }) => id);
  expect(next.sort()).toEqual([1, 2].map((n) => consignmentIdOf(record(n).id)).sort());
});
