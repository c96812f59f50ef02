import type { SqlTx } from '@corridor/exchange';
import { insertRecords } from '@corridor/store';
import type { EventContent } from './equipment-event.ts';

/** An event about to be stored. */
export type NewEvent = {
  readonly id: string;
  readonly content: EventContent;
  /** Whether it is taken back already when it comes; the messages of its document may take it back as well. */
  readonly retracted?: boolean;
  /** The event it stands for. */
  readonly retractedEventID?: string | null;
};

/** The events that one message tells. */
export type ToldEvents = {
  readonly events: readonly NewEvent[];
  readonly sourceKey: string;
  readonly documentKey: string | null;
  readonly controllerCode: string;
};

/** What is derived of a new event before it is written. */
export type DerivedColumns = {
  readonly equipmentId: string | null;
  readonly corroborates: string | null;
  readonly retracted: boolean;
  readonly retractedEventID: string | null;
};

/** Inserts the events of messages, each with all that follows for it. */
export async function insertEvents(
  tx: SqlTx,
  told: readonly ToldEvents[],
  derived: (id: string) => DerivedColumns,
  now: Date,
): Promise<void> {
  const rows = told.flatMap(({ events, sourceKey, documentKey, controllerCode }) =>
    events.map(({ id, content }) => {
      const { equipmentId, corroborates, retracted, retractedEventID } = derived(id);
      return {
        id,
        source_key: sourceKey,
        line: content.line,
        document_key: documentKey,
        controller_code: controllerCode,
        equipment_event_type_code: content.equipmentEventTypeCode,
        event_classifier_code: content.eventClassifierCode,
        event_at: content.eventAt,
        equipment_reference: content.equipmentReference,
        equipment_id: equipmentId,
        empty_indicator_code: content.emptyIndicatorCode,
        facility_id: content.facilityId,
        event_location: content.eventLocation,
        transport: content.transport,
        facts: content.facts,
        carrier_booking_reference: content.carrierBookingReference,
        transport_document_reference: content.transportDocumentReference,
        retracted,
        retracted_event_id: retractedEventID,
        corroborates,
        created_at: now,
        changed_at: now,
        revision: 1,
      };
    }),
  );
  await insertRecords(tx, 'equipment_event', columns, rows);
}

const columns = {
  id: 'text',
  source_key: 'text',
  line: 'int',
  document_key: 'text',
  controller_code: 'text',
  equipment_event_type_code: 'text',
  event_classifier_code: 'text',
  event_at: 'timestamptz',
  equipment_reference: 'text',
  equipment_id: 'text',
  empty_indicator_code: 'text',
  facility_id: 'text',
  event_location: 'jsonb',
  transport: 'jsonb',
  facts: 'jsonb',
  carrier_booking_reference: 'text',
  transport_document_reference: 'text',
  retracted: 'boolean',
  retracted_event_id: 'text',
  corroborates: 'text',
  created_at: 'timestamptz',
  changed_at: 'timestamptz',
  revision: 'bigint',
} as const;
