import { consignmentMessage, transportCallMessage } from '@corridor/schemas';
import { readCell, readInstant, trimmed } from './cell.ts';
import type { Mapping, Template } from './mapping.ts';
import type { Row, RowFinding } from './row-source.ts';

/** A message ready for the door. */
export type MappedMessage = { readonly key: string; readonly revision: number; readonly line: number | null; readonly body: object };

/** What became of a row: a message, or none and why. */
export type MappedRow = { readonly message: MappedMessage | undefined; readonly findings: readonly RowFinding[] };

const schemas = { 'consignment.v1': consignmentMessage, 'transport-call.v1': transportCallMessage } as const;

/**
 * Maps one row. The record's reference is its key columns joined by `/`; an object none of whose columns has a value is left out, and so is a list entry.
 * Findings: FIELD_INVALID, CODE_UNKNOWN, DATE_TIME_INVALID, each by column; a row with one gives no message.
 * @param fileRevision revision of every row where the mapping takes it from the file
 */
export function mapRow(row: Row, mapping: Mapping, fileRevision: number | undefined): MappedRow {
  const findings: RowFinding[] = [];
  const keys = mapping.key.map((column) => trimmed(row.cells[column], mapping));
  const key = keys.some((each) => each === '') ? null : keys.map((each) => (keys.length > 1 ? each.replaceAll('/', '//') : each)).join('/');
  const find = (code: string, column: string | null, expected: RowFinding['expected']): void => {
    findings.push({ code, severity: 'error', line: row.line, key, column, expected });
  };
  if (key === null)
    find('FIELD_INVALID', mapping.key[keys.indexOf('')] ?? null, { zh: '不得为空（记录主键）', en: 'not empty (key of the record)' });
  const revision = revisionOf(row, mapping, fileRevision);
  if (revision === undefined && mapping.revision.by !== 'file') {
    find('FIELD_INVALID', mapping.revision.column, { zh: '修订号或最后修改时间', en: 'a revision number or the time of the last change' });
  }
  const columns = new Map<string, string>();
  const content = fill(mapping.record, row, mapping, [], columns, find);
  if (key === null || revision === undefined || findings.length > 0) return { message: undefined, findings };

  const cancelled = mapping.cancelled?.values.includes(trimmed(row.cells[mapping.cancelled.column], mapping)) ?? false;
  const body = { recordReference: key, revision, cancelled, ...(typeof content === 'object' ? content : {}) };
  const parsed = schemas[mapping.format].safeParse(body);
  if (parsed.success) return { message: { key, revision, line: row.line, body }, findings };
  for (const { path, message } of parsed.error.issues.slice(0, 20)) {
    const field = path.join('.');
    const column = columnAt(field, columns) ?? (field === 'recordReference' ? (mapping.key[0] ?? null) : null);
    find('FIELD_INVALID', column, { zh: `字段 ${field}：${message}`, en: `field ${field}: ${message}` });
  }
  return { message: undefined, findings };
}

// Seconds since 2000: fits the 31 bits of a revision until 2068.
const epoch2000Ms = 946_684_800_000;

/** The revision that stands for an instant (ms since the epoch): whole seconds since 2000-01-01T00:00Z. */
export function revisionAt(ms: number): number {
  return Math.max(1, Math.floor((ms - epoch2000Ms) / 1_000));
}

function revisionOf(row: Row, mapping: Mapping, fileRevision: number | undefined): number | undefined {
  const { revision } = mapping;
  if (revision.by === 'file') return fileRevision;
  const text = trimmed(row.cells[revision.column], mapping);
  if (revision.by === 'number') return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
  const at = readInstant(text, revision.format, mapping.timeZone);
  return at === undefined ? undefined : revisionAt(at);
}

type Find = (code: string, column: string, expected: RowFinding['expected']) => void;

/** The value of a template for a row; `undefined`: no column below it has one. */
function fill(
  template: Template,
  row: Row,
  mapping: Mapping,
  path: readonly (string | number)[],
  columns: Map<string, string>,
  find: Find,
): unknown {
  if (typeof template !== 'object') return template;
  if ('rule' in template) {
    const { column, ...rule } = template.rule;
    columns.set(path.join('.'), column);
    const read = readCell(row.cells[column], rule, mapping);
    if (read.is === 'wrong') find(read.code, column, read.expected);
    return read.is === 'value' ? read.value : undefined;
  }
  if ('list' in template) {
    const entries: unknown[] = [];
    for (const each of template.list) {
      // Where it will stand in the message: entries before it may be left out.
      const value = fill(each, row, mapping, [...path, entries.length], columns, find);
      if (value !== undefined) entries.push(value);
    }
    return entries;
  }
  const members = Object.entries(template.members).map(
    ([name, each]) => [name, each, fill(each, row, mapping, [...path, name], columns, find)] as const,
  );
  const varies = members.some(([, each]) => typeof each === 'object');
  const told = members.some(
    ([, each, value]) => typeof each === 'object' && value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  if (varies && !told && path.length > 0) return undefined;
  return Object.fromEntries(members.filter(([, , value]) => value !== undefined).map(([name, , value]) => [name, value]));
}

/** The column of a field, or of the first field below it: `legs.0.from` is told by the column of `legs.0.from.UNLocationCode`. */
function columnAt(field: string, columns: ReadonlyMap<string, string>): string | undefined {
  return columns.get(field) ?? [...columns].find(([path]) => path.startsWith(`${field}.`))?.[1];
}
