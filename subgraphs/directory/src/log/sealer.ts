import type { SqlStore } from '@corridor/exchange';
import type { Random } from '@corridor/schemas';
import { sealAll } from './seal.ts';

/** A running sealer; `close` returns when the last round has ended. */
export type Sealer = { close(): Promise<void> };

/**
 * Seals the log once a second, so that it is sealed also while no owner reads it. A round that fails is told and tried again: rows are durable before
 * they are sealed, so nothing is lost meanwhile.
 */
export function startSealer(
  store: SqlStore,
  o: { readonly random: Random; readonly intervalMs?: number; readonly onError: (error: unknown) => void },
): Sealer {
  const intervalMs = o.intervalMs ?? 1_000;
  let closed = false;
  let round: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const again = (): void => {
    timer = setTimeout(() => {
      round = sealAll(store, o.random)
        .catch(o.onError)
        .finally(() => {
          if (!closed) again();
        });
    }, intervalMs);
  };
  again();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await round;
    },
  };
}
