/**
 * What the conditions of sharing look at, read along with each governed row: the mask of a row is made from it. A box or an event has it from the
 * consignments its owner linked it to. Of participants only the viewer's own firm is read: no condition asks about another.
 */
import type { Caller } from '@corridor/schemas';
import type { ConditionRow, View } from '@corridor/sharing';
import { type Sql, sql } from '@corridor/store';
import { carriedFor, consignmentAccess } from './access-sql.ts';

/** Route, destination and own functions of one consignment record. */
export type ConsignmentConditions = {
  readonly routeParties: readonly string[];
  readonly destinationParty: string | null;
  readonly ownFunctions: readonly string[];
  /** When the record was made, milliseconds since the epoch. */
  readonly createdAt: number;
};

/** A consignment record behind a box or an event, and whether the viewer may know of it. */
export type LinkedConsignment = ConsignmentConditions & { readonly id: string; readonly known: boolean };

/** Columns of `cr` for its conditions. */
export function conditionColumns(caller: Caller): Sql {
  return sql`cr.route_parties as "routeParties", cr.destination_party as "destinationParty",
    ${ownFunctions(caller)} as "ownFunctions", ${milliseconds(sql`cr.created_at`)} as "createdAt"`;
}

/** A JSON column: the consignment records linked to the box `eq`, the event `ev`, the call `ca`, the call of the event `te`, the shipment event `se` or the document `td`, by id; cancelled ones are gone. */
export function linkedConsignments(to: keyof typeof linksOf, view: View, caller: Caller): Sql {
  return sql`(select coalesce(jsonb_agg(jsonb_build_object('id', cr.id, 'known', ${consignmentAccess(view.where('CONSIGNMENT'))},
      'routeParties', cr.route_parties, 'destinationParty', cr.destination_party,
      'ownFunctions', ${ownFunctions(caller)}, 'createdAt', ${milliseconds(sql`cr.created_at`)}) order by cr.id), '[]')
    from ${linksOf[to](view)} and not cr.cancelled)`;
}

const linksOf = {
  eq: () => sql`equipment_consignment link join consignment_record cr on cr.id = link.record_id where link.equipment_id = eq.id`,
  ev: () => sql`event_consignment link join consignment_record cr on cr.id = link.record_id where link.event_id = ev.id`,
  ca: (view: View) => carried(view, sql`ca.id`),
  te: (view: View) => carried(view, sql`te.call_id`),
  se: () => sql`shipment_event_consignment link join consignment_record cr on cr.id = link.record_id where link.event_id = se.id`,
  td: () => sql`transport_document_consignment link join consignment_record cr on cr.id = link.record_id where link.document_id = td.id`,
};

// A call carries much that a viewer may not know of, and no condition of his holds by it: only what is his is read.
function carried(view: View, callId: Sql): Sql {
  const his = carriedFor(view, callId) ?? sql`select carried.record_id from call_consignment carried where carried.call_id = ${callId}`;
  return sql`(${his}) link join consignment_record cr on cr.id = link.record_id where true`;
}

/** The conditions of a row that hangs on these consignment records; `at` in milliseconds since the epoch. */
export function conditionRow(consignments: readonly ConsignmentConditions[], at: number, { org }: Caller): ConditionRow {
  return {
    routeParties: consignments.flatMap(({ routeParties }) => routeParties),
    destinationParties: consignments.flatMap(({ destinationParty }) => destinationParty ?? []),
    participations: org === null ? [] : consignments.flatMap((each) => each.ownFunctions.map((as) => ({ org, function: as }))),
    at,
  };
}

/** The conditions of a row that no consignment stands behind. */
export function plainConditions(at: number): ConditionRow {
  return { routeParties: [], destinationParties: [], participations: [], at };
}

/** A timestamp as milliseconds since the epoch. */
export function milliseconds(column: Sql): Sql {
  return sql`(extract(epoch from ${column}) * 1000)::float8`;
}

function ownFunctions({ org }: Caller): Sql {
  return sql`array(select pa.participant_function from participation pa where pa.record_id = cr.id and pa.org = ${org}::text order by pa.ordinal)`;
}
