import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { endProcess } from './child.ts';
import { isRunning } from './process-identity.ts';
import { leftovers, readState } from './state.ts';
import { type FakeCorridor, fakeCorridor } from './testing/fake-programs.ts';

// A supervisor in a process of its own, which can be sent signals.
const script = `
  import { Supervisor } from './supervisor.ts';
  import { stopOnSignal } from './signals.ts';
  const options = JSON.parse(process.env.OPTIONS);
  const say = (line) => process.stdout.write(line + '\\n');
  const supervisor = new Supervisor({ ...options, env: process.env, say });
  const stopped = stopOnSignal(supervisor, { say, clock: () => Date.now() * 10 });
  await supervisor.startAll([options.programs.map(({ name }) => name)]);
  say('all up');
  process.exit(await stopped);
`;

const corridors: FakeCorridor[] = [];
afterEach(async () => {
  await Promise.all(corridors.splice(0).map((corridor) => corridor.end()));
});

async function started(
  environments: Parameters<typeof fakeCorridor>[0],
  stopWithinMs: number,
): Promise<{ corridor: FakeCorridor; child: ChildProcess; ended: Promise<number | null> }> {
  const corridor = await fakeCorridor(environments, { stopWithinMs });
  corridors.push(corridor);
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=corridor:source', '--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
    env: { ...process.env, OPTIONS: JSON.stringify(corridor.options) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += String(chunk);
  });
  const ended = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null);
  await expect.poll(() => text, { timeout: 10_000 }).toContain('all up');
  return { corridor, child, ended };
}

const running = ({ folder }: FakeCorridor): string[] => {
  const state = readState(folder.state);
  return state === undefined ? [] : leftovers(state).map(({ name }) => name);
};

test('Ctrl-C, delivered twice as npm does, stops every program in order and ends with 0', async () => {
  const { corridor, child, ended } = await started({ guangxi: {}, gateway: {} }, 5_000);
  expect(running(corridor)).toEqual(['guangxi', 'gateway']);
  child.kill('SIGINT');
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(running(corridor)).toEqual([]);
});

test('a second Ctrl-C later does not wait for a program that hangs', async () => {
  const { corridor, child, ended } = await started({ asean: { STUBBORN: 'yes' } }, 60_000);
  child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(running(corridor)).toEqual(['asean']);
  child.kill('SIGINT');
  expect(await ended).toBe(1);
  expect(running(corridor)).toEqual([]);
});

test('programs that outlived a killed supervisor are found again and can be ended', async () => {
  const { corridor, child, ended } = await started({ guangxi: {}, gansu: {} }, 5_000);
  child.kill('SIGKILL');
  await ended;
  const state = readState(corridor.folder.state);
  const left = state === undefined ? [] : leftovers(state);
  expect(left.map(({ name }) => name)).toEqual(['guangxi', 'gansu']);
  await Promise.all(left.map(({ process }) => endProcess(process, 1_000)));
  expect(left.map(({ process }) => isRunning(process))).toEqual([false, false]);
});
