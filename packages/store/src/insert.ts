import { CorridorError, invariant } from '@corridor/schemas';
import type { Tx } from './transaction.ts';
import { encode, jsonText } from './values.ts';

/** Types a column may be written as. */
export type ColumnType = 'text' | 'int' | 'bigint' | 'numeric' | 'boolean' | 'timestamptz' | 'date' | 'jsonb' | 'text[]' | 'bytea';

const batchRows = 1_000;

/**
 * Inserts rows in batches of 1,000, each one statement: an array argument per column, one plain value for a column in which all rows of the batch are
 * equal. As quick as COPY and, unlike COPY, the same on PGlite. Keys of a row are column names; a column of `columns` that a row lacks is NULL, a column
 * not listed gets its default.
 * @param o.onConflict what follows `on conflict`: `(source_key) do nothing`. `do update` fails when one batch holds a key twice
 * @param o.returning what follows `returning`; with `do nothing` only the new rows come back
 * @returns the rows of `returning`, in the order of `rows`; none without it
 * @throws CorridorError CHARACTER_NOT_STORABLE for NUL or half a surrogate pair, before anything is sent; DatabaseError otherwise
 */
export async function insertRecords(
  tx: Pick<Tx, 'query'>,
  table: string,
  columns: { readonly [column: string]: ColumnType },
  rows: readonly object[],
  o: { readonly onConflict?: string; readonly returning?: string } = {},
): Promise<object[]> {
  const names = Object.keys(columns);
  invariant(names.length > 0, 'an insert names its columns');
  // Rows often hold the same object: it is written once.
  const known = new Map<object, string>();
  const texts = rows.map((row, i) =>
    names.map((name) => valueText(Reflect.get(row, name), columns[name], known, `${table}, row ${i + 1}`)),
  );
  const inserted: object[] = [];
  for (let from = 0; from < texts.length; from += batchRows) {
    const batch = texts.slice(from, from + batchRows);
    const values = names.map((_name, at) => batch.map((row) => row[at] ?? null));
    // What is the same in all rows is sent and read once; but something has to say how many rows there are.
    const same = values.map((column, at) => (at > 0 || batch.length === 1) && column.every((value) => value === column[0]));
    const text = statement(table, columns, same, o);
    inserted.push(...(await tx.query<object>(text, ...values.map((column, at) => (same[at] === true ? column[0] : column)))));
  }
  return inserted;
}

function statement(
  table: string,
  columns: { readonly [column: string]: ColumnType },
  same: readonly boolean[],
  { onConflict, returning }: { readonly onConflict?: string; readonly returning?: string },
): string {
  const names = Object.entries(columns).map(([name, type], at) => ({ name: quoted(name), type, argument: `$${at + 1}`, same: same[at] }));
  const listed = names.filter((column) => column.same !== true);
  // An array of arrays would be taken apart to its last element: such values travel as the text of one array each.
  const travels = (type: ColumnType): ColumnType => (type === 'text[]' ? 'text' : type);
  const from = [
    `from unnest(${listed.map(({ argument, type }) => `${argument}::${travels(type)}[]`).join(', ')})`,
    `with ordinality as r(${[...listed.map(({ name }) => name), 'ordinality'].join(', ')}) order by r.ordinality`,
  ];
  return [
    `insert into ${quoted(table)} (${names.map(({ name }) => name).join(', ')})`,
    `select ${names.map((column) => `${column.same === true ? column.argument : `r.${column.name}`}::${column.type}`).join(', ')}`,
    ...(listed.length === 0 ? [] : from),
    onConflict === undefined ? '' : `on conflict ${onConflict}`,
    returning === undefined ? '' : `returning ${returning}`,
  ].join(' ');
}

function valueText(value: unknown, type: ColumnType | undefined, known: Map<object, string>, where: string): string | null {
  if (value === null || value === undefined) return null;
  if (type === 'jsonb') {
    const before = typeof value === 'object' ? known.get(value) : undefined;
    if (before !== undefined) return before;
    const text = jsonText(value);
    assertStorable(text, where);
    if (typeof value === 'object') known.set(value, text);
    return text;
  }
  const text = encode(value);
  if (text !== null && notStorable.test(text)) throw new CorridorError('CHARACTER_NOT_STORABLE', { detail: where });
  return text;
}

const notStorable = /[\0\p{Surrogate}]/u;

// As JSON.stringify writes them: the escape of NUL and of a surrogate without its other half, behind an even number of backslashes.
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** Refuses JSON text with a character that `jsonb` cannot hold. @throws CorridorError CHARACTER_NOT_STORABLE naming `where`, never the text */
export function assertStorable(json: string, where: string): void {
  if (json.includes('\\u') && unstorable.test(json)) throw new CorridorError('CHARACTER_NOT_STORABLE', { detail: where });
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
