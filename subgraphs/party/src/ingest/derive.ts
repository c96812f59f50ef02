/**
 * After a message has written its own rows: everything that follows from them, computed again from the facts around it. Links of events, trips of boxes,
 * status of consignments. What is stored is compared with what follows and only differences are written, so the end does not depend on the order in
 * which messages came.
 *
 * Concerned are the boxes that the message names or that its consignment is linked to: an event's links depend on its own keys, a trip on its own box.
 */
import type { SqlTx } from '@corridor/exchange';
import type { PartyCode, Random } from '@corridor/schemas';
import { consignmentStatus } from '../projection/consignment-status.ts';
import type { ChangeSet } from './change-set.ts';
import { type DocumentMessage, verdictsOf } from './correction.ts';
import type { EventClassifierCode } from './equipment-event.ts';
import { candidatesAmong, linksOf } from './link.ts';
import { consignmentsAround, consignmentsById, type StoredConsignment } from './stored-consignment.ts';
import { boxesConcerned, eventsOfBoxes, eventsOfConsignments, type StoredEvent } from './stored-event.ts';
import { storeTrips } from './trip-rows.ts';
import { writeRows } from './write-rows.ts';

/** What a message touched. */
export type Scope = {
  readonly boxes: readonly string[];
  /** Documents whose messages came, were replaced or cancelled. */
  readonly documentKeys: readonly string[];
  /** Consignments that were written. */
  readonly recordIds: readonly string[];
  /** Booking and transport document numbers the consignments have or had. */
  readonly references: readonly string[];
};

/** What deriving needs beside the transaction. */
export type DerivingContext = { readonly party: PartyCode; readonly random: Random; readonly now: Date; readonly changes: ChangeSet };

/** Brings everything derived up to date. Within the transaction that wrote the facts, under the ingest lock. */
export async function derive(tx: SqlTx, scope: Scope, context: DerivingContext): Promise<void> {
  const corrected = await correctEvents(tx, scope.documentKeys, context.changes);
  const boxes = [...new Set([...scope.boxes, ...corrected, ...(await boxesConcerned(tx, scope.recordIds, scope.references))])];
  const events = await eventsOfBoxes(tx, boxes);
  const consignments = await consignmentsAround(tx, { boxes, events, recordIds: scope.recordIds });
  const linked = await storeLinks(tx, events, consignments, context.changes);
  await storeTrips(tx, { boxes, events: linked.events, consignments }, context);
  await storeStatus(tx, [...new Set([...scope.recordIds, ...linked.recordIds])], context.changes);
}

/** Marks events as their documents' messages leave them; gives the boxes of those that changed. */
async function correctEvents(tx: SqlTx, documentKeys: readonly string[], changes: ChangeSet): Promise<string[]> {
  const boxes: string[] = [];
  for (const documentKey of documentKeys) {
    const messages = await tx.query<{ source_key: string; message_function: DocumentMessage['messageFunction'] }>(
      'select source_key, message_function from source_message where document_key = $1',
      documentKey,
    );
    if (messages.length < 2) continue;
    const events = await tx.query<CorrectableRow>(
      `select id, source_key, line, equipment_reference, equipment_event_type_code, event_classifier_code, retracted,
              retracted_event_id
         from equipment_event where document_key = $1`,
      documentKey,
    );
    const verdicts = verdictsOf(
      messages.map((message) => ({ sourceKey: message.source_key, messageFunction: message.message_function })),
      events.map((event) => ({
        id: event.id,
        sourceKey: event.source_key,
        line: event.line,
        equipmentReference: event.equipment_reference,
        equipmentEventTypeCode: event.equipment_event_type_code,
        eventClassifierCode: event.event_classifier_code,
      })),
    );
    const different = events.flatMap(({ id, equipment_reference, retracted, retracted_event_id }) => {
      const verdict = verdicts.get(id) ?? { retracted: false, retractedEventID: null };
      return verdict.retracted === retracted && verdict.retractedEventID === retracted_event_id
        ? []
        : [{ id, equipment_reference, ...verdict }];
    });
    await writeRows(
      tx,
      `update equipment_event e set retracted = r.retracted, retracted_event_id = r."retractedEventID"
         from jsonb_to_recordset($1::jsonb) as r(id text, retracted boolean, "retractedEventID" text) where e.id = r.id`,
      different,
    );
    for (const { id } of different) changes.touched('equipment-event', id);
    boxes.push(...different.map(({ equipment_reference }) => equipment_reference));
  }
  return boxes;
}

type CorrectableRow = {
  readonly id: string;
  readonly source_key: string;
  readonly line: number;
  readonly equipment_reference: string;
  readonly equipment_event_type_code: string;
  readonly event_classifier_code: EventClassifierCode;
  readonly retracted: boolean;
  readonly retracted_event_id: string | null;
};

/** Links each event to the consignments it belongs to; gives the events with their links, and all consignments an event of the scope has or had. */
async function storeLinks(
  tx: SqlTx,
  events: readonly StoredEvent[],
  consignments: readonly StoredConsignment[],
  changes: ChangeSet,
): Promise<{ events: StoredEvent[]; recordIds: string[] }> {
  const gone: { event_id: string; record_id: string }[] = [];
  const set: { event_id: string; record_id: string; key_kind: string; asserted_by: string }[] = [];
  const candidatesOf = candidatesAmong(consignments);
  const linked = events.map((event) => {
    const links = linksOf(event, candidatesOf(event));
    const before = new Map(event.links.map((link) => [link.recordId, link.keyKind]));
    const after = new Map(links.map((link) => [link.recordId, link.keyKind]));
    for (const record_id of before.keys()) if (!after.has(record_id)) gone.push({ event_id: event.id, record_id });
    for (const [record_id, key_kind] of after) {
      if (before.get(record_id) !== key_kind) set.push({ event_id: event.id, record_id, key_kind, asserted_by: event.sender });
    }
    return { ...event, links };
  });
  await writeRows(
    tx,
    `delete from event_consignment l using jsonb_to_recordset($1::jsonb) as r(event_id text, record_id text)
      where l.event_id = r.event_id and l.record_id = r.record_id`,
    gone,
  );
  await writeRows(
    tx,
    `insert into event_consignment (event_id, record_id, key_kind, asserted_by)
     select event_id, record_id, key_kind, asserted_by from jsonb_to_recordset($1::jsonb) as r(event_id text, record_id text, key_kind text, asserted_by text)
     on conflict (event_id, record_id) do update set key_kind = excluded.key_kind`,
    set,
  );
  for (const { event_id } of [...gone, ...set]) changes.touched('equipment-event', event_id);
  const recordIds = [...events, ...linked].flatMap(({ links }) => links.map(({ recordId }) => recordId));
  return { events: linked, recordIds };
}

async function storeStatus(tx: SqlTx, recordIds: readonly string[], changes: ChangeSet): Promise<void> {
  const eventsOf = new Map<string, StoredEvent[]>();
  for (const event of await eventsOfConsignments(tx, recordIds)) {
    if (event.retracted || event.eventClassifierCode !== 'ACT') continue;
    for (const { recordId } of event.links) {
      const own = eventsOf.get(recordId);
      if (own === undefined) eventsOf.set(recordId, [event]);
      else own.push(event);
    }
  }
  const different = (await consignmentsById(tx, recordIds)).flatMap(({ id, status, destination }) => {
    const now = consignmentStatus(eventsOf.get(id) ?? [], destination);
    return now === status ? [] : [{ id, status: now }];
  });
  await writeRows(
    tx,
    `update consignment_record c set consignment_status = r.status from jsonb_to_recordset($1::jsonb) as r(id text, status text) where c.id = r.id`,
    different,
  );
  for (const { id } of different) changes.touched('consignment-record', id);
}
