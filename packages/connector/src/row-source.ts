/** One row by column name; an absent cell is the empty text. */
export type Row = {
  /** Line of the file on which the row ends, from 1; `null` where the source has no lines. */
  readonly line: number | null;
  readonly cells: Readonly<Record<string, string>>;
};

/** Where a source has been read to: its own text, given back to it. */
export type Watermark = string;

/** Rows that are delivered together; `next` is kept once the owner has answered for all of them. */
export type Page = {
  readonly rows: readonly Row[];
  readonly findings: readonly RowFinding[];
  readonly next: Watermark /** Where the file's time gives the revision: it. */;
  readonly revision?: number;
};

/** What is wrong with a row, in words for the people who keep the sheet. Holds no cell. */
export type RowFinding = {
  /** One of schemas/src/errors.ts, as the door would say it. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly line: number | null;
  /** The record's key, where it could be read. */
  readonly key: string | null;
  readonly column: string | null;
  readonly expected: { readonly zh: string; readonly en: string };
};

/**
 * The seam to a database or file of another kind. Its contract: after `after`, every row that was committed with a later change comes in some page of
 * this run or of a later one; a row may come again. Pages end; a broken source throws.
 */
export type RowSource = { pages(after: Watermark | null): AsyncIterable<Page> };

/** The source cannot be read at all: no file, no column, no connection. The message is for its administrator. */
export class SourceUnreadable extends Error {}
