/** Events of a box: never changed, an error is retracted by a later one. Inspections and clearances are events whose rows belong to a class of their own. */
import { eventClassOf } from '@corridor/sharing';
import { type Sql, sql } from '@corridor/store';
import type { PlaceReference } from '../definition.ts';
import { eventAccess, shipmentEventAccess, transportEventAccess } from '../sharing/access-sql.ts';
import { conditionRow, type LinkedConsignment, linkedConsignments, milliseconds } from '../sharing/conditions.ts';
import { pageSize } from './arguments.ts';
import { callOfEvent } from './call-of-event.ts';
import { consignmentRefs } from './consignment-ref.ts';
import { isKnown } from './known.ts';
import { pageOfLinked } from './linked-list.ts';
import { location } from './location.ts';
import { type AskedMilestones, type MilestoneArguments, milestoneConditions, readMilestoneFilter } from './milestone-filter.ts';
import type { Page } from './page.ts';
import type { Reading } from './reading.ts';
import type { OwnedRow, RecordNoun } from './record.ts';
import { type ShipmentEventRow, type StoredShipmentEvent, seenShipmentEvent } from './shipment-event.ts';
import { type StoredTransportEvent, seenTransportEvent, type TransportEventRow } from './transport-event.ts';

/** An event that the viewer may know of. */
export type EquipmentEventRow = OwnedRow & {
  readonly retractedEventID: string | null;
  readonly leading: string | null;
  readonly further: readonly string[];
  readonly linked: readonly LinkedConsignment[];
};

type Stored = {
  readonly id: string;
  readonly controllerCode: string;
  readonly equipmentEventTypeCode: string;
  readonly eventClassifierCode: string;
  /** Milliseconds since the epoch. */
  readonly eventAt: number;
  readonly createdAt: number;
  readonly equipmentReference: string;
  readonly emptyIndicatorCode: string | null;
  readonly facilityId: string | null;
  readonly place: PlaceReference | null;
  readonly retractedEventID: string | null;
  readonly retracted: boolean;
  /** Of several reports of one physical event: the leading one's id in a further one, the further ones' in the leading one. */
  readonly leading: string | null;
  readonly further: readonly string[];
  readonly linked: readonly LinkedConsignment[];
};

/** Equipment events. */
export const equipmentEvent: RecordNoun<EquipmentEventRow> = {
  name: 'EquipmentEvent',
  find: findEquipmentEvent,
  fields: {
    consignments: ({ linked }, _arguments: object, reading) => consignmentRefs(reading, linked),
    // Linked otherwise than this event, the retracted one may be hidden from the viewer: then this says nothing of it.
    retractedEventID: async ({ retractedEventID }, _arguments: object, reading) =>
      retractedEventID !== null && (await isKnown(reading, retractedEventID)) ? retractedEventID : null,
    // So may other reports of the same event be.
    corroborates: async ({ leading }, _arguments: object, reading) =>
      leading !== null && (await isKnown(reading, leading)) ? leading : null,
    corroboratedBy: async ({ further }, _arguments: object, reading) => {
      const known = await Promise.all(further.map((id) => isKnown(reading, id)));
      return further.filter((_id, index) => known[index]);
    },
    transportCallId: ({ id }, _arguments: object, reading) => callOfEvent(reading, id),
  },
  // A clearance in its coarse form is a bare status: that it was released, and when.
  coarse: {
    eventLocation: () => null,
    emptyIndicatorCode: () => null,
    transportCallId: () => null,
    corroborates: () => null,
    corroboratedBy: () => [],
  },
  lists: {},
};

/**
 * The events linked to a consignment record, by event time: those of its boxes, arrivals and departures of the calls it comes or goes by, and what happened
 * to its documents.
 */
export function milestonesOfConsignment(
  reading: Reading,
  recordId: string,
  args: MilestoneArguments,
): Promise<Page<Promise<MilestoneRow | null>>> {
  const asked = readMilestoneFilter(args);
  const { view, caller } = reading;
  return pageOfLinked<StoredMilestone, MilestoneRow>(reading, {
    name: 'ConsignmentRecord.milestones',
    parent: recordId,
    size: pageSize(args.first),
    after: args.after,
    filter: JSON.stringify(asked),
    select: (keys) => sql`select told.*, row_number() over (order by told."eventAt", told.id) as ordinal from (
        select ${columns(reading)}, null::text as "transportEventTypeCode", null::text as "callId", null::text as "delayReasonCode",
               null::text as "shipmentEventTypeCode", null::text as "documentTypeCode", null::text as "documentID"
          from event_consignment told join equipment_event ev on ev.id = told.event_id
         where told.record_id = pa.id and ${milestoneConditions('ev', eventAccess(view), asked, keys)}
           and ${toldOnce(view, asked, sql`exists (select 1 from event_consignment too where too.event_id = other.id and too.record_id = pa.id)`)}
        union all
        select te.id, te.controller_code, null, te.event_classifier_code, ${milliseconds(sql`te.event_at`)}, ${milliseconds(sql`te.created_at`)},
               null, null, te.facility_id, te.event_location, te.retracted_event_id, te.retracted, null, null, ${linkedConsignments('te', view, caller)},
               te.transport_event_type_code, te.call_id, te.delay_reason_code, null, null, null
          from call_consignment told join transport_event te on te.call_id = told.call_id
         where told.record_id = pa.id and ${milestoneConditions('te', transportEventAccess(view.where('EVENT')), asked, keys)}
        union all
        select se.id, se.controller_code, null, se.event_classifier_code, ${milliseconds(sql`se.event_at`)}, ${milliseconds(sql`se.created_at`)},
               null, null, null, null, se.retracted_event_id, se.retracted, null, null, ${linkedConsignments('se', view, caller)},
               null, null, null, se.shipment_event_type_code, se.document_type_code, se.document_id
          from shipment_event_consignment told join shipment_event se on se.id = told.event_id
         where told.record_id = pa.id and ${milestoneConditions('se', shipmentEventAccess(view), asked, keys)}) told
      order by told."eventAt", told.id`,
    keysOf: ({ eventAt, id }) => [new Date(eventAt).toISOString(), id],
    seen: (stored) => {
      if (isOfTransport(stored)) return seenTransportEvent(reading, stored);
      return isOfShipment(stored) ? seenShipmentEvent(reading, stored) : seen(reading, stored);
    },
  });
}

type MilestoneRow = EquipmentEventRow | TransportEventRow | ShipmentEventRow;
type StoredMilestone = Stored | StoredTransportEvent | StoredShipmentEvent;

// One statement reads all kinds, with all columns of each: the other kinds' are null.
function isOfTransport(stored: StoredMilestone): stored is StoredTransportEvent {
  return 'transportEventTypeCode' in stored && stored.transportEventTypeCode !== null;
}

function isOfShipment(stored: StoredMilestone): stored is StoredShipmentEvent {
  return 'shipmentEventTypeCode' in stored && stored.shipmentEventTypeCode !== null;
}

/** The events of a box on a trip, by event time. */
export function milestonesOfEquipment(
  reading: Reading,
  equipmentId: string,
  args: MilestoneArguments,
): Promise<Page<Promise<EquipmentEventRow | null>>> {
  const asked = readMilestoneFilter(args);
  return pageOfLinked<Stored, EquipmentEventRow>(reading, {
    name: 'EquipmentRecord.milestones',
    parent: equipmentId,
    size: pageSize(args.first),
    after: args.after,
    filter: JSON.stringify(asked),
    select: (keys) => sql`select ${columns(reading)}, row_number() over (order by ev.event_at, ev.id) as ordinal
      from equipment_event ev where ev.equipment_id = pa.id and ${milestoneConditions('ev', eventAccess(reading.view), asked, keys)}
        and ${toldOnce(reading.view, asked, sql`other.equipment_id = pa.id`)}
      order by ev.event_at, ev.id`,
    keysOf: ({ eventAt, id }) => [new Date(eventAt).toISOString(), id],
    seen: (stored) => seen(reading, stored),
  });
}

async function findEquipmentEvent(reading: Reading, id: string): Promise<EquipmentEventRow | null> {
  const stored = await reading
    .loader<Stored>('equipment-event', async (ids) => {
      const rows = await reading.query<Stored>(sql`select ${columns(reading)} from equipment_event ev
        where ev.id = any(${[...ids]}::text[]) and ${eventAccess(reading.view)}`);
      return new Map(rows.map((row) => [row.id, row]));
    })
    .load(id);
  return stored === undefined ? null : seen(reading, stored);
}

function columns({ view, caller }: Reading): Sql {
  return sql`ev.id, ev.controller_code as "controllerCode", ev.equipment_event_type_code as "equipmentEventTypeCode",
    ev.event_classifier_code as "eventClassifierCode", ${milliseconds(sql`ev.event_at`)} as "eventAt",
    ${milliseconds(sql`ev.created_at`)} as "createdAt", ev.equipment_reference as "equipmentReference",
    ev.empty_indicator_code as "emptyIndicatorCode", ev.facility_id as "facilityId", ev.event_location as place,
    ev.retracted_event_id as "retractedEventID", ev.retracted, ev.corroborates as leading,
    array(select other.id from equipment_event other where other.corroborates = ev.id order by other.event_at, other.source_key, other.line) as further,
    ${linkedConsignments('ev', view, caller)} as linked`;
}

/**
 * Of several reports of one physical event a list shows one: the leading one, or where this viewer cannot see it, the filter leaves it out or it does not
 * belong to the list, the first of the others. `inList` says of `other` whether it belongs to the list; where a page begins makes no difference.
 */
function toldOnce(view: Reading['view'], asked: AskedMilestones, inList: Sql): Sql {
  return sql`(ev.corroborates is null or not exists (select 1 from equipment_event other
    where (other.id = ev.corroborates
        or other.corroborates = ev.corroborates and (other.event_at, other.source_key, other.line) < (ev.event_at, ev.source_key, ev.line))
      and ${inList} and ${milestoneConditions('other', eventAccess(view, 'other'), asked, null)}))`;
}

function seen({ owner, view, caller, ledger }: Reading, stored: Stored): EquipmentEventRow | null {
  const recordClass = eventClassOf(stored.equipmentEventTypeCode);
  const conditions = conditionRow(stored.linked, stored.eventAt, caller);
  const mask = view.mask(recordClass, conditions);
  if (!mask.visible) return null;
  const row = {
    ...stored,
    __typename: `${owner.party.typePrefix}EquipmentEvent`,
    partyCode: owner.party.code,
    recordClass,
    mask,
    conditions,
    eventDateTime: new Date(stored.eventAt).toISOString(),
    eventCreatedDateTime: new Date(stored.createdAt).toISOString(),
    eventLocation: location(stored.place, stored.facilityId),
  } as const;
  ledger.handOut(row);
  return row;
}
