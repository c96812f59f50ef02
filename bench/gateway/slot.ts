/** One slot: an engine answers so many requests, and what it used of the processor meanwhile. */
import { setTimeout as wait } from 'node:timers/promises';
import { timeOfTree, usedBetween } from '../process-tree.ts';
import type { Child } from './child.ts';
import type { Engine } from './engine.ts';
import type { Load, Loaded } from './load.ts';

/** What every slot works with. */
export type Bench = { readonly load: Child<null>; readonly owners: Child<Record<string, number>>; readonly msPerTick: number };

/** One query at one engine. */
export type Asked = { readonly engine: Engine; readonly body: string; readonly bytes: number; readonly asks: number };

/** Answered requests, and milliseconds of the clock. */
export type Loading = { readonly loaded: Loaded; readonly asks: number };

const connections = 16;

/** Sends so many requests; gives how it went and how many requests the owners got. */
export async function sendLoad(bench: Bench, asked: Asked, count: number): Promise<Loading> {
  await bench.owners.ask({});
  const headers = await asked.engine.headers();
  const load: Load = {
    url: asked.engine.url,
    headers,
    body: asked.body,
    count,
    connections: Math.min(connections, count),
    bytes: asked.bytes,
  };
  const loaded = (await bench.load.ask(load)) as Loaded;
  return { loaded, asks: (await bench.owners.ask({})) as number };
}

/**
 * Milliseconds of processor time per request; undefined where a slot must be thrown away: a process came or went, or a request failed or was shed.
 * Throws where all were answered and the owners were not asked exactly as often as the plan says.
 */
export async function measureSlot(bench: Bench, asked: Asked, count: number): Promise<number | undefined> {
  const before = timeOfTree(asked.engine.pid, bench.msPerTick);
  const { loaded, asks } = await sendLoad(bench, asked, count);
  // what is left over from the last answers belongs to this slot, too
  await wait(200);
  const used = usedBetween(before, timeOfTree(asked.engine.pid, bench.msPerTick));
  if (loaded.failed + loaded.shed > 0) return undefined;
  if (asks !== count * asked.asks)
    throw new Error(`${asked.engine.name} asked the owners ${asks} times, ${count} x ${asked.asks} were expected`);
  return used === undefined ? undefined : used / count;
}

/** A slot uses so much of the processor at least: a hundredth of a second is the smallest step that is counted. */
const leastSlotCpuMs = 600;

/** Loads an engine until it is warm; gives how many requests fill a slot of `slotMs` of the clock, on a busy machine of processor time. */
export async function warmUp(bench: Bench, asked: Asked, times: { readonly warmUpMs: number; readonly slotMs: number }): Promise<number> {
  const began = performance.now();
  const before = timeOfTree(asked.engine.pid, bench.msPerTick).ms;
  // Not by the clock alone: on a busy machine an engine has worked little by then, and its code is still being compiled.
  for (let count = 8; ; ) {
    const cpuBefore = timeOfTree(asked.engine.pid, bench.msPerTick).ms;
    const { loaded } = await sendLoad(bench, asked, count);
    if (loaded.failed === count) throw new Error(`${asked.engine.name} answers nothing: ${loaded.first}`);
    const cpu = timeOfTree(asked.engine.pid, bench.msPerTick).ms;
    const perSecond = (count / Math.max(1, loaded.wallMs)) * 1_000;
    const left = times.warmUpMs - (performance.now() - began);
    if (left <= 0 && cpu - before >= 0.75 * times.warmUpMs) {
      const cpuMsEach = Math.max(0.05, (cpu - cpuBefore) / count);
      return Math.ceil(Math.max((perSecond * times.slotMs) / 1_000, Math.min(leastSlotCpuMs, times.slotMs) / cpuMsEach));
    }
    count = Math.max(8, Math.round((perSecond * Math.min(1_000, Math.max(300, left))) / 1_000));
  }
}
