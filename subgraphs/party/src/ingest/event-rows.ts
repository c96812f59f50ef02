import type { SqlTx } from '@corridor/exchange';
import { insertRecords } from '@corridor/store';
import type { EventContent } from './equipment-event.ts';

/** An event about to be stored. */
export type NewEvent = { readonly id: string; readonly content: EventContent };

/** Inserts the events of a message. */
export async function insertEvents(
  tx: SqlTx,
  events: readonly NewEvent[],
  { sourceKey, documentKey, controllerCode, now }: { sourceKey: string; documentKey: string | null; controllerCode: string; now: Date },
): Promise<void> {
  await insertRecords(
    tx,
    'equipment_event',
    {
      id: 'text',
      source_key: 'text',
      line: 'int',
      document_key: 'text',
      controller_code: 'text',
      equipment_event_type_code: 'text',
      event_classifier_code: 'text',
      event_at: 'timestamptz',
      equipment_reference: 'text',
      empty_indicator_code: 'text',
      facility_id: 'text',
      event_location: 'jsonb',
      transport: 'jsonb',
      facts: 'jsonb',
      carrier_booking_reference: 'text',
      transport_document_reference: 'text',
      retracted: 'boolean',
      created_at: 'timestamptz',
      changed_at: 'timestamptz',
      revision: 'bigint',
    },
    events.map(({ id, content }) => ({
      id,
      source_key: sourceKey,
      line: content.line,
      document_key: documentKey,
      controller_code: controllerCode,
      equipment_event_type_code: content.equipmentEventTypeCode,
      event_classifier_code: content.eventClassifierCode,
      event_at: content.eventAt,
      equipment_reference: content.equipmentReference,
      empty_indicator_code: content.emptyIndicatorCode,
      facility_id: content.facilityId,
      event_location: content.eventLocation,
      transport: content.transport,
      facts: content.facts,
      carrier_booking_reference: content.carrierBookingReference,
      transport_document_reference: content.transportDocumentReference,
      retracted: false,
      created_at: now,
      changed_at: now,
      revision: 1,
    })),
  );
}

/** How many events of a document are retracted. */
export async function retractedCount(tx: SqlTx, documentKey: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    'select count(*)::int as count from equipment_event where document_key = $1 and retracted',
    documentKey,
  );
  return row?.count ?? 0;
}

/** What has become of a message's events: whether each is retracted, whether it belongs to a consignment. */
export async function stateOfEvents(tx: SqlTx, sourceKey: string): Promise<Map<string, { retracted: boolean; linked: boolean }>> {
  const rows = await tx.query<{ id: string; retracted: boolean; linked: boolean }>(
    `select e.id, e.retracted, exists (select 1 from event_consignment l where l.event_id = e.id) as linked
       from equipment_event e where e.source_key = $1`,
    sourceKey,
  );
  return new Map(rows.map(({ id, ...state }) => [id, state]));
}
