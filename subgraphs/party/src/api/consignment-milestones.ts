/** Milestones of a consignment record: three kinds of events in one list. */
import { join, raw, type Sql, sql } from '@corridor/store';
import { eventAccess, shipmentEventAccess, transportEventAccess } from '../sharing/access-sql.ts';
import { pageSize } from './arguments.ts';
import { equipmentEventKind, type StoredEquipmentEvent, toldOnce } from './equipment-event.ts';
import { pageOfLinked } from './linked-list.ts';
import { type MilestoneRow, milestoneColumns, seenMilestone } from './milestone.ts';
import { type MilestoneArguments, milestoneConditions, readMilestoneFilter } from './milestone-filter.ts';
import type { Page } from './page.ts';
import type { Reading } from './reading.ts';
import { type StoredShipmentEvent, shipmentEventKind } from './shipment-event.ts';
import { type StoredTransportEvent, transportEventKind } from './transport-event.ts';

type Stored = StoredEquipmentEvent | StoredTransportEvent | StoredShipmentEvent;

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
  const { view } = reading;
  return pageOfLinked<Stored, MilestoneRow>(reading, {
    name: 'ConsignmentRecord.milestones',
    parent: recordId,
    size: pageSize(args.first),
    after: args.after,
    filter: JSON.stringify(asked),
    select: (keys) => sql`select told.*, row_number() over (order by told."eventAt", told.id) as ordinal from (
        select ${milestoneColumns(reading, 'ev')}, ${equipmentEventKind.columns}, ${nothing('transportEventTypeCode', 'callId', 'delayReasonCode')},
               ${nothing('shipmentEventTypeCode', 'documentTypeCode', 'documentID')}
          from event_consignment told join equipment_event ev on ev.id = told.event_id
         where told.record_id = pa.id and ${milestoneConditions('ev', eventAccess(view), asked, keys)}
           and ${toldOnce(view, asked, sql`exists (select 1 from event_consignment too where too.event_id = other.id and too.record_id = pa.id)`)}
        union all
        select ${milestoneColumns(reading, 'te')}, null, null, null, te.facility_id, te.event_location, null, null,
               te.transport_event_type_code, te.call_id, te.delay_reason_code, null, null, null
          from call_consignment told join transport_event te on te.call_id = told.call_id
         where told.record_id = pa.id and ${milestoneConditions('te', transportEventAccess(view.where('EVENT')), asked, keys)}
        union all
        select ${milestoneColumns(reading, 'se')}, null, null, null, null, null, null, null, null, null, null, ${shipmentEventKind.columns}
          from shipment_event_consignment told join shipment_event se on se.id = told.event_id
         where told.record_id = pa.id and ${milestoneConditions('se', shipmentEventAccess(view), asked, keys)}) told
      order by told."eventAt", told.id`,
    keysOf: ({ eventAt, id }) => [new Date(eventAt).toISOString(), id],
    seen: (stored) => {
      if (isOfTransport(stored)) return seenMilestone(reading, transportEventKind, stored);
      return isOfShipment(stored) ? seenMilestone(reading, shipmentEventKind, stored) : seenMilestone(reading, equipmentEventKind, stored);
    },
  });
}

// One statement reads all kinds, with all columns of each: the other kinds' are null.
function nothing(...columns: readonly string[]): Sql {
  return join(
    columns.map((column) => sql`null::text as ${raw(`"${column}"`)}`),
    ', ',
  );
}

function isOfTransport(stored: Stored): stored is StoredTransportEvent {
  return 'transportEventTypeCode' in stored && stored.transportEventTypeCode !== null;
}

function isOfShipment(stored: Stored): stored is StoredShipmentEvent {
  return 'shipmentEventTypeCode' in stored && stored.shipmentEventTypeCode !== null;
}
