/** Arrivals and departures of a call: planned, estimated, requested, actual; none replaces another. Their readers are those of the consignments on the call. */
import { sql } from '@corridor/store';
import type { PlaceReference } from '../definition.ts';
import { transportEventAccess } from '../sharing/access-sql.ts';
import { pageSize } from './arguments.ts';
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
import { type MilestoneArguments, milestoneConditions, readMilestoneFilter } from './milestone-filter.ts';
import type { Page } from './page.ts';
import type { Reading } from './reading.ts';
import type { RecordNoun } from './record.ts';

/** A transport event as it is read. */
export type StoredTransportEvent = StoredMilestone & {
  readonly transportEventTypeCode: string;
  readonly facilityId: string | null;
  readonly place: PlaceReference | null;
  readonly callId: string;
  readonly delayReasonCode: string | null;
};

/** How transport events are read and seen. */
export const transportEventKind: MilestoneKind<StoredTransportEvent> = {
  noun: 'transport-event',
  name: 'TransportEvent',
  alias: 'te',
  columns: sql`te.transport_event_type_code as "transportEventTypeCode", te.facility_id as "facilityId", te.event_location as place,
    te.call_id as "callId", te.delay_reason_code as "delayReasonCode"`,
  classOf: () => 'EVENT',
  locationOf: ({ place, facilityId }) => location(place, facilityId),
};

/** Transport events. */
export const transportEvent: RecordNoun<MilestoneRow<StoredTransportEvent>> = {
  name: transportEventKind.name,
  find: (reading, id) => findMilestone(reading, transportEventKind, transportEventAccess(reading.view.where('EVENT')), id),
  fields: {
    ...milestoneFields,
    transportCallId: async ({ callId }, _arguments: object, reading) => ((await isKnown(reading, callId)) ? callId : null),
  },
  coarse: {},
  lists: {},
};

/** The events of a call, by event time. */
export function milestonesOfCall(
  reading: Reading,
  callId: string,
  args: MilestoneArguments,
): Promise<Page<Promise<MilestoneRow<StoredTransportEvent> | null>>> {
  const asked = readMilestoneFilter(args);
  return pageOfLinked<StoredTransportEvent, MilestoneRow<StoredTransportEvent>>(reading, {
    name: 'TransportCall.milestones',
    parent: callId,
    size: pageSize(args.first),
    after: args.after,
    filter: JSON.stringify(asked),
    select: (
      keys,
    ) => sql`select ${milestoneColumns(reading, 'te')}, ${transportEventKind.columns}, row_number() over (order by te.event_at, te.id) as ordinal
      from transport_event te
      where te.call_id = pa.id and ${milestoneConditions('te', transportEventAccess(reading.view.where('EVENT')), asked, keys)}
      order by te.event_at, te.id`,
    keysOf: ({ eventAt, id }) => [new Date(eventAt).toISOString(), id],
    seen: (stored) => seenMilestone(reading, transportEventKind, stored),
  });
}
