/** Arrivals and departures of a call: planned, estimated, requested, actual; none replaces another. Their readers are those of the consignments on the call. */
import { type Sql, sql } from '@corridor/store';
import type { PlaceReference } from '../definition.ts';
import { transportEventAccess } from '../sharing/access-sql.ts';
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

/** A transport event that the viewer may know of. */
export type TransportEventRow = OwnedRow & {
  readonly retractedEventID: string | null;
  readonly callId: string;
  readonly linked: readonly LinkedConsignment[];
};

/** A transport event as it is read. Times in ms since the epoch. */
export type StoredTransportEvent = {
  readonly id: string;
  readonly controllerCode: string;
  readonly transportEventTypeCode: string;
  readonly eventClassifierCode: string;
  readonly eventAt: number;
  readonly createdAt: number;
  readonly facilityId: string | null;
  readonly place: PlaceReference | null;
  readonly retractedEventID: string | null;
  readonly retracted: boolean;
  readonly callId: string;
  readonly delayReasonCode: string | null;
  readonly linked: readonly LinkedConsignment[];
};

/** Transport events. */
export const transportEvent: RecordNoun<TransportEventRow> = {
  name: 'TransportEvent',
  find: findTransportEvent,
  fields: {
    consignments: ({ linked }, _arguments: object, reading) => consignmentRefs(reading, linked),
    retractedEventID: async ({ retractedEventID }, _arguments: object, reading) =>
      retractedEventID !== null && (await isKnown(reading, retractedEventID)) ? retractedEventID : null,
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
): Promise<Page<Promise<TransportEventRow | null>>> {
  const asked = readMilestoneFilter(args);
  return pageOfLinked<StoredTransportEvent, TransportEventRow>(reading, {
    name: 'TransportCall.milestones',
    parent: callId,
    size: pageSize(args.first),
    after: args.after,
    filter: JSON.stringify(asked),
    select: (keys) => sql`select ${columns(reading)}, row_number() over (order by te.event_at, te.id) as ordinal
      from transport_event te
      where te.call_id = pa.id and ${milestoneConditions('te', transportEventAccess(reading.view.where('EVENT')), asked, keys)}
      order by te.event_at, te.id`,
    keysOf: ({ eventAt, id }) => [new Date(eventAt).toISOString(), id],
    seen: (stored) => seenTransportEvent(reading, stored),
  });
}

async function findTransportEvent(reading: Reading, id: string): Promise<TransportEventRow | null> {
  const stored = await reading
    .loader<StoredTransportEvent>('transport-event', async (ids) => {
      const rows = await reading.query<StoredTransportEvent>(sql`select ${columns(reading)} from transport_event te
        where te.id = any(${[...ids]}::text[]) and ${transportEventAccess(reading.view.where('EVENT'))}`);
      return new Map(rows.map((row) => [row.id, row]));
    })
    .load(id);
  return stored === undefined ? null : seenTransportEvent(reading, stored);
}

function columns({ view, caller }: Reading): Sql {
  return sql`te.id, te.controller_code as "controllerCode", te.transport_event_type_code as "transportEventTypeCode",
    te.event_classifier_code as "eventClassifierCode", ${milliseconds(sql`te.event_at`)} as "eventAt",
    ${milliseconds(sql`te.created_at`)} as "createdAt", te.facility_id as "facilityId", te.event_location as place,
    te.retracted_event_id as "retractedEventID", te.retracted, te.call_id as "callId", te.delay_reason_code as "delayReasonCode",
    ${linkedConsignments('te', view, caller)} as linked`;
}

/** The event as the viewer may see it, or null. */
export function seenTransportEvent({ owner, view, caller, ledger }: Reading, stored: StoredTransportEvent): TransportEventRow | null {
  const conditions = conditionRow(stored.linked, stored.eventAt, caller);
  const mask = view.mask('EVENT', conditions);
  if (!mask.visible) return null;
  const row = {
    ...stored,
    __typename: `${owner.party.typePrefix}TransportEvent`,
    partyCode: owner.party.code,
    recordClass: 'EVENT',
    mask,
    conditions,
    eventDateTime: new Date(stored.eventAt).toISOString(),
    eventCreatedDateTime: new Date(stored.createdAt).toISOString(),
    eventLocation: location(stored.place, stored.facilityId),
  } as const;
  ledger.handOut(row);
  return row;
}
