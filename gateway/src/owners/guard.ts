/**
 * What stands between the gateway and one owner, outermost first: a bulkhead, a breaker, the call. A silent owner costs its own part of an answer and
 * no more: at most 64 calls wait for it, and after some seconds of silence hardly any.
 *
 * More than half of the calls of ten seconds must have failed, and at least five a second must have been made, before the breaker opens; it tries
 * again after 500 to 1,000 ms, with one call at a time.
 *
 * Chance is passed in, as the jitter. Time is not: cockatiel 3.2.1 reads `Date.now()` for its window and its pause and offers no other clock, so a test
 * that wants to move it replaces `Date`.
 */
import type { Random } from '@corridor/schemas';
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  circuitBreaker,
  DelegateBackoff,
  handleWhenResult,
  SamplingBreaker,
  TaskCancelledError,
  wrap,
} from 'cockatiel';

/** `closed`: the owner is asked. `open`: it is not. `half-open`: one call tries, all others are refused at once. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** What a call tells about the owner. `nothing`: the caller left, or gave the owner less time than is its due. */
export type Verdict = 'answered' | 'fault' | 'nothing';

/** One owner's guard. */
export type Guard = {
  /**
   * Makes the call, or says why not. `call` is told whether it is the one that tries whether the owner is back: that one serves everybody and must
   * not end with its caller.
   */
  run<Result extends { readonly verdict: Verdict }>(
    call: (probe: boolean) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result | 'bulkhead-full' | 'breaker-open' | 'caller-left'>;
  readonly state: BreakerState;
};

/** Calls of one owner under way at once; one more is refused, none waits. */
export const maxCalls = 64;

/** Makes the guard of one owner; `onState` is told every change of the breaker. */
export function createGuard(options: { readonly random: Random; readonly onState?: ((state: BreakerState) => void) | undefined }): Guard {
  const breaker = circuitBreaker(handleWhenResult(isFault), {
    breaker: new SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 5 }),
    halfOpenAfter: new DelegateBackoff(() => 500 + share(options.random) * 500),
  });
  breaker.onStateChange((state) => options.onState?.(nameOf(state)));
  const policy = wrap(bulkhead(maxCalls, 0), breaker);

  return {
    async run(call, signal) {
      // cockatiel lets all others wait for the call that tries, 640 ms of ten: they are refused here instead
      if (breaker.state === CircuitState.HalfOpen) return 'breaker-open';
      // in open state a call is either refused or the one that tries
      const probe = breaker.state === CircuitState.Open;
      try {
        return await policy.execute(
          async () => {
            const result = await call(probe);
            // only what is thrown counts neither for the owner nor against it (in a probe it would count as a success: a probe has its whole time)
            if (result.verdict === 'nothing') throw new Uncounted(result);
            return result;
          },
          probe ? undefined : signal,
        );
      } catch (error) {
        // of this very call, hence of its type
        if (error instanceof Uncounted) return error.result as Awaited<ReturnType<typeof call>>;
        if (error instanceof BulkheadRejectedError) return 'bulkhead-full';
        if (error instanceof BrokenCircuitError) return 'breaker-open';
        if (error instanceof TaskCancelledError) return 'caller-left';
        throw error;
      }
    },
    get state() {
      return nameOf(breaker.state);
    },
  };
}

class Uncounted extends Error {
  readonly result: unknown;
  constructor(result: unknown) {
    super('says nothing about the owner');
    this.result = result;
  }
}

function isFault(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'verdict' in result && result.verdict === 'fault';
}

function nameOf(state: CircuitState): BreakerState {
  if (state === CircuitState.Closed) return 'closed';
  return state === CircuitState.HalfOpen ? 'half-open' : 'open';
}

/** A number from 0 to 1, of 65,536 equally likely ones. */
function share(random: Random): number {
  const [high = 0, low = 0] = random(2);
  return (high * 256 + low) / 65_535;
}
