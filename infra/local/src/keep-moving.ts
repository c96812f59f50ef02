/** What `npm run demo:traffic` does between its start and its end. */
import type { Clock } from '@corridor/schemas';
import { type DemoDoors, type DemoMessage, sendDemo } from './demo.ts';
import { makeConsignment } from './demo-consignment.ts';
import { messagesOf, reportOf } from './demo-fill.ts';
import type { SeededRandom } from './seeded-random.ts';
import { type TrafficCount, trafficLine } from './traffic-line.ts';

const dayMs = 86_400_000;

/**
 * Posts new consignments, what they travel by, their reports and corrections, `rate` consignments a second, for `forMs` or until `signal`; shows a line
 * of counts now and then. Gives the exit code: 0, or 1 when nothing was taken in.
 */
export async function keepMoving(o: {
  readonly rate: number;
  readonly random: SeededRandom;
  readonly forMs: number;
  readonly doors: DemoDoors;
  readonly clock: Clock;
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  /** A terminal gets one line that changes; a file gets one each five seconds. */
  readonly isTerminal: boolean;
  readonly write: (text: string) => void;
}): Promise<0 | 1> {
  const startedAt = o.clock();
  // Numbers no earlier run has used: they count on from the seconds of the clock.
  const firstNumber = 100_000 + (Math.floor(startedAt / 1_000) % 800_000);
  const counts = new Map<string, TrafficCount>();
  const faults: string[] = [];
  let made = 0;
  let shownAt = 0;
  const show = (end: string): void => {
    o.write(`${o.isTerminal ? '\r\u001b[K' : ''}${trafficLine(counts, made, o.clock() - startedAt)}${end}`);
  };
  const note = (_: number, { party }: DemoMessage, fault: string | undefined): void => {
    const count = counts.get(party) ?? { takenIn: 0, refused: 0 };
    counts.set(party, fault === undefined ? { ...count, takenIn: count.takenIn + 1 } : { ...count, refused: count.refused + 1 });
    if (fault !== undefined && faults.length < 3) faults.push(`${party}: ${fault}`);
  };
  while (!o.signal.aborted && o.clock() - startedAt < o.forMs) {
    const due = Math.min(Math.floor(((o.clock() - startedAt) / 1_000) * o.rate) + 1 - made, 20);
    const messages = due > 0 ? trafficMessages(o.random, { firstNumber: firstNumber + made, count: due, now: o.clock() }) : [];
    made += Math.max(due, 0);
    await sendDemo(messages, {
      ...o.doors,
      oneByOne: true,
      // A party that is stopped is told as refused, and tried again with the next message.
      attempts: 2,
      repeatMs: 500,
      signal: o.signal,
      onProgress: note,
    });
    if (o.clock() - shownAt >= (o.isTerminal ? 250 : 5_000)) {
      show(o.isTerminal ? '' : '\n');
      shownAt = o.clock();
    }
    await o.pause(100);
  }
  show('\n');
  for (const fault of faults) o.write(`  refused, for instance: ${fault}\n`);
  return [...counts.values()].some(({ takenIn }) => takenIn > 0) ? 0 : 1;
}

/**
 * The messages of `count` new consignments. Most of them are on their way already, so that calls and reports come as well; every eighth gate report is
 * replaced by one a few minutes later, alone under its own number.
 */
export function trafficMessages(
  random: SeededRandom,
  o: { readonly firstNumber: number; readonly count: number; readonly now: number },
): DemoMessage[] {
  const made = Array.from({ length: o.count }, (_, each) =>
    makeConsignment(random, { number: o.firstNumber + each, departsAt: o.now - Math.floor((random() * 12 - 2) * dayMs), now: o.now }),
  );
  const corrected = made.flatMap(({ passed }) => passed).filter(() => random() < 0.125);
  const isCorrected = new Set(corrected);
  return [
    // A replacement takes back all its document told: what is to be replaced goes alone.
    ...messagesOf(
      made.map((each) => ({ ...each, passed: each.passed.filter((report) => !isCorrected.has(report)) })),
      o.now,
    ),
    ...corrected.map(({ holder, gate }) => reportOf(holder, [gate])),
    ...corrected.map(({ holder, gate }) => reportOf(holder, [{ ...gate, at: gate.at + 7 * 60_000, function: '5' }])),
  ];
}
