/** The statements behind journeys: each reads the same page of many boxes at once. A subject is a box's blinded number, in hex. */
import { type Sql, type Store, sql } from '@corridor/store';
import type { SortKey } from './cursor.ts';
import { milestoneNouns } from './entry.ts';
import type { SortedRow } from './loaders.ts';
import type { ReadPages } from './paged-loader.ts';
import { toldOnce } from './told-once.ts';
import { all, known, type Viewer } from './viewer.ts';

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
      sql`select * from (
            select encode(k.index, 'hex') as subject, e.id, e.party, e.noun, ${eventTime} as at,
                   row_number() over (partition by k.index order by ${eventTime}, e.id) as place
              from entry_key k join entry e on e.id = k.entry_id
             where k.kind = 'EQUIPMENT' and k.index = any(${bytesOf(subjects)}::bytea[])
               and e.noun = any(${milestoneNouns}::text[]) and ${known(viewer, 'e')} and ${within(eventTime, page)}
               and ${toldOnce(viewer, within(sql`coalesce(other.sort_at, other.created_at)`, page))}
               and ${page.after === null ? sql`true` : sql`(${eventTime}, e.id) > (${page.after[0]}::timestamptz, ${page.after[1]})`}) p
           where p.place <= ${page.first + 1}::int order by p.place`,
    );
}

/**
 * Reads trips. A milestone is of a trip when its owner linked both to the same consignment record; a trip without one counts from when its owner made it.
 * With a span: trips that have a milestone within it. Trips and milestones that the viewer may not know of go first, before anything is looked up for them.
 */
export function readTrips(store: Store<'directory'>, viewer: Viewer): ReadPages<TripPage, SortedRow> {
  return (subjects, page) =>
    store.query<SortedRow>(
      sql`with of_box as materialized (
            select k.index, e.id, e.party, e.noun, e.created_at, ${eventTime} as at from entry_key k join entry e on e.id = k.entry_id
             where k.kind = 'EQUIPMENT' and k.index = any(${bytesOf(subjects)}::bytea[])
               and e.noun = any(${['equipment-record', ...milestoneNouns]}::text[]) and ${known(viewer, 'e')}),
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

const eventTime = sql`coalesce(e.sort_at, e.created_at)`;

function bytesOf(subjects: readonly string[]): Buffer[] {
  return subjects.map((subject) => Buffer.from(subject, 'hex'));
}

function within(time: Sql, { from, to }: Span): Sql {
  return all([
    ...(from === null ? [] : [sql`${time} >= ${from}::timestamptz`]),
    ...(to === null ? [] : [sql`${time} < ${to}::timestamptz`]),
  ]);
}
