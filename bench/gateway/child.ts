/** Processes of a measurement: each a program of its own, asked and answered over Node's own channel. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process that runs. `ready` is what it said when it could begin. */
export type Child<Ready> = {
  readonly pid: number;
  readonly ready: Ready;
  /** Sends one message and gives the answer to it. */
  ask(message: object): Promise<unknown>;
  /** Ends it, by its id, and waits until it is gone. */
  stop(): Promise<void>;
};

type Told =
  | { readonly is: 'ready'; readonly value: unknown }
  | { readonly is: 'answer'; readonly to: number; readonly value: unknown }
  | { readonly is: 'failed'; readonly to: number; readonly message: string };

/** Starts a TypeScript file beside this one with these arguments; `node` is the binary, this process's own unless said otherwise. */
export async function startChild<Ready>(file: string, args: readonly string[], node = process.execPath): Promise<Child<Ready>> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(node, ['--import', 'tsx', '--conditions=corridor:source', path, ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const ended = new Promise<never>((_, reject) => child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`))));
  ended.catch(() => undefined);
  const open = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let asked = 0;
  const ready = new Promise<Ready>((resolve) => {
    child.on('message', (told: Told) => {
      if (told.is === 'ready') return resolve(told.value as Ready);
      const waiting = open.get(told.to);
      open.delete(told.to);
      if (told.is === 'answer') waiting?.resolve(told.value);
      else waiting?.reject(new Error(`${file}: ${told.message}`));
    });
  });
  const value = await Promise.race([ready, ended]);
  return {
    pid: child.pid ?? 0,
    ready: value,
    ask: (message) =>
      Promise.race([
        ended,
        new Promise((resolve, reject) => {
          asked += 1;
          open.set(asked, { resolve, reject });
          child.send({ number: asked, message });
        }),
      ]),
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}

/** The other side: says that this process is ready, and answers what it is asked. It ends when who started it does. */
export function answerParent(ready: unknown, answer: (message: Record<string, unknown>) => unknown): void {
  const tell = (told: Told): void => void process.send?.(told);
  process.on('message', ({ number, message }: { number: number; message: Record<string, unknown> }) => {
    Promise.resolve()
      .then(() => answer(message))
      .then(
        (value) => tell({ is: 'answer', to: number, value }),
        (error: unknown) => tell({ is: 'failed', to: number, message: error instanceof Error ? error.message : String(error) }),
      );
  });
  process.once('disconnect', () => process.exit());
  tell({ is: 'ready', value: ready });
}
