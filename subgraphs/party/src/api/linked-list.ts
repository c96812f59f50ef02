import { type Sql, sql } from '@corridor/store';
import { groupedBy } from './grouped-by.ts';
import { type Page, pageOf } from './page.ts';
import type { Reading } from './reading.ts';

/** A list that hangs on a record: its rows by keyset, for any number of parents by one statement. */
export type LinkedList<Stored, Row> = {
  /** `ConsignmentRecord.milestones`: names loader and cursors. */
  readonly name: string;
  readonly parent: string;
  readonly size: number;
  readonly after: string | null | undefined;
  /** The filter in a form that is the same for the same filter. */
  readonly filter: string;
  /**
   * The statement that finds the rows of the parent `pa.id`, in the order of the sort keys: condition, filter and access included; `keys`: those of the
   * last element of the page before, or null.
   */
  readonly select: (keys: readonly string[] | null) => Sql;
  readonly keysOf: (stored: Stored) => readonly string[];
  readonly seen: (stored: Stored) => Row | null;
};

/** The page of the list that the parent has. */
export async function pageOfLinked<Stored extends object, Row>(
  reading: Reading,
  list: LinkedList<Stored, Row>,
): Promise<Page<Promise<Row | null>>> {
  const { cursors } = reading.owner;
  const { name, parent, size, after, filter } = list;
  const binding = { viewer: reading.viewer, list: name, parent, filter };
  const keys = after === null || after === undefined ? null : cursors.read(binding, after);
  const rows = await reading
    .loader<Stored[]>(JSON.stringify([name, size, keys, filter]), async (parents) => {
      const found = await reading.query<Stored & { readonly parentId: string }>(sql`select pa.id as "parentId", found.*
        from unnest(${[...parents]}::text[]) with ordinality as pa (id, ordinal)
        cross join lateral (${list.select(keys)} limit ${size + 1}) found order by pa.ordinal, found.ordinal`);
      return groupedBy(found, ({ parentId }) => parentId);
    })
    .load(parent);
  return pageOf(rows ?? [], size, { node: async (stored) => list.seen(stored), keys: list.keysOf, cursors, binding });
}
