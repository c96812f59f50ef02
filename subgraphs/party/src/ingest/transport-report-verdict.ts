/** Which reports of vehicles hold: by the messages of their documents, or by the external ids that later reports take back. Rows alone; events follow. */
import type { SqlTx } from '@corridor/exchange';
import { insertRecords } from '@corridor/store';
import type { ToldTime } from './call-rows.ts';
import { type DocumentMessage, verdictsOf } from './correction.ts';
import type { Mentioning } from './note-calls.ts';
import { writeRows } from './write-rows.ts';

/** Notes that a sender takes back these reports, whether they have come or are still to come. */
export async function insertRetractions(
  tx: SqlTx,
  externalEventIDs: readonly string[],
  { sender, sourceKey, toldAt }: Mentioning,
): Promise<void> {
  await insertRecords(
    tx,
    'transport_report_retraction',
    { sender: 'text', external_event_id: 'text', source_key: 'text', told_at: 'timestamptz' },
    [...new Set(externalEventIDs)].map((external_event_id) => ({ sender, external_event_id, source_key: sourceKey, told_at: toldAt })),
    { onConflict: '(sender, external_event_id) do nothing' },
  );
}

/** A report whose state changed. */
export type Judged = { readonly eventId: string; readonly sourceKey: string; readonly struck: boolean };

/** Marks the reports of a document as its messages leave them. */
export async function judgeDocument(tx: SqlTx, documentKey: string | null): Promise<Judged[]> {
  if (documentKey === null) return [];
  const messages = await tx.query<DocumentMessage>(
    'select source_key as "sourceKey", message_function as "messageFunction" from source_message where document_key = $1',
    documentKey,
  );
  if (messages.length < 2) return [];
  const reports = await tx.query<DocumentReport>(
    `select r.source_key || ' ' || r.line as id, r.source_key as "sourceKey", r.line, r.event_id as "eventId", r.retracted, r.stands_for as "standsFor",
            e.call_id as "callId", e.transport_event_type_code as "transportEventTypeCode", e.event_classifier_code as "eventClassifierCode"
       from transport_report r join transport_event e on e.id = r.event_id where r.document_key = $1`,
    documentKey,
  );
  const verdicts = verdictsOf(messages, reports);
  const eventIdOf = new Map(reports.map(({ id, eventId }) => [id, eventId]));
  const different = reports.flatMap((report) => {
    const verdict = verdicts.get(report.id);
    const standsFor = eventIdOf.get(verdict?.retractedEventID ?? '') ?? null;
    const retracted = verdict?.retracted ?? false;
    if (retracted === report.retracted && standsFor === report.standsFor) return [];
    return [{ ...report, retracted, standsFor, struck: retracted && !report.retracted }];
  });
  await writeRows(
    tx,
    `update transport_report t set retracted = r.retracted, stands_for = r."standsFor"
       from jsonb_to_recordset($1::jsonb) as r("sourceKey" text, line int, retracted boolean, "standsFor" text)
      where t.source_key = r."sourceKey" and t.line = r.line`,
    different,
  );
  return different;
}

type DocumentReport = {
  readonly id: string;
  readonly sourceKey: string;
  readonly line: number;
  readonly eventId: string;
  readonly callId: string;
  readonly transportEventTypeCode: string;
  readonly eventClassifierCode: ToldTime['eventClassifierCode'];
  readonly retracted: boolean;
  readonly standsFor: string | null;
};

/** Marks reports that are taken back by their external ids, and what stands for them. */
export async function judgeExternal(tx: SqlTx, sender: string, externalEventIDs: readonly string[]): Promise<Judged[]> {
  if (externalEventIDs.length === 0) return [];
  const struck = await tx.query<Judged>(
    `update transport_report r set retracted = true
       from transport_report_retraction t
      where t.sender = $1 and r.sender = $1 and t.external_event_id = r.external_event_id and r.external_event_id = any($2::text[]) and not r.retracted
      returning r.event_id as "eventId", r.source_key as "sourceKey", true as struck`,
    sender,
    externalEventIDs,
  );
  const standing = await tx.query<Judged>(
    `update transport_report r set stands_for = o.event_id
       from transport_report o
      where r.sender = $1 and o.sender = $1 and o.external_event_id = r.retracts_external_event_id and o.external_event_id = any($2::text[])
        and r.stands_for is null
      returning r.event_id as "eventId", r.source_key as "sourceKey", false as struck`,
    sender,
    externalEventIDs,
  );
  return [...struck, ...standing];
}
