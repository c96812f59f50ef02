import type { SqlTx } from '@corridor/exchange';
import type { ChangeSet } from './change-set.ts';
import { type DocumentMessage, type Verdict, verdictsOf } from './correction.ts';
import type { EventClassifierCode } from './equipment-event.ts';
import type { ToldEvents } from './event-rows.ts';
import { type BoxEvent, newBoxEvents } from './stored-event.ts';
import { writeRows } from './write-rows.ts';

/** What the messages of some documents leave of their events. */
export type Corrections = {
  /** The new events, as the messages leave them. */
  readonly fresh: readonly BoxEvent[];
  /** Boxes of stored events that were marked otherwise. */
  readonly boxes: readonly string[];
  /** Documents of which an event was taken back now. */
  readonly struck: ReadonlySet<string>;
};

/** Marks the stored events of these documents as their messages leave them, and says how these leave the new ones. */
export async function correctEvents(
  tx: SqlTx,
  documentKeys: readonly string[],
  told: readonly ToldEvents[],
  changes: ChangeSet,
): Promise<Corrections> {
  const documents = new Set(documentKeys);
  const messages = await messagesOf(
    tx,
    documentKeys,
    told.flatMap(({ sourceKey, documentKey }) => (documentKey !== null && documents.has(documentKey) ? [] : [sourceKey])),
  );
  const typeOf = new Map(messages.map(({ source_key, message_type }) => [source_key, message_type]));
  const fresh = told.flatMap((each) => newBoxEvents(each, typeOf.get(each.sourceKey) ?? ''));
  const byDocument = new Map<string, MessageRow[]>();
  for (const message of messages) {
    if (message.document_key === null) continue;
    const ofDocument = byDocument.get(message.document_key);
    if (ofDocument === undefined) byDocument.set(message.document_key, [message]);
    else ofDocument.push(message);
  }
  // A single message corrects nothing.
  const several = documentKeys.filter((documentKey) => (byDocument.get(documentKey)?.length ?? 0) > 1);
  if (several.length === 0) return { fresh, boxes: [], struck: new Set() };

  const stored = await storedEvents(tx, several);
  const verdicts = new Map<string, Verdict>();
  for (const documentKey of several) {
    const events = [...stored, ...fresh].filter((event) => event.documentKey === documentKey);
    for (const [id, verdict] of verdictsOf((byDocument.get(documentKey) ?? []).map(messageOf), events)) verdicts.set(id, verdict);
  }
  const different = stored.flatMap((event) => {
    const { retracted, retractedEventID } = verdicts.get(event.id) ?? valid;
    return retracted === event.retracted && retractedEventID === event.retractedEventID ? [] : [{ ...event, retracted, retractedEventID }];
  });
  await writeRows(
    tx,
    `update equipment_event e set retracted = r.retracted, retracted_event_id = r."retractedEventID"
       from jsonb_to_recordset($1::jsonb) as r(id text, retracted boolean, "retractedEventID" text) where e.id = r.id`,
    different.map(({ id, retracted, retractedEventID }) => ({ id, retracted, retractedEventID })),
  );
  for (const { id } of different) changes.touched('equipment-event', id);
  const judged = fresh.map((event) => ({ ...event, ...verdicts.get(event.id) }));
  const before = new Set(stored.flatMap(({ id, retracted }) => (retracted ? [id] : [])));
  const struck = [...different, ...judged].filter(({ id, retracted }) => retracted && !before.has(id));
  return {
    fresh: judged,
    boxes: different.map(({ equipmentReference }) => equipmentReference),
    struck: new Set(struck.flatMap(({ documentKey }) => documentKey ?? [])),
  };
}

const valid: Verdict = { retracted: false, retractedEventID: null };

type MessageRow = {
  readonly source_key: string;
  readonly document_key: string | null;
  readonly message_type: string;
  readonly message_function: DocumentMessage['messageFunction'];
};

async function messagesOf(tx: SqlTx, documentKeys: readonly string[], sourceKeys: readonly string[]): Promise<MessageRow[]> {
  if (documentKeys.length === 0 && sourceKeys.length === 0) return [];
  return tx.query<MessageRow>(
    `select source_key, document_key, message_type, message_function from source_message
      where document_key = any($1::text[]) or source_key = any($2::text[])`,
    documentKeys,
    sourceKeys,
  );
}

function messageOf({ source_key, message_function }: MessageRow): DocumentMessage {
  return { sourceKey: source_key, messageFunction: message_function };
}

type StoredDocumentEvent = Pick<
  BoxEvent,
  | 'id'
  | 'sourceKey'
  | 'documentKey'
  | 'line'
  | 'equipmentReference'
  | 'equipmentEventTypeCode'
  | 'eventClassifierCode'
  | 'retracted'
  | 'retractedEventID'
>;

async function storedEvents(tx: SqlTx, documentKeys: readonly string[]): Promise<StoredDocumentEvent[]> {
  const rows = await tx.query<EventRow>(
    `select id, source_key, document_key, line, equipment_reference, equipment_event_type_code, event_classifier_code, retracted, retracted_event_id
       from equipment_event where document_key = any($1::text[])`,
    documentKeys,
  );
  return rows.map((row) => ({
    id: row.id,
    sourceKey: row.source_key,
    documentKey: row.document_key,
    line: row.line,
    equipmentReference: row.equipment_reference,
    equipmentEventTypeCode: row.equipment_event_type_code,
    eventClassifierCode: row.event_classifier_code,
    retracted: row.retracted,
    retractedEventID: row.retracted_event_id,
  }));
}

type EventRow = {
  readonly id: string;
  readonly source_key: string;
  readonly document_key: string;
  readonly line: number;
  readonly equipment_reference: string;
  readonly equipment_event_type_code: string;
  readonly event_classifier_code: EventClassifierCode;
  readonly retracted: boolean;
  readonly retracted_event_id: string | null;
};
