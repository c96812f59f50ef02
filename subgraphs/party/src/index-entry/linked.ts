/** Whom a record concerns by way of the consignments it is linked to. */
import type { SqlTx } from '@corridor/exchange';
import type { IndexLink } from '@corridor/schemas';
import type { ConditionRow } from '@corridor/sharing';

/** Route, destination and participants of one consignment. */
export type Conditions = {
  readonly route_parties: string[];
  readonly destination_party: string | null;
  readonly participations: { org: string; function: string }[];
};

/** Route, destination and participants of the consignments behind each record; cancelled ones give nothing. */
export async function conditionsOf(
  tx: SqlTx,
  records: readonly { readonly id: string; readonly recordIds: readonly string[] }[],
): Promise<Map<string, Conditions[]>> {
  const ids = [...new Set(records.flatMap(({ recordIds }) => recordIds))];
  if (ids.length === 0) return new Map();
  const rows = await tx.query<Conditions & { readonly id: string }>(
    `select c.id, c.route_parties, c.destination_party, coalesce((
              select jsonb_agg(jsonb_build_object('org', p.org, 'function', p.participant_function) order by p.ordinal)
                from participation p where p.record_id = c.id and p.org is not null), '[]') as participations
       from consignment_record c where c.id = any($1::text[]) and not c.cancelled`,
    ids,
  );
  const known = new Map(rows.map((row) => [row.id, row]));
  return new Map(records.map(({ id, recordIds }) => [id, recordIds.flatMap((recordId) => known.get(recordId) ?? [])]));
}

/** What sharing looks at, of these consignments together; `at`: the column that history limits look at. */
export function conditionRow(conditions: readonly Conditions[], at: Date): ConditionRow {
  return {
    routeParties: [...new Set(conditions.flatMap(({ route_parties }) => route_parties))],
    destinationParties: [...new Set(conditions.flatMap(({ destination_party }) => destination_party ?? []))],
    participations: conditions.flatMap(({ participations }) => participations),
    at: at.getTime(),
  };
}

/** The conditions of records by their links, by id. */
export function conditionsByLinks(
  tx: SqlTx,
  rows: readonly { readonly id: string; readonly links: readonly IndexLink[] }[],
): Promise<Map<string, Conditions[]>> {
  return conditionsOf(
    tx,
    rows.map(({ id, links }) => ({ id, recordIds: links.map(({ recordId }) => recordId) })),
  );
}

/** A JSON column: the links of a record, from a table of links and its column that is equal to `id`. */
export function linksIn(table: string, column: string, id: string): string {
  return `coalesce((select jsonb_agg(jsonb_build_object('recordId', l.record_id, 'keyKind', l.key_kind) order by l.record_id)
             from ${table} l where l.${column} = ${id}), '[]')`;
}
