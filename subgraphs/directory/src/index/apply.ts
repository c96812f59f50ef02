import { type FeedPage, once, type SqlStore } from '@corridor/exchange';
import type { Clock, PartyCode, Random, SealedPart } from '@corridor/schemas';
import { audienceSet } from './audience.ts';
import { untoldBy, withdrawUntold } from './begin-anew.ts';
import { type Change, changesOf } from './change.ts';
import { indexLock } from './lock.ts';
import { bearersOf, joiningKeysOf, overfullAmong } from './overfull.ts';
import { type Regrouping, regroup } from './regroup.ts';
import { logSplits } from './split.ts';
import { writeEntries } from './write-entries.ts';

/** What a page did. */
export type Applied = Regrouping & {
  /** Events that came for the first time. */
  readonly fresh: number;
  /** Records written; fewer than `fresh` where a higher revision was there, or one record changed twice. */
  readonly written: number;
  /** Records withdrawn, since a feed that was begun anew came to its end without them. */
  readonly untold: number;
  /** Joining keys that by this page came to more records of one owner than a consignment has: from now on they join nothing. */
  readonly overfull: number;
};

/**
 * Gives a page its effect, once, in one transaction: inbox keys, entries, keys, links, consignments, what is logged of splits, and the cursor to go on
 * with.
 * @param parts the page's opened sealed part, by event id
 * @throws FEED_PAGE_INVALID
 */
export async function applyPage(
  store: SqlStore,
  o: {
    readonly source: PartyCode;
    readonly page: FeedPage;
    readonly parts: Readonly<Record<string, SealedPart>>;
    readonly indexKey: Uint8Array;
    readonly clock: Clock;
    readonly random: Random;
  },
): Promise<Applied> {
  const { source, page } = o;
  const changes = changesOf(source, page, o.parts, o.indexKey);
  return store.transaction(async (tx) => {
    await tx.query('select true as locked from pg_advisory_xact_lock($1::bigint)', indexLock);
    const fresh = await once(tx, source, [...changes.map(({ eventId }) => eventId), ...page.unknown.map(({ id }) => id)]);
    const latest = latestOf(changes.filter(({ eventId }) => fresh.has(eventId)));
    const untold = page.more
      ? []
      : await untoldBy(
          tx,
          source,
          latest.map(({ entry }) => entry.id),
        );
    // A key that crosses the limit, up or down, concerns all that bear it, also those that no page tells of now.
    const keys = [
      ...(await joiningKeysOf(tx, [...latest.map(({ entry }) => entry.id), ...untold])),
      ...latest.flatMap((change) => change.keys.filter(({ joins }) => joins)),
    ];
    const before = await overfullAmong(tx, keys);
    const written = await writeEntries(tx, latest);
    const withdrawn = await withdrawUntold(tx, untold, audienceSet(o.indexKey, []));
    const now = await overfullAmong(tx, keys);
    const risen = [...now].filter((key) => !before.has(key));
    const concerned = await bearersOf(tx, [...risen, ...[...before].filter((key) => !now.has(key))]);
    const changed = latest.filter(({ entry, derivedId }) => derivedId !== null && written.has(entry.id)).map(({ entry }) => entry.id);
    const regrouping = await regroup(tx, [...changed, ...withdrawn, ...concerned]);
    await logSplits(tx, regrouping.splits, source, o.random);
    await tx.execute(
      `insert into feed_position (source, cursor, at) values ($1, $2, $3::timestamptz)
       on conflict (source) do update set cursor = excluded.cursor, at = excluded.at`,
      source,
      page.next,
      new Date(o.clock()).toISOString(),
    );
    return { ...regrouping, fresh: fresh.size, written: written.size, untold: untold.length, overfull: risen.length };
  });
}

/** Per record the highest revision, of equal ones the last: one statement cannot write a row twice. */
function latestOf(changes: readonly Change[]): Change[] {
  const latest = new Map<string, Change>();
  for (const change of changes) {
    const known = latest.get(change.entry.id);
    if (known === undefined || known.entry.revision <= change.entry.revision) latest.set(change.entry.id, change);
  }
  return [...latest.values()];
}

/** The cursor stored with the last page of this owner that took effect; `null` before the first. */
export async function storedCursor(store: SqlStore, source: PartyCode): Promise<string | null> {
  const rows = await store.transaction((tx) => tx.query<{ cursor: string }>('select cursor from feed_position where source = $1', source));
  return rows[0]?.cursor ?? null;
}
