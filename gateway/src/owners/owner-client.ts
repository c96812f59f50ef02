/**
 * Asks one owner over HTTP: a passport for that owner alone, a hop signature over the very bytes sent, a deadline, a cap on the answer.
 * Never follows a redirect, never sends the caller's token, builds every header anew. Bulkhead and breaker stand before it (`guard.ts`).
 */
import { type Accepted, type HopKey, type PassportIssuer, signHop } from '@corridor/identity';
import type { Clock, Random } from '@corridor/schemas';
import { Pool } from 'undici';
import { createDispatch, type Sent } from './dispatch.ts';
import { type BreakerState, createGuard, maxCalls } from './guard.ts';

/** What came back, or why nothing did. */
export type OwnerReply =
  | { readonly is: 'answer'; readonly body: Buffer }
  | { readonly is: 'timeout' }
  /** Refused, cut off, not 200, not JSON, too large, or not even asked; `reason` is for our log alone. */
  | { readonly is: 'unreachable'; readonly reason: string }
  /** Nobody waits for the answer any more. */
  | { readonly is: 'left' };

/** A GraphQL request to one owner. */
export type OwnerQuestion = {
  readonly body: Buffer;
  readonly accepted: Accepted;
  readonly traceparent: string;
  /** Milliseconds left for the whole request; the owner never has more, nor more than its own limit. */
  readonly leftMs: number;
  /** A question that changes something is sent once: whether it was carried out cannot be known. */
  readonly repeatable: boolean;
  /** Aborted when the caller leaves: the owner's request ends with it. */
  readonly signal: AbortSignal;
};

/** How a question to an owner ended, for metrics. `BREAKER_OPEN` and `BULKHEAD_FULL`: it was not asked. */
export type OwnerOutcome = 'ANSWERED' | 'OWNER_TIMEOUT' | 'OWNER_UNREACHABLE' | 'BREAKER_OPEN' | 'BULKHEAD_FULL' | 'CALLER_LEFT';

/** Told how owners do; neither may throw. */
export type OwnerObserver = {
  /** Each change of an owner's breaker. */
  readonly onState?: (owner: string, state: BreakerState) => void;
  /** Each question, once it has ended, and what it took. */
  readonly onOutcome?: (owner: string, outcome: OwnerOutcome, ms: number) => void;
};

/** Where an owner is, and the secret shared with it. From configuration, never from the schema. */
export type OwnerAddress = { readonly owner: string; readonly url: string; readonly hopKey: HopKey };

/** What a client is made of; `timeoutMs` is the most an owner has for one question. */
export type OwnerClientOptions = {
  readonly passports: PassportIssuer;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly observer?: OwnerObserver | undefined;
};

/** One owner's client; `close` ends its connections. */
export type OwnerClient = { ask(question: OwnerQuestion): Promise<OwnerReply>; close(): Promise<void> };

const path = '/graphql';
const contentType = 'application/json';
const nobodyLeaves = new AbortController().signal;

/** Makes the client of one owner. */
export function createOwnerClient(address: OwnerAddress, options: OwnerClientOptions): OwnerClient {
  const { owner } = address;
  const { clock, timeoutMs, observer } = options;
  const { protocol, host, origin } = new URL(address.url);
  const guard = createGuard({ random: options.random, onState: (state) => observer?.onState?.(owner, state) });
  const pool = new Pool(`${protocol}//${host}`, {
    connections: maxCalls,
    pipelining: 1,
    // idle sockets close before the owner's do: a request on a socket the owner just closed is lost
    keepAliveTimeout: 4_000,
    connect: { timeout: timeoutMs },
  });
  const dispatch = createDispatch(pool, { origin, path });

  async function send(question: OwnerQuestion, ownMs: number, signal: AbortSignal): Promise<Sent> {
    const until = clock() + ownMs;
    const caller = await options.passports.passportFor(question.accepted, owner);
    for (let attempt = 1; ; attempt += 1) {
      const budgetMs = Math.max(0, until - clock());
      // an owner that had less than its own time is not to blame
      if (budgetMs === 0) return { is: 'timeout', verdict: ownMs < timeoutMs ? 'nothing' : 'fault' };
      // signed per attempt: a nonce serves once
      const headers = signHop(
        {
          method: 'POST',
          authority: host,
          path,
          query: '',
          contentType,
          body: question.body,
          caller,
          deadlineMs: budgetMs,
          traceparent: question.traceparent,
        },
        address.hopKey,
        options,
      );
      const sent = await dispatch({ ...headers, accept: contentType }, question.body, budgetMs, signal);
      // an owner's restart leaves dead sockets behind: a question may be repeated once while no byte came back
      if (sent.is === 'unreachable' && sent.untouched === true && question.repeatable && attempt === 1) continue;
      return sent.is === 'timeout' && ownMs < timeoutMs ? { ...sent, verdict: 'nothing' } : sent;
    }
  }

  async function guarded(question: OwnerQuestion): Promise<readonly [OwnerReply, OwnerOutcome]> {
    const { leftMs, signal } = question;
    if (signal.aborted) return [{ is: 'left' }, 'CALLER_LEFT'];
    if (leftMs <= 0) return [{ is: 'timeout' }, 'OWNER_TIMEOUT'];
    const asked = guard.run(
      // who tries whether the owner is back gives it its whole time, and goes on when the caller has left: what it learns serves everybody
      (probe) => (probe ? send(question, timeoutMs, nobodyLeaves) : send(question, Math.min(timeoutMs, leftMs), signal)),
      signal,
    );
    const sent = await (guard.state === 'closed' ? asked : noLonger(asked, leftMs, signal));
    if (sent === 'breaker-open') return [{ is: 'unreachable', reason: 'breaker open' }, 'BREAKER_OPEN'];
    if (sent === 'bulkhead-full') return [{ is: 'unreachable', reason: 'bulkhead full' }, 'BULKHEAD_FULL'];
    if (sent === 'caller-left' || sent.is === 'left') return [{ is: 'left' }, 'CALLER_LEFT'];
    if (sent.is === 'timeout') return [sent, 'OWNER_TIMEOUT'];
    return [sent, sent.is === 'answer' ? 'ANSWERED' : 'OWNER_UNREACHABLE'];
  }

  async function ask(question: OwnerQuestion): Promise<OwnerReply> {
    const started = clock();
    const [reply, outcome] = await guarded(question);
    observer?.onOutcome?.(owner, outcome, clock() - started);
    return reply;
  }

  return { ask, close: () => pool.close() };
}

/** What comes first: the result, the end of the caller's time, or the caller's leaving. */
async function noLonger<Result>(work: Promise<Result>, leftMs: number, signal: AbortSignal): Promise<Result | Sent> {
  let timer: NodeJS.Timeout | undefined;
  let leave: (() => void) | undefined;
  const end = new Promise<Sent>((resolve) => {
    timer = setTimeout(resolve, leftMs, { is: 'timeout', verdict: 'nothing' });
    leave = () => resolve({ is: 'left', verdict: 'nothing' });
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
    if (leave !== undefined) signal.removeEventListener('abort', leave);
  }
}
