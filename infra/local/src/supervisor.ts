import { type Child, endProcess, lastLines, logFile, startChild } from './child.ts';
import type { DataFolder } from './data-folder.ts';
import { identityOf, type ProcessIdentity } from './process-identity.ts';
import type { Program } from './programs.ts';
import { untilReady } from './readiness.ts';
import { type CorridorState, type ProgramState, writeState } from './state.ts';

/** What the supervisor works with. `say` gets one line for the person at the terminal. */
export type SupervisorOptions = {
  readonly programs: readonly Program[];
  readonly folder: DataFolder;
  readonly checkout: string;
  readonly portBase: number;
  readonly urls: CorridorState['urls'];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
  readonly readyWithinMs?: number;
  readonly stopWithinMs?: number;
};

/** A program that did not come up; its message holds the last lines of its log. */
export class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed';
}

/**
 * Runs the programs, each in a process of its own. A program that ends by itself is reported with the last lines of its log and left alone: a crash
 * that is silently repaired is a crash nobody looks at. What runs where stands in `.data/corridor.json` at any time.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #children = new Map<string, Child>();
  readonly #states = new Map<string, ProgramState>();
  readonly #stopping = new Set<string>();
  readonly #self: ProcessIdentity;
  #closing: Promise<void> | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#self = identityOf(process.pid) ?? { pid: process.pid, startTime: '' };
    for (const { name, port, url } of options.programs) this.#states.set(name, { state: 'stopped', port, url, process: null });
  }

  /** How each program does. */
  get programs(): ReadonlyMap<string, ProgramState> {
    return this.#states;
  }

  /** Starts the programs, stage after stage, those of one stage together. @throws ProgramFailed for the first that does not come up */
  async startAll(stages: readonly (readonly string[])[]): Promise<void> {
    for (const stage of stages) await Promise.all(stage.map((name) => this.start(name)));
  }

  /** Starts one program and waits until it is ready; one that runs is left as it is. @throws ProgramFailed */
  async start(name: string): Promise<void> {
    const program = this.#programOf(name);
    if (this.#children.has(name)) return;
    if (this.#closing !== undefined) throw new ProgramFailed(`${name} was not started: the corridor is stopping`);
    const startedAt = performance.now();
    const child = startChild(program, { logs: this.#options.folder.logs, cwd: this.#options.checkout, env: this.#options.env });
    this.#children.set(name, child);
    this.#note(name, { state: 'starting', process: child.identity });
    void child.ended.then((exit) => this.#ended(name, exit));
    const outcome = await untilReady(program.url, { withinMs: this.#options.readyWithinMs ?? 60_000, ended: child.ended });
    if (outcome === 'ready') {
      this.#note(name, { state: 'up' });
      this.#options.say(`  ready  ${name.padEnd(10)} :${program.port}  ${seconds(performance.now() - startedAt)}`);
      return;
    }
    if (this.#closing !== undefined) throw new ProgramFailed(`${name} was stopped while it started`);
    if (outcome === 'late') await this.stop(name);
    throw new ProgramFailed(this.#report(name, outcome === 'late' ? 'was not ready in time' : 'ended while it started'));
  }

  /** Stops one program and waits until its process is gone. */
  async stop(name: string): Promise<void> {
    this.#programOf(name);
    const child = this.#children.get(name);
    if (child === undefined) return;
    this.#stopping.add(name);
    await child.stop(this.#options.stopWithinMs ?? 10_000);
    this.#children.delete(name);
    this.#note(name, { state: 'stopped', process: null });
    this.#stopping.delete(name);
  }

  /** Stops everything, gateway first so that nobody asks owners that are gone, and waits. Data stays. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      await this.stop('gateway').catch(() => undefined);
      await Promise.all([...this.#children.keys()].map((name) => this.stop(name)));
    })();
    return this.#closing;
  }

  /** Makes an end of everything at once, by SIGKILL. */
  async kill(): Promise<void> {
    await Promise.all([...this.#children.values()].map(({ identity }) => (identity === null ? undefined : endProcess(identity, 0))));
  }

  #programOf(name: string): Program {
    const program = this.#options.programs.find((candidate) => candidate.name === name);
    if (program === undefined) throw new ProgramFailed(`there is no program ${name}`);
    return program;
  }

  #ended(name: string, exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null }): void {
    if (this.#stopping.has(name) || this.#closing !== undefined) return;
    const wasUp = this.#states.get(name)?.state === 'up';
    this.#children.delete(name);
    this.#note(name, { state: 'failed', process: null });
    // While it starts, whoever started it reports.
    if (!wasUp) return;
    const how = exit.signal === null ? `ended by itself with code ${exit.code}` : `was ended by ${exit.signal}`;
    this.#options.say(`${this.#report(name, how)}\nStart it again: npm run -s start-party -- ${name}`);
  }

  #report(name: string, what: string): string {
    const { logs } = this.#options.folder;
    const lines = lastLines(logs, name, 12).map((line) => `    ${line}`);
    return [`${name} ${what}. The last lines of ${logFile(logs, name)}:`, ...(lines.length === 0 ? ['    (none)'] : lines)].join('\n');
  }

  #note(name: string, change: Partial<ProgramState>): void {
    const before = this.#states.get(name);
    if (before === undefined) return;
    this.#states.set(name, { ...before, ...change });
    writeState(this.#options.folder.state, {
      supervisor: this.#self,
      portBase: this.#options.portBase,
      urls: this.#options.urls,
      programs: Object.fromEntries(this.#states),
    });
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
