import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { identityOf, isRunning, signalProcess } from './process-identity.ts';

test('a process is known by number and start, and by both alone', async () => {
  const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
  const identity = identityOf(child.pid ?? -1);
  expect(identity).toEqual({ pid: child.pid, startTime: expect.stringMatching(/./) });
  if (identity === undefined) return;
  const another = { pid: identity.pid, startTime: `${identity.startTime}0` };
  expect([isRunning(identity), isRunning(another), signalProcess(another, 'SIGKILL')]).toEqual([true, false, false]);
  expect(isRunning(identity)).toBe(true);
  expect(signalProcess(identity, 'SIGKILL')).toBe(true);
  await once(child, 'exit');
  expect([isRunning(identity), signalProcess(identity, 'SIGKILL')]).toEqual([false, false]);
});

test('there is no process where there is none', () => {
  expect(identityOf(2 ** 22 + 1)).toBeUndefined();
});
