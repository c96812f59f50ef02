import type { FeedStatus } from '../feed/follow-owners.ts';
import type { RequestContext } from './context.ts';
import type { PartyNode } from './entry.ts';

/** How closely the directory follows a party, as the graph shows it. */
export type FeedLag = { readonly state: 'CURRENT' | 'BEHIND' | 'FAILING'; readonly secondsBehind: number | null };

/** `Party.lag`: the same for every viewer; `null` for a party the directory does not follow. It reads no entry, so that it is no look-up. */
export function lag({ code }: PartyNode, _: unknown, { feeds, clock }: RequestContext): FeedLag | null {
  const status = feeds().find(({ party }) => party === code);
  return status === undefined ? null : lagOf(status, clock());
}

/** A feed's status as it may be told to anybody. The time of a page that left nothing to fetch is not told: it is that of a change, hidden ones among them. */
function lagOf({ is, appliedAt }: FeedStatus, now: number): FeedLag {
  if (is === 'current') return { state: 'CURRENT', secondsBehind: 0 };
  const secondsBehind = appliedAt === null ? null : Math.max(0, Math.floor((now - appliedAt) / 1_000));
  return { state: is === 'failing' ? 'FAILING' : 'BEHIND', secondsBehind };
}
