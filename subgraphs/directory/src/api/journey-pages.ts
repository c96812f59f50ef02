/** The statements behind journeys: each reads the same page of many boxes at once. A subject is a box's blinded number, in hex. */
import { type Sql, type Store, sql } from '@corridor/store';
import type { SortKey } from './cursor.ts';
import { milestoneNouns } from './entry.ts';
import type { SortedRow } from './loaders.ts';
import type { ReadPages } from './paged-loader.ts';
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
               and ${page.after === null ? sql`true` : sql`(${eventTime}, e.id) > (${page.after[0]}::timestamptz, ${page.after[1]})`}) p
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
      sql`select * from (
            select encode(k.index, 'hex') as subject, t.id, t.party, t.noun, coalesce(m.first_at, t.created_at) as at,
                   row_number() over (partition by k.index order by coalesce(m.first_at, t.created_at), t.id) as place
              from entry_key k join entry t on t.id = k.entry_id
              left join lateral (
                select min(${eventTime}) as first_at, bool_or(${within(eventTime, page)}) as inside
                  from entry_key ek join entry e on e.id = ek.entry_id
                 where ek.kind = 'EQUIPMENT' and ek.index = k.index
                   and e.noun = any(${milestoneNouns}::text[]) and e.party = t.party and ${known(viewer, 'e')}
                   and exists (select 1 from entry_link lt join entry_link le on le.record_id = lt.record_id where lt.entry_id = t.id and le.entry_id = e.id)
              ) m on true
             where k.kind = 'EQUIPMENT' and k.index = any(${bytesOf(subjects)}::bytea[])
               and t.noun = 'equipment-record' and ${known(viewer, 't')} and coalesce(m.inside, ${within(sql`t.created_at`, page)})) p
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
