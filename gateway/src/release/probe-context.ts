import type { Verifier } from '@corridor/identity';
import { correlationId, traceparentOf } from '@corridor/runtime';
import type { Clock, Random } from '@corridor/schemas';
import type { RequestContext } from '../context.ts';

/** The context of a probe: the public audience, as anybody without a token; under a trace of its own, so that owners' logs tell it from clients. */
export async function probeContext(o: {
  readonly verifier: Verifier;
  readonly queryTimeoutMs: number;
  readonly clock: Clock;
  readonly random: Random;
}): Promise<RequestContext> {
  const traceparent = traceparentOf(undefined, o.random);
  return {
    accepted: await o.verifier.verify(undefined, undefined),
    language: 'en',
    traceparent,
    correlationId: correlationId(traceparent),
    deadlineAt: o.clock() + o.queryTimeoutMs,
    signal: new AbortController().signal,
    masked: [],
    owners: new Map(),
  };
}
