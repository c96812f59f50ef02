import { type Clock, CorridorError } from '@corridor/schemas';
import { isDraining } from './drain.ts';
import type { Logger } from './logger.ts';
import type { Server } from './server.ts';

/** One thing a program needs before it can serve: the database, a key set, a writable audit log. `detail` is for operators alone: log and admin listener. */
export type ReadyCheck = { readonly name: string; readonly ok: boolean; readonly detail?: string };

/** Longest time the checks may take together; a check that hangs is a check that fails. */
const timeLimitMs = 2_000;

/**
 * `GET /livez`: the event loop turns. `GET /readyz`: every check holds and the process is not on its way out, else NOT_READY (503).
 * The answers name no reason: reasons go to the log, once per change.
 */
export function serveHealth(
  server: Server,
  options: { readonly name: string; readonly log: Logger; readonly clock: Clock; readonly ready: () => Promise<ReadyCheck[]> },
): void {
  const config = { shed: false };
  let lastFaults = '';
  let underWay: Promise<boolean> | undefined;
  server.get('/livez', { config }, () => ({ status: 'live', name: options.name }));
  server.get('/readyz', { config }, async () => {
    // Many probes at once make one round of checks.
    underWay ??= check().finally(() => {
      underWay = undefined;
    });
    if (isDraining() || !(await underWay)) throw new CorridorError('NOT_READY', { retryAfterSeconds: 1 });
    return { status: 'ready', name: options.name };
  });

  async function check(): Promise<boolean> {
    const startedAt = options.clock();
    const failed = (await checksWithinTime(options.ready)).filter(({ ok }) => !ok);
    const faults = failed.map(({ name, detail }) => (detail === undefined ? name : `${name}: ${detail}`)).join('; ');
    if (faults !== lastFaults) {
      if (faults === '') options.log.info('ready again');
      else options.log.warn({ faults, tookMs: options.clock() - startedAt }, 'not ready');
    }
    lastFaults = faults;
    return failed.length === 0;
  }
}

/** One round of the checks, within two seconds; what throws or hangs is a failed check, never an error. */
export async function checksWithinTime(ready: () => Promise<ReadyCheck[]>): Promise<ReadyCheck[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ReadyCheck[]>((resolve) => {
    timer = setTimeout(resolve, timeLimitMs, [{ name: 'checks', ok: false, detail: 'took too long' }]);
  });
  try {
    return await Promise.race([ready(), late]);
  } catch (error) {
    return [{ name: 'checks', ok: false, detail: error instanceof Error ? error.message : 'failed' }];
  } finally {
    clearTimeout(timer);
  }
}
