import type { SqlTx } from '@corridor/exchange';
import { parseId } from '@corridor/schemas';
import type { PlaceReference } from '../definition.ts';
import type { StatusEvent } from '../projection/consignment-status.ts';
import type { Report } from './corroboration.ts';
import type { EventClassifierCode } from './equipment-event.ts';
import type { Seal, TripEvent } from './equipment-record.ts';
import type { ToldEvents } from './event-rows.ts';
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
  /** Until when a planned event is allowed, ISO 8601 with `Z`. */
  readonly validUntil?: string;
  /** Parties the message names (NAD), as told: nobody gains a right by them. */
  readonly parties?: readonly {
    readonly partyFunction: string;
    readonly partyCode?: string;
    readonly codeListProvider?: string;
    readonly partyName?: string;
  }[];
};

/** An event as links and trips see it. `equipmentId`, `links`, `corroborates`: as stored; a new one has none yet. */
export type BoxEvent = TripEvent &
  LinkEvent & {
    readonly messageType: string;
    readonly documentKey: string | null;
    readonly equipmentId: string | null;
    readonly facilityId: string | null;
    readonly terminal: string | null;
    readonly UNLocationCode: string | null;
  };

/** All stored events of these boxes, with their links. */
export async function eventsOfBoxes(tx: SqlTx, boxes: readonly string[]): Promise<BoxEvent[]> {
  if (boxes.length === 0) return [];
  const rows = await tx.query<EventRow>(
    `select e.id, e.source_key, m.message_type, e.document_key, e.line, e.event_at, e.equipment_event_type_code, e.event_classifier_code, e.controller_code,
            e.retracted, e.retracted_event_id, e.corroborates, e.empty_indicator_code, e.equipment_reference, e.equipment_id, e.facility_id, e.event_location,
            e.facts, e.carrier_booking_reference, e.transport_document_reference,
            coalesce((select jsonb_agg(jsonb_build_object('recordId', l.record_id, 'keyKind', l.key_kind))
                        from event_consignment l where l.event_id = e.id), '[]') as links
       from equipment_event e join source_message m on m.source_key = e.source_key
      where e.equipment_reference = any($1::text[])`,
    boxes,
  );
  return rows.map((row) => ({
    id: row.id,
    sourceKey: row.source_key,
    messageType: row.message_type,
    documentKey: row.document_key,
    line: row.line,
    sender: partsOfSourceKey(row.source_key).sender,
    at: row.event_at.getTime(),
    equipmentEventTypeCode: row.equipment_event_type_code,
    eventClassifierCode: row.event_classifier_code,
    controllerCode: row.controller_code,
    retracted: row.retracted,
    retractedEventID: row.retracted_event_id,
    corroborates: row.corroborates,
    emptyIndicatorCode: row.empty_indicator_code,
    equipmentReference: row.equipment_reference,
    equipmentId: row.equipment_id,
    ISOEquipmentCode: row.facts.ISOEquipmentCode ?? null,
    seals: row.facts.seals ?? [],
    carrierBookingReference: row.carrier_booking_reference,
    transportDocumentReference: row.transport_document_reference,
    carrierCode: row.facts.carrierCode ?? null,
    facilityId: row.facility_id,
    terminal: terminalOf(row.facility_id, row.event_location),
    UNLocationCode: row.event_location?.UNLocationCode ?? null,
    links: row.links,
  }));
}

/** The events of a message as they will be stored, before anything is derived from them. */
export function newBoxEvents({ events, sourceKey, documentKey, controllerCode }: ToldEvents, messageType: string): BoxEvent[] {
  const { sender } = partsOfSourceKey(sourceKey);
  return events.map(({ id, content, retracted, retractedEventID }) => ({
    id,
    sourceKey,
    messageType,
    documentKey,
    line: content.line,
    sender,
    at: Date.parse(content.eventAt),
    equipmentEventTypeCode: content.equipmentEventTypeCode,
    eventClassifierCode: content.eventClassifierCode,
    controllerCode,
    retracted: retracted ?? false,
    retractedEventID: retractedEventID ?? null,
    corroborates: null,
    emptyIndicatorCode: content.emptyIndicatorCode,
    equipmentReference: content.equipmentReference,
    equipmentId: null,
    ISOEquipmentCode: content.facts.ISOEquipmentCode ?? null,
    seals: content.facts.seals ?? [],
    carrierBookingReference: content.carrierBookingReference,
    transportDocumentReference: content.transportDocumentReference,
    carrierCode: content.facts.carrierCode ?? null,
    facilityId: content.facilityId,
    terminal: terminalOf(content.facilityId, content.eventLocation),
    UNLocationCode: content.eventLocation?.UNLocationCode ?? null,
    links: [],
  }));
}

/** These events as they are compared with each other: where more than one tells of a box, also by whether whoever runs the place told it. */
export async function reportsOf(tx: SqlTx, events: readonly BoxEvent[]): Promise<Map<string, Report[]>> {
  const byBox = new Map<string, BoxEvent[]>();
  for (const event of events) {
    const ofBox = byBox.get(event.equipmentReference);
    if (ofBox === undefined) byBox.set(event.equipmentReference, [event]);
    else ofBox.push(event);
  }
  const several = [...byBox].filter(([, ofBox]) => ofBox.length > 1);
  const facilityIds = [...new Set(several.flatMap(([, ofBox]) => ofBox.flatMap(({ facilityId }) => facilityId ?? [])))];
  const rows =
    facilityIds.length === 0
      ? []
      : await tx.query<{ id: string; controller_code: string }>(
          'select id, controller_code from facility where id = any($1::text[])',
          facilityIds,
        );
  const controllers = new Map(rows.map(({ id, controller_code }) => [id, controller_code]));
  return new Map(
    several.map(([box, ofBox]) => [
      box,
      ofBox.map((event) => ({
        ...event,
        isOperators: event.terminal !== null && event.facilityId !== null && controllers.get(event.facilityId) === event.controllerCode,
      })),
    ]),
  );
}

// A port as a whole is a place, not a terminal. A terminal that is none of the owner's has its code in a list.
function terminalOf(facilityId: string | null, place: PlaceReference | null): string | null {
  if (facilityId !== null && parseId(facilityId)?.noun === 'terminal') return facilityId;
  return place?.facilityCode === undefined ? null : JSON.stringify([place.facilityCodeListProvider, place.facilityCode]);
}

type EventRow = {
  readonly id: string;
  readonly source_key: string;
  readonly message_type: string;
  readonly document_key: string | null;
  readonly line: number;
  readonly event_at: Date;
  readonly equipment_event_type_code: string;
  readonly event_classifier_code: EventClassifierCode;
  readonly controller_code: string;
  readonly retracted: boolean;
  readonly retracted_event_id: string | null;
  readonly corroborates: string | null;
  readonly empty_indicator_code: 'EMPTY' | 'LADEN' | null;
  readonly equipment_reference: string;
  readonly equipment_id: string | null;
  readonly facility_id: string | null;
  readonly event_location: PlaceReference | null;
  readonly facts: EventFacts;
  readonly carrier_booking_reference: string | null;
  readonly transport_document_reference: string | null;
  readonly links: readonly Link[];
};

/** A fact linked to a consignment, as its status sees it. */
export type LinkedFact = StatusEvent & { readonly id: string; readonly recordId: string; readonly corroborates: string | null };

/** What happened to these consignments: their valid events, by time. */
export async function factsOfConsignments(tx: SqlTx, recordIds: readonly string[]): Promise<LinkedFact[]> {
  if (recordIds.length === 0) return [];
  const rows = await tx.query<FactRow>(
    `select l.record_id, e.id, e.corroborates, e.event_at, e.equipment_event_type_code, e.empty_indicator_code, f.facility_type_code,
            coalesce(f.un_location_code, e.event_location ->> 'UNLocationCode') as un_location_code
       from event_consignment l join equipment_event e on e.id = l.event_id left join facility f on f.id = e.facility_id
      where l.record_id = any($1::text[]) and not e.retracted and e.event_classifier_code = 'ACT'
      order by e.event_at, e.source_key, e.line`,
    recordIds,
  );
  return rows.map((row) => ({
    recordId: row.record_id,
    id: row.id,
    corroborates: row.corroborates,
    at: row.event_at.getTime(),
    equipmentEventTypeCode: row.equipment_event_type_code,
    emptyIndicatorCode: row.empty_indicator_code,
    facilityTypeCode: row.facility_type_code,
    UNLocationCode: row.un_location_code,
  }));
}

type FactRow = {
  readonly record_id: string;
  readonly id: string;
  readonly corroborates: string | null;
  readonly event_at: Date;
  readonly equipment_event_type_code: string;
  readonly empty_indicator_code: 'EMPTY' | 'LADEN' | null;
  readonly facility_type_code: string | null;
  readonly un_location_code: string | null;
};

/** Boxes of events that these references name, or that these consignments are linked to, by event or by trip. */
export async function boxesConcerned(tx: SqlTx, recordIds: readonly string[], references: readonly string[]): Promise<string[]> {
  if (recordIds.length === 0 && references.length === 0) return [];
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
