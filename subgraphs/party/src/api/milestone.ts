/** Events of a box: never changed, an error is retracted by a later one. Inspections and clearances are events whose rows belong to a class of their own. */
import { eventClassOf } from '@corridor/sharing';
import { join, type Sql, sql } from '@corridor/store';
import { readInstant } from '@corridor/subgraph';
import type { PlaceReference } from '../definition.ts';
import { eventAccess } from '../sharing/access-sql.ts';
import { conditionRow, type LinkedConsignment, linkedConsignments, milliseconds } from '../sharing/conditions.ts';
import { codes, pageSize } from './arguments.ts';
import { codesOf } from './code-list.ts';
import { consignmentRefs } from './consignment-ref.ts';
import { isKnown } from './known.ts';
import { pageOfLinked } from './linked-list.ts';
import { location } from './location.ts';
import type { Page, PageArguments } from './page.ts';
import type { Reading } from './reading.ts';
import type { OwnedRow, RecordNoun } from './record.ts';

/** An event that the viewer may know of. */
export type EquipmentEventRow = OwnedRow & {
  readonly retractedEventID: string | null;
  readonly linked: readonly LinkedConsignment[];
};

/** A page of milestones and which of them. */
export type MilestoneArguments = PageArguments & {
  readonly filter?: {
    readonly eventClassifierCode?: readonly string[] | null;
    readonly eventTypeCode?: readonly string[] | null;
    readonly from?: unknown;
    readonly to?: unknown;
  } | null;
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

/** The events linked to a consignment record, by event time. */
export function milestonesOfConsignment(
  reading: Reading,
  recordId: string,
  asked: MilestoneArguments,
): Promise<Page<Promise<EquipmentEventRow | null>>> {
  const source = sql`event_consignment told join equipment_event ev on ev.id = told.event_id where told.record_id = pa.id`;
  return pageOfEvents(reading, 'ConsignmentRecord.milestones', recordId, source, asked);
}

/** The events of a box on a trip, by event time. */
export function milestonesOfEquipment(
  reading: Reading,
  equipmentId: string,
  asked: MilestoneArguments,
): Promise<Page<Promise<EquipmentEventRow | null>>> {
  return pageOfEvents(reading, 'EquipmentRecord.milestones', equipmentId, sql`equipment_event ev where ev.equipment_id = pa.id`, asked);
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

async function pageOfEvents(
  reading: Reading,
  name: string,
  parent: string,
  source: Sql,
  { first, after, filter }: MilestoneArguments,
): Promise<Page<Promise<EquipmentEventRow | null>>> {
  // Each argument names a field of the record's own group: who may know of the event may filter by it, and the condition sees to that.
  const asked = {
    classifiers: codes('filter.eventClassifierCode', filter?.eventClassifierCode, codesOf('EventClassifierCode')),
    types: codes('filter.eventTypeCode', filter?.eventTypeCode, codesOf('EquipmentEventTypeCode')),
    from: readInstant(filter?.from, 'filter.from'),
    to: readInstant(filter?.to, 'filter.to'),
  };
  return pageOfLinked<Stored, EquipmentEventRow>(reading, {
    name,
    parent,
    size: pageSize(first),
    after,
    filter: JSON.stringify(asked),
    select: (keys) => {
      const conditions = [eventAccess(reading.view)];
      if (asked.classifiers !== null) conditions.push(sql`ev.event_classifier_code = any(${asked.classifiers}::text[])`);
      if (asked.types !== null) conditions.push(sql`ev.equipment_event_type_code = any(${asked.types}::text[])`);
      if (asked.from !== null) conditions.push(sql`ev.event_at >= ${asked.from}::timestamptz`);
      if (asked.to !== null) conditions.push(sql`ev.event_at < ${asked.to}::timestamptz`);
      if (keys !== null) conditions.push(sql`(ev.event_at, ev.id) > (${keys[0]}::timestamptz, ${keys[1]}::text)`);
      return sql`select ${columns(reading)}, row_number() over (order by ev.event_at, ev.id) as ordinal
        from ${source} and ${join(conditions, ' and ')} order by ev.event_at, ev.id`;
    },
    keysOf: ({ eventAt, id }) => [new Date(eventAt).toISOString(), id],
    seen: (stored) => seen(reading, stored),
  });
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
