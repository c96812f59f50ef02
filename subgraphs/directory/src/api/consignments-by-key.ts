import { type Store, sql } from '@corridor/store';
import { readPageSize } from '@corridor/subgraph';
import { blind } from '../index/blind.ts';
import { assertCount, type ConsignmentKeyInput, readKey } from './arguments.ts';
import type { ConsignmentNode } from './consignment.ts';
import type { RequestContext } from './context.ts';
import type { ReadPages } from './paged-loader.ts';
import { known, type Viewer } from './viewer.ts';

/** One reference asked for: its kind, and its value blinded. */
export type MatchNode = { readonly kind: string; readonly index: string };

/** Consignments per reference, at most `first`. */
export type MatchPage = { readonly first: number };

/** A consignment that a reference leads to. */
export type MatchRow = { readonly subject: string; readonly consignment_id: string };

/** `Query.consignmentsByKey`: one match per key asked, in the order asked, repeats included; an unknown and a hidden key are the same empty match. */
export function consignmentsByKey(
  _: unknown,
  { keys }: { readonly keys: readonly ConsignmentKeyInput[] },
  { indexKey }: RequestContext,
): MatchNode[] {
  assertCount(keys, 'keys');
  return keys.map((key, at) => {
    const { kind, value } = readKey(key, `keys.${at}`);
    return { kind, index: blind(indexKey, kind, value) };
  });
}

/** `ConsignmentMatch.consignments`: in the order of `Query.consignments`, the latest change first. */
export async function matchConsignments(
  { kind, index }: MatchNode,
  args: { readonly first?: number | null },
  context: RequestContext,
): Promise<ConsignmentNode[]> {
  const first = readPageSize(args.first, 5);
  const rows = await context.loaders.matches.load({ subject: subjectOf({ kind, index }), page: { first } });
  const nodes = rows.map(({ consignment_id: consignmentId }) => ({ consignmentId }));
  context.log({
    operation: 'ConsignmentMatch.consignments',
    asked: { key: { kind, index } },
    recordIds: [],
    consignmentIds: nodes.map(({ consignmentId }) => consignmentId),
  });
  return nodes;
}

/** Reads the consignments with a record the viewer may know of that bears the reference; changes count of all their records the viewer may know of. */
export function readMatches(store: Store<'directory'>, viewer: Viewer): ReadPages<MatchPage, MatchRow> {
  return (subjects, { first }) => {
    const keys = subjects.map(keyOf);
    return store.query<MatchRow>(
      // References first, whatever the statistics say: few entries bear them, while an audience may have them all.
      sql`with bearing as materialized (
            select q.subject, k.entry_id
              from unnest(${subjects}::text[], ${keys.map(({ kind }) => kind)}::text[], ${keys.map(({ index }) => Buffer.from(index, 'hex'))}::bytea[])
                     as q (subject, kind, index)
              join entry_key k on k.index = q.index and k.kind = q.kind),
          matched as materialized (
            select distinct b.subject, r.consignment_id from bearing b join entry r on r.id = b.entry_id
             where r.noun = 'consignment-record' and ${known(viewer, 'r')})
          select p.subject, p.consignment_id from (
            select m.subject, m.consignment_id, row_number() over (partition by m.subject order by c.changed_at desc, c.id desc) as place
              from matched m cross join lateral (
                select e.changed_at, e.id from entry e
                 where e.consignment_id = m.consignment_id and e.noun = 'consignment-record' and ${known(viewer, 'e')}
                 order by e.changed_at desc, e.id desc limit 1) c) p
           where p.place <= ${first}::int order by p.place`,
    );
  };
}

function subjectOf({ kind, index }: MatchNode): string {
  return `${kind}:${index}`;
}

function keyOf(subject: string): MatchNode {
  const end = subject.indexOf(':');
  return { kind: subject.slice(0, end), index: subject.slice(end + 1) };
}
