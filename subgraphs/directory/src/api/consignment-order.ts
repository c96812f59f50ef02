/**
 * The statements behind `Query.consignments` without a reference or a box: a page of all the viewer may know of.
 *
 * A viewer's entries are read audience set by audience set, each along an index in the order of the list and not further than a page: so a page costs no
 * more for what the viewer may not know of, nor for how much he may. A consignment stands where its last known record stands; records before that one
 * are passed over. `offset 0` keeps these look-backs apart, one consignment at a time: joined, they would be made for the whole index.
 */
import { join, type Sql, sql } from '@corridor/store';
import type { SortKey } from './cursor.ts';
import { all, type Viewer } from './viewer.ts';

/** What narrows a list; each holds for one of the known records of a consignment. */
export type Narrowing = { readonly partyCode: readonly string[] | null; readonly mine: boolean; readonly changedSince: string | null };

/** A page in the order in which this directory applied changes, oldest first. `after`: a position. Rows: `consignment_id`, `at`, the position as text, `id`, its last known record. */
export function byPosition(viewer: Viewer, narrowing: Narrowing, after: SortKey | null, limit: number): Sql {
  const since = sql`${narrowing.changedSince}::timestamptz`;
  // No consignment that counts stands before the first record that changed since then.
  const start = sql`(select min(first.position) from viewer_set s cross join lateral (
      select min(e.index_position) as position from entry e where ${isRecord} and e.changed_at >= ${since}) first)`;
  return sql`with ${viewerSets(viewer)}
    select c.consignment_id, lpad(c.position::text, ${positionDigits}, '0') as at, c.id from viewer_set s cross join lateral (
      select e.consignment_id, e.index_position as position, e.id from entry e
       where ${isRecord} and ${after === null ? sql`e.index_position >= ${start}` : sql`e.index_position > ${after[0]}::bigint`}
         and not ${another(sql`l.index_position > e.index_position`)}
         and (e.changed_at >= ${since} or ${another(sql`l.changed_at >= ${since}`)}) and ${all(narrowings(viewer, narrowing))}
       order by e.index_position limit ${limit}::int) c
    order by c.position limit ${limit}::int`;
}

/**
 * A page with the latest change first, among equal times by the record that stands for the consignment: the consignment's own id depends on records the
 * viewer may not know of. `after`: a time and that record. Rows: `consignment_id`, `at`, the time as text, `id`, the record.
 */
export function byChange(viewer: Viewer, narrowing: Narrowing, after: SortKey | null, limit: number): Sql {
  return sql`with ${viewerSets(viewer)}
    select c.consignment_id, to_char(c.changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, c.id from viewer_set s cross join lateral (
      select e.consignment_id, e.changed_at, e.id from entry e
       where ${isRecord} and ${after === null ? sql`true` : sql`(e.changed_at, e.id) < (${after[0]}::timestamptz, ${after[1]})`}
         and not ${another(sql`(l.changed_at, l.id) > (e.changed_at, e.id)`)} and ${all(narrowings(viewer, narrowing))}
       order by e.changed_at desc, e.id desc limit ${limit}::int) c
    order by c.changed_at desc, c.id desc limit ${limit}::int`;
}

/** As many as a position may have: the length of a cursor does not tell how far the index has come. */
export const positionDigits = 19;

// Of `e`: a consignment record that those of the set `s` may know of, in the words of the indexes of the lists.
const isRecord = sql`e.audience_set_id = s.set_id and e.noun = 'consignment-record' and not e.withdrawn`;

/** `viewer_set`: the audience sets a viewer is in, and whether by the name of its organisation. */
function viewerSets({ tokens, organisationTokens }: Viewer): Sql {
  return sql`viewer_set as materialized (
      select m.set_id, bool_or(m.token = any(${organisationTokens}::bytea[])) as names_organisation
        from audience_member m where m.token = any(${tokens}::bytea[]) group by m.set_id)`;
}

/** Whether the consignment of `e` has another known record `l` for which something holds; `v`: the set by which it is known. */
function another(condition: Sql): Sql {
  return sql`exists (select 1 from entry l join viewer_set v on v.set_id = l.audience_set_id
      where l.consignment_id = e.consignment_id and l.noun = 'consignment-record' and not l.withdrawn and ${condition} offset 0)`;
}

function narrowings({ caller, party }: Viewer, { partyCode, mine }: Narrowing): Sql[] {
  const either = (own: Sql, others: Sql): Sql => sql`(${join([own, another(others)], ' or ')})`;
  return [
    ...(partyCode === null ? [] : [either(sql`e.party = any(${partyCode}::text[])`, sql`l.party = any(${partyCode}::text[])`)]),
    ...(!mine
      ? []
      : [
          caller.org === null
            ? either(sql`e.party = ${party}`, sql`l.party = ${party}`)
            : either(sql`s.names_organisation`, sql`v.names_organisation`),
        ]),
  ];
}
