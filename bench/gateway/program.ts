/** A program of the corridor or a peer as its users start it: a child process with an environment, up once it says so over HTTP. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { request } from 'undici';
import { pidsOfTree } from '../process-tree.ts';

/** How it is started. */
export type ProgramStart = {
  readonly name: string;
  readonly node: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where its output goes. */
  readonly logFolder: string;
  readonly port: number;
  /** A path that answers below 500 once it is up. */
  readonly readyPath: string;
};

/** Starts it and waits until it is up. */
export async function startProgram(start: ProgramStart): Promise<{ readonly url: string; readonly pid: number; stop(): Promise<void> }> {
  const { PATH = '', HOME = '' } = process.env;
  const logFile = join(start.logFolder, `${start.name}.log`);
  const log = openSync(logFile, 'w');
  const child = spawn(start.node, start.args, { cwd: start.cwd, env: { PATH, HOME, ...start.env }, stdio: ['ignore', log, log] });
  closeSync(log);
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      // workers end later than their parent, or not at all
      for (const pid of pidsOfTree(child.pid ?? 0).reverse()) process.kill(pid, 'SIGKILL');
    });
  const url = `http://127.0.0.1:${start.port}`;
  for (const until = Date.now() + 90_000; Date.now() < until && child.exitCode === null; await wait(100)) {
    const status = await request(`${url}${start.readyPath}`).then(
      async ({ statusCode, body }) => {
        await body.dump();
        return statusCode;
      },
      () => 599,
    );
    if (status < 500) return { url, pid: child.pid ?? 0, stop };
  }
  await stop();
  throw new Error(`${start.name} does not start: ${readFileSync(logFile, 'utf8').slice(-2_000)}`);
}

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
