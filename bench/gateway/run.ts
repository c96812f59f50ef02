import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { say } from '../measure.ts';
import { spreadOf, told } from '../rounds.ts';
import { benchGateway, type Measured } from './gateway.ts';
import { nodeBinary } from './on-demand.ts';
import { peersNamed } from './peers.ts';

/** The options of the command line, read. */
export type GatewayRun = {
  readonly rounds: number;
  readonly only: string;
  readonly parties: number;
  readonly peers: readonly string[];
  readonly node: string | undefined;
  readonly slotMs: number;
  readonly json: boolean;
  readonly check: boolean;
  readonly build: boolean;
};

/** Builds, measures, and judges where asked to. */
export async function runGatewayBench(run: GatewayRun): Promise<void> {
  if (process.platform !== 'linux') return say('left out: processor time of a process tree is read from /proc, on Linux');
  if (run.build) build();
  const { path, version } = nodeBinary(run.node);
  say(`engines on Node ${version}, ${run.rounds} rounds of ${run.slotMs} ms, load average ${loadavg()[0]?.toFixed(1)} at the beginning`);
  const peers = peersNamed(run.peers);
  const measured = await benchGateway({ ...run, node: path, warmUpMs: 2 * run.slotMs, peers });
  say(`load average ${loadavg()[0]?.toFixed(1)} at the end`);
  if (run.json) say(JSON.stringify(measured));
  if (run.check) judge(measured);
}

function build(): void {
  const turbo = fileURLToPath(new URL('../../scripts/turbo.mjs', import.meta.url));
  const { status } = spawnSync(process.execPath, [turbo, 'run', 'compile', '--output-logs=errors-only'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the gateway could not be built');
}

const small = ['board', 'consignment'];
const targets = { stock: 0.3, peer: 1 };

function judge(measured: readonly Measured[]): void {
  const misses = measured.filter(({ engine }) => engine === 'reference').flatMap(missesOf);
  for (const miss of misses) say(`missed: ${miss}`);
  if (misses.length > 0) process.exitCode = 1;
}

function missesOf({ query, xStock, xPeer, same }: Measured): string[] {
  if (!same) return [`${query}: another answer than stock's`];
  if (!small.includes(query)) return [];
  const limits = [{ name: 'stock', ratios: xStock, limit: targets.stock }].concat(
    Object.entries(xPeer).map(([name, ratios]) => ({ name, ratios: [...ratios], limit: targets.peer })),
  );
  return limits.flatMap(({ name, ratios, limit }) => {
    const spread = spreadOf(ratios);
    return spread !== undefined && spread.med <= limit ? [] : [`${query} x ${name} ${told(spread, 2)}, at most ${limit}`];
  });
}
