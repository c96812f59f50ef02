/**
 * A view of PostgreSQL (or a foreign table over Oracle, MySQL …), read in keyset pages ordered by the column of the last change and the key.
 *
 * What the view must give: a column of the last change (timestamptz, or timestamp in the mapping's zone), never null, set anew with every change; key
 * columns that are unique together, never null, unchanged for a record's life. A row that goes leaves no trace: say "cancelled" instead of deleting.
 */
import { type Page, type Row, type RowSource, SourceUnreadable } from './row-source.ts';

/** Runs one statement; the session's time zone is the mapping's, its DateStyle ISO. */
export type SqlReader = (text: string, args: readonly unknown[]) => Promise<readonly unknown[]>;

/** The view and how it is read. */
export type ViewOptions = {
  readonly view: string;
  readonly watermark: string;
  readonly key: readonly string[];
  readonly columns: readonly string[];
  readonly pageRows: number;
  readonly overlapSeconds: number;
  readonly settleSeconds: number;
};

/**
 * A run starts `overlapSeconds` behind the watermark: a transaction that wrote its time early and committed late is caught when it took no longer. Rows
 * changed within the last `settleSeconds` wait: a second that is over has one state. @throws SourceUnreadable
 */
export function viewSource(read: SqlReader, options: ViewOptions): RowSource {
  return { pages: (after) => pagesOf(read, options, after) };
}

async function* pagesOf(read: SqlReader, options: ViewOptions, after: string | null): AsyncGenerator<Page> {
  const { view, watermark, key, pageRows, overlapSeconds, settleSeconds } = options;
  const changed = `v.${quoted(watermark)}`;
  const keys = key.map((column) => `v.${quoted(column)}`);
  const from = `from ${view.split('.').map(quoted).join('.')} v`;
  await check(read, options, `${from} where ${[changed, ...keys].map((column) => `${column} is null`).join(' or ')}`, from);
  const select = `select (select jsonb_object_agg(c.key, c.value) from jsonb_each_text(to_jsonb(v)) c) as cells,
    jsonb_build_array(${[changed, ...keys].map((column) => `${column}::text`).join(', ')}) as position ${from}
    where ${changed} <= now() - make_interval(secs => $1)`;
  const order = `order by ${[changed, ...keys].join(', ')} limit ${pageRows}`;

  let furthest = after === null ? undefined : positionOf(after);
  let rows =
    furthest === undefined
      ? await ask(`${select} ${order}`, [settleSeconds])
      : await ask(`${select} and ${changed} >= $2::timestamptz - make_interval(secs => $3) ${order}`, [
          settleSeconds,
          furthest[0],
          overlapSeconds,
        ]);
  while (rows.length > 0) {
    const { position } = last(rows);
    // Inside the overlap the watermark stays: it never goes back.
    if (furthest === undefined || (await isNotAfter(furthest, position))) furthest = position;
    yield { rows: rows.map(({ row }) => row), findings: [], next: JSON.stringify(furthest) };
    if (rows.length < pageRows) return;
    const behind = `and (${[changed, ...keys].join(', ')}) > (${['$2::timestamptz', ...keys.map((_, index) => `$${index + 3}`)].join(', ')})`;
    rows = await ask(`${select} ${behind} ${order}`, [settleSeconds, ...position]);
  }

  async function ask(text: string, args: readonly unknown[]): Promise<Positioned[]> {
    return (await read(text, args)).map(positioned);
  }
  async function isNotAfter(one: readonly string[], other: readonly string[]): Promise<boolean> {
    const [found] = await read('select ($1::timestamptz <= $2::timestamptz) as found', [one[0], other[0]]);
    return member(found, 'found') === true;
  }
}

async function check(read: SqlReader, { view, columns, watermark }: ViewOptions, nulls: string, from: string): Promise<void> {
  const [row] = await read(`select * ${from} limit 1`, []);
  const missing = typeof row === 'object' && row !== null ? columns.filter((column) => !Object.hasOwn(row, column)) : [];
  if (missing.length > 0) throw new SourceUnreadable(`${view} has no column ${missing.join(', ')}`);
  const [found] = await read(`select exists (select 1 ${nulls}) as found`, []);
  if (member(found, 'found') === true)
    throw new SourceUnreadable(`${view} has rows whose ${watermark} or key is null: they would never be read`);
}

type Positioned = { readonly row: Row; readonly position: readonly string[] };

function positioned(value: unknown): Positioned {
  const cells = member(value, 'cells');
  const position = member(value, 'position');
  if (typeof cells !== 'object' || cells === null || !Array.isArray(position)) throw new SourceUnreadable('the view gave no row');
  return {
    row: { line: null, cells: Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, cell === null ? '' : String(cell)])) },
    position: position.map(String),
  };
}

function last(rows: readonly Positioned[]): Positioned {
  const row = rows.at(-1);
  if (row === undefined) throw new SourceUnreadable('a page without rows');
  return row;
}

function positionOf(watermark: string): readonly string[] | undefined {
  const value: unknown = JSON.parse(watermark);
  return Array.isArray(value) ? value.map(String) : undefined;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
