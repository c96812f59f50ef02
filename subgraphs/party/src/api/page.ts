/** A page of a list: forward only, keyset, one row more than asked tells whether more follow. */
import type { CursorBinding, Cursors } from './cursor.ts';

/** `first` and `after` as a list takes them. */
export type PageArguments = { readonly first?: number | null; readonly after?: string | null };

/** A connection of the SDL. */
export type Page<Node> = {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
};

/** The page that `rows`, read with a limit of `size` + 1, make. */
export function pageOf<Row, Node>(
  rows: readonly Row[],
  size: number,
  make: {
    readonly node: (row: Row) => Node;
    readonly keys: (row: Row) => readonly string[];
    readonly cursors: Cursors;
    readonly binding: CursorBinding;
  },
): Page<Node> {
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return {
    nodes: shown.map(make.node),
    pageInfo: {
      hasNextPage: rows.length > size,
      endCursor: last === undefined ? null : make.cursors.write(make.binding, make.keys(last)),
    },
  };
}

/** The page of a list that has nothing for this viewer or filter. */
export const emptyPage: Page<never> = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
