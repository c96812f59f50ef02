import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { revisionAt } from './message.ts';
import { type Page, type Row, type RowFinding, type RowSource, SourceUnreadable } from './row-source.ts';

/** A file of comma-separated values. */
export type CsvOptions = {
  readonly file: string;
  readonly charset: 'utf-8' | 'gb18030';
  readonly delimiter: string;
  /** Columns that its first row must name. */
  readonly columns: readonly string[];
};

const pageRows = 200;
// A record of a sheet is a few hundred characters; what is longer is a quote that was never closed.
const longestRecord = 128 * 1024;

/**
 * Reads a CSV file (RFC 4180, a byte order mark allowed) page by page in memory that does not grow with the file. A file that has neither a new time nor
 * a new size is not read again. Findings: FIELD_INVALID (columns, quotes), CHARSET_MISMATCH (bytes that are not of the character set).
 * @throws SourceUnreadable no file, no header, a column missing
 */
export function csvSource(options: CsvOptions): RowSource {
  return { pages: (after) => pagesOf(options, after) };
}

async function* pagesOf(options: CsvOptions, after: string | null): AsyncGenerator<Page> {
  const handle = await open(options.file).catch((cause: unknown) => {
    throw new SourceUnreadable(`${options.file} cannot be opened`, { cause });
  });
  try {
    const before = await handle.stat();
    const signature = `${before.mtimeMs} ${before.size}`;
    if (signature === after) return;
    const revision = revisionAt(before.mtimeMs);
    let rows: Row[] = [];
    let findings: RowFinding[] = [];
    const bytes = handle.createReadStream({ autoClose: false });
    for await (const read of readRows(bytes, options)) {
      if ('finding' in read) findings.push(read.finding);
      else rows.push(read.row);
      if (rows.length + findings.length < pageRows) continue;
      yield { rows, findings, next: after ?? '', revision };
      rows = [];
      findings = [];
    }
    const { mtimeMs, size } = await handle.stat();
    // Written while it was read: the next run reads it again.
    yield { rows, findings, next: signature === `${mtimeMs} ${size}` ? signature : (after ?? ''), revision };
  } finally {
    await handle.close();
  }
}

/** Rows of the bytes of a file, and what is wrong with those that are none. @throws SourceUnreadable */
export async function* readRows(
  bytes: AsyncIterable<Uint8Array>,
  options: CsvOptions,
): AsyncGenerator<{ row: Row } | { finding: RowFinding }> {
  const { charset, delimiter, columns } = options;
  let skipped: RowFinding[] = [];
  let unclosed: number | null | undefined;
  const parser = parse({
    delimiter,
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: longestRecord,
    on_skip: (error) => {
      const line = typeof error?.['lines'] === 'number' ? error['lines'] : null;
      if (error?.code === 'CSV_MAX_RECORD_SIZE' || error?.code === 'CSV_QUOTE_NOT_CLOSED') unclosed ??= line;
      // Each quote of a row is told.
      if (skipped.at(-1)?.line !== line)
        skipped.push(finding(line, 'FIELD_INVALID', null, '引号成对的一行（RFC 4180）', 'a row whose quotes are paired (RFC 4180)'));
      return undefined;
    },
  });
  const texts = Readable.from(decoded(bytes, charset));
  texts.on('error', (error) => parser.destroy(error)).pipe(parser);
  const drain = (): { finding: RowFinding }[] => {
    const these = skipped.map((each) => ({ finding: each }));
    skipped = [];
    return these;
  };

  let header: string[] | undefined;
  const read: AsyncIterable<{ record: string[]; info: { lines: number } }> = parser;
  for await (const { record, info } of read) {
    yield* drain();
    if (header === undefined) {
      header = record.map((name) => name.trim());
      checkHeader(header, columns, options);
      continue;
    }
    const { lines: line } = info;
    if (record.length !== header.length) {
      if (record.every((cell) => cell.trim() === '')) continue;
      const [zh, en] = [`${header.length} 列，实为 ${record.length} 列`, `${header.length} columns, not ${record.length}`];
      yield { finding: finding(line, 'FIELD_INVALID', null, zh, en) };
      continue;
    }
    if (record.every((cell) => cell.trim() === '')) continue;
    const broken = record.findIndex((cell) => cell.includes('\ufffd'));
    if (broken >= 0) {
      yield { finding: finding(line, 'CHARSET_MISMATCH', header[broken] ?? null, `字符集 ${charset}`, `characters in ${charset}`) };
      continue;
    }
    yield { row: { line, cells: Object.fromEntries(header.map((name, index) => [name, record[index] ?? ''])) } };
  }
  // What follows such a quote is one cell to a reader: to go on would lose rows in silence.
  if (unclosed !== undefined) throw new SourceUnreadable(`${options.file} has a quote that is never closed, before line ${unclosed}`);
  yield* drain();
  if (header === undefined) throw new SourceUnreadable(`${options.file} has no row of column names`);
}

async function* decoded(bytes: AsyncIterable<Uint8Array>, charset: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(charset);
  for await (const chunk of bytes) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

function checkHeader(header: readonly string[], columns: readonly string[], { file, delimiter }: CsvOptions): void {
  const missing = columns.filter((column) => !header.includes(column));
  const twice = columns.filter((column) => header.indexOf(column) !== header.lastIndexOf(column));
  if (missing.length > 0)
    throw new SourceUnreadable(
      `${file} has no column ${missing.join(', ')} (${header.length} columns, delimiter ${JSON.stringify(delimiter)}; character set?)`,
    );
  if (twice.length > 0) throw new SourceUnreadable(`${file} has the column ${twice.join(', ')} twice`);
}

function finding(line: number | null, code: string, column: string | null, zh: string, en: string): RowFinding {
  return { code, severity: 'error', line, key: null, column, expected: { zh, en } };
}
