import { expect, test } from 'vitest';
import { type Proc, pidsOfTree, ticksOf, timeOfTree, usedBetween } from '../../bench/process-tree.ts';

const stat = (pid: number, name: string, user: number, system: number): string =>
  `${pid} (${name}) S 1 ${pid} ${pid} 0 -1 4194304 100 200 3 4 ${user} ${system} 70 80 20 0 11 0 12345 0 0`;

/** A gateway (10) with two threads, a child of each, and a grandchild. */
function proc(over: Partial<Record<string, string>> = {}): Proc {
  const files: Partial<Record<string, string>> = {
    '/proc/10/stat': stat(10, 'node', 100, 20),
    '/proc/10/task/10/children': '11 ',
    '/proc/10/task/15/children': '12 ',
    '/proc/11/stat': stat(11, 'esbuild', 7, 1),
    '/proc/11/task/11/children': '13 ',
    '/proc/12/stat': stat(12, 'worker) S 9 (', 3, 2),
    '/proc/12/task/12/children': '',
    '/proc/13/stat': stat(13, 'sh', 1, 0),
    '/proc/13/task/13/children': '',
    ...over,
  };
  return {
    read: (path) => files[path] ?? '',
    list: (path) =>
      Object.keys(files).flatMap((file) => (file.startsWith(`${path}/`) ? (file.slice(path.length + 1).split('/')[0] ?? []) : [])),
  };
}

test('user and system time are fields 14 and 15, counted behind a name that may hold blanks and brackets', () => {
  expect([ticksOf(stat(10, 'node', 100, 20)), ticksOf(stat(12, 'worker) S 9 (', 3, 2))]).toEqual([120, 5]);
  expect(() => ticksOf('10 (node) S 1')).toThrow('no processor time');
});

test('a tree is a process, the children of each of its threads, and theirs', () => {
  expect(pidsOfTree(10, proc())).toEqual([10, 11, 13, 12]);
});

test('the time of a tree is the sum of its processes, in milliseconds of the machine’s ticks', () => {
  expect(timeOfTree(10, 10, proc())).toEqual({ pids: [10, 11, 13, 12], ms: 1_340 });
});

test('what a tree used is known only while the same processes live', () => {
  const before = timeOfTree(10, 10, proc());
  const later = timeOfTree(10, 10, proc({ '/proc/10/stat': stat(10, 'node', 150, 30) }));
  expect(usedBetween(before, later)).toBe(600);
  expect(usedBetween(before, timeOfTree(10, 10, proc({ '/proc/11/task/11/children': '' })))).toBeUndefined();
});

test.skipIf(process.platform !== 'linux')('this machine tells the time of this process', () => {
  const before = timeOfTree(process.pid, 10);
  const until = process.cpuUsage().user + 60_000;
  while (process.cpuUsage().user < until) Math.sqrt(until);
  expect(timeOfTree(process.pid, 10).ms - before.ms).toBeGreaterThan(0);
});
