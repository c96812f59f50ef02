/** What is told of one record before its audience is known, and what all nouns have in common. */
import type { IndexEntry, IndexLink, IndexReference, Noun } from '@corridor/schemas';
import type { audienceOf, ConditionRow } from '@corridor/sharing';

/** An entry with what its sealed part is made from. */
export type Told = {
  readonly entry: IndexEntry;
  readonly recordClass: Parameters<typeof audienceOf>[1];
  readonly conditions: ConditionRow;
  readonly references: readonly IndexReference[];
  readonly links: readonly IndexLink[];
};

/** Columns that every record has. */
export type Row = { readonly id: string; readonly revision: bigint; readonly created_at: Date; readonly changed_at: Date };

/** The open part of an entry, with what a noun adds to it. */
export function entryOf(row: Row, noun: Noun, more: Partial<IndexEntry> = {}): IndexEntry {
  return {
    id: row.id,
    noun,
    revision: Number(row.revision),
    createdDateTime: row.created_at.toISOString(),
    changedDateTime: row.changed_at.toISOString(),
    sortDateTime: null,
    withdrawn: false,
    attributes: {},
    ...more,
  };
}

/** The conditions of a record that no consignment stands behind. */
export function openTo(at: Date): ConditionRow {
  return { routeParties: [], destinationParties: [], participations: [], at: at.getTime() };
}
