import { type Clock, CorridorError, errors, type Random } from '@corridor/schemas';
import { createLogger, type Logger } from './logger.ts';
import { onShutdown } from './shutdown.ts';
import { systemClock, systemRandom } from './system.ts';

/** What a program is made of: how it reads its settings and how it starts. */
export type ProgramParts<Config extends { readonly logLevel: string }> = {
  readonly name: string;
  /** Reads the environment, all faults at once. */
  readonly config: () => Config;
  readonly start: (
    config: Config,
    dependencies: { readonly clock: Clock; readonly random: Random; readonly log: Logger },
  ) => Promise<{ readonly url: string; close(): Promise<void> }>;
  /** Pause between SIGTERM and closing, in ms; see `onShutdown`. */
  readonly delayMs?: number;
};

/**
 * The whole of a program's `main.ts`: settings, the machine's clock and randomness, a start, an end in order on a signal. A start that is refused with
 * a code of the table is told on standard error in both languages, without a stack, and ends the process with 1.
 */
export async function runProgram<Config extends { readonly logLevel: string }>(parts: ProgramParts<Config>): Promise<void> {
  try {
    const config = parts.config();
    const log = createLogger({ name: parts.name, level: config.logLevel });
    const running = await parts.start(config, { clock: systemClock, random: systemRandom, log });
    log.info({ url: running.url }, `${parts.name} answers`);
    onShutdown(() => running.close(), { log, ...(parts.delayMs !== undefined && { delayMs: parts.delayMs }) });
  } catch (error) {
    const told = refusedStart(parts.name, error);
    if (told === undefined) throw error;
    // What was opened before the refusal may hold the process; nothing of it is worth waiting for.
    process.stderr.write(told, () => process.exit(1));
  }
}

/** What an administrator reads of a refused start, or `undefined` for a fault that is our own and keeps its stack. */
export function refusedStart(name: string, error: unknown): string | undefined {
  if (!(error instanceof CorridorError) || errors[error.code].where !== 'start') return undefined;
  const { zh, en } = errors[error.code].act;
  return `${name} does not start. ${error.code}\n  ${error.text('en')}. ${en}.\n  ${error.text('zh')}。${zh}。\n`;
}
