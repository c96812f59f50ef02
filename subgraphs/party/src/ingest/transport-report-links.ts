/** The consignments of a call by what its reports name: a status report of a train lists boxes, with their bookings and bills of lading. */
import type { SqlTx } from '@corridor/exchange';
import { isPlaceholder } from './document-reference.ts';
import { candidatesAmong, linksOf } from './link.ts';
import { consignmentsAround, consignmentsById } from './stored-consignment.ts';
import type { ReportedBox } from './transport-report-rows.ts';

/** A link of a call with its evidence, and who gave that. */
export type ReportedLink = {
  readonly call_id: string;
  readonly record_id: string;
  readonly key_kind: string;
  readonly asserted_by: string;
};

/**
 * What reports link these calls to, by the rule of events of boxes (`linksOf`). Reports that were taken back link nothing, or readers would see the other
 * events of a train their box was not on; where no event of the call holds they still do, so that who saw the events sees them taken back.
 */
export async function linksOfReports(tx: SqlTx, callIds: readonly string[]): Promise<ReportedLink[]> {
  const rows = await tx.query<ReportRow>(
    `select e.call_id, e.event_at, r.sender, r.boxes
       from transport_event e join transport_report r on r.event_id = e.id join transport_call ca on ca.id = e.call_id
      where e.call_id = any($1::text[]) and not ca.cancelled and r.boxes <> '[]'
        and (not r.retracted or not exists (select 1 from transport_event held where held.call_id = e.call_id and not held.retracted))
      order by r.told_at desc, r.source_key desc, r.line desc`,
    callIds,
  );
  const named = rows.flatMap(({ call_id, event_at, sender, boxes }) =>
    boxes.map(({ equipmentReference, ...papers }) => ({
      call_id,
      sender,
      event: { at: event_at.getTime(), equipmentReference: equipmentReference ?? '', ...papers },
    })),
  );
  const events = named.map(({ event }) => event);
  const boxes = [...new Set(events.map(({ equipmentReference }) => equipmentReference))];
  const candidatesOf = candidatesAmong(named.length === 0 ? [] : await consignmentsAround(tx, { boxes, events, recordIds: [] }));
  // Of several reports that name one consignment the first told counts, whichever came first.
  const links = new Map<string, ReportedLink>();
  for (const { call_id, sender, event } of named) {
    for (const { recordId, keyKind } of linksOf(event, candidatesOf(event)))
      links.set(`${call_id} ${recordId}`, { call_id, record_id: recordId, key_kind: keyKind, asserted_by: sender });
  }
  return [...links.values()];
}

type ReportRow = { readonly call_id: string; readonly event_at: Date; readonly sender: string; readonly boxes: readonly ReportedBox[] };

/** The calls whose reports name a box or a paper of these consignments. */
export async function callsReportedOf(tx: SqlTx, recordIds: readonly string[]): Promise<string[]> {
  const consignments = await consignmentsById(tx, recordIds);
  const named: (readonly Partial<ReportedBox>[])[] = consignments.flatMap(({ equipmentReferences, references }) => [
    ...equipmentReferences.map((equipmentReference) => [{ equipmentReference }]),
    ...references.flatMap(({ referenceType, reference, level }): Partial<ReportedBox>[][] => {
      if (level !== 'HOUSE' || isPlaceholder(reference)) return [];
      if (referenceType === 'BOOKING') return [[{ carrierBookingReference: reference }]];
      return referenceType === 'TRANSPORT_DOCUMENT' ? [[{ transportDocumentReference: reference }]] : [];
    }),
  ]);
  if (named.length === 0) return [];
  const rows = await tx.query<{ id: string }>(
    `select distinct e.call_id as id
       from jsonb_array_elements($1::jsonb) n (value) join transport_report r on r.boxes @> n.value join transport_event e on e.id = r.event_id`,
    JSON.stringify(named),
  );
  return rows.map(({ id }) => id);
}
