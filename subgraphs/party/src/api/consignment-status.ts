/**
 * The status as this viewer may know it. It is read from events, and the last one decides: `CUSTOMS` tells that the goods were selected for inspection,
 * `RELEASED` that they were cleared. For a viewer to whom such events do not exist, neither does what follows from them.
 */
import type { RecordClass } from '@corridor/schemas';
import type { ConditionRow } from '@corridor/sharing';
import { sql } from '@corridor/store';
import { type ConsignmentStatus, consignmentStatus, type StatusEvent } from '../projection/consignment-status.ts';
import { type CountedEvent, countedOnce } from '../projection/counted-once.ts';
import { eventAccess } from '../sharing/access-sql.ts';
import { milliseconds } from '../sharing/conditions.ts';
import { groupedBy } from './grouped-by.ts';
import type { Reading } from './reading.ts';

/** The status of a record as it is stored, and what it follows from. */
export type StatusOfRecord = {
  readonly recordId: string;
  readonly stored: ConsignmentStatus;
  /** UN/LOCODE of the place where the consignment ends. */
  readonly destination: string | null;
  readonly conditions: ConditionRow;
};

/** The stored status, or what it would be without the events that the viewer may not know of. */
export async function visibleStatus(
  reading: Reading,
  { recordId, stored, destination, conditions }: StatusOfRecord,
): Promise<ConsignmentStatus> {
  const hidden = revealing.filter(({ by }) => !reading.view.mask(by, conditions).visible);
  if (hidden.length === 0) return stored;
  // Asked for whatever the stored status is: else the time an answer takes would tell it.
  const known = (await reading.loader('consignment-status', (ids) => knownEvents(reading, ids)).load(recordId)) ?? [];
  return hidden.some(({ status }) => status === stored) ? consignmentStatus(countedOnce(known), destination) : stored;
}

const revealing: readonly { readonly status: ConsignmentStatus; readonly by: RecordClass }[] = [
  { status: 'CUSTOMS', by: 'INSPECTION' },
  { status: 'RELEASED', by: 'CLEARANCE' },
];

type Stored = StatusEvent & CountedEvent & { readonly recordId: string };

async function knownEvents(reading: Reading, recordIds: readonly string[]): Promise<ReadonlyMap<string, Stored[]>> {
  const rows =
    await reading.query<Stored>(sql`select told.record_id as "recordId", ev.id, ev.corroborates, ev.equipment_event_type_code as "equipmentEventTypeCode",
      ${milliseconds(sql`ev.event_at`)} as at, ev.empty_indicator_code as "emptyIndicatorCode",
      fa.facility_type_code as "facilityTypeCode", coalesce(fa.un_location_code, ev.event_location ->> 'UNLocationCode') as "UNLocationCode"
    from event_consignment told join equipment_event ev on ev.id = told.event_id and not ev.retracted and ev.event_classifier_code = 'ACT'
      left join facility fa on fa.id = ev.facility_id
    where told.record_id = any(${[...recordIds]}::text[]) and ${eventAccess(reading.view)}
    order by ev.event_at, ev.source_key, ev.line`);
  return groupedBy(rows, ({ recordId }) => recordId);
}
