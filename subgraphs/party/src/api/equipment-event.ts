/** Events of a box. Inspections and clearances are events whose rows belong to a class of their own. */
import { eventClassOf } from '@corridor/sharing';
import { type Sql, sql } from '@corridor/store';
import type { PlaceReference } from '../definition.ts';
import { eventAccess } from '../sharing/access-sql.ts';
import { pageSize } from './arguments.ts';
import { callOfEvent } from './call-of-event.ts';
import { isKnown } from './known.ts';
import { pageOfLinked } from './linked-list.ts';
import { location } from './location.ts';
import {
  findMilestone,
  type MilestoneKind,
  type MilestoneRow,
  milestoneColumns,
  milestoneFields,
  type StoredMilestone,
  seenMilestone,
} from './milestone.ts';
import { type AskedMilestones, type MilestoneArguments, milestoneConditions, readMilestoneFilter } from './milestone-filter.ts';
import type { Page } from './page.ts';
import type { Reading } from './reading.ts';
import type { RecordNoun } from './record.ts';

/** An equipment event as it is read. */
export type StoredEquipmentEvent = StoredMilestone & {
  readonly equipmentEventTypeCode: string;
  readonly equipmentReference: string;
  readonly emptyIndicatorCode: string | null;
  readonly facilityId: string | null;
  readonly place: PlaceReference | null;
  /** Of several reports of one physical event: the leading one's id in a further one, the further ones' in the leading one. */
  readonly leading: string | null;
  readonly further: readonly string[];
};

/** How equipment events are read and seen. */
export const equipmentEventKind: MilestoneKind<StoredEquipmentEvent> = {
  noun: 'equipment-event',
  name: 'EquipmentEvent',
  alias: 'ev',
  columns: sql`ev.equipment_event_type_code as "equipmentEventTypeCode", ev.equipment_reference as "equipmentReference",
    ev.empty_indicator_code as "emptyIndicatorCode", ev.facility_id as "facilityId", ev.event_location as place, ev.corroborates as leading,
    array(select other.id from equipment_event other where other.corroborates = ev.id order by other.event_at, other.source_key, other.line) as further`,
  classOf: ({ equipmentEventTypeCode }) => eventClassOf(equipmentEventTypeCode),
  locationOf: ({ place, facilityId }) => location(place, facilityId),
};

/** Equipment events. */
export const equipmentEvent: RecordNoun<MilestoneRow<StoredEquipmentEvent>> = {
  name: equipmentEventKind.name,
  find: (reading, id) => findMilestone(reading, equipmentEventKind, eventAccess(reading.view), id),
  fields: {
    ...milestoneFields,
    // Other reports of the same event may be hidden from the viewer as well.
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

/** The events of a box on a trip, by event time. */
export function milestonesOfEquipment(
  reading: Reading,
  equipmentId: string,
  args: MilestoneArguments,
): Promise<Page<Promise<MilestoneRow<StoredEquipmentEvent> | null>>> {
  const asked = readMilestoneFilter(args);
  return pageOfLinked<StoredEquipmentEvent, MilestoneRow<StoredEquipmentEvent>>(reading, {
    name: 'EquipmentRecord.milestones',
    parent: equipmentId,
    size: pageSize(args.first),
    after: args.after,
    filter: JSON.stringify(asked),
    select: (keys) => sql`select ${milestoneColumns(reading, 'ev')}, ${equipmentEventKind.columns},
        row_number() over (order by ev.event_at, ev.id) as ordinal
      from equipment_event ev where ev.equipment_id = pa.id and ${milestoneConditions('ev', eventAccess(reading.view), asked, keys)}
        and ${toldOnce(reading.view, asked, sql`other.equipment_id = pa.id`)}
      order by ev.event_at, ev.id`,
    keysOf: ({ eventAt, id }) => [new Date(eventAt).toISOString(), id],
    seen: (stored) => seenMilestone(reading, equipmentEventKind, stored),
  });
}

/**
 * Of several reports of one physical event a list shows one: the leading one, or where this viewer cannot see it, the filter leaves it out or it does not
 * belong to the list, the first of the others. `inList` says of `other` whether it belongs to the list; where a page begins makes no difference.
 */
export function toldOnce(view: Reading['view'], asked: AskedMilestones, inList: Sql): Sql {
  return sql`(ev.corroborates is null or not exists (select 1 from equipment_event other
    where (other.id = ev.corroborates
        or other.corroborates = ev.corroborates and (other.event_at, other.source_key, other.line) < (ev.event_at, ev.source_key, ev.line))
      and ${inList} and ${milestoneConditions('other', eventAccess(view, 'other'), asked, null)}))`;
}
