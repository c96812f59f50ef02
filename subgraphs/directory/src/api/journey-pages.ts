/** The statements behind journeys: each reads the same page of many boxes at once. A subject is a box's blinded number, in hex. */
import { type Sql, type Store, sql } from '@corridor/store';
import type { SortKey } from './cursor.ts';
import { milestoneNouns } from './entry.ts';
import type { SortedRow } from './loaders.ts';
import type { ReadPages } from './paged-loader.ts';
import { toldOnce } from './told-once.ts';
import { all, type Viewer } from './viewer.ts';

/** The time a journey is cut to: from (inclusive) and to (exclusive), instants as text. */
export type Span = { readonly from: string | null; readonly to: string | null };

/** Trips of boxes, at most `first` each, by the time of their first milestone. */
export type TripPage = Span & { readonly first: number };

/** Milestones of boxes, by time; one more than `first` where there are more. */
export type MilestonePage = TripPage & { readonly after: SortKey | null };

/** Reads milestones within the span; one whose owner names no time stands where it was made. */
export function readMilestones(store: Store<'directory'>, viewer: Viewer): ReadPages<MilestonePage, SortedRow> {
  return (subjects, page) =>
    store.query<SortedRow>(
      sql`with ${entriesOfBoxes(viewer, subjects, milestoneNouns)}
          select * from (
            select encode(e.index, 'hex') as subject, e.id, e.party, e.noun, e.at,
                   row_number() over (partition by e.index order by e.at, e.id) as place
              from of_box e
             where ${within(sql`e.at`, page)} and ${toldOnce(viewer, within(sql`coalesce(other.sort_at, other.created_at)`, page))}
               and ${page.after === null ? sql`true` : sql`(e.at, e.id) > (${page.after[0]}::timestamptz, ${page.after[1]})`}) p
           where p.place <= ${page.first + 1}::int order by p.place`,
    );
}

/**
 * Reads trips. A milestone is of a trip when its owner linked both to the same consignment record; a trip without one counts from when its owner made it.
 * With a span: trips that have a milestone within it.
 */
export function readTrips(store: Store<'directory'>, viewer: Viewer): ReadPages<TripPage, SortedRow> {
  return (subjects, page) =>
    store.query<SortedRow>(
      sql`with ${entriesOfBoxes(viewer, subjects, ['equipment-record', ...milestoneNouns])},
          trip as (
            select t.index, t.id, t.party, t.noun, coalesce(min(m.at), t.created_at) as at,
                   coalesce(bool_or(${within(sql`m.at`, page)}) filter (where m.id is not null), ${within(sql`t.created_at`, page)}) as inside
              from of_box t
              left join entry_link lt on lt.entry_id = t.id
              left join lateral (
                select m.id, m.at from of_box m join entry_link le on le.entry_id = m.id and le.record_id = lt.record_id
                 where m.index = t.index and m.party = t.party and m.noun <> 'equipment-record') m on true
             where t.noun = 'equipment-record' group by t.index, t.id, t.party, t.noun, t.created_at)
          select * from (
            select encode(t.index, 'hex') as subject, t.id, t.party, t.noun, t.at, row_number() over (partition by t.index order by t.at, t.id) as place
              from trip t where t.inside) p
           where p.place <= ${page.first}::int order by p.place`,
    );
}

/** How many pairs of a box and an audience set are looked up one by one; for more, the boxes' keys are read whole. Start value. */
const mostProbes = 5_000;

/**
 * `of_box`: what the viewer may know of that hangs on these boxes. It is read audience set by audience set: a box that travelled for others costs no more.
 * A viewer of so many sets that the boxes' keys are read whole passes over the keys of others, in the index alone.
 */
function entriesOfBoxes(viewer: Viewer, subjects: readonly string[], nouns: readonly string[]): Sql {
  const boxes = bytesOf(subjects);
  const columns = sql`k.index, e.id, e.party, e.noun, e.created_at, e.sort_at, e.corroborates, coalesce(e.sort_at, e.created_at) as at`;
  const isKnown = sql`not e.withdrawn and e.noun = any(${nouns}::text[]) and e.audience_set_id = k.audience_set_id`;
  const isFew = sql`(select count(*) from viewer_set) * ${boxes.length}::int <= ${mostProbes}::int`;
  return sql`viewer_set as materialized (select distinct m.set_id from audience_member m where m.token = any(${viewer.tokens}::bytea[])),
      of_box as materialized (
        select ${columns} from unnest(${boxes}::bytea[]) as b (index) cross join viewer_set s cross join lateral (
          select k.entry_id, k.index, k.audience_set_id from entry_key k
           where k.index = b.index and k.kind = 'EQUIPMENT' and k.audience_set_id = s.set_id offset 0) k
          join entry e on e.id = k.entry_id
         where ${isFew} and ${isKnown}
        union all
        select ${columns} from entry_key k join entry e on e.id = k.entry_id
         where not ${isFew} and k.kind = 'EQUIPMENT' and k.index = any(${boxes}::bytea[])
           and k.audience_set_id in (select s.set_id from viewer_set s) and ${isKnown})`;
}

function bytesOf(subjects: readonly string[]): Buffer[] {
  return subjects.map((subject) => Buffer.from(subject, 'hex'));
}

function within(time: Sql, { from, to }: Span): Sql {
  return all([
    ...(from === null ? [] : [sql`${time} >= ${from}::timestamptz`]),
    ...(to === null ? [] : [sql`${time} < ${to}::timestamptz`]),
  ]);
}
