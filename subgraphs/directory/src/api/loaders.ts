import { isPartyCode, type PartyCode, parseId } from '@corridor/schemas';
import { type Store, sql } from '@corridor/store';
import DataLoader from 'dataloader';
import { isConsignmentId } from '../index/consignment-id.ts';
import { type MatchPage, type MatchRow, readMatches } from './consignments-by-key.ts';
import type { SortKey } from './cursor.ts';
import { type Entry, milestoneNouns } from './entry.ts';
import { type MilestonePage, readMilestones, readTrips, type TripPage } from './journey-pages.ts';
import { createPagedLoader, type PageOf } from './paged-loader.ts';
import { toldOnce } from './told-once.ts';
import { known, type Viewer } from './viewer.ts';

/** An entry with the key its list is sorted by. */
export type SortedEntry = Entry & { readonly at: Date };

/** An entry on a page, and whose page that is. */
export type SortedRow = SortedEntry & { readonly subject: string };

/** A page of something a consignment has; its subject is the consignment's id. */
export type MemberPage = { readonly first: number; readonly after: SortKey | null };

/** Loaders of one request: as many statements as there are kinds of things asked for, whatever their number, each with the viewer's condition. */
export type Loaders = {
  /** An entry by its id. */
  readonly entry: DataLoader<string, Entry | null>;
  /** The profile of a party, by owner id. */
  readonly profile: DataLoader<PartyCode, Entry | null>;
  /** The id of the consignment that an id means: its own, an earlier one, or that of a record in it. */
  readonly consignment: DataLoader<string, string | null>;
  /** The id a consignment is shown by, by its id in the index: that of the oldest record the viewer may know of. */
  readonly shownId: DataLoader<string, string | null>;
  /** Consignment records of a consignment, oldest first; one more than `first` where there are more. */
  readonly records: DataLoader<PageOf<MemberPage>, readonly SortedEntry[], string>;
  /** Milestones linked to those of its records the viewer may know of, by time; one more than `first` where there are more. */
  readonly timeline: DataLoader<PageOf<MemberPage>, readonly SortedEntry[], string>;
  /** Consignments by a business reference, the latest change first. */
  readonly matches: DataLoader<PageOf<MatchPage>, readonly MatchRow[], string>;
  /** Trips of a box, by the time of their first milestone. */
  readonly boxTrips: DataLoader<PageOf<TripPage>, readonly SortedEntry[], string>;
  /** Milestones of a box, by time; one more than `first` where there are more. */
  readonly boxMilestones: DataLoader<PageOf<MilestonePage>, readonly SortedEntry[], string>;
};

/** The loaders of one request. */
export function createLoaders(store: Store<'directory'>, viewer: Viewer): Loaders {
  return {
    entry: new DataLoader(
      async (asked) => {
        const ids = asked.filter((id) => parseId(id) !== undefined);
        const rows = await store.query<Entry>(
          sql`select e.id, e.party, e.noun from entry e where e.id = any(${ids}::text[]) and ${known(viewer, 'e')}`,
        );
        const byId = new Map(rows.map((row) => [row.id, row]));
        return asked.map((id) => byId.get(id) ?? null);
      },
      { maxBatchSize: 1_000 },
    ),
    profile: new DataLoader(async (asked) => {
      const codes = asked.filter(isPartyCode);
      const rows = await store.query<Entry>(
        sql`select distinct on (e.party) e.id, e.party, e.noun from entry e
             where e.party = any(${codes}::text[]) and e.noun = 'party-profile' and ${known(viewer, 'e')} order by e.party, e.created_at, e.id`,
      );
      const byParty = new Map(rows.map((row) => [row.party, row]));
      return asked.map((code) => byParty.get(code) ?? null);
    }),
    consignment: new DataLoader(
      async (asked) => {
        const records = asked.filter((id) => parseId(id)?.noun === 'consignment-record');
        const derived = asked.filter(isConsignmentId);
        const rows = await store.query<{ asked: string; consignment_id: string }>(
          sql`select e.id as asked, e.consignment_id from entry e
               where e.id = any(${records}::text[]) and e.noun = 'consignment-record' and ${known(viewer, 'e')}
              union all
              select d.derived_id, d.consignment_id from entry d
               where d.derived_id = any(${derived}::text[])
                 and exists (select 1 from entry e where e.consignment_id = d.consignment_id and e.noun = 'consignment-record' and ${known(viewer, 'e')})`,
        );
        const found = new Map(rows.map((row) => [row.asked, row.consignment_id]));
        return asked.map((id) => found.get(id) ?? null);
      },
      { maxBatchSize: 1_000 },
    ),
    shownId: new DataLoader(
      async (ids) => {
        const rows = await store.query<{ consignment_id: string; derived_id: string }>(
          sql`select distinct on (e.consignment_id) e.consignment_id, e.derived_id from entry e
               where e.consignment_id = any(${[...ids]}::text[]) and e.noun = 'consignment-record' and ${known(viewer, 'e')}
               order by e.consignment_id, e.created_at, e.id`,
        );
        const shown = new Map(rows.map((row) => [row.consignment_id, row.derived_id]));
        return ids.map((id) => shown.get(id) ?? null);
      },
      { maxBatchSize: 1_000 },
    ),
    records: createPagedLoader<MemberPage, SortedRow>((ids, { first, after }) =>
      store.query<SortedRow>(
        sql`select * from (
              select e.consignment_id as subject, e.id, e.party, e.noun, e.created_at as at,
                     row_number() over (partition by e.consignment_id order by e.created_at, e.id) as place
                from entry e
               where e.consignment_id = any(${ids}::text[]) and e.noun = 'consignment-record' and ${known(viewer, 'e')}
                 and ${after === null ? sql`true` : sql`(e.created_at, e.id) > (${after[0]}::timestamptz, ${after[1]})`}) p
             where p.place <= ${first + 1}::int order by p.place`,
      ),
    ),
    timeline: createPagedLoader<MemberPage, SortedRow>((ids, { first, after }) =>
      store.query<SortedRow>(
        sql`select * from (
              select x.*, row_number() over (partition by x.subject order by x.at, x.id) as place
                from (select distinct r.consignment_id as subject, e.id, e.party, e.noun, coalesce(e.sort_at, e.created_at) as at
                        from entry r join entry_link l on l.record_id = r.id join entry e on e.id = l.entry_id
                       where r.consignment_id = any(${ids}::text[]) and r.noun = 'consignment-record' and ${known(viewer, 'r')}
                         and e.noun = any(${milestoneNouns}::text[]) and ${known(viewer, 'e')}
                         and ${toldOnce(
                           viewer,
                           sql`exists (select 1 from entry_link ol join entry linked on linked.id = ol.record_id
                             where ol.entry_id = other.id and linked.consignment_id = r.consignment_id and ${known(viewer, 'linked')})`,
                         )}) x
               where ${after === null ? sql`true` : sql`(x.at, x.id) > (${after[0]}::timestamptz, ${after[1]})`}) p
             where p.place <= ${first + 1}::int order by p.place`,
      ),
    ),
    matches: createPagedLoader(readMatches(store, viewer)),
    boxTrips: createPagedLoader(readTrips(store, viewer)),
    boxMilestones: createPagedLoader(readMilestones(store, viewer)),
  };
}
