/** Events of a box: never changed, an error is retracted by a later one. Inspections and clearances are events whose rows belong to a class of their own. */
import { eventClassOf } from '@corridor/sharing';
import { type Sql, sql } from '@corridor/store';
import type { PlaceReference } from '../definition.ts';
import { eventAccess, transportEventAccess } from '../sharing/access-sql.ts';
import { conditionRow, type LinkedConsignment, linkedConsignments, milliseconds } from '../sharing/conditions.ts';
import { pageSize } from './arguments.ts';
import { consignmentRefs } from './consignment-ref.ts';
import { isKnown } from './known.ts';
import { pageOfLinked } from './linked-list.ts';
import { location } from './location.ts';
import { type MilestoneArguments, milestoneConditions, readMilestoneFilter } from './milestone-filter.ts';
import type { Page } from './page.ts';
import type { Reading } from './reading.ts';
import type { OwnedRow, RecordNoun } from './record.ts';
import { type StoredTransportEvent, seenTransportEvent, type TransportEventRow } from './transport-event.ts';

/** An event that the viewer may know of. */
export type EquipmentEventRow = OwnedRow & {
  readonly retractedEventID: string | null;
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
  },
  // A clearance in its coarse form is a bare status: that it was released, and when.
  coarse: { eventLocation: () => null, emptyIndicatorCode: () => null },
  lists: {},
};

/** The events linked to a consignment record, by event time: those of its boxes, and arrivals and departures of the calls it comes or goes by. */
export function milestonesOfConsignment(
  reading: Reading,
  recordId: string,
  args: MilestoneArguments,
): Promise<Page<Promise<EquipmentEventRow | TransportEventRow | null>>> {
  const asked = readMilestoneFilter(args);
  const { view, caller } = reading;
  return pageOfLinked<StoredMilestone, EquipmentEventRow | TransportEventRow>(reading, {
    name: 'ConsignmentRecord.milestones',
    parent: recordId,
    size: pageSize(args.first),
    after: args.after,
    filter: JSON.stringify(asked),
    select: (keys) => sql`select told.*, row_number() over (order by told."eventAt", told.id) as ordinal from (
        select ${columns(reading)}, null::text as "transportEventTypeCode", null::text as "callId", null::text as "delayReasonCode"
          from event_consignment told join equipment_event ev on ev.id = told.event_id
         where told.record_id = pa.id and ${milestoneConditions('ev', eventAccess(view), asked, keys)}
        union all
        select te.id, te.controller_code, null, te.event_classifier_code, ${milliseconds(sql`te.event_at`)}, ${milliseconds(sql`te.created_at`)},
               null, null, te.facility_id, te.event_location, te.retracted_event_id, te.retracted, ${linkedConsignments('te', view, caller)},
               te.transport_event_type_code, te.call_id, te.delay_reason_code
          from call_consignment told join transport_event te on te.call_id = told.call_id
         where told.record_id = pa.id and ${milestoneConditions('te', transportEventAccess(view.where('EVENT')), asked, keys)}) told
      order by told."eventAt", told.id`,
    keysOf: ({ eventAt, id }) => [new Date(eventAt).toISOString(), id],
    seen: (stored) => (isOfTransport(stored) ? seenTransportEvent(reading, stored) : seen(reading, stored)),
  });
}

type StoredMilestone = Stored | StoredTransportEvent;

// One statement reads both kinds, with all columns of both: the other kind's are null.
function isOfTransport(stored: StoredMilestone): stored is StoredTransportEvent {
  return 'transportEventTypeCode' in stored && stored.transportEventTypeCode !== null;
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
    ev.retracted_event_id as "retractedEventID", ev.retracted, ${linkedConsignments('ev', view, caller)} as linked`;
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
