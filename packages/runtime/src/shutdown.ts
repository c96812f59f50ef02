import { setTimeout as wait } from 'node:timers/promises';
import closeWithGrace from 'close-with-grace';
import { beginDrain } from './drain.ts';
import type { Logger } from './logger.ts';

/** How long requests at work may still take. */
const finishMs = 25_000;

/**
 * Ends the process in order, once, on a signal or an error nobody caught: `/readyz` answers 503 at once; after SIGTERM, which an orchestrator sends,
 * `delayMs` (default 5 s) pass so that no request is on its way any more, after a person's Ctrl-C none; then `close`, within 25 s.
 * Exit code 0; after an error 1; a second signal ends the process at once with 1.
 */
export function onShutdown(close: () => Promise<void>, options: { readonly log: Logger; readonly delayMs?: number }): void {
  const { log, delayMs = 5_000 } = options;
  closeWithGrace(
    {
      delay: delayMs + finishMs,
      logger: false,
      onSecondSignal: (signal) => log.warn({ signal }, 'stopped at once: second signal'),
      onSecondError: (error) => log.fatal({ err: error }, 'stopped at once: second fault'),
      onTimeout: () => log.error('stopped: requests at work did not finish in time'),
    },
    async ({ signal, err }) => {
      beginDrain();
      if (err !== undefined) log.fatal({ err }, 'stopping after a fault nobody caught');
      else log.info({ signal }, 'stopping');
      if (signal === 'SIGTERM') await wait(delayMs);
      await close();
      log.info('stopped');
    },
  );
}
