/** What flows into the demo corridor behind its named consignments: some thousand more, over eight weeks past and two to come. */
import type { DemoMessage } from './demo.ts';
import { codecos, type Gate } from './demo-codeco.ts';
import { type MadeConsignment, makeConsignment, type Passed, type Told } from './demo-consignment.ts';
import { type DemoHolder, demoSources } from './demo-sources.ts';
import { seededRandom } from './seeded-random.ts';

/** Consignments that leave their origin in each week, from eight weeks back to the second week to come: growth, a holiday, and bookings that thin out. */
export const weeklyDepartures: readonly number[] = [84, 92, 101, 58, 98, 112, 118, 131, 127, 79];
const weeksBack = 8;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Everything the sources of the demo have sent by `now` (ms since the epoch), each holder's in the order of its source. Equal arguments, equal bytes. */
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
  return messagesOf(made);
}

/** How many consignments `demoFill` tells of. */
export const demoFillConsignments: number = weeklyDepartures.reduce((sum, count) => sum + count, 0);

/** The messages of some consignments: by day, first what is told of consignments, then each holder's gate reports in interchanges of up to ten. */
export function messagesOf(made: readonly MadeConsignment[]): DemoMessage[] {
  const dayOf = ({ at }: { readonly at: number }): number => Math.floor(at / dayMs);
  const told = groupedBy(made.flatMap((each) => each.told).sort(byTime), dayOf);
  const passed = groupedBy(made.flatMap((each) => each.passed).sort(byTime), dayOf);
  const days = [...new Set([...told.keys(), ...passed.keys()])].sort((one, other) => one - other);
  return days.flatMap((day) => [...(told.get(day) ?? []).map(tellingOf), ...interchangesOf(passed.get(day) ?? [])]);
}

/** The message a source posts for what it tells of a consignment. */
function tellingOf({ holder, message }: Told): DemoMessage {
  const { client } = demoSources[holder];
  return { party: holder, client, contentType: 'application/json', query: 'format=consignment.v1', body: JSON.stringify(message) };
}

/** The interchange a source posts for some gates of one holder. */
export function reportOf(holder: DemoHolder, gates: readonly [Gate, ...Gate[]]): DemoMessage {
  return { party: holder, client: demoSources[holder].client, contentType: 'application/EDIFACT', query: '', body: codecos(gates) };
}

const interchangeSize = 10;

function interchangesOf(passed: readonly Passed[]): DemoMessage[] {
  return [...groupedBy(passed, ({ holder }) => holder)].flatMap(([holder, its]) => {
    const reports: DemoMessage[] = [];
    for (let from = 0; from < its.length; from += interchangeSize) {
      const [first, ...rest] = its.slice(from, from + interchangeSize).map(({ gate }) => gate);
      if (first !== undefined) reports.push(reportOf(holder, [first, ...rest]));
    }
    return reports;
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
