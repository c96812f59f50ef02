/**
 * `npm run demo:traffic`: keeps the demo corridor moving. It posts new consignments, gate reports and corrections through the parties' doors, as their
 * source systems would, and says in one line what became of them.
 */
import { parseArgs } from 'node:util';
import { systemClock } from '@corridor/runtime';
import { partyOf } from '@corridor/schemas';
import { localConfig } from './config.ts';
import { keepMoving } from './keep-moving.ts';
import { tokenUrl, urlOf } from './programs.ts';
import { seededRandom } from './seeded-random.ts';
import { isSupervised, readState } from './state.ts';
import { durationMs, trafficHelp } from './traffic-line.ts';

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
  const { portBase } = state;
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  return keepMoving({
    rate,
    random: seededRandom(seed),
    forMs,
    doors: {
      urlOf: (party) => urlOf(party, portBase),
      tokenUrlOf: (party) => tokenUrl(partyOf(party).region === 'foreign' ? 'asean' : 'corridor', portBase),
      clientSecretFile: `${folder.secrets}/client-secret`,
      clock: systemClock,
    },
    clock: systemClock,
    pause: (ms) => pause(ms, ending.signal),
    signal: ending.signal,
    isTerminal: process.stdout.isTTY === true,
    write,
  });
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
