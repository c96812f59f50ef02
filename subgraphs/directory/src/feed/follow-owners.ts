import { setTimeout as pause } from 'node:timers/promises';
import { type FeedPage, fetchFeedPage, followFeed, openParts } from '@corridor/exchange';
import { createTokenClient } from '@corridor/identity';
import type { Logger } from '@corridor/runtime';
import { type Clock, CorridorError, type PartyCode, type Random } from '@corridor/schemas';
import type { Store } from '@corridor/store';
import type { FeedConfig, PrivateJwk } from '../config.ts';
import { applyPage, storedCursor } from '../index/apply.ts';
import { beginAnew } from '../index/begin-anew.ts';
import { createStatistics, type Statistics } from '../index/statistics.ts';

/** How an owner's feed stands. */
export type FeedStatus = {
  readonly party: PartyCode;
  /** `starting` before the first answer or failure; `behind` while pages are waiting; `failing` names a code in the log. */
  readonly is: 'starting' | 'behind' | 'current' | 'failing';
  /** Ms since the epoch of the last page that took effect. */
  readonly appliedAt: number | null;
  /** Age in ms of the owner's oldest change without a position, as its last page told. */
  readonly waitingMs: number;
};

/** The followers, one per owner. */
export type Followers = {
  status(): FeedStatus[];
  /** Resolves once all that these owners (all, when absent) had committed before the call is in the index. @throws OWNER_TIMEOUT naming one that is not */
  caughtUp(o?: { readonly parties?: readonly PartyCode[]; readonly timeoutMs?: number }): Promise<void>;
  /** Stops; a page being applied is finished first. */
  close(): Promise<void>;
};

/** What following needs. */
export type FollowersOptions = {
  readonly store: Store<'directory'>;
  readonly feeds: readonly FeedConfig[];
  /** One key, or two while owners go over from the older to the newer; asked for per page. */
  readonly sealingKeys: () => readonly PrivateJwk[];
  readonly indexKey: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
};

/** Follows every owner's feed until closed, each by itself: one that is away delays nobody else. */
export function followOwners(options: FollowersOptions): Followers {
  const { store, clock } = options;
  const stop = new AbortController();
  const statistics = createStatistics(store);
  const followers = options.feeds.map((feed) => follow(feed, options, statistics, stop.signal));

  return {
    status: () => followers.map((follower) => follower.status()),
    async caughtUp({ parties, timeoutMs = 30_000 } = {}) {
      const until = clock() + timeoutMs;
      const asked = followers.filter(({ feed }) => parties === undefined || parties.includes(feed.party));
      await Promise.all(
        asked.map(async ({ feed, token }) => {
          for (;;) {
            const after = await storedCursor(store, feed.party);
            // A question of its own: the follower's may have begun before the call.
            const page = await fetchFeedPage({
              source: feed.party,
              url: feed.url,
              token,
              after,
              waitSeconds: 0,
              limit: 1,
              signal: AbortSignal.any([stop.signal, AbortSignal.timeout(5_000)]),
            }).catch(() => undefined);
            if (page !== undefined && isEnd(page)) return;
            if (clock() >= until || stop.signal.aborted)
              throw new CorridorError('OWNER_TIMEOUT', { owner: feed.party, detail: 'its feed is not read to the end' });
            await pause(25);
          }
        }),
      );
    },
    async close() {
      stop.abort();
      await Promise.all(followers.map(({ running }) => running));
    },
  };
}

type Follower = {
  readonly feed: FeedConfig;
  readonly token: () => Promise<string>;
  readonly status: () => FeedStatus;
  readonly running: Promise<void>;
};

function follow(feed: FeedConfig, options: FollowersOptions, statistics: Statistics, signal: AbortSignal): Follower {
  const { store, sealingKeys, indexKey, clock, random, log } = options;
  const { party } = feed;
  const client = createTokenClient({ ...feed, clock });
  const token = (): Promise<string> => client.token();
  let status: FeedStatus = { party, is: 'starting', appliedAt: null, waitingMs: 0 };

  async function take(page: FeedPage): Promise<void> {
    const parts = page.sealed === null ? {} : await openParts(page.sealed, sealingKeys());
    const applied = await applyPage(store, { source: party, page, parts, indexKey, clock, random });
    // The page has taken effect: stale statistics make answers slow, not wrong.
    await statistics.grown(applied.written).catch((error: unknown) => log.warn({ err: error }, 'the index could not be analysed'));
    if (applied.splits.length > 0)
      log.info(
        { party, splits: applied.splits.length },
        'consignments fell apart: a record no longer bears the key that held them together',
      );
    if (applied.untold > 0) log.warn({ party, records: applied.untold }, 'records the owner no longer tells of were withdrawn');
    if (applied.overfull > 0)
      log.warn(
        { party, keys: applied.overfull },
        'a reference is borne by more records of one owner than a consignment has: it joins nothing',
      );
    if (applied.fresh > 0) log.debug({ party, ...applied, splits: applied.splits.length }, 'a page took effect');
    if (page.unknown.length > 0)
      log.warn({ party, types: [...new Set(page.unknown.map(({ type }) => type))] }, 'events of unknown types were passed');
  }

  const running = followFeed({
    source: party,
    url: feed.url,
    token,
    after: () => storedCursor(store, party),
    take,
    beginAnew: async () => {
      log.warn({ party }, 'the feed is another run than before, as after a restore: it is read from its beginning');
      await beginAnew(store, party, clock);
    },
    // PGlite works in this process: while a page takes effect nothing else is answered. With 200, hardly a question came through while the demo was filled.
    limit: store.kind === 'pglite' ? 50 : 1_000,
    signal,
    clock,
    random,
    onState(state) {
      const before = status;
      if (state.is === 'failing') {
        status = { ...before, is: 'failing' };
        if (before.is !== 'failing' || state.code === 'INTERNAL_SERVER_ERROR')
          log.warn({ party, code: state.code, err: state.cause }, 'a feed cannot be read; trying again');
        return;
      }
      status = { party, is: state.more ? 'behind' : 'current', appliedAt: state.at, waitingMs: state.waitingMs };
      if (before.is === 'failing') log.info({ party }, 'a feed is read again');
    },
  });
  return { feed, token, status: () => status, running };
}

function isEnd(page: FeedPage): boolean {
  return page.events.length === 0 && page.unknown.length === 0 && !page.more && page.waitingMs === 0;
}
