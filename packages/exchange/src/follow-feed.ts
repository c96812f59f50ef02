import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, CorridorError, type ErrorCode, type PartyCode, type Random } from '@corridor/schemas';
import { Agent } from 'undici';
import { type FeedPage, fetchFeedPage } from './feed-page.ts';

/** How a feed stands, told after each page and each failure. */
export type FeedState =
  | { readonly is: 'following'; readonly at: number; readonly more: boolean; readonly waitingMs: number }
  | {
      readonly is: 'failing';
      readonly at: number;
      /** In a row; the next success starts anew. */
      readonly failures: number;
      readonly retryMs: number;
      readonly code: ErrorCode;
      readonly cause: unknown;
    };

/** Whom to follow, and what to do with a page. */
export type FollowOptions = {
  readonly source: PartyCode;
  readonly url: string;
  readonly token: () => Promise<string>;
  /** The cursor stored with the last page that took effect; `null` = from the start. */
  readonly after: () => Promise<string | null>;
  /** Gives a page its effect and stores `next`, in one transaction; empty pages come, too. A rejection is retried with the same page. */
  readonly take: (page: FeedPage) => Promise<void>;
  /**
   * The owner no longer takes the cursor: its feed is another run, and is read from its start. Whatever was told before may no longer be so, and a lower
   * revision may be the newer one. Retried until it resolves; the start is read after it.
   */
  readonly beginAnew?: () => Promise<void>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
  readonly waitSeconds?: number;
  /** Most events of a page; 1,000 when absent. A page takes effect in one transaction, and nothing else happens in one process meanwhile. */
  readonly limit?: number;
  readonly onState?: (state: FeedState) => void;
};

const firstRetryMs = 250;
const lastRetryMs = 5_000;
// What an owner that does not wait is given before the next question.
const leastTurnMs = 1_000;

/**
 * Follows an owner's feed until the signal: long polls, one page at a time, each taken before the next is asked for. A failure, the owner's or that
 * of `take`, is retried with the same cursor after 250 ms, doubled up to 5 s, half of it by chance, so that followers do not come back together.
 * A cursor the owner no longer takes (`CURSOR_INVALID`, `FEED_EPOCH_CHANGED`) means beginning anew.
 */
export async function followFeed(o: FollowOptions): Promise<void> {
  const dispatcher = new Agent({ connections: 1, connect: { timeout: 5_000 } });
  const { source, url, token, signal, limit = 1_000, waitSeconds = 20 } = o;
  let fromStart = false;
  let beginsAnew = false;
  let failures = 0;
  // The first question does not wait: whoever starts wants to know where it stands.
  let asksFirst = true;
  try {
    while (!o.signal.aborted) {
      const asked = o.clock();
      try {
        if (beginsAnew) await o.beginAnew?.();
        beginsAnew = false;
        const after = fromStart ? null : await o.after();
        const page = await fetchFeedPage({
          source,
          url,
          token,
          after,
          waitSeconds: asksFirst ? 0 : waitSeconds,
          limit,
          signal,
          dispatcher,
        });
        await o.take(page);
        asksFirst = false;
        fromStart = false;
        failures = 0;
        o.onState?.({ is: 'following', at: o.clock(), more: page.more, waitingMs: page.waitingMs });
        const early = leastTurnMs - (o.clock() - asked);
        if (page.events.length === 0 && !page.more && early > 0) await rest(early, o.signal);
      } catch (cause) {
        if (o.signal.aborted) return;
        const code = cause instanceof CorridorError ? cause.code : 'INTERNAL_SERVER_ERROR';
        beginsAnew ||= code === 'CURSOR_INVALID' || code === 'FEED_EPOCH_CHANGED';
        fromStart ||= beginsAnew;
        failures += 1;
        const retryMs = backoff(failures, o.random);
        o.onState?.({ is: 'failing', at: o.clock(), failures, retryMs, code, cause });
        await rest(retryMs, o.signal);
      }
    }
  } finally {
    await dispatcher.destroy();
  }
}

function backoff(failures: number, random: Random): number {
  const whole = Math.min(lastRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 10));
  const [high = 0, low = 0] = random(2);
  return Math.round(whole / 2 + (whole / 2) * ((high * 256 + low) / 65_536));
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => undefined);
}
