import type { Clock } from '@corridor/schemas';

/** Thrown instead of an attempt that comes too early. */
export class GateClosed extends Error {
  override readonly name = 'GateClosed';
}

/** Lets one attempt through per interval, so that neither a dead issuer nor a flood of tokens makes it busier. */
export type AttemptGate = {
  /** Takes the attempt that is due. @throws GateClosed before its time. */
  pass(): void;
  succeeded(): void;
  failed(): void;
  /** Whether the last attempt failed, or none was made yet. */
  readonly away: boolean;
  /** Milliseconds until the next attempt may be made. */
  waitMs(): number;
};

const intervalMs = 30_000;

/** A gate of one attempt per 30 s. Until the first success it waits 1, 2, 4 … 30 s, so that a program that starts first soon gets its keys. */
export function createAttemptGate(clock: Clock): AttemptGate {
  let nextAt = Number.NEGATIVE_INFINITY;
  let coldWaitMs = 1_000;
  let warm = false;
  let away = true;
  return {
    pass() {
      const now = clock();
      // A clock that was set back closes the gate for no longer than ever.
      if (now < nextAt && nextAt - now <= intervalMs) throw new GateClosed('the next attempt is not due yet');
      nextAt = now + (warm ? intervalMs : coldWaitMs);
      coldWaitMs = Math.min(coldWaitMs * 2, intervalMs);
    },
    succeeded() {
      warm = true;
      away = false;
      // Also after a cold start: the success counts as this interval's attempt.
      nextAt = Math.max(nextAt, clock() + intervalMs);
    },
    failed() {
      away = true;
    },
    get away() {
      return away;
    },
    waitMs: () => Math.min(intervalMs, Math.max(0, nextAt - clock())),
  };
}
