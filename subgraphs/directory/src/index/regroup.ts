import type { SqlTx } from '@corridor/exchange';
import { components, type Member } from './component.ts';
import { overfullKeys } from './overfull.ts';
import type { Split } from './split.ts';

/** What a regrouping changed: consignments that became one, and consignments that fell apart. */
export type Regrouping = { readonly merged: number; readonly splits: readonly Split[] };

/**
 * Computes the consignments of these records anew, with everything they belong to or belonged to. The caller holds the index's lock: two pages at once
 * would not see each other's keys.
 * @param recordIds consignment records whose keys, age or withdrawal may have changed
 */
export async function regroup(tx: SqlTx, recordIds: readonly string[]): Promise<Regrouping> {
  if (recordIds.length === 0) return { merged: 0, splits: [] };
  const members = await loadMembers(tx, await closure(tx, recordIds));
  const after = components(members);
  const moved = members
    .filter(({ id, consignmentId }) => after.get(id) !== consignmentId)
    .map(({ id }) => ({ id, consignment_id: after.get(id) }));
  if (moved.length > 0) {
    await tx.execute(
      `update entry e set consignment_id = r.consignment_id, index_position = nextval(pg_get_serial_sequence('entry', 'index_position'))
         from jsonb_to_recordset($1::jsonb) as r(id text, consignment_id text) where e.id = r.id`,
      JSON.stringify(moved),
    );
  }
  return compare(members, after);
}

type Stored = Member & { readonly consignmentId: string | null };

/**
 * The records themselves, those of their consignments, those they share a joining key with; and so on, until nobody new is met. A key over the limit
 * leads nowhere.
 */
async function closure(tx: SqlTx, recordIds: readonly string[]): Promise<readonly string[]> {
  const known = new Set(recordIds);
  for (let frontier = [...known]; frontier.length > 0; ) {
    const met = await tx.query<{ id: string }>(
      `with f as (select jsonb_array_elements_text($1::jsonb) as id),
            wanted as (select distinct k.kind, k.index from f join entry_key k on k.entry_id = f.id and k.joins),
            overfull as (${overfullKeys}),
            mine as (select kind, index from wanted except select kind, index from overfull)
       select e.id from f join entry o on o.id = f.id join entry e on e.consignment_id = o.consignment_id
       union
       select k.entry_id from mine join entry_key k on k.index = mine.index and k.kind = mine.kind and k.joins`,
      JSON.stringify(frontier),
    );
    frontier = met.map(({ id }) => id).filter((id) => !known.has(id));
    for (const id of frontier) known.add(id);
  }
  return [...known];
}

async function loadMembers(tx: SqlTx, ids: readonly string[]): Promise<Stored[]> {
  const rows = await tx.query<{ id: string; created_ms: string; withdrawn: boolean; consignment_id: string | null; keys: string | null }>(
    `with member as (select jsonb_array_elements_text($1::jsonb) as id),
          wanted as (select distinct k.kind, k.index from member m join entry_key k on k.entry_id = m.id and k.joins),
          overfull as (${overfullKeys}),
          usable as (select kind, index from wanted except select kind, index from overfull)
     select e.id, (extract(epoch from e.created_at) * 1000)::bigint::text as created_ms, e.withdrawn, e.consignment_id,
            (select string_agg(k.kind || ' ' || encode(k.index, 'hex'), ',') from entry_key k join usable u on u.kind = k.kind and u.index = k.index
              where k.entry_id = e.id and k.joins) as keys
       from entry e where e.id in (select id from member)`,
    JSON.stringify(ids),
  );
  return rows.map(({ id, created_ms, withdrawn, consignment_id, keys }) => ({
    id,
    createdAt: new Date(Number(created_ms)).toISOString(),
    withdrawn,
    keys: keys?.split(',') ?? [],
    consignmentId: consignment_id,
  }));
}

function compare(members: readonly Stored[], after: ReadonlyMap<string, string>): Regrouping {
  const live = members.filter(({ withdrawn, consignmentId }) => !withdrawn && consignmentId !== null);
  const parts = new Map<string, Map<string, string[]>>();
  const sources = new Map<string, Set<string>>();
  for (const { id, consignmentId } of live) {
    const [from, to] = [consignmentId ?? '', after.get(id) ?? ''];
    const of = parts.get(from) ?? new Map<string, string[]>();
    parts.set(from, of.set(to, [...(of.get(to) ?? []), id]));
    sources.set(to, (sources.get(to) ?? new Set()).add(from));
  }
  const splits = [...parts].filter(([, of]) => of.size > 1).map(([from, of]) => ({ consignmentId: from, parts: partsOf(of) }));
  return { merged: [...sources.values()].filter(({ size }) => size > 1).length, splits: splits.sort(byConsignment) };
}

function partsOf(of: ReadonlyMap<string, readonly string[]>): Split['parts'] {
  return [...of].map(([consignmentId, recordIds]) => ({ consignmentId, recordIds: [...recordIds].sort() })).sort(byConsignment);
}

function byConsignment(a: { readonly consignmentId: string }, b: { readonly consignmentId: string }): number {
  return a.consignmentId < b.consignmentId ? -1 : Number(a.consignmentId > b.consignmentId);
}
