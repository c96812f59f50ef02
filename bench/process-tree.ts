/** Processor time of a process and all below it, from Linux's `/proc` (proc(5)). */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Processor time of the processes of a tree, and which these are. */
export type TreeTime = { readonly pids: readonly number[]; readonly ms: number };

/** Reads the files of `/proc`; tests bring their own. */
export type Proc = { readonly read: (path: string) => string; readonly list: (path: string) => readonly string[] };

const linux: Proc = { read: (path) => readFileSync(path, 'utf8'), list: (path) => readdirSync(path) };

/** Ticks of user and system time in the text of `/proc/<pid>/stat`: fields 14 and 15, counted behind the name, which may hold blanks and brackets. */
export function ticksOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // The first of them is field 3.
  const ticks = Number(fields[14 - 3]) + Number(fields[15 - 3]);
  if (!Number.isInteger(ticks)) throw new Error(`no processor time in ${JSON.stringify(stat)}`);
  return ticks;
}

/** A process and all processes below it, the first one first; children of any of its threads. */
export function pidsOfTree(pid: number, proc: Proc = linux): number[] {
  const children = proc
    .list(`/proc/${pid}/task`)
    .flatMap((task) => proc.read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number));
  return [pid, ...children.flatMap((child) => pidsOfTree(child, proc))];
}

/** Milliseconds of processor time of a process and all below it, threads included. */
export function timeOfTree(pid: number, msPerTick: number, proc: Proc = linux): TreeTime {
  const pids = pidsOfTree(pid, proc);
  const ticks = pids.reduce((sum, each) => sum + ticksOf(proc.read(`/proc/${each}/stat`)), 0);
  return { pids, ms: ticks * msPerTick };
}

/** What was used between two readings; undefined where a process began or ended in between, whose share nobody knows. */
export function usedBetween(before: TreeTime, after: TreeTime): number | undefined {
  return before.pids.join() === after.pids.join() ? after.ms - before.ms : undefined;
}

/** Milliseconds of one tick of this machine. */
export function tickMs(): number {
  return 1_000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
}
