/**
 * What a message tells of documents, as events: stored once, taken back, linked to its consignments (`shipment-event-links.ts`).
 *
 * An event is known by its sender's own id. Told a second time it is nothing new, also when it is told otherwise: an event never changes, its sender takes
 * it back and tells another. What takes an event back may come before it; the event is retracted when it comes.
 */
import type { SqlTx } from '@corridor/exchange';
import { type DocumentTypeCode, makeId, type PartyCode, type Random, type ShipmentEventTypeCode } from '@corridor/schemas';
import { type ColumnType, insertRecords } from '@corridor/store';
import type { ChangeSet } from './change-set.ts';
import { isPlaceholder, tidyReference } from './document-reference.ts';
import type { LinkReference } from './link.ts';
import { linkShipmentEvents } from './shipment-event-links.ts';
import { writeRows } from './write-rows.ts';

/** An event as a message tells it. */
export type ToldShipmentEvent = {
  /** The sender's own id of the event (DCSA `eventID`), one per source; null: known by its message and line alone. */
  readonly externalEventID: string | null;
  readonly shipmentEventTypeCode: ShipmentEventTypeCode;
  readonly eventClassifierCode: 'PLN' | 'EST' | 'ACT';
  readonly documentTypeCode: DocumentTypeCode;
  /** As sent. */
  readonly documentID: string | null;
  /** Who issued `documentID`, where that is known. */
  readonly carrierCode: string | null;
  /** Milliseconds since the epoch. */
  readonly eventAt: number;
  /** Further booking and transport document numbers, as sent; `documentID` of a BKG or TRD need not be repeated. */
  readonly references: readonly LinkReference[];
  /** The sender's id of its earlier event that this one takes back and stands for. */
  readonly retractsEventID: string | null;
};

/** Which message tells events. */
export type ShipmentTelling = {
  readonly party: PartyCode;
  readonly random: Random;
  readonly controllerCode: string;
  /** The registered client: ids of events are one per source. */
  readonly source: string;
  readonly sourceKey: string;
  readonly documentKey: string | null;
  /** Of the first event; the others follow. */
  readonly line: number;
  readonly toldAt: Date;
  readonly now: Date;
};

/** What became of a told event. DIFFERENT: known, but told otherwise before; what was told first stays. */
export type ShipmentEventOutcome = {
  readonly id: string;
  readonly is: 'NEW' | 'KNOWN' | 'DIFFERENT';
  readonly linked: boolean;
  readonly retracted: boolean;
};

/** Keeps the events of a message. Within its transaction, after the message is noted. Gives one outcome per event, in order. */
export async function storeShipmentEvents(
  tx: SqlTx,
  events: readonly ToldShipmentEvent[],
  telling: ShipmentTelling,
  changes: ChangeSet,
): Promise<ShipmentEventOutcome[]> {
  const rows = events.map((event, index) => rowOf(event, telling, telling.line + index));
  const known = await knownEvents(
    tx,
    telling.source,
    rows.flatMap(({ external_event_id }) => external_event_id ?? []),
  );
  const fresh: NewRow[] = [];
  const found = rows.map((row): { id: string; is: ShipmentEventOutcome['is'] } => {
    const before = row.external_event_id === null ? undefined : known.get(row.external_event_id);
    if (before !== undefined) return { id: before.id, is: before.content === contentOf(row) ? 'KNOWN' : 'DIFFERENT' };
    const id = makeId(telling.party, 'shipment-event', telling.random);
    fresh.push({ ...row, id });
    // The same message may tell one event twice.
    if (row.external_event_id !== null) known.set(row.external_event_id, { id, content: contentOf(row) });
    return { id, is: 'NEW' };
  });
  await insertRecords(tx, 'shipment_event', rowTypes, fresh);
  for (const { id } of fresh) changes.created('shipment-event', id);

  const retracts = fresh.flatMap(({ retracts_external_event_id }) => retracts_external_event_id ?? []);
  await noteRetractions(tx, retracts, telling);
  await markRetracted(tx, telling.source, [...retracts, ...fresh.flatMap(({ external_event_id }) => external_event_id ?? [])], changes);
  await linkShipmentEvents(
    tx,
    fresh.map(({ id }) => id),
    changes,
  );
  const states = await stateOf(
    tx,
    found.map(({ id }) => id),
  );
  return found.map(({ id, is }) => ({ id, is, linked: states.get(id)?.linked ?? false, retracted: states.get(id)?.retracted ?? false }));
}

/** Takes back events by their sender's ids, with nothing in their place: those that have come, and those that are still to come. */
export async function retractShipmentEvents(
  tx: SqlTx,
  externalEventIDs: readonly string[],
  telling: Pick<ShipmentTelling, 'source' | 'sourceKey' | 'toldAt'>,
  changes: ChangeSet,
): Promise<void> {
  await noteRetractions(tx, externalEventIDs, telling);
  await markRetracted(tx, telling.source, externalEventIDs, changes);
}

type Row = {
  readonly source_key: string;
  readonly line: number;
  readonly document_key: string | null;
  readonly source: string;
  readonly external_event_id: string | null;
  readonly controller_code: string;
  readonly shipment_event_type_code: string;
  readonly event_classifier_code: string;
  readonly document_type_code: string;
  readonly document_id: string | null;
  readonly carrier_code: string | null;
  readonly event_at: Date;
  readonly told_at: Date;
  readonly link_references: readonly LinkReference[];
  readonly retracts_external_event_id: string | null;
  readonly created_at: Date;
  readonly changed_at: Date;
};
type NewRow = Row & { readonly id: string };

const rowTypes = {
  id: 'text',
  source_key: 'text',
  line: 'int',
  document_key: 'text',
  source: 'text',
  external_event_id: 'text',
  controller_code: 'text',
  shipment_event_type_code: 'text',
  event_classifier_code: 'text',
  document_type_code: 'text',
  document_id: 'text',
  carrier_code: 'text',
  event_at: 'timestamptz',
  told_at: 'timestamptz',
  link_references: 'jsonb',
  retracts_external_event_id: 'text',
  created_at: 'timestamptz',
  changed_at: 'timestamptz',
} as const satisfies { readonly [column: string]: ColumnType };

function rowOf(
  event: ToldShipmentEvent,
  { source, sourceKey, documentKey, controllerCode, toldAt, now }: ShipmentTelling,
  line: number,
): Row {
  return {
    source_key: sourceKey,
    line,
    document_key: documentKey,
    source,
    external_event_id: event.externalEventID,
    controller_code: controllerCode,
    shipment_event_type_code: event.shipmentEventTypeCode,
    event_classifier_code: event.eventClassifierCode,
    document_type_code: event.documentTypeCode,
    document_id: event.documentID,
    carrier_code: event.carrierCode,
    event_at: new Date(event.eventAt),
    told_at: toldAt,
    link_references: linkReferencesOf(event),
    retracts_external_event_id: event.retractsEventID,
    created_at: now,
    changed_at: now,
  };
}

const referenceTypeOf: { readonly [documentTypeCode: string]: LinkReference['referenceType'] } = {
  BKG: 'BOOKING',
  TRD: 'TRANSPORT_DOCUMENT',
};

/** What an event can be linked by: its document's number and the further ones, tidied, each once, in a fixed order. */
function linkReferencesOf({ documentTypeCode, documentID, carrierCode, references }: ToldShipmentEvent): LinkReference[] {
  const own = referenceTypeOf[documentTypeCode];
  const all = [
    ...(own === undefined || documentID === null ? [] : [{ referenceType: own, reference: documentID, carrierCode }]),
    ...references,
  ];
  const tidied = all.map(({ referenceType, reference, carrierCode: carrier }) => ({
    referenceType,
    reference: tidyReference(reference),
    carrierCode: carrier,
  }));
  const distinct = new Map(tidied.filter(({ reference }) => !isPlaceholder(reference)).map((each) => [keyOf(each), each]));
  return [...distinct].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each);
}

function keyOf({ referenceType, reference, carrierCode }: LinkReference): string {
  return JSON.stringify([referenceType, reference, carrierCode]);
}

/** What an event says, as one text: the same for the same event. */
function contentOf(row: Row): string {
  return JSON.stringify([
    row.shipment_event_type_code,
    row.event_classifier_code,
    row.document_type_code,
    row.document_id,
    row.carrier_code,
    row.event_at.getTime(),
    row.link_references.map(keyOf),
    row.retracts_external_event_id,
  ]);
}

async function knownEvents(
  tx: SqlTx,
  source: string,
  externalIds: readonly string[],
): Promise<Map<string, { id: string; content: string }>> {
  if (externalIds.length === 0) return new Map();
  const rows = await tx.query<NewRow & { readonly external_event_id: string }>(
    'select * from shipment_event where source = $1 and external_event_id = any($2::text[])',
    source,
    externalIds,
  );
  return new Map(rows.map((row) => [row.external_event_id, { id: row.id, content: contentOf(row) }]));
}

async function noteRetractions(
  tx: SqlTx,
  externalIds: readonly string[],
  { source, sourceKey, toldAt }: Pick<ShipmentTelling, 'source' | 'sourceKey' | 'toldAt'>,
): Promise<void> {
  await writeRows(
    tx,
    `insert into shipment_event_retraction (source, external_event_id, source_key, told_at)
     select source, external_event_id, source_key, told_at
       from jsonb_to_recordset($1::jsonb) as r(source text, external_event_id text, source_key text, told_at timestamptz)
     on conflict (source, external_event_id) do nothing`,
    [...new Set(externalIds)].map((external_event_id) => ({ source, external_event_id, source_key: sourceKey, told_at: toldAt })),
  );
}

/** Brings together what these ids name: an event that was taken back is marked, and what took it back learns its id. */
async function markRetracted(tx: SqlTx, source: string, externalIds: readonly string[], changes: ChangeSet): Promise<void> {
  if (externalIds.length === 0) return;
  const retracted = await tx.query<{ id: string }>(
    `update shipment_event e set retracted = true from shipment_event_retraction r
      where e.source = $1 and e.external_event_id = any($2::text[]) and not e.retracted
        and r.source = e.source and r.external_event_id = e.external_event_id returning e.id`,
    source,
    externalIds,
  );
  const named = await tx.query<{ id: string }>(
    `update shipment_event later set retracted_event_id = e.id from shipment_event e
      where later.source = $1 and later.retracts_external_event_id = any($2::text[]) and later.retracted_event_id is null
        and e.source = later.source and e.external_event_id = later.retracts_external_event_id returning later.id`,
    source,
    externalIds,
  );
  for (const { id } of [...retracted, ...named]) changes.touched('shipment-event', id);
}

async function stateOf(tx: SqlTx, ids: readonly string[]): Promise<Map<string, { linked: boolean; retracted: boolean }>> {
  const rows = await tx.query<{ id: string; linked: boolean; retracted: boolean }>(
    `select e.id, e.retracted, exists (select 1 from shipment_event_consignment l where l.event_id = e.id) as linked
       from shipment_event e where e.id = any($1::text[])`,
    ids,
  );
  return new Map(rows.map(({ id, ...state }) => [id, state]));
}
