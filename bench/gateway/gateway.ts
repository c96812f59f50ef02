/** What a request costs a gateway: engines and floors side by side over the same owners; docs/performance.md says how it is measured and read. */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { request } from 'undici';
import { say } from '../measure.ts';
import { figuresOf, type Round, ratiosOf, spreadOf, told } from '../rounds.ts';
import type { Engine } from './engine.ts';
import { startProxy, startReference, startStock } from './engines.ts';
import type { StartPeer } from './peers.ts';
import { planningCost } from './planning.ts';
import { createRecorder, type Recording } from './recording.ts';
import { openSite } from './site.ts';
import { type Asked, type Bench, measureSlot, sendLoad, warmUp } from './slot.ts';

/** How it is measured. */
export type GatewayBenchOptions = {
  readonly rounds: number;
  /** Queries whose name has this text. */
  readonly only: string;
  readonly parties: number;
  readonly slotMs: number;
  readonly warmUpMs: number;
  readonly node: string;
  /** Starts engines of others beside ours. */
  readonly peers: readonly StartPeer[];
};

/** What was measured of one engine and one query. */
export type Measured = {
  readonly query: string;
  readonly engine: string;
  readonly bytes: number;
  readonly asks: number;
  /** Milliseconds of processor time per request, a figure a round. */
  readonly cpuMs: readonly number[];
  readonly xStock: readonly number[];
  readonly xFloor: readonly number[];
  /** Named for peers alone: this engine's ratio to each of them. */
  readonly xPeer: Readonly<Record<string, readonly number[]>>;
  /** Whether `data` is equal to stock's; one that is not has no figures. */
  readonly same: boolean;
};

/** Answers above this are compared with the parsing proxy: who merges must parse. */
const largeBytes = 10 * 1_024;
const queryNames = ['board', 'consignment', 'deep', 'dashboard'];

/** Measures, and says the table as it goes. */
export async function benchGateway(options: GatewayBenchOptions): Promise<Measured[]> {
  const closing: (() => unknown)[] = [];
  try {
    const { site, bench, issuer, close } = await openSite(options);
    closing.push(close);
    const engines: Engine[] = [];
    const starts = [
      () => startStock(site),
      () => startReference(site, issuer),
      ...options.peers.map((start) => () => start(site, issuer)),
      () => startProxy(site, 'copying'),
      () => startProxy(site, 'parsing'),
    ];
    for (const start of starts) {
      const engine = await start();
      engines.push(engine);
      closing.push(engine.stop);
    }
    const recorder = await createRecorder(readFileSync(site.supergraphFile, 'utf8'), site.owners);
    closing.push(recorder.close);
    say(head);
    const measured: Measured[] = [];
    for (const name of chosen(options)) {
      const query = readFileSync(new URL(`queries/${name}.graphql`, import.meta.url), 'utf8');
      const rows = await compare(bench, engines, { name, query, recording: await recorder.record(query) }, options);
      for (const row of rows) say(line(row));
      measured.push(...rows);
    }
    if (options.parties > 5) await planningCost(site, chosen(options));
    return measured;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

function chosen({ only, parties }: GatewayBenchOptions): string[] {
  // with five parties the dashboard tells nothing that the others do not
  return queryNames.filter((name) => name.includes(only) && (name !== 'dashboard' || parties > 5));
}

type Case = { readonly name: string; readonly query: string; readonly recording: Recording };

async function compare(bench: Bench, engines: readonly Engine[], of: Case, options: GatewayBenchOptions): Promise<Measured[]> {
  const { waves, data } = of.recording;
  const body = JSON.stringify({ query: of.query });
  const asks = waves.flat().length;
  const tried: { asked: Asked; same: boolean; count: number }[] = [];
  for (const engine of engines) {
    await engine.replay?.(waves);
    const answer = await once(engine, body);
    const same = engine.replay !== undefined || isDeepStrictEqual(dataOf(answer), data);
    // a peer has a planner of its own: its questions are counted, ours are known
    const own = engine.name.startsWith('hive') ? await asksOf(bench, engine, body) : asks;
    const asked: Asked = { engine, body, bytes: Math.floor(answer.length * 0.95), asks: own };
    tried.push({ asked, same, count: same ? await warmUp(bench, asked, options) : 0 });
  }
  const rounds: Round[] = [];
  for (let round = 0; round < options.rounds; round++) {
    const figures: Record<string, number | undefined> = {};
    for (const { asked, same, count } of tried) if (same) figures[asked.engine.name] = await measured(bench, asked, count);
    rounds.push(figures);
  }
  const floor = Buffer.byteLength(JSON.stringify(data)) > largeBytes ? 'parsing proxy' : 'copying proxy';
  const peers = engines.filter(({ name }) => name.startsWith('hive'));
  return tried.map(({ asked, same }) => ({
    query: of.name,
    engine: asked.engine.name,
    bytes: Buffer.byteLength(JSON.stringify(data)),
    asks: asked.asks,
    cpuMs: figuresOf(rounds, asked.engine.name),
    xStock: ratiosOf(rounds, asked.engine.name, 'stock'),
    xFloor: ratiosOf(rounds, asked.engine.name, floor),
    xPeer: Object.fromEntries(peers.map(({ name }) => [name, ratiosOf(rounds, asked.engine.name, name)])),
    same,
  }));
}

// A slot that was disturbed is measured again, twice; a machine that never leaves it in peace has no figure.
async function measured(bench: Bench, asked: Asked, count: number): Promise<number | undefined> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    const figure = await measureSlot(bench, asked, count);
    if (figure !== undefined) return figure;
  }
  return undefined;
}

async function once(engine: Engine, body: string): Promise<Buffer> {
  const answer = await request(`${engine.url}/graphql`, { method: 'POST', headers: await engine.headers(), body });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  if (answer.statusCode !== 200) throw new Error(`${engine.name} answered ${answer.statusCode} ${bytes.toString('utf8', 0, 500)}`);
  return bytes;
}

async function asksOf(bench: Bench, engine: Engine, body: string): Promise<number> {
  await once(engine, body);
  return (await sendLoad(bench, { engine, body, bytes: 0, asks: 0 }, 1)).asks;
}

function dataOf(answer: Buffer): unknown {
  const parsed: { data?: unknown; errors?: unknown } = JSON.parse(answer.toString('utf8'));
  return parsed.errors === undefined ? parsed.data : undefined;
}

const widths = [12, 8, 5, 16, 22, 22, 20, 4];
const columns = (cells: readonly string[]): string =>
  cells
    .map((cell, at) => cell.padEnd(widths[at] ?? 0))
    .join(' ')
    .trimEnd();
const head = columns(['query', 'bytes', 'asks', 'engine', 'cpu ms min med max', 'x stock min med max', 'x floor min med max', 'same']);

function line({ query, bytes, asks, engine, cpuMs, xStock, xFloor, xPeer, same }: Measured): string {
  const peers = Object.entries(xPeer).flatMap(([name, ratios]) => (name === engine ? [] : [`x ${name} ${told(spreadOf(ratios), 2)}`]));
  const figures = [told(spreadOf(cpuMs), 2), told(spreadOf(xStock), 2), told(spreadOf(xFloor), 1)];
  return columns([query, String(bytes), String(asks), engine, ...figures, same ? 'yes' : 'no', ...peers]);
}
