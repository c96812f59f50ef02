import type { SqlTx } from '@corridor/exchange';

/**
 * How many live consignment records of one owner a joining key may bear. A consignment has a handful at an owner; a key of more is no key but a word
 * that senders put where a number is missing, and would make one consignment of all that happen to bear it.
 */
export const recordsPerKeyLimit = 50;

/** The query of the keys, of those named by `wanted (kind, index)`, that are over the limit: they join nothing, at any owner. */
export const overfullKeys = `select k.kind, k.index from wanted w join entry_key k on k.index = w.index and k.kind = w.kind and k.joins
    join entry e on e.id = k.entry_id and not e.withdrawn
   group by k.kind, k.index, e.party having count(*) > ${recordsPerKeyLimit}`;

/** A joining key as it is named in the index. */
export type JoiningKey = { readonly kind: string; readonly index: string };

/** The joining keys these records bear as stored. */
export async function joiningKeysOf(tx: SqlTx, recordIds: readonly string[]): Promise<JoiningKey[]> {
  return tx.query<JoiningKey>(
    `select distinct k.kind, encode(k.index, 'hex') as index from entry_key k
      where k.joins and k.entry_id in (select jsonb_array_elements_text($1::jsonb))`,
    JSON.stringify(recordIds),
  );
}

/** Which of these keys are over the limit now, each as `<kind> <hex index>`. */
export async function overfullAmong(tx: SqlTx, keys: readonly JoiningKey[]): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const rows = await tx.query<{ key: string }>(
    `with wanted as (select distinct r.kind, decode(r.index, 'hex') as index from jsonb_to_recordset($1::jsonb) as r(kind text, index text)),
          overfull as (${overfullKeys})
     select distinct kind || ' ' || encode(index, 'hex') as key from overfull`,
    JSON.stringify(keys.map(({ kind, index }) => ({ kind, index }))),
  );
  return new Set(rows.map(({ key }) => key));
}

/** The records that bear one of these keys, each `<kind> <hex index>`. */
export async function bearersOf(tx: SqlTx, keys: readonly string[]): Promise<string[]> {
  if (keys.length === 0) return [];
  const rows = await tx.query<{ id: string }>(
    `select distinct k.entry_id as id from jsonb_array_elements_text($1::jsonb) as w(key)
       join entry_key k on k.kind = split_part(w.key, ' ', 1) and k.index = decode(split_part(w.key, ' ', 2), 'hex') and k.joins`,
    JSON.stringify(keys),
  );
  return rows.map(({ id }) => id);
}
