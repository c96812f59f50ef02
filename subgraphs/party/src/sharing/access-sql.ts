/**
 * The row condition of a view as SQL: one fragment per condition of `Leaf`, the twin of `holds` in @corridor/sharing. It stands in the WHERE of every
 * governed read, so that a row the viewer may not know of is never read, counted or paged over.
 *
 * Route, destination and participants always come through `consignment_record`; an event or a box has them from the records its owner linked it to.
 * A cancelled consignment is gone: it opens nothing, neither itself nor what hangs on it.
 *
 * Fixed aliases: `cr` consignment_record, `ev` equipment_event, `eq` equipment_record, `ca` transport_call, `te` transport_event, `se` shipment_event,
 * `td` transport_document, `al` audit_log.
 */
import { documentTypeCodes, type RecordClass, recordClasses, shipmentEventTypeCodes } from '@corridor/schemas';
import { documentClassOf, eventClassOf, type Leaf, shipmentEventClassOf, type View, type Where } from '@corridor/sharing';
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

/** Events, alias `ev`, or `other` beside it: each class of codes (transport, inspection, clearance) by its own condition. */
export function eventAccess(view: Pick<View, 'where'>, alias: 'ev' | 'other' = 'ev'): Sql {
  const { id, at, type } = eventColumns[alias];
  const classes = eventClasses.map(({ recordClass, codes }) => {
    const rows = anyOf(view.where(recordClass), (leaf) => {
      if (leaf.condition === 'ANY') return sql`(true${since(leaf, at)})`;
      return sql`(exists (select 1 from event_consignment link join consignment_record cr on cr.id = link.record_id
        where link.event_id = ${id} and not cr.cancelled and ${ofConsignment(leaf)})${since(leaf, at)})`;
    });
    return sql`(${type} = any(${codes}::text[]) and ${rows})`;
  });
  return sql`(${join(classes, ' or ')})`;
}

const eventColumns = {
  ev: { id: sql`ev.id`, at: sql`ev.event_at`, type: sql`ev.equipment_event_type_code` },
  other: { id: sql`other.id`, at: sql`other.event_at`, type: sql`other.equipment_event_type_code` },
};

/** Calls, alias `ca`: by the ports of the rotation, and by the consignments that come or go with them. A cancelled call is gone. */
export function callAccess(where: Where): Sql {
  return sql`(not ca.cancelled and ${anyOf(where, (leaf) => sql`(${ofCall(leaf)}${since(leaf, sql`ca.created_at`)})`)})`;
}

/** Transport events, alias `te`: by the consignments of their call. */
export function transportEventAccess(where: Where): Sql {
  return anyOf(where, (leaf) => sql`(${ofConsignmentsOfCall(leaf, sql`te.call_id`)}${since(leaf, sql`te.event_at`)})`);
}

/** Shipment events, alias `se`: each class (transport, inspection, clearance, price) by its own condition. */
export function shipmentEventAccess(view: Pick<View, 'where'>): Sql {
  const classes = shipmentEventClasses.map(({ recordClass, documents, pairs }) => {
    const rows = anyOf(view.where(recordClass), (leaf) => {
      if (leaf.condition === 'ANY') return sql`(true${since(leaf, sql`se.event_at`)})`;
      return sql`(exists (select 1 from shipment_event_consignment link join consignment_record cr on cr.id = link.record_id
        where link.event_id = se.id and not cr.cancelled and ${ofConsignment(leaf)})${since(leaf, sql`se.event_at`)})`;
    });
    return sql`((se.document_type_code = any(${documents}::text[])
      or (se.document_type_code || ' ' || se.shipment_event_type_code) = any(${pairs}::text[])) and ${rows})`;
  });
  return sql`(${join(classes, ' or ')})`;
}

/** Documents, alias `td`: each class of kinds by its own condition. One that its consignment tells of no more is gone. */
export function documentAccess(view: Pick<View, 'where'>): Sql {
  const classes = documentClasses.map(({ recordClass, codes }) => {
    const rows = anyOf(view.where(recordClass), (leaf) => {
      if (leaf.condition === 'ANY') return sql`(true${since(leaf, sql`td.created_at`)})`;
      return sql`(exists (select 1 from transport_document_consignment link join consignment_record cr on cr.id = link.record_id
        where link.document_id = td.id and not cr.cancelled and ${ofConsignment(leaf)})${since(leaf, sql`td.created_at`)})`;
    });
    return sql`(td.document_type_code = any(${codes}::text[]) and ${rows})`;
  });
  return sql`(not td.cancelled and (${join(classes, ' or ')}))`;
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

/** The record classes a shipment event can have: the documents of which every event has the class, and for other documents the pairs with their events. */
const shipmentEventClasses: readonly { readonly recordClass: RecordClass; readonly documents: string[]; readonly pairs: string[] }[] =
  recordClasses
    .map((recordClass) => {
      const eventsOf = documentTypeCodes.map((document) => ({
        document,
        events: shipmentEventTypeCodes.filter((event) => shipmentEventClassOf(document, event) === recordClass),
      }));
      const isWhole = ({ events }: { readonly events: readonly string[] }): boolean => events.length === shipmentEventTypeCodes.length;
      return {
        recordClass,
        documents: eventsOf.filter(isWhole).map(({ document }) => document),
        pairs: eventsOf.filter((each) => !isWhole(each)).flatMap(({ document, events }) => events.map((event) => `${document} ${event}`)),
      };
    })
    .filter(({ documents, pairs }) => documents.length + pairs.length > 0);

/** The record classes a document can have, with the kinds of each. */
const documentClasses: readonly { readonly recordClass: RecordClass; readonly codes: string[] }[] = recordClasses
  .map((recordClass) => ({ recordClass, codes: documentTypeCodes.filter((code) => documentClassOf(code) === recordClass) }))
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
  return sql`exists (select 1 from call_reader reader where reader.call_id = ${callId} and ${ofReader(leaf)})`;
}

/**
 * Rows `record_id`: those consignments of a call by which a condition of the view can hold, cancelled ones not among them. What else the call carries is
 * not even looked at. null: the viewer may know of all of them.
 */
export function carriedFor(view: Pick<View, 'where'>, callId: Sql): Sql | null {
  const leavesOf = (recordClass: RecordClass): readonly Leaf[] => {
    const where = view.where(recordClass);
    return where.is === 'none' ? [] : where.of;
  };
  if (leavesOf('CONSIGNMENT').some(({ condition }) => condition === 'ANY')) return null;
  const readers = recordClasses
    .flatMap(leavesOf)
    .filter(({ condition }) => condition !== 'ANY' && condition !== 'READER')
    .map((leaf) => [JSON.stringify([leaf.condition, leaf.party, leaf.org, leaf.functions]), ofReader(leaf)] as const);
  const either = readers.length === 0 ? sql`false` : join([...new Map(readers).values()], ' or ');
  return sql`select distinct reader.record_id from call_reader reader where reader.call_id = ${callId} and (${either})`;
}

function ofReader(leaf: Leaf): Sql {
  switch (leaf.condition) {
    case 'ANY':
      return sql`true`;
    case 'ROUTED':
    case 'DESTINED':
      return sql`(reader.reader = ${leaf.party}::text and reader.condition = ${leaf.condition})`;
    case 'PARTICIPANT': {
      const as = leaf.functions.length === 0 ? empty : sql` and reader.participant_function = any(${[...leaf.functions]}::text[])`;
      return sql`(reader.reader = ${leaf.org}::text and reader.condition = 'PARTICIPANT'${as})`;
    }
    case 'READER':
      return sql`false`;
  }
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
    union all select te.id ${taking} join call_consignment link on link.record_id = cr.id join transport_event te on te.call_id = link.call_id ${by}
    union all select link.event_id ${taking} join shipment_event_consignment link on link.record_id = cr.id ${by}
    union all select link.document_id ${taking} join transport_document_consignment link on link.record_id = cr.id ${by}`;
}

function asFunction(leaf: Leaf): Sql {
  return leaf.functions.length === 0 ? empty : sql` and pa.participant_function = any(${[...leaf.functions]}::text[])`;
}

// A leaf's history limit looks at the row itself, as `ConditionRow.at` does.
function since(leaf: Leaf, column: Sql): Sql {
  return leaf.since === null ? empty : sql` and ${column} >= ${new Date(leaf.since).toISOString()}::timestamptz`;
}
