/**
 * Events by the ids their senders gave them, whatever was made of them: what came before, and what takes back what. Ids are one per source.
 *
 * A retraction is final and needs no order: an event is retracted as soon as it and one that names it are both there, and the later one stands for it. One
 * that repeats word for word what it takes back stands for nothing: then both are retracted.
 */
import type { SqlTx } from '@corridor/exchange';
import { type ColumnType, insertRecords } from '@corridor/store';

/** The nouns that are made of them. */
export type ExternalEventNoun = 'equipment-event' | 'transport-event' | 'shipment-event';

/** An event and what was made of it. */
export type ExternalEvent = {
  readonly sourceKey: string;
  /** The registered client. */
  readonly source: string;
  readonly externalEventID: string | null;
  readonly noun: ExternalEventNoun;
  /** Its id here; reports of one arrival share one. */
  readonly eventId: string;
  /** Of what it says, without ids and the time it was told. */
  readonly statementSha256: string;
  readonly retractsEventID: string | null;
  readonly toldAt: Date;
};

/** An event that takes back another. */
export type Taking = { readonly eventID: string; readonly retractedEventID: string };

/**
 * Whether an event that takes back another is taken back by it in turn, directly or by others between them: nobody could say which holds. `pending`: those
 * that the transaction is about to note.
 */
export async function closesCircle(tx: SqlTx, source: string, taking: Taking, pending: readonly Taking[]): Promise<boolean> {
  const rows = await tx.query(
    `with recursive chain (id) as (
       select $2::text
       union
       select next.id from chain c cross join lateral (
         select e.retracts_external_event_id as id from external_event e
          where e.source = $1 and e.external_event_id = c.id and e.retracts_external_event_id is not null
         union all
         select p."retractedEventID" from jsonb_to_recordset($4::jsonb) as p("eventID" text, "retractedEventID" text) where p."eventID" = c.id) next)
     select 1 from chain where id = $3`,
    source,
    taking.retractedEventID,
    taking.eventID,
    JSON.stringify(pending),
  );
  return rows.length > 0;
}

/** Notes events, after their messages. */
export async function noteExternalEvents(tx: SqlTx, events: readonly ExternalEvent[]): Promise<void> {
  await insertRecords(
    tx,
    'external_event',
    columnTypes,
    events.map((event) => ({
      source_key: event.sourceKey,
      source: event.source,
      external_event_id: event.externalEventID,
      noun: event.noun,
      event_id: event.eventId,
      statement_sha256: event.statementSha256,
      retracts_external_event_id: event.retractsEventID,
      told_at: event.toldAt,
    })),
  );
}

const columnTypes = {
  source_key: 'text',
  source: 'text',
  external_event_id: 'text',
  noun: 'text',
  event_id: 'text',
  statement_sha256: 'text',
  retracts_external_event_id: 'text',
  told_at: 'timestamptz',
} as const satisfies { readonly [column: string]: ColumnType };

/** Two events, one of which takes back the other. `isEcho`: it repeats what it takes back. */
export type Retraction = { readonly earlier: ExternalEvent; readonly later: ExternalEvent; readonly isEcho: boolean };

/** The retractions in which one of these messages has a part, as earlier or later event. */
export async function retractionsOf(tx: SqlTx, source: string, sourceKeys: readonly string[]): Promise<Retraction[]> {
  // Two questions, each by an index: one with `or` would look at all events of the source.
  const pairs = await tx.query<{ earlier: string; later: string }>(
    `select e.source_key as earlier, l.source_key as later
       from external_event l join external_event e on e.source = l.source and e.external_event_id = l.retracts_external_event_id
      where l.source = $1 and l.source_key = any($2::text[])
     union
     select e.source_key, l.source_key
       from external_event e join external_event l on l.source = e.source and l.retracts_external_event_id = e.external_event_id
      where e.source = $1 and e.source_key = any($2::text[])
      order by later`,
    source,
    sourceKeys,
  );
  if (pairs.length === 0) return [];
  const rows = await tx.query<ExternalEvent>(
    `select source_key as "sourceKey", source, external_event_id as "externalEventID", noun, event_id as "eventId",
            statement_sha256 as "statementSha256", retracts_external_event_id as "retractsEventID", told_at as "toldAt"
       from external_event where source_key = any($1::text[])`,
    pairs.flatMap(({ earlier, later }) => [earlier, later]),
  );
  const byKey = new Map(rows.map((row) => [row.sourceKey, row]));
  return pairs.flatMap((pair) => {
    const [earlier, later] = [byKey.get(pair.earlier), byKey.get(pair.later)];
    if (earlier === undefined || later === undefined) return [];
    return [{ earlier, later, isEcho: earlier.statementSha256 === later.statementSha256 }];
  });
}
