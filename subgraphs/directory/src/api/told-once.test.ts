import type { Caller } from '@corridor/schemas';
import { anonymous } from '@corridor/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consignmentIdOf } from '../index/consignment-id.ts';
import { aCaller, allOf, anId, box, openDirectory, type TestDirectory, type Told } from '../testing/directory.ts';

let directory: TestDirectory;

const time = (minutes: number): string => new Date(Date.UTC(2026, 10, 24, 8, minutes)).toISOString();
const record = (n: number): Told => ({ id: anId('guangxi', 'consignment-record', n), createdAt: time(0) });
const eventId = (n: number) => anId('guangxi', 'equipment-event', n);
const event = (n: number, at: number, of: readonly number[], more: Partial<Told> = {}): Told => ({
  id: eventId(n),
  sortAt: time(at),
  references: [box('CSQU3054383')],
  links: of.map((each) => ({ recordId: record(each).id, keyKind: 'BOOKING' })),
  ...more,
});

beforeAll(async () => {
  directory = await openDirectory();
  const attributes = { corroborates: eventId(2) };
  await directory.tell(
    'guangxi',
    record(1),
    record(2),
    event(1, 0, [1]),
    event(3, 10, [1, 2], { attributes }),
    // The leading report: open to Guangxi alone, and not of the second consignment.
    event(2, 15, [1], { audience: [allOf('GX')] }),
    event(4, 20, [1, 2], { attributes }),
    event(5, 30, [1]),
  );
}, 60_000);
afterAll(() => directory.close());

async function timeline(as: Caller, of: string, first = 10): Promise<number[]> {
  const seen: number[] = [];
  for (let after = ''; ; ) {
    const query = `{ of: ${of} { timeline(first: ${first}${after}) { nodes { id } pageInfo { hasNextPage endCursor } } } }`;
    const { text } = await directory.ask(query, { as });
    const { nodes, pageInfo } = JSON.parse(text).data.of.timeline as {
      nodes: { id: string }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
    seen.push(...nodes.map(({ id }) => [1, 2, 3, 4, 5].findIndex((n) => eventId(n) === id) + 1));
    if (!pageInfo.hasNextPage) return seen;
    after = `, after: "${pageInfo.endCursor}"`;
  }
}
const journey = (span = '') => `equipmentJourney(equipmentReference: "CSQU3054383"${span})`;
const consignment = (n: number) => `consignment(id: "${consignmentIdOf(record(n).id)}")`;

test('of three reports of one event a timeline shows the leading one, in pages of any size', async () => {
  for (const first of [1, 2, 10]) {
    expect(await timeline(aCaller('GX'), journey(), first)).toEqual([1, 2, 5]);
    expect(await timeline(aCaller('GX'), consignment(1), first)).toEqual([1, 2, 5]);
  }
});

test('where the leading one is hidden, left out by the span or not of the consignment, the first of the others is shown', async () => {
  expect(await timeline(anonymous, journey(), 1)).toEqual([1, 3, 5]);
  expect(await timeline(anonymous, consignment(1), 1)).toEqual([1, 3, 5]);
  expect(await timeline(aCaller('GX'), journey(`, from: "${time(18)}"`), 1)).toEqual([4, 5]);
  expect(await timeline(aCaller('GX'), consignment(2), 1)).toEqual([3]);
});

test('a report that leads no more is shown again, once its owner says so', async () => {
  await directory.tell('guangxi', event(4, 20, [1, 2], { revision: 2 }));
  expect(await timeline(aCaller('GX'), journey(), 1)).toEqual([1, 2, 4, 5]);
});
