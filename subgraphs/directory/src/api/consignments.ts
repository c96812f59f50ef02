import { type Sql, sql } from '@corridor/store';
import { readInstant } from '@corridor/subgraph';
import { blind } from '../index/blind.ts';
import { type ConsignmentKeyInput, type PageArguments, readBox, readFirst, readKey, readPartyCodes } from './arguments.ts';
import { type Connection, connectionOf } from './connection.ts';
import type { ConsignmentNode } from './consignment.ts';
import { byChange, byPosition, positionDigits } from './consignment-order.ts';
import type { RequestContext } from './context.ts';
import type { List, SortKey } from './cursor.ts';
import { all, known, mine } from './viewer.ts';

type ConsignmentFilter = {
  readonly key?: ConsignmentKeyInput | null;
  readonly equipmentReference?: string | null;
  readonly partyCode?: readonly string[] | null;
  readonly mine?: boolean | null;
  readonly changedSince?: unknown;
};

type Found = ConsignmentNode & { readonly sortKey: SortKey };

/**
 * `Query.consignments`, counting records the viewer may know of. Each condition of the filter must hold for one of those records, not all for the same
 * one.
 *
 * Without `changedSince`, for people: the latest change first; what changes between two pages moves to the front, and the pages to come lack it.
 * With `changedSince`, for programs that keep a copy: in the order in which this directory applied the changes, oldest first. What changes between two
 * pages moves to the end, so a pass to the last page misses nothing, and shows twice only what changed again.
 */
export async function consignments(
  _: unknown,
  args: PageArguments & { readonly filter?: ConsignmentFilter | null },
  context: RequestContext,
): Promise<Connection<Found>> {
  const { viewer } = context;
  const first = readFirst(args.first);
  const asked = readFilter(args.filter ?? {}, context.indexKey);
  const list: List = ['consignments', asked];
  const after = args.after == null ? null : await context.cursors.read(viewer, list, args.after);

  const rows = await context.store.query<{ consignment_id: string; at: string; id: string }>(statement(asked, after, first + 1, context));
  const found = rows.map(({ consignment_id: consignmentId, at, id }): Found => ({ consignmentId, sortKey: [at, id] }));
  const page = await connectionOf(context, list, first, found, ({ sortKey }) => sortKey);
  context.log({ operation: 'consignments', asked, recordIds: [], consignmentIds: page.nodes.map(({ consignmentId }) => consignmentId) });
  return page;
}

/** A reference or a box has few consignments: they are found first, whatever the viewer may know of. Without one, the list's order leads. */
function statement(asked: Asked, after: SortKey | null, limit: number, context: RequestContext): Sql {
  const { viewer } = context;
  const forPrograms = asked.changedSince !== null;
  if (asked.key === null && asked.equipmentIndex === null) return (forPrograms ? byPosition : byChange)(viewer, asked, after, limit);
  const last = sql`(array_agg(e.id order by e.changed_at desc, e.id desc))[1]`;
  const groups = [
    ...(asked.changedSince === null ? [] : [sql`max(e.changed_at) >= ${asked.changedSince}::timestamptz`]),
    ...(after === null
      ? []
      : forPrograms
        ? [sql`max(e.index_position) > ${after[0]}::bigint`]
        : [sql`(max(e.changed_at), ${last}) < (${after[0]}::timestamptz, ${after[1]})`]),
  ];
  const conditions = [sql`e.noun = 'consignment-record'`, known(viewer, 'e')];
  const having = narrowings(asked, context).map((ids) => sql`e.consignment_id in (${ids})`);
  // Positions are given once, so they need no second key.
  const order = forPrograms ? sql`max(e.index_position)` : sql`max(e.changed_at) desc, ${last} desc`;
  const at = forPrograms
    ? sql`lpad(max(e.index_position)::text, ${positionDigits}, '0')`
    : sql`to_char(max(e.changed_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  return sql`select e.consignment_id, ${at} as at, ${last} as id from entry e where ${all([...conditions, ...having])}
    group by e.consignment_id having ${all(groups)} order by ${order} limit ${limit}::int`;
}

type Asked = {
  readonly key: { readonly kind: string; readonly index: string } | null;
  readonly equipmentIndex: string | null;
  readonly partyCode: readonly string[] | null;
  readonly mine: boolean;
  readonly changedSince: string | null;
};

/** The filter as it may be logged and bound to a cursor: references blinded. */
function readFilter(filter: ConsignmentFilter, indexKey: Uint8Array): Asked {
  const key = filter.key == null ? null : readKey(filter.key, 'filter.key');
  const box = filter.equipmentReference == null ? null : readBox(filter.equipmentReference, 'filter.equipmentReference');
  return {
    key: key === null ? null : { kind: key.kind, index: blind(indexKey, key.kind, key.value) },
    equipmentIndex: box === null ? null : blind(indexKey, 'EQUIPMENT', box),
    partyCode: readPartyCodes(filter.partyCode, 'filter.partyCode'),
    mine: filter.mine ?? false,
    changedSince: readInstant(filter.changedSince, 'filter.changedSince'),
  };
}

/** One statement per condition: the consignments with a record the viewer may know of for which it holds. */
function narrowings({ key, equipmentIndex, partyCode, mine: own }: Asked, { viewer }: RequestContext): Sql[] {
  const having = (condition: Sql): Sql =>
    sql`select r.consignment_id from entry r where r.noun = 'consignment-record' and ${known(viewer, 'r')} and ${condition}`;
  const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
  return [
    ...(key === null
      ? []
      : [
          having(
            sql`exists (select 1 from entry_key k where k.entry_id = r.id and k.kind = ${key.kind} and k.index = ${bytes(key.index)}::bytea)`,
          ),
        ]),
    ...(partyCode === null ? [] : [having(sql`r.party = any(${partyCode}::text[])`)]),
    ...(own ? [having(mine(viewer, 'r'))] : []),
    // A box leads to a consignment by a record that names it, or by a trip or event that its owner linked.
    ...(equipmentIndex === null
      ? []
      : [
          sql`select r.consignment_id
                from entry_key k join entry b on b.id = k.entry_id left join entry_link l on l.entry_id = b.id
                join entry r on r.id = coalesce(l.record_id, b.id)
               where k.kind = 'EQUIPMENT' and k.index = ${bytes(equipmentIndex)}::bytea and ${known(viewer, 'b')}
                 and r.noun = 'consignment-record' and ${known(viewer, 'r')}`,
        ]),
  ];
}
