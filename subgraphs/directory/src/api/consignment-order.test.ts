/** The lists of consignments beside their definition: grouped in memory from all that the viewer may know of. */

import { sql } from '@corridor/store';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consignmentIdOf } from '../index/consignment-id.ts';
import { aCaller, allOf, anId, firm, openDirectory, type TestDirectory, type Told, ucr } from '../testing/directory.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(() => directory.close());

const parties = ['guangxi', 'gansu', 'chongqing'] as const;
const audiences = [[allOf('GS')], [firm('GS/us')], [allOf('GX')], [allOf('GS'), firm('GS/us')], []];
const time = (minute: number): string => new Date(Date.parse('2026-11-24T00:00:00Z') + minute * 60_000).toISOString();
const viewers = [aCaller('GS'), aCaller('GS', { org: 'GS/us' }), aCaller('GX')];

const aRecord = fc.record({
  party: fc.constantFrom(...parties),
  audience: fc.constantFrom(...audiences),
  // Few references: records of several owners become one consignment.
  reference: fc.integer({ min: 0, max: 5 }),
  minute: fc.integer({ min: 0, max: 4 }),
  withdrawn: fc.nat(9).map((dice) => dice === 0),
});
const aFilter = fc.record({
  mine: fc.boolean(),
  changedSince: fc.option(fc.integer({ min: 0, max: 4 }).map(time), { nil: undefined }),
  partyCode: fc.option(fc.subarray([...parties], { minLength: 1 }), { nil: undefined }),
});

type Row = { id: string; consignment_id: string; party: string; changed_at: Date; index_position: bigint };

test('each page of a list goes on where the last one ended, and all together are what its definition says', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(aRecord, { minLength: 1, maxLength: 14 }),
      aFilter,
      fc.constantFrom(...viewers),
      fc.integer({ min: 1, max: 3 }),
      async (records, filter, as, first) => {
        await directory.empty();
        for (const [n, { party, audience, reference, minute, withdrawn }] of records.entries()) {
          const told: Told = {
            id: anId(party, 'consignment-record', n),
            audience: withdrawn ? [] : audience,
            references: [ucr(`U${reference}`)],
            changedAt: time(minute),
            withdrawn,
          };
          await directory.tell(party, told);
        }
        const known = (
          await directory.store.query<Row>(
            sql`select e.id, e.consignment_id, e.party, e.changed_at, e.index_position from entry e where not e.withdrawn`,
          )
        ).filter(({ id }) => records.some(({ party, audience }, n) => anId(party, 'consignment-record', n) === id && isFor(audience, as)));
        expect(await pages(as, filter, first)).toEqual(byDefinition(known, filter, as, records));
      },
    ),
    { numRuns: 15 },
  );
});

type Filter = { readonly mine: boolean; readonly changedSince: string | undefined; readonly partyCode: readonly string[] | undefined };
type As = (typeof viewers)[number];
type Made = { readonly party: (typeof parties)[number]; readonly audience: (typeof audiences)[number] };

function isFor(audience: Made['audience'], { party, org }: As): boolean {
  return audience.some((tuple) => tuple.party === party && (tuple.org === '*' || tuple.org === org));
}

function byDefinition(known: readonly Row[], filter: Filter, as: As, records: readonly Made[]): string[] {
  const groups = new Map<string, Row[]>();
  for (const row of known) groups.set(row.consignment_id, [...(groups.get(row.consignment_id) ?? []), row]);
  const isMine = ({ id, party }: Row): boolean =>
    as.org === null
      ? party === { GS: 'gansu', GX: 'guangxi' }[as.party ?? '']
      : records.some((made, n) => anId(made.party, 'consignment-record', n) === id && made.audience.some(({ org }) => org === as.org));
  const newest = (rows: readonly Row[]): number => Math.max(...rows.map(({ changed_at }) => changed_at.getTime()));
  const last = (rows: readonly Row[]): string =>
    rows
      .filter(({ changed_at }) => changed_at.getTime() === newest(rows))
      .map(({ id }) => id)
      .sort()
      .at(-1) ?? '';
  const position = (rows: readonly Row[]): number => Math.max(...rows.map(({ index_position }) => Number(index_position)));
  return (
    [...groups]
      .filter(([, rows]) => !filter.mine || rows.some(isMine))
      .filter(([, rows]) => filter.partyCode === undefined || rows.some(({ party }) => filter.partyCode?.includes(party)))
      .filter(([, rows]) => filter.changedSince === undefined || newest(rows) >= Date.parse(filter.changedSince))
      .sort(([, one], [, other]) =>
        filter.changedSince !== undefined
          ? position(one) - position(other)
          : newest(other) - newest(one) || (last(one) < last(other) ? 1 : -1),
      )
      // The id shown is that of the oldest record the viewer may know of: all are of one age here.
      .map(([, rows]) => consignmentIdOf(rows.map(({ id }) => id).sort()[0] ?? ''))
  );
}

async function pages(as: As, filter: Filter, first: number): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | null = null; ; ) {
    const { body } = await directory.ask(
      'query ($first: Int, $after: String, $filter: ConsignmentFilter) { consignments(first: $first, after: $after, filter: $filter) { nodes { id } pageInfo { hasNextPage endCursor } } }',
      { as, variables: { first, after, filter } },
    );
    const page = (body.data as { consignments: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } })
      .consignments;
    found.push(...page.nodes.map(({ id }) => id));
    if (!page.pageInfo.hasNextPage) return found;
    after = page.pageInfo.endCursor;
  }
}
