/**
 * The row condition of a view as SQL: one fragment per condition of `Leaf`, the twin of `holds` in @corridor/sharing. It stands in the WHERE of every
 * governed read, so that a row the viewer may not know of is never read, counted or paged over.
 *
 * Route, destination and participants always come through `consignment_record`; an event or a box has them from the records its owner linked it to.
 * A cancelled consignment is gone: it opens nothing, neither itself nor what hangs on it.
 *
 * Fixed aliases: `cr` consignment_record, `ev` equipment_event, `eq` equipment_record, `ca` transport_call, `te` transport_event, `al` audit_log.
 */
import { type RecordClass, recordClasses } from '@corridor/schemas';
import { eventClassOf, type Leaf, type View, type Where } from '@corridor/sharing';
import { empty, join, type Sql, sql } from '@corridor/store';
import { codesOf } from '../api/code-list.ts';

/** Rows that no consignment stands behind (facilities, the profile): all, or none. `at`: the column that history limits look at. */
export function plainAccess(where: Where, at: Sql): Sql {
  return anyOf(where, (leaf) => (leaf.condition === 'ANY' ? sql`(true${since(leaf, at)})` : sql`false`));
}

/** Consignment records, alias `cr`. */
export function consignmentAccess(where: Where): Sql {
  return sql`(not cr.cancelled and ${anyOf(where, (leaf) => sql`(${ofConsignment(leaf)}${since(leaf, sql`cr.created_at`)})`)})`;
}

/** Boxes on a trip, alias `eq`. */
export function equipmentAccess(where: Where): Sql {
  return anyOf(where, (leaf) => {
    if (leaf.condition === 'ANY') return sql`(true${since(leaf, sql`eq.created_at`)})`;
    return sql`(exists (select 1 from equipment_consignment link join consignment_record cr on cr.id = link.record_id
      where link.equipment_id = eq.id and not cr.cancelled and ${ofConsignment(leaf)})${since(leaf, sql`eq.created_at`)})`;
  });
}

/** Events, alias `ev`: each class of codes (transport, inspection, clearance) by its own condition. */
export function eventAccess(view: Pick<View, 'where'>): Sql {
  const classes = eventClasses.map(({ recordClass, codes }) => {
    const rows = anyOf(view.where(recordClass), (leaf) => {
      if (leaf.condition === 'ANY') return sql`(true${since(leaf, sql`ev.event_at`)})`;
      return sql`(exists (select 1 from event_consignment link join consignment_record cr on cr.id = link.record_id
        where link.event_id = ev.id and not cr.cancelled and ${ofConsignment(leaf)})${since(leaf, sql`ev.event_at`)})`;
    });
    return sql`(ev.equipment_event_type_code = any(${codes}::text[]) and ${rows})`;
  });
  return sql`(${join(classes, ' or ')})`;
}

/** Calls, alias `ca`: by the ports of the rotation, and by the consignments that come or go with them. A cancelled call is gone. */
export function callAccess(where: Where): Sql {
  return sql`(not ca.cancelled and ${anyOf(where, (leaf) => sql`(${ofCall(leaf)}${since(leaf, sql`ca.created_at`)})`)})`;
}

/** Transport events, alias `te`: by the consignments of their call. */
export function transportEventAccess(where: Where): Sql {
  return anyOf(where, (leaf) => sql`(${ofConsignmentsOfCall(leaf, sql`te.call_id`)}${since(leaf, sql`te.event_at`)})`);
}

/** Entries of the access log, alias `al`: the viewer's own reads, and reads of records its firm takes part in. */
export function accessLogAccess(where: Where): Sql {
  return anyOf(where, (leaf) => sql`(${ofAccessLog(leaf)}${since(leaf, sql`al.at`)})`);
}

/** The record classes an event can have, with the codes of each. */
const eventClasses: readonly { readonly recordClass: RecordClass; readonly codes: string[] }[] = recordClasses
  .map((recordClass) => ({
    recordClass,
    codes: [...codesOf('EquipmentEventTypeCode')].filter((code) => eventClassOf(code) === recordClass),
  }))
  .filter(({ codes }) => codes.length > 0);

function anyOf(where: Where, fragment: (leaf: Leaf) => Sql): Sql {
  return where.is === 'none' ? sql`false` : sql`(${join(where.of.map(fragment), ' or ')})`;
}

function ofConsignment(leaf: Leaf): Sql {
  switch (leaf.condition) {
    case 'ANY':
      return sql`true`;
    case 'ROUTED':
      return sql`cr.route_parties @> array[${leaf.party}::text]`;
    case 'DESTINED':
      return sql`cr.destination_party = ${leaf.party}::text`;
    case 'PARTICIPANT':
      return sql`exists (select 1 from participation pa where pa.record_id = cr.id and pa.org = ${leaf.org}::text${asFunction(leaf)})`;
    case 'READER':
      return sql`false`;
  }
}

function ofCall(leaf: Leaf): Sql {
  const byCargo = ofConsignmentsOfCall(leaf, sql`ca.id`);
  return leaf.condition === 'ROUTED' ? sql`(ca.rotation_parties @> array[${leaf.party}::text] or ${byCargo})` : byCargo;
}

function ofConsignmentsOfCall(leaf: Leaf, callId: Sql): Sql {
  if (leaf.condition === 'ANY') return sql`true`;
  return sql`exists (select 1 from call_consignment link join consignment_record cr on cr.id = link.record_id
    where link.call_id = ${callId} and not cr.cancelled and ${ofConsignment(leaf)})`;
}

function ofAccessLog(leaf: Leaf): Sql {
  switch (leaf.condition) {
    case 'ANY':
      return sql`true`;
    case 'READER':
      return sql`(al.body ->> 'party' = ${leaf.party}::text and al.body ->> 'org' is not distinct from ${leaf.org}::text)`;
    case 'PARTICIPANT':
      return sql`exists (select 1 from jsonb_array_elements_text(al.body -> 'recordIds') as read (id) where read.id in (${recordsOf(leaf)}))`;
    case 'ROUTED':
    case 'DESTINED':
      return sql`false`;
  }
}

/** Ids of everything a firm takes part in: consignments, and what is linked to them. */
function recordsOf(leaf: Leaf): Sql {
  const taking = sql`from participation pa join consignment_record cr on cr.id = pa.record_id and not cr.cancelled`;
  const by = sql`where pa.org = ${leaf.org}::text${asFunction(leaf)}`;
  return sql`select cr.id ${taking} ${by}
    union all select link.event_id ${taking} join event_consignment link on link.record_id = cr.id ${by}
    union all select link.equipment_id ${taking} join equipment_consignment link on link.record_id = cr.id ${by}
    union all select te.id ${taking} join call_consignment link on link.record_id = cr.id join transport_event te on te.call_id = link.call_id ${by}`;
}

function asFunction(leaf: Leaf): Sql {
  return leaf.functions.length === 0 ? empty : sql` and pa.participant_function = any(${[...leaf.functions]}::text[])`;
}

// A leaf's history limit looks at the row itself, as `ConditionRow.at` does.
function since(leaf: Leaf, column: Sql): Sql {
  return leaf.since === null ? empty : sql` and ${column} >= ${new Date(leaf.since).toISOString()}::timestamptz`;
}
