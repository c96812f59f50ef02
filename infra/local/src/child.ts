import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, isRunning, type ProcessIdentity, signalProcess } from './process-identity.ts';
import type { Program } from './programs.ts';

/** How a process ended. */
type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** A program while it runs. */
export type Child = {
  readonly identity: ProcessIdentity | null;
  /** Settles when the process has ended. */
  readonly ended: Promise<Exit>;
  /** Asks it to end as a person's Ctrl-C would, then, `patienceMs` later, makes it. */
  stop(patienceMs: number): Promise<Exit>;
};

/** Variables of the supervisor's own environment that a program may see; nothing else gets through, a foreign DATABASE_URL least of all. */
const passedOn = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'TEMP', 'SystemRoot', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'];

/** Starts a program in a process group of its own, so that a Ctrl-C in the terminal reaches the supervisor alone; its output goes to its log file. */
export function startChild(
  program: Program,
  options: { readonly logs: string; readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Child {
  mkdirSync(options.logs, { recursive: true });
  const log = openSync(logFile(options.logs, program.name), 'a');
  const inherited = Object.fromEntries(passedOn.flatMap((name) => (options.env[name] === undefined ? [] : [[name, options.env[name]]])));
  const child = spawn(process.execPath, [program.entry], {
    cwd: options.cwd,
    env: { ...inherited, ...program.env },
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const identity = child.pid === undefined ? null : (identityOf(child.pid) ?? null);
  const ended = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
  return {
    identity,
    ended,
    async stop(patienceMs) {
      if (identity !== null) await endProcess(identity, patienceMs);
      return ended;
    },
  };
}

/** Ends that very process: SIGINT, and after `patienceMs` SIGKILL. Returns when it is gone. */
export async function endProcess(identity: ProcessIdentity, patienceMs: number): Promise<void> {
  const gone = async (withinMs: number): Promise<boolean> => {
    for (let waited = 0; isRunning(identity); waited += 20) {
      if (waited >= withinMs) return false;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return true;
  };
  signalProcess(identity, 'SIGINT');
  if (await gone(patienceMs)) return;
  signalProcess(identity, 'SIGKILL');
  await gone(5_000);
}

/** Where a program's output goes. */
export function logFile(logs: string, name: string): string {
  return join(logs, `${name}.log`);
}

/** The last lines a program wrote, as they are, lines of JSON shortened to their message. */
export function lastLines(logs: string, name: string, count: number): string[] {
  let text: string;
  try {
    text = readFileSync(logFile(logs, name), 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .map(readable);
}

function readable(line: string): string {
  try {
    const { msg, code, err, faults, method, route, status }: Record<string, unknown> = JSON.parse(line);
    const fault = typeof err === 'object' && err !== null && 'message' in err ? err.message : undefined;
    const told = [msg, code, fault, faults, method, route, status].filter((part) => typeof part === 'string' || typeof part === 'number');
    return told.length === 0 ? line : told.join(' · ');
  } catch {
    return line;
  }
}
