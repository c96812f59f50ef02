import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** What every report opens with: figures of other machines cannot be compared. */
export function machine(): string {
  const [first] = cpus();
  return `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} x ${first?.model ?? 'unknown'}, ${new Date().toISOString()}`;
}

/** CPU milliseconds of this process, user and system. */
export function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Linux counts processor time in hundredths of a second. */
const msPerTick = 10;

/** CPU milliseconds of a process, its live children and those that have ended: fields 14 to 17 of `/proc/<pid>/stat`. Linux only. */
export function treeCpu(pid: number): number {
  const ticks = (each: number, from: number, to: number): number => {
    const stat = readFileSync(`/proc/${each}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields.slice(from - 3, to - 2).reduce((sum, field) => sum + Number(field), 0);
  };
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return msPerTick * (ticks(pid, 14, 17) + children.reduce((sum, child) => sum + ticks(child, 14, 15), 0));
}

/** `min / median / max` of the rounds. */
export function spread(values: readonly number[], digits = 0): string {
  const sorted = [...values].sort((one, other) => one - other);
  return [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)]
    .map((value) => (value ?? Number.NaN).toFixed(digits))
    .join(' / ');
}

/** The value that so many percent of the values do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** Writes one line of a report. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
