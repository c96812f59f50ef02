import { readOutbox, type SqlStore, sealParts } from '@corridor/exchange';
import type { FeedEvent, PartyCode, SealedEvent, SealedPart } from '@corridor/schemas';
import { sealedEventType } from '@corridor/schemas';
import { defaultClauses } from '@corridor/sharing';
import { indexEntryOf } from '../index-entry.ts';

/** A page of the feed before it is sealed: the events of consecutive positions. */
export type Page = {
  readonly events: readonly FeedEvent[];
  readonly parts: Readonly<Record<string, SealedPart>>;
  /** Position of the last row examined; the one asked after where there is none. */
  readonly position: bigint;
  /** Id of the event at that position; `null` where there is none. */
  readonly event: string | null;
  /** Id of the event at the position asked after. */
  readonly eventBefore: string | null;
  readonly epoch: string;
  /** Newest position given so far. */
  readonly last: bigint;
  readonly waitingMs: number;
};

// The reader takes 8 MiB. What is sealed grows by a third as base64.
const pageBudget = 4 * 1024 * 1024;

/** Reads the rows behind a position and says of each record what is to be told of it now. A page of more bytes than `budget` ends earlier. */
export async function readPage(
  store: SqlStore,
  party: PartyCode,
  after: bigint,
  limit: number,
  at: number,
  budget = pageBudget,
): Promise<Page> {
  return store.transaction(async (tx) => {
    const { rows, epoch, event: eventBefore, last, waitingMs } = await readOutbox(tx, after, limit);
    const subjects = rows.map(({ subject, noun, revision, at: changed }) => ({ id: subject, noun, revision, at: changed }));
    const records = await indexEntryOf(tx, subjects, defaultClauses, at);
    const events: FeedEvent[] = [];
    const parts: Record<string, SealedPart> = {};
    let position = after;
    let reached = eventBefore;
    let size = 0;
    for (const row of rows) {
      const record = records.get(row.subject);
      if (record === undefined) continue;
      const event: FeedEvent = {
        specversion: '1.0',
        id: row.eventId,
        source: `corridor/${party}`,
        type: `cn.corridor.${row.noun}.changed.v1`,
        subject: row.subject,
        time: row.at.toISOString(),
        datacontenttype: 'application/json',
        data: record.entry,
      };
      size += JSON.stringify(event).length + Math.ceil(JSON.stringify(record.sealed).length * 1.4);
      if (size > budget && events.length > 0) break;
      events.push(event);
      parts[row.eventId] = record.sealed;
      position = row.position;
      reached = row.eventId;
    }
    return { events, parts, position, event: reached, eventBefore, epoch, last, waitingMs };
  });
}

/** The page as it is sent: its events, and last the parts that only the directory can open. An empty page is an empty list. */
export async function sealedPage(
  page: Page,
  party: PartyCode,
  key: Parameters<typeof sealParts>[1],
  id: string,
  at: number,
): Promise<(FeedEvent | SealedEvent)[]> {
  if (page.events.length === 0) return [];
  const sealed: SealedEvent = {
    specversion: '1.0',
    id,
    source: `corridor/${party}`,
    type: sealedEventType,
    subject: `corridor/${party}`,
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    data: { jwe: await sealParts(page.parts, key) },
  };
  return [...page.events, sealed];
}
