/** A box is used for years: each use is a trip of its own, whatever lies between two of them and in whatever order they are told. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aBox, aConsignment, codeco, type IngestUnderTest, openIngestUnderTest } from '../testing/ingest-under-test.ts';

let owner: IngestUnderTest;
beforeAll(async () => {
  owner = await openIngestUnderTest();
}, 60_000);
afterAll(() => owner.close());

const box = 'LSCU1000016';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** One use of the box: with a consignment that plans it for so many days, or seen at the gates alone. In and out at parts of the time. */
type Use = {
  readonly with: 'consignment' | 'gates alone';
  readonly from: number;
  readonly to: number;
  readonly in: number;
  readonly out: number;
};

const uses: fc.Arbitrary<Use[]> = fc
  .array(
    fc.record({
      with: fc.constantFrom('consignment', 'gates alone'),
      gapHours: fc.integer({ min: 1, max: 90 * 24 }),
      days: fc.integer({ min: 2, max: 25 }),
      in: fc.integer({ min: 0, max: 40 }),
      out: fc.integer({ min: 50, max: 100 }),
    }),
    { minLength: 2, maxLength: 5 },
  )
  .map((drafts) => {
    let end = Date.parse('2025-01-01T00:00:00Z');
    return drafts.map(({ gapHours, days, ...draft }, index): Use => {
      // A gate report within a week of a consignment that lists the box is taken for that consignment's: beside it, a use without one begins later.
      const isApart = draft.with === drafts[index - 1]?.with;
      const from = end + gapHours * hourMs + (isApart ? 0 : 7 * dayMs);
      end = from + days * dayMs;
      const at = (percent: number): number => Math.floor((from + (percent / 100) * days * dayMs) / 60_000) * 60_000;
      return { with: draft.with, from, to: end, in: at(draft.in), out: at(draft.out) };
    });
  });

const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');
// The terminal tells the local time of Qinzhou.
const local = (at: number): string => new Date(at + 8 * hourMs).toISOString().replace(/[-T:]/g, '').slice(0, 12);

/** What is sent of a use: its consignment, if any, and two reports of the gate. */
function messagesOf(use: Use, index: number): (() => Promise<{ readonly status: number }>)[] {
  const leg = {
    sequence: 1,
    modeOfTransport: 'RAIL',
    from: { UNLocationCode: 'CNLAZ' },
    to: { UNLocationCode: 'CNQZH' },
    partyCode: 'GS',
  } as const;
  const planned = { ...leg, plannedDeparture: iso(use.from), plannedArrival: iso(use.to) };
  const report = (name: '34' | '36', at: number) => () => {
    const interchange = `${index}${name}`;
    return owner.edifact(codeco({ name, document: `GATE-${interchange}`, interchange, boxes: [aBox(box, local(at))] }));
  };
  return [
    ...(use.with === 'consignment'
      ? [() => owner.send(aConsignment({ recordReference: `USE-${index}`, references: [], legs: [planned] }))]
      : []),
    report('34', use.in),
    report('36', use.out),
  ];
}

/** The trips as they are stored: the consignments of each, and when it was seen, in order. */
async function trips(): Promise<object[]> {
  const rows = await owner.rows<{ consignments: string[]; seen: Date[] }>(
    `select array(select c.record_key from equipment_consignment l join consignment_record c on c.id = l.record_id where l.equipment_id = t.id) as consignments,
            array(select e.event_at from equipment_event e where e.equipment_id = t.id order by e.event_at) as seen
       from equipment_record t where t.equipment_reference = '${box}'`,
  );
  return rows
    .map(({ consignments, seen }) => ({ consignments, seen: seen.map((at) => at.getTime()) }))
    .sort((a, b) => (a.seen[0] ?? 0) - (b.seen[0] ?? 0));
}

test('a box that is used again, after hours or months, with a consignment or without, is on one trip for each use, whatever is told first', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(uses, fc.infiniteStream(fc.nat()), async (history, order) => {
      await owner.empty();
      const messages = history.flatMap(messagesOf);
      const shuffled = messages
        .map((send) => ({ send, rank: Number(order.next().value) }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ send }) => send);
      for (const send of shuffled) expect((await send()).status).toBe(200);
      expect(await trips()).toEqual(
        history.map((use, index) => ({
          consignments: use.with === 'consignment' ? [expect.stringContaining(`USE-${index}`)] : [],
          seen: [use.in, use.out],
        })),
      );
    }),
    { numRuns: 25 },
  );
});

test('sixty days later the same box is on another trip, with another consignment, and the first one stays as it was', async () => {
  await owner.empty();
  const at = Date.parse('2026-03-01T00:00:00Z');
  const use = (from: number): Use => ({ with: 'consignment', from, to: from + 10 * dayMs, in: from + dayMs, out: from + 9 * dayMs });
  for (const send of messagesOf(use(at), 1)) await send();
  const [first] = await trips();
  for (const send of messagesOf(use(at + 60 * dayMs), 2)) await send();
  expect(await trips()).toEqual([first, { consignments: [expect.stringContaining('USE-2')], seen: [at + 61 * dayMs, at + 69 * dayMs] }]);
});
