import type { Caller, PartyCode } from '@corridor/schemas';
import { type Store, sql } from '@corridor/store';
import { known, viewerOf } from '../api/viewer.ts';
import { recordsPerKeyLimit } from '../index/overfull.ts';

/** By which evidence one entry is linked. Indexes are blinded references, SHA-256 sized, lower-case hex: equal ones stand for the same reference of one kind. */
export type LinkedEntry = {
  readonly id: string;
  readonly noun: string;
  readonly withdrawn: boolean;
  /** The consignment a consignment record is part of; else `null`. */
  readonly consignmentId: string | null;
  /** The id its consignment bears while this record is the oldest: it leads to `consignmentId` whatever was merged or split since. */
  readonly alias: string | null;
  /** Keys by which a consignment record is joined to others. */
  readonly joins: readonly Join[];
  /** What an event, a box or a call is linked to. */
  readonly links: readonly Link[];
};

/** One joining key of a record, and who else bears it. */
export type Join = {
  readonly keyKind: string;
  readonly index: string;
  /** Borne by more records of one owner than a consignment has: it joins nothing. */
  readonly overfull: boolean;
  /** Live records that bear it too, the owner's own and those of others that the reader may know of. Each id names the owner that asserts the key. */
  readonly recordIds: readonly string[];
};

/** One link to a consignment record of the same owner. */
export type Link = {
  readonly recordId: string;
  readonly keyKind: string;
  /** Keys of that kind that the record bears; those alone that the entry bears too, where it bears any of the kind. */
  readonly indexes: readonly string[];
  /** Who says so: always the owner itself, since a link leads to no record of another. */
  readonly assertedBy: PartyCode;
};

/** A page of evidence. */
export type LinksPage = {
  readonly owner: PartyCode;
  readonly entries: readonly LinkedEntry[];
  /** Id to go on behind; `null` at the end. */
  readonly next: string | null;
};

type Row = {
  readonly id: string;
  readonly noun: string;
  readonly withdrawn: boolean;
  readonly consignment_id: string | null;
  readonly derived_id: string | null;
};

/**
 * Reads the evidence of the owner's entries that are linked at all, behind an id, in the order of ids; `of`: of one entry alone. A record of another owner is
 * named only where the reader may know of it by the rules of the graph. That there is one all the same can show: in a `consignmentId` that is the alias of none
 * of the records named, and in `overfull`.
 */
export async function readLinks(o: {
  readonly store: Store<'directory'>;
  readonly owner: PartyCode;
  readonly caller: Caller;
  readonly after: string | null;
  readonly of: string | null;
  readonly limit: number;
  readonly indexKey: Uint8Array;
}): Promise<LinksPage> {
  const { store, owner, after, of, limit } = o;
  const rows = await store.query<Row>(
    sql`select e.id, e.noun, e.withdrawn, e.consignment_id, e.derived_id from entry e
         where e.party = ${owner} and e.id > ${after ?? ''} and (${of}::text is null or e.id = ${of}::text)
           and (exists (select 1 from entry_key k where k.entry_id = e.id and k.joins) or exists (select 1 from entry_link l where l.entry_id = e.id))
         order by e.id limit ${limit + 1}::int`,
  );
  const page = rows.slice(0, limit);
  const ids = page.map(({ id }) => id);
  const [joins, links] = [await joinsOf(o, ids), await linksOf(o, ids)];
  return {
    owner,
    entries: page.map(({ id, noun, withdrawn, consignment_id, derived_id }) => ({
      id,
      noun,
      withdrawn,
      consignmentId: consignment_id,
      alias: derived_id,
      joins: joins.get(id) ?? [],
      links: links.get(id) ?? [],
    })),
    next: rows.length > limit ? (ids.at(-1) ?? null) : null,
  };
}

async function joinsOf(
  { store, owner, caller, indexKey }: Parameters<typeof readLinks>[0],
  ids: readonly string[],
): Promise<ReadonlyMap<string, Join[]>> {
  const rows = await store.query<{ entry_id: string; kind: string; index: string; overfull: boolean; record_ids: readonly string[] }>(
    sql`select k.entry_id, k.kind, encode(k.index, 'hex') as index, o.overfull,
               array(select e.id from entry_key s join entry e on e.id = s.entry_id
                      where not o.overfull and s.index = k.index and s.kind = k.kind and s.joins and s.entry_id <> k.entry_id
                        and not e.withdrawn and (e.party = ${owner} or ${known(viewerOf(caller, indexKey), 'e')}) order by e.id) as record_ids
          from entry_key k cross join lateral (
               select exists (select 1 from entry_key s join entry e on e.id = s.entry_id and not e.withdrawn
                               where s.index = k.index and s.kind = k.kind and s.joins
                               group by e.party having count(*) > ${recordsPerKeyLimit}::int) as overfull) o
         where k.entry_id = any(${[...ids]}::text[]) and k.joins order by k.entry_id, k.kind, k.index`,
  );
  return grouped(rows, ({ kind, index, overfull, record_ids }) => ({ keyKind: kind, index, overfull, recordIds: record_ids }));
}

async function linksOf({ store, owner }: Parameters<typeof readLinks>[0], ids: readonly string[]): Promise<ReadonlyMap<string, Link[]>> {
  const rows = await store.query<{ entry_id: string; record_id: string; key_kind: string; indexes: readonly string[] }>(
    sql`select l.entry_id, l.record_id, l.key_kind,
               array(select distinct encode(k.index, 'hex') from entry_key k where k.entry_id = l.record_id and k.kind = l.key_kind
                        and (not exists (select 1 from entry_key m where m.entry_id = l.entry_id and m.kind = l.key_kind)
                             or exists (select 1 from entry_key m where m.entry_id = l.entry_id and m.kind = k.kind and m.index = k.index))
                      order by 1) as indexes
          from entry_link l where l.entry_id = any(${[...ids]}::text[]) order by l.entry_id, l.record_id`,
  );
  return grouped(rows, ({ record_id, key_kind, indexes }) => ({ recordId: record_id, keyKind: key_kind, indexes, assertedBy: owner }));
}

function grouped<R extends { readonly entry_id: string }, T>(rows: readonly R[], make: (row: R) => T): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.entry_id);
    if (group === undefined) groups.set(row.entry_id, [make(row)]);
    else group.push(make(row));
  }
  return groups;
}
