/** Which milestones of a list are asked for: the same filter for every list of them. */
import { join, type Sql, sql } from '@corridor/store';
import { readInstant } from '@corridor/subgraph';
import { codes } from './arguments.ts';
import { codesOf } from './code-list.ts';
import type { PageArguments } from './page.ts';

/** A page of milestones and which of them. */
export type MilestoneArguments = PageArguments & {
  readonly filter?: {
    readonly eventClassifierCode?: readonly string[] | null;
    readonly eventTypeCode?: readonly string[] | null;
    readonly from?: unknown;
    readonly to?: unknown;
  } | null;
};

/** The filter, checked; null = not filtered by. Plain data: equal for the same filter. */
export type AskedMilestones = {
  readonly classifiers: string[] | null;
  readonly types: string[] | null;
  readonly from: string | null;
  readonly to: string | null;
};

/**
 * Reads the filter. Each argument names a field of the record's own group: who may know of the event may filter by it, and the condition sees to that.
 * @throws BAD_USER_INPUT
 */
export function readMilestoneFilter({ filter }: MilestoneArguments): AskedMilestones {
  return {
    classifiers: codes('filter.eventClassifierCode', filter?.eventClassifierCode, codesOf('EventClassifierCode')),
    types: codes('filter.eventTypeCode', filter?.eventTypeCode, eventTypeCodes),
    from: readInstant(filter?.from, 'filter.from'),
    to: readInstant(filter?.to, 'filter.to'),
  };
}

/** The conditions on rows of `ev`, `te` or `se`: access, filter, and behind the last element of the page before (time and id). */
export function milestoneConditions(
  alias: keyof typeof columnsOf,
  access: Sql,
  { classifiers, types, from, to }: AskedMilestones,
  behind: readonly string[] | null,
): Sql {
  const { classifier, type, at, id } = columnsOf[alias];
  const conditions = [access];
  if (classifiers !== null) conditions.push(sql`${classifier} = any(${classifiers}::text[])`);
  if (types !== null) conditions.push(sql`${type} = any(${types}::text[])`);
  if (from !== null) conditions.push(sql`${at} >= ${from}::timestamptz`);
  if (to !== null) conditions.push(sql`${at} < ${to}::timestamptz`);
  if (behind !== null) conditions.push(sql`(${at}, ${id}) > (${behind[0]}::timestamptz, ${behind[1]}::text)`);
  return join(conditions, ' and ');
}

const columnsOf = {
  ev: { classifier: sql`ev.event_classifier_code`, type: sql`ev.equipment_event_type_code`, at: sql`ev.event_at`, id: sql`ev.id` },
  other: {
    classifier: sql`other.event_classifier_code`,
    type: sql`other.equipment_event_type_code`,
    at: sql`other.event_at`,
    id: sql`other.id`,
  },
  te: { classifier: sql`te.event_classifier_code`, type: sql`te.transport_event_type_code`, at: sql`te.event_at`, id: sql`te.id` },
  se: { classifier: sql`se.event_classifier_code`, type: sql`se.shipment_event_type_code`, at: sql`se.event_at`, id: sql`se.id` },
};

// A list of one kind has no event of the other's types: filtered by them alone, it is empty.
const eventTypeCodes: ReadonlySet<string> = new Set([
  ...codesOf('EquipmentEventTypeCode'),
  ...codesOf('TransportEventTypeCode'),
  ...codesOf('ShipmentEventTypeCode'),
]);
