import type { SqlTx } from '@corridor/exchange';
import type { EventClassifierCode } from './equipment-event.ts';
import type { Seal, TripEvent } from './equipment-record.ts';
import type { Link, LinkEvent } from './link.ts';
import { partsOfSourceKey } from './source-key.ts';

/** What `equipment_event.facts` holds: what the message told beside the columns. */
export type EventFacts = {
  readonly ISOEquipmentCode?: string;
  readonly seals?: readonly Seal[];
  readonly grossWeightKg?: number;
  readonly tareWeightKg?: number;
  readonly vehicleRegistrationNumber?: string;
  /** Carrier in whose count booking and bill of lading stand. */
  readonly carrierCode?: string;
};

/** An event as links, trips and status see it. */
export type StoredEvent = TripEvent &
  LinkEvent & {
    readonly equipmentId: string | null;
    readonly facilityTypeCode: string | null;
    readonly UNLocationCode: string | null;
  };

/** All events of these boxes, with their links as stored. */
export async function eventsOfBoxes(tx: SqlTx, boxes: readonly string[]): Promise<StoredEvent[]> {
  return loadEvents(tx, 'e.equipment_reference = any($1::text[])', boxes);
}

/** The events linked to these consignments. */
export async function eventsOfConsignments(tx: SqlTx, recordIds: readonly string[]): Promise<StoredEvent[]> {
  return loadEvents(tx, 'e.id in (select event_id from event_consignment where record_id = any($1::text[]))', recordIds);
}

/** Boxes of events that these references name, or that these consignments are linked to, by event or by trip. */
export async function boxesConcerned(tx: SqlTx, recordIds: readonly string[], references: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ box: string }>(
    `select equipment_reference as box from equipment_event
      where carrier_booking_reference = any($2::text[]) or transport_document_reference = any($2::text[])
     union select e.equipment_reference from event_consignment l join equipment_event e on e.id = l.event_id where l.record_id = any($1::text[])
     union select t.equipment_reference from equipment_consignment l join equipment_record t on t.id = l.equipment_id where l.record_id = any($1::text[])`,
    recordIds,
    references,
  );
  return rows.map(({ box }) => box);
}

async function loadEvents(tx: SqlTx, where: string, values: readonly string[]): Promise<StoredEvent[]> {
  if (values.length === 0) return [];
  const rows = await tx.query<EventRow>(
    `select e.id, e.source_key, e.line, e.event_at, e.equipment_event_type_code, e.event_classifier_code, e.controller_code, e.retracted, e.retracted_event_id,
            e.empty_indicator_code, e.equipment_reference, e.equipment_id, e.facts, e.carrier_booking_reference, e.transport_document_reference,
            f.facility_type_code, coalesce(f.un_location_code, e.event_location ->> 'UNLocationCode') as un_location_code,
            coalesce((select jsonb_agg(jsonb_build_object('recordId', l.record_id, 'keyKind', l.key_kind))
                        from event_consignment l where l.event_id = e.id), '[]') as links
       from equipment_event e left join facility f on f.id = e.facility_id
      where ${where}`,
    values,
  );
  return rows.map((row) => ({
    id: row.id,
    sourceKey: row.source_key,
    line: row.line,
    sender: partsOfSourceKey(row.source_key).sender,
    at: row.event_at.getTime(),
    equipmentEventTypeCode: row.equipment_event_type_code,
    eventClassifierCode: row.event_classifier_code,
    controllerCode: row.controller_code,
    retracted: row.retracted,
    retractedEventID: row.retracted_event_id,
    emptyIndicatorCode: row.empty_indicator_code,
    equipmentReference: row.equipment_reference,
    equipmentId: row.equipment_id,
    ISOEquipmentCode: row.facts.ISOEquipmentCode ?? null,
    seals: row.facts.seals ?? [],
    carrierBookingReference: row.carrier_booking_reference,
    transportDocumentReference: row.transport_document_reference,
    carrierCode: row.facts.carrierCode ?? null,
    facilityTypeCode: row.facility_type_code,
    UNLocationCode: row.un_location_code,
    links: row.links,
  }));
}

type EventRow = {
  readonly id: string;
  readonly source_key: string;
  readonly line: number;
  readonly event_at: Date;
  readonly equipment_event_type_code: string;
  readonly event_classifier_code: EventClassifierCode;
  readonly controller_code: string;
  readonly retracted: boolean;
  readonly retracted_event_id: string | null;
  readonly empty_indicator_code: 'EMPTY' | 'LADEN' | null;
  readonly equipment_reference: string;
  readonly equipment_id: string | null;
  readonly facts: EventFacts;
  readonly carrier_booking_reference: string | null;
  readonly transport_document_reference: string | null;
  readonly facility_type_code: string | null;
  readonly un_location_code: string | null;
  readonly links: readonly Link[];
};
