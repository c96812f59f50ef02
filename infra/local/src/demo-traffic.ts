/**
 * `npm run demo:traffic`: keeps the demo corridor moving. It posts new consignments, gate reports and corrections through the parties' doors, as their
 * source systems would, and says in one line what became of them.
 */
import { parseArgs } from 'node:util';
import { systemClock } from '@corridor/runtime';
import { partyOf } from '@corridor/schemas';
import { localConfig } from './config.ts';
import { type DemoMessage, sendDemo } from './demo.ts';
import { makeConsignment } from './demo-consignment.ts';
import { messagesOf, reportOf } from './demo-fill.ts';
import { tokenUrl, urlOf } from './programs.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { isSupervised, readState } from './state.ts';
import { durationMs, type TrafficCount, trafficHelp, trafficLine } from './traffic-line.ts';

const write = (text: string): void => {
  process.stdout.write(text);
};

try {
  process.exitCode = await run();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
// Kept connections would keep the process.
process.exit();

async function run(): Promise<0 | 1> {
  const { values } = parseArgs({
    options: {
      rate: { type: 'string', default: '2' },
      seed: { type: 'string', default: '1' },
      for: { type: 'string', default: '10m' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    write(trafficHelp);
    return 0;
  }
  const [rate, seed, forMs] = [Number(values.rate), Number(values.seed), durationMs(values.for)];
  if (!(rate > 0 && rate <= 20)) throw new Error(`--rate ${values.rate}: more than 0, at most 20 consignments a second`);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`--seed ${values.seed}: a whole number`);
  const { folder } = localConfig(process.env);
  const state = readState(folder.state);
  if (state === undefined || !isSupervised(state)) throw new Error(`No corridor runs in ${folder.root}. First: npm start`);
  return keepMoving({
    rate,
    random: seededRandom(seed),
    forMs,
    portBase: state.portBase,
    clientSecretFile: `${folder.secrets}/client-secret`,
  });
}

async function keepMoving(o: {
  readonly rate: number;
  readonly random: SeededRandom;
  readonly forMs: number;
  readonly portBase: number;
  readonly clientSecretFile: string;
}): Promise<0 | 1> {
  const startedAt = systemClock();
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  // A number no earlier run has used: it counts on from the seconds of the clock.
  const firstNumber = 100_000 + (Math.floor(startedAt / 1_000) % 800_000);
  const counts = new Map<string, TrafficCount>();
  const faults: string[] = [];
  const show = (end: string): void => {
    write(`${process.stdout.isTTY ? '\r\u001b[K' : ''}${trafficLine(counts, made, systemClock() - startedAt)}${end}`);
  };
  const note = (_: number, { party }: DemoMessage, fault: string | undefined): void => {
    const count = counts.get(party) ?? { takenIn: 0, refused: 0 };
    counts.set(party, fault === undefined ? { ...count, takenIn: count.takenIn + 1 } : { ...count, refused: count.refused + 1 });
    if (fault !== undefined && faults.length < 3) faults.push(`${party}: ${fault}`);
  };
  let made = 0;
  let shownAt = 0;
  while (!ending.signal.aborted && systemClock() - startedAt < o.forMs) {
    const due = Math.min(Math.floor(((systemClock() - startedAt) / 1_000) * o.rate) + 1 - made, 20);
    const messages = due > 0 ? next(o.random, firstNumber + made, due) : [];
    made += Math.max(due, 0);
    await sendDemo(messages, {
      urlOf: (party) => urlOf(party, o.portBase),
      tokenUrlOf: (party) => tokenUrl(partyOf(party).region === 'foreign' ? 'asean' : 'corridor', o.portBase),
      clientSecretFile: o.clientSecretFile,
      clock: systemClock,
      oneByOne: true,
      // A party that is stopped is told as refused, and tried again with the next message.
      attempts: 2,
      repeatMs: 500,
      signal: ending.signal,
      onProgress: note,
    });
    // A terminal gets one line that changes; a file gets one each five seconds.
    if (systemClock() - shownAt >= (process.stdout.isTTY ? 250 : 5_000)) {
      show(process.stdout.isTTY ? '' : '\n');
      shownAt = systemClock();
    }
    await pause(100, ending.signal);
  }
  show('\n');
  for (const fault of faults) write(`  refused, for instance: ${fault}\n`);
  return [...counts.values()].some(({ takenIn }) => takenIn > 0) ? 0 : 1;
}

// Of those made now most are on their way already, so that gates report as well; every eighth gate report is replaced by one a few minutes later.
function next(random: SeededRandom, firstNumber: number, count: number): DemoMessage[] {
  const now = systemClock();
  const made = Array.from({ length: count }, (_, each) =>
    makeConsignment(random, { number: firstNumber + each, departsAt: now - Math.floor((random() * 12 - 2) * 86_400_000), now }),
  );
  const replaced = made
    .flatMap(({ passed }) => passed)
    .filter(() => random() < 0.125)
    .map(({ holder, gate }) => ({ holder, gate: { ...gate, at: gate.at + 7 * 60_000, function: '5' as const } }));
  return [...messagesOf(made), ...replaced.map(({ holder, gate }) => reportOf(holder, [gate]))];
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    if (signal.aborted) resolve();
    signal.onabort = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
