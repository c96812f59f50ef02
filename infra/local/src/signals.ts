import type { Clock } from '@corridor/schemas';
import type { Supervisor } from './supervisor.ts';

/** npm passes a Ctrl-C on that the terminal has delivered already: within this time, two are one. */
const sameKeystrokeMs = 1_500;

/**
 * Stops everything on Ctrl-C, SIGTERM or a closed terminal. The promise settles when all processes are gone: 0, or 1 when a second Ctrl-C made an end
 * of them at once.
 */
export function stopOnSignal(
  supervisor: Pick<Supervisor, 'close' | 'kill'>,
  options: { readonly say: (line: string) => void; readonly clock: Clock },
): Promise<0 | 1> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    let code: 0 | 1 = 0;
    const onSignal = (): void => {
      const now = options.clock();
      if (firstAt === undefined) {
        firstAt = now;
        options.say('Stopping; a second Ctrl-C does not wait.');
        void supervisor.close().then(() => resolve(code));
      } else if (now - firstAt > sameKeystrokeMs) {
        code = 1;
        void supervisor.kill();
      }
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}
