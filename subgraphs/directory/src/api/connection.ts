import type { RequestContext } from './context.ts';
import type { List, SortKey } from './cursor.ts';

/** A page of a list. */
export type Connection<Node> = {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
};

/**
 * The page of these rows.
 * @param rows in the list's order, one more than `first` where the list goes on
 */
export async function connectionOf<Row>(
  context: RequestContext,
  list: List,
  first: number,
  rows: readonly Row[],
  keyOf: (row: Row) => SortKey,
): Promise<Connection<Row>> {
  const nodes = rows.slice(0, first);
  const last = nodes.at(-1);
  const endCursor = last === undefined ? null : await context.cursors.write(context.viewer, list, keyOf(last));
  return { nodes, pageInfo: { hasNextPage: rows.length > first, endCursor } };
}
