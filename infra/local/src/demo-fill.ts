/** What flows into the demo corridor behind its named consignments: some thousand more, over eight weeks past and two to come. */
import type { DemoMessage } from './demo.ts';
import { callsOf } from './demo-calls.ts';
import { codecoOf, type Gate } from './demo-codeco.ts';
import { type MadeConsignment, makeConsignment } from './demo-consignment.ts';
import { type Handling, handlingReport } from './demo-handling.ts';
import { type DemoHolder, demoSources } from './demo-sources.ts';
import { seededRandom } from './seeded-random.ts';

/** Consignments that leave their origin in each week, from eight weeks back to the second week to come: growth, a holiday, and bookings that thin out. */
export const weeklyDepartures: readonly number[] = [84, 92, 101, 58, 98, 112, 118, 131, 127, 79];
const weeksBack = 8;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Everything the sources of the demo have sent by `now` (ms since the epoch), as `messagesOf` puts it. Equal arguments, equal bytes. */
export function demoFill(now: number, seed: number): DemoMessage[] {
  const start = Math.floor(now / hourMs) * hourMs;
  const random = seededRandom(seed);
  const made: MadeConsignment[] = [];
  for (const [week, count] of weeklyDepartures.entries()) {
    for (let each = 0; each < count; each += 1) {
      const departsAt = start + Math.floor((week - weeksBack) * 7 * dayMs + (each / count + random() / count) * 7 * dayMs);
      made.push(makeConsignment(random, { number: 1_001 + made.length, departsAt, now: start }));
    }
  }
  return messagesOf(made, start);
}

/** How many consignments `demoFill` tells of. */
export const demoFillConsignments: number = weeklyDepartures.reduce((sum, count) => sum + count, 0);

/**
 * The messages of some consignments as they stand at `now`: of each holder first all it is told of consignments, then the calls of what they travel by, then what
 * happened to their boxes, each in the order of time. Arrays of up to 25 and reports of up to 25 boxes: as systems send that have much to say, and no more than
 * one transaction of the embedded database takes.
 */
export function messagesOf(made: readonly MadeConsignment[], now: number): DemoMessage[] {
  const told = made.flatMap((each) => each.told).sort(byTime);
  const calls = callsOf(
    made.flatMap(({ rides }) => rides),
    now,
  );
  const passed = made.flatMap((each) => each.passed).sort(byTime);
  const handled = made.flatMap((each) => each.handled).sort(byTime);
  return [
    ...arraysOf('consignment.v1', told),
    ...arraysOf('transport-call.v1', calls),
    ...batches(passed, ({ holder, gate }) => `${holder} ${gate.type}`, boxesPerReport).map(([first, ...rest]) =>
      reportOf(first.holder, [first.gate, ...rest.map(({ gate }) => gate)]),
    ),
    ...batches(handled, ({ holder, handling: { type, carriage } }) => `${holder} ${type} ${JSON.stringify(carriage)}`, boxesPerReport).map(
      ([first, ...rest]) => handlingOf(first.holder, [first.handling, ...rest.map(({ handling }) => handling)]),
    ),
  ];
}

const messagesPerArray = 25;
const boxesPerReport = 25;

function arraysOf(
  format: 'consignment.v1' | 'transport-call.v1',
  messages: readonly { readonly holder: DemoHolder; readonly message: object }[],
): DemoMessage[] {
  return batches(messages, ({ holder }) => holder, messagesPerArray).map(([first, ...rest]) => ({
    party: first.holder,
    client: demoSources[first.holder].client,
    contentType: 'application/json',
    query: `format=${format}`,
    body: JSON.stringify([first, ...rest].map(({ message }) => message)),
  }));
}

/** The interchange a source posts for some gates of one holder, all in or all out. */
export function reportOf(holder: DemoHolder, gates: readonly [Gate, ...Gate[]]): DemoMessage {
  return edifactOf(holder, codecoOf(gates));
}

function handlingOf(holder: DemoHolder, boxes: readonly [Handling, ...Handling[]]): DemoMessage {
  return edifactOf(holder, handlingReport(boxes));
}

function edifactOf(holder: DemoHolder, body: string): DemoMessage {
  return { party: holder, client: demoSources[holder].client, contentType: 'application/EDIFACT', query: '', body };
}

/** Items of one key together, in their order, up to `size` of them. */
function batches<T>(items: readonly T[], keyOf: (item: T) => string, size: number): [T, ...T[]][] {
  return [...groupedBy(items, keyOf).values()].flatMap((group) => {
    const parts: [T, ...T[]][] = [];
    for (let from = 0; from < group.length; from += size) {
      const [first, ...rest] = group.slice(from, from + size);
      if (first !== undefined) parts.push([first, ...rest]);
    }
    return parts;
  });
}

function groupedBy<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function byTime(one: { readonly at: number }, other: { readonly at: number }): number {
  return one.at - other.at;
}
