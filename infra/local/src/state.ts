import { existsSync } from 'node:fs';
import { readJsonFile } from '@corridor/runtime';
import { z } from 'zod';
import { writeAtOnce } from './data-folder.ts';
import { isRunning, type ProcessIdentity } from './process-identity.ts';

const identity = z.object({ pid: z.number(), startTime: z.string() });
const programState = z.object({
  /** `up`: answered ready; `stopped`: on request; `failed`: ended by itself. */
  state: z.enum(['starting', 'up', 'stopped', 'failed']),
  port: z.number(),
  url: z.string(),
  process: identity.nullable(),
});
const corridorState = z.object({
  supervisor: identity,
  portBase: z.number(),
  urls: z.object({ graphql: z.string(), explorer: z.string(), token: z.record(z.string(), z.string()) }),
  programs: z.record(z.string(), programState),
});

/** How one program does. */
export type ProgramState = z.infer<typeof programState>;

/**
 * `.data/corridor.json`: what runs where. Written by the supervisor alone; read by `ask`, `stop-party`, `start-party`. `urls.token` holds the token
 * endpoint of each realm.
 */
export type CorridorState = z.infer<typeof corridorState>;

/** Writes the state at once. */
export function writeState(path: string, state: CorridorState): void {
  writeAtOnce(path, `${JSON.stringify(state, null, 2)}\n`);
}

/**
 * The state as it was written last, or `undefined` when there never was one.
 * @throws CONFIG_INVALID when the file is none of ours
 */
export function readState(path: string): CorridorState | undefined {
  return existsSync(path) ? readJsonFile(path, corridorState) : undefined;
}

/** Whether the supervisor that wrote the state still runs. */
export function isSupervised(state: CorridorState): boolean {
  return isRunning(state.supervisor);
}

/** Programs that outlived their supervisor (it was killed): they hold ports and databases. */
export function leftovers(state: CorridorState): { readonly name: string; readonly process: ProcessIdentity }[] {
  return Object.entries(state.programs).flatMap(([name, { process }]) =>
    process !== null && isRunning(process) ? [{ name, process }] : [],
  );
}
