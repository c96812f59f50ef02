import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { systemRandom } from '@corridor/runtime';
import { type Clock, parties, partyOf } from '@corridor/schemas';
import { endProcess } from './child.ts';
import { claimFolder } from './claim.ts';
import type { LocalConfig } from './config.ts';
import { serveControl } from './control.ts';
import { emptyFolder } from './data-folder.ts';
import { type DemoDoors, demoStart, isDemoFilled, noteDemoFilled, sendDemo } from './demo.ts';
import { demoConsignments, demoMessages } from './demo-corridor.ts';
import { demoFill, demoFillConsignments } from './demo-fill.ts';
import { planPrograms } from './plan.ts';
import { findPortBlock } from './ports.ts';
import { owners, programNames, tokenUrl, urlOf } from './programs.ts';
import { screen } from './screen.ts';
import { ensureSecrets, type SecretFiles } from './secrets.ts';
import { stopOnSignal } from './signals.ts';
import { leftovers, readState } from './state.ts';
import { ProgramFailed, Supervisor } from './supervisor.ts';

/** Issuer and parties first, since the directory follows the parties' feeds and the gateway asks them all; none of them needs another to start. */
const stages = [
  ['issuer', ...parties.map(({ code }) => code)],
  ['directory', 'gateway'],
];

/**
 * Brings the whole corridor up and keeps it up until Ctrl-C. Gives the exit code: 0 after a stop in order, 1 when a program did not come up.
 * @throws CONFIG_INVALID, PORT_TAKEN, DATA_DIRECTORY_LOCKED before anything was started
 */
export async function runCorridor(
  config: LocalConfig,
  options: { readonly fresh: boolean; readonly filled: boolean; readonly say: (line: string) => void; readonly clock: Clock },
): Promise<0 | 1> {
  const { folder, checkout } = config;
  const { say, clock } = options;
  const release = claimFolder(folder);
  try {
    await endLeftovers(config, say);
    if (options.fresh) emptyFolder(folder, programNames);
    keepLastLogs(folder.logs);
    const portBase = await findPortBlock({ base: config.portBase.port, explicit: config.portBase.explicit });
    if (portBase !== config.portBase.port) say(`Ports from ${config.portBase.port} are taken: using ${portBase} to ${portBase + 7}.`);
    const secrets = ensureSecrets(folder.secrets, { owners, parties: parties.map(({ code }) => code), random: systemRandom });
    const programs = planPrograms({ checkout, folder, secrets, portBase, logLevel: config.logLevel, databaseUrls: config.databaseUrls });
    const urls = {
      graphql: `http://localhost:${portBase}/graphql`,
      explorer: `http://localhost:${portBase}/explorer`,
      token: { corridor: tokenUrl('corridor', portBase), asean: tokenUrl('asean', portBase) },
    };
    const supervisor = new Supervisor({ programs, folder, checkout, portBase, urls, env: config.env, say });
    const stopped = stopOnSignal(supervisor, { say, clock });
    const stopServing = serveControl(folder.control, ({ action, program }) =>
      action === 'start' ? supervisor.start(program) : supervisor.stop(program),
    );
    const up = await bringUp(supervisor, { portBase, secrets, config, clock, say });
    const ending = new AbortController();
    const filled = up && options.filled ? fill({ portBase, secrets, config, clock, say, signal: ending.signal }) : undefined;
    const code = up ? await stopped : await supervisor.close().then((): 1 => 1);
    ending.abort();
    await filled;
    stopServing();
    say(code === 0 ? 'Stopped. Data stays.' : 'Stopped.');
    return code;
  } finally {
    release();
  }
}

type Filling = {
  readonly portBase: number;
  readonly secrets: SecretFiles;
  readonly config: LocalConfig;
  readonly clock: Clock;
  readonly say: (line: string) => void;
};

async function bringUp(supervisor: Supervisor, o: Filling): Promise<boolean> {
  const { portBase, config, say } = o;
  try {
    await supervisor.startAll(stages);
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    say(error.message);
    return false;
  }
  const messages = demoMessages(demoStart(config.folder.demo, o.clock));
  const { refused } = await sendDemo(messages, doorsOf(o));
  for (const line of refused) say(`  demo message refused: ${line}`);
  const consignments = demoConsignments(messages);
  say(screen({ checkout: config.checkout, portBase, programs: supervisor.programs, consignments, dataFolder: config.folder.root }));
  return true;
}

const fillSeed = 2026;

/** Lets the rest of the demo flow in while the corridor is already in use; said in quarters, since other lines may come between. */
async function fill(o: Filling & { readonly signal: AbortSignal }): Promise<void> {
  const { config, clock, say, signal } = o;
  if (isDemoFilled(config.folder.demo)) return;
  const messages = demoFill(demoStart(config.folder.demo, clock), fillSeed);
  const startedAt = clock();
  const counted = demoFillConsignments.toLocaleString('en');
  say(`Demo: ${counted} more consignments flow in through the parties' doors over the next minutes; the corridor is in use meanwhile.`);
  const { refused } = await sendDemo(messages, {
    ...doorsOf(o),
    // Who asks meanwhile is to find owners that have time: one message at work, and twice as long none. A party stopped by hand is waited for.
    oneByOne: true,
    rest: 2,
    attempts: 60,
    signal,
    onProgress: (done) => {
      const quarter = Math.floor((done * 4) / messages.length);
      if (!signal.aborted && quarter < 4 && quarter !== Math.floor(((done - 1) * 4) / messages.length)) say(`Demo: ${quarter * 25} %`);
    },
  });
  if (signal.aborted) return;
  const seconds = ((clock() - startedAt) / 1_000).toFixed(0);
  if (refused.length === 0) {
    noteDemoFilled(config.folder.demo);
    say(`Demo: all ${counted} are in, after ${seconds} s. npm run demo:traffic keeps the corridor moving.`);
  } else
    say(`Demo: ${refused.length} of ${messages.length} messages were not taken in; the next start sends them again. First: ${refused[0]}`);
}

function doorsOf({ portBase, secrets, clock }: Filling): DemoDoors {
  return {
    urlOf: (party) => urlOf(party, portBase),
    tokenUrlOf: (party) => tokenUrl(partyOf(party).region === 'foreign' ? 'asean' : 'corridor', portBase),
    clientSecretFile: secrets.clientSecret,
    clock,
  };
}

// A supervisor that was killed leaves its programs behind, with ports and databases in their hands.
async function endLeftovers({ folder }: LocalConfig, say: (line: string) => void): Promise<void> {
  const state = readState(folder.state);
  const left = state === undefined ? [] : leftovers(state);
  if (left.length === 0) return;
  say(`Stopping what an earlier corridor left behind: ${left.map(({ name }) => name).join(', ')}`);
  await Promise.all(left.map(({ process }) => endProcess(process, 10_000)));
}

function keepLastLogs(logs: string): void {
  for (const name of logFiles(logs)) renameSync(join(logs, name), join(logs, name.replace(/\.log$/, '.previous')));
}

function logFiles(logs: string): string[] {
  try {
    return readdirSync(logs).filter((name) => name.endsWith('.log'));
  } catch {
    return [];
  }
}
