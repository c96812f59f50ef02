/** Boxes and what happened to them, found by the container number; they have the readers of the consignments they are linked to. */
import type { SqlTx } from '@corridor/exchange';
import type { IndexLink } from '@corridor/schemas';
import { eventClassOf } from '@corridor/sharing';
import { conditionRow, conditionsByLinks, linksIn } from './linked.ts';
import { entryOf, type Row, type Told } from './told.ts';

type LinkedRow = Row & { readonly equipment_reference: string; readonly links: readonly IndexLink[] };

/** Boxes on trips. */
export async function equipmentRecords(tx: SqlTx, ids: readonly string[]): Promise<Told[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<LinkedRow>(
    `select t.id, t.revision, t.created_at, t.changed_at, t.equipment_reference, ${linksIn('equipment_consignment', 'equipment_id', 't.id')} as links
       from equipment_record t where t.id = any($1::text[])`,
    ids,
  );
  const conditions = await conditionsByLinks(tx, rows);
  return rows.map((row) => ({
    entry: entryOf(row, 'equipment-record'),
    recordClass: 'EQUIPMENT',
    conditions: conditionRow(conditions.get(row.id) ?? [], row.created_at),
    references: [{ kind: 'EQUIPMENT', value: row.equipment_reference, joins: false }],
    links: row.links,
  }));
}

/** Equipment events. */
export async function equipmentEvents(tx: SqlTx, ids: readonly string[]): Promise<Told[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<
    LinkedRow & {
      readonly event_at: Date;
      readonly equipment_event_type_code: string;
      readonly event_classifier_code: string;
      readonly UNLocationCode: string | null;
      readonly corroborates: string | null;
    }
  >(
    `select e.id, e.revision, e.created_at, e.changed_at, e.equipment_reference, e.event_at, e.equipment_event_type_code, e.event_classifier_code,
            e.corroborates, e.event_location ->> 'UNLocationCode' as "UNLocationCode", ${linksIn('event_consignment', 'event_id', 'e.id')} as links
       from equipment_event e where e.id = any($1::text[])`,
    ids,
  );
  const conditions = await conditionsByLinks(tx, rows);
  return rows.map((row) => ({
    entry: entryOf(row, 'equipment-event', {
      sortDateTime: row.event_at.toISOString(),
      attributes: {
        eventClassifierCode: row.event_classifier_code,
        ...(row.UNLocationCode === null ? {} : { UNLocationCodes: [row.UNLocationCode] }),
        ...(row.corroborates === null ? {} : { corroborates: row.corroborates }),
      },
    }),
    recordClass: eventClassOf(row.equipment_event_type_code),
    conditions: conditionRow(conditions.get(row.id) ?? [], row.event_at),
    references: [{ kind: 'EQUIPMENT', value: row.equipment_reference, joins: false }],
    links: row.links,
  }));
}
