/** A program in a process of its own, from its sources: what signals, exit codes and a crowded processor do can be told no other way. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** A running program. */
export type ChildProgram = {
  readonly pid: number;
  signal(name: NodeJS.Signals): void;
  /** What it has written so far. */
  log(): string;
  /** Its exit code; `null` where a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Makes an end of it, whatever it does. */
  kill(): Promise<void>;
};

/** Starts the main module at `entry`, relative to the checkout, with this environment and no other. */
export function startChild(entry: string, env: Readonly<Record<string, string>>, args: readonly string[] = []): ChildProgram {
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=corridor:source', entry, ...args], {
    cwd: checkout,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk;
    });
  const exited = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
  return {
    pid: child.pid ?? 0,
    signal: (name) => void child.kill(name),
    log: () => log,
    exited,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Waits until the program at `url` says that it is ready, for a minute. @throws with its log when it ends instead */
export async function untilReady(url: string, program: ChildProgram): Promise<void> {
  let ended = false;
  void program.exited.then(() => {
    ended = true;
  });
  for (const until = Date.now() + 60_000; Date.now() < until && !ended; await wait(50))
    if ((await statusOf(`${url}/readyz`)) === 200) return;
  throw new Error(`the program did not become ready:\n${program.log()}`);
}

/** Status of a GET, 0 where nobody answers. */
export async function statusOf(url: string): Promise<number> {
  try {
    const { statusCode, body } = await request(url, { reset: true });
    await body.dump();
    return statusCode;
  } catch {
    return 0;
  }
}
