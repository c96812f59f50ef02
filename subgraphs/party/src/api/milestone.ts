/** What events of all three kinds have in common: how one is read, found, and seen. They are never changed: an error is retracted by a later one. */
import type { RecordClass } from '@corridor/schemas';
import { raw, type Sql, sql } from '@corridor/store';
import { conditionRow, type LinkedConsignment, linkedConsignments, milliseconds } from '../sharing/conditions.ts';
import { consignmentRefs } from './consignment-ref.ts';
import { isKnown } from './known.ts';
import type { Reading } from './reading.ts';
import type { FieldResolver, OwnedRow } from './record.ts';

/** An event as it is read. Times in ms since the epoch. */
export type StoredMilestone = {
  readonly id: string;
  readonly controllerCode: string;
  readonly eventClassifierCode: string;
  readonly eventAt: number;
  readonly createdAt: number;
  readonly retractedEventID: string | null;
  readonly retracted: boolean;
  readonly linked: readonly LinkedConsignment[];
};

/** An event that the viewer may know of: what was read, and the fields made of it. */
export type MilestoneRow<Stored extends StoredMilestone = StoredMilestone> = OwnedRow & Stored;

/** The tables of events, by the alias that every statement gives them. */
const tables = { ev: 'equipment_event', te: 'transport_event', se: 'shipment_event' } as const;

/** A kind of event. */
export type MilestoneKind<Stored extends StoredMilestone> = {
  /** Noun of the ids. */
  readonly noun: string;
  /** The interface: `EquipmentEvent`. */
  readonly name: string;
  readonly alias: keyof typeof tables;
  /** Columns beside those that all kinds have. */
  readonly columns: Sql;
  readonly classOf: (stored: Stored) => RecordClass;
  /** `Location` of the SDL. */
  readonly locationOf: (stored: Stored) => object | null;
};

/** The columns of an event that all kinds have, for `StoredMilestone`, in this order. */
export function milestoneColumns({ view, caller }: Reading, alias: keyof typeof tables): Sql {
  const e = raw(alias);
  return sql`${e}.id, ${e}.controller_code as "controllerCode", ${e}.event_classifier_code as "eventClassifierCode",
    ${milliseconds(sql`${e}.event_at`)} as "eventAt", ${milliseconds(sql`${e}.created_at`)} as "createdAt",
    ${e}.retracted_event_id as "retractedEventID", ${e}.retracted, ${linkedConsignments(alias, view, caller)} as linked`;
}

/** Fields of every event whose name is not simply a property of the row. */
export const milestoneFields = {
  consignments: ({ linked }, _arguments, reading) => consignmentRefs(reading, linked),
  // Linked otherwise than this event, the retracted one may be hidden from the viewer: then this says nothing of it.
  retractedEventID: async ({ retractedEventID }, _arguments, reading) =>
    retractedEventID !== null && (await isKnown(reading, retractedEventID)) ? retractedEventID : null,
} as const satisfies { readonly [field: string]: FieldResolver<MilestoneRow> };

/** The event of an id, or null: unknown and forbidden alike. `access`: the condition on its table. */
export async function findMilestone<Stored extends StoredMilestone>(
  reading: Reading,
  kind: MilestoneKind<Stored>,
  access: Sql,
  id: string,
): Promise<MilestoneRow<Stored> | null> {
  const { noun, alias, columns } = kind;
  const stored = await reading
    .loader<Stored>(noun, async (ids) => {
      const rows = await reading.query<Stored>(sql`select ${milestoneColumns(reading, alias)}, ${columns}
        from ${raw(tables[alias])} ${raw(alias)} where ${raw(alias)}.id = any(${[...ids]}::text[]) and ${access}`);
      return new Map(rows.map((row) => [row.id, row]));
    })
    .load(id);
  return stored === undefined ? null : seenMilestone(reading, kind, stored);
}

/** The event as the viewer may see it, or null. */
export function seenMilestone<Stored extends StoredMilestone>(
  { owner, view, caller, ledger }: Reading,
  { name, classOf, locationOf }: MilestoneKind<Stored>,
  stored: Stored,
): MilestoneRow<Stored> | null {
  const recordClass = classOf(stored);
  const conditions = conditionRow(stored.linked, stored.eventAt, caller);
  const mask = view.mask(recordClass, conditions);
  if (!mask.visible) return null;
  const row = {
    ...stored,
    __typename: `${owner.party.typePrefix}${name}`,
    partyCode: owner.party.code,
    recordClass,
    mask,
    conditions,
    eventDateTime: new Date(stored.eventAt).toISOString(),
    eventCreatedDateTime: new Date(stored.createdAt).toISOString(),
    eventLocation: locationOf(stored),
  } as const;
  ledger.handOut(row);
  return row;
}
