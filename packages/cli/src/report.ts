import type { Language } from '@corridor/schemas';
import type { Answer, AnswerError, MaskedField } from './answer.ts';
import { table } from './table.ts';

/** How the readable part is printed. */
export type ReportOptions = { readonly language: Language; readonly width: number; readonly colours: boolean };

/** The part for people: what was withheld by whom under which rule, how each owner did, what went wrong. Empty when there is nothing to say. */
export function report(answer: Answer, options: ReportOptions): string {
  const t = words[options.language];
  const coarse = answer.masked.filter((field) => field.coarse);
  const withheld = answer.masked.filter((field) => !field.coarse);
  return [
    ...maskedSection(t.withheld, withheld, options),
    ...maskedSection(t.coarse, coarse, options),
    ...section(
      t.owners,
      answer.owners.map(({ owner, state, ms }) => [owner, state, ms === undefined ? '' : `${Math.round(ms)} ms`]),
      options,
    ),
    ...section(
      t.errors,
      answer.errors.map((error) => errorCells(error, t)),
      options,
    ),
  ].join('\n');
}

type Words = {
  readonly withheld: string;
  readonly coarse: string;
  readonly owners: string;
  readonly errors: string;
  readonly record: (count: number) => string;
};

const words: Record<Language, Words> = {
  en: {
    withheld: 'Withheld by a rule (whether or not there is a value)',
    coarse: 'Shown in a coarse form',
    owners: 'Owners asked',
    errors: 'Errors',
    record: (count) => `${count} ${count === 1 ? 'record' : 'records'}`,
  },
  zh: {
    withheld: '按规则不予显示（与是否有值无关）',
    coarse: '仅以粗略形式显示',
    owners: '已询问的数据所属方',
    errors: '错误',
    record: (count) => `${count} 条记录`,
  },
};

/** Fields of one place together, then those that the same owners mask by the same rule: three owners and six fields are one row, not eighteen. */
function maskedSection(title: string, masked: readonly MaskedField[], options: ReportOptions): string[] {
  const t = words[options.language];
  const places = grouped(masked, ({ at }) => path(at.slice(0, -1)));
  return [...places].flatMap(([place, fields], index) => {
    const byField = [...grouped(fields, ({ at, rule }) => JSON.stringify([at.at(-1), rule]))].map(([, notes]) => ({
      field: String(notes[0]?.at.at(-1)),
      rule: notes[0]?.rule ?? '',
      owners: notes.map(({ owner }) => owner).sort(),
      records: notes.reduce((sum, { records }) => sum + records, 0),
    }));
    const rows = [...grouped(byField, ({ rule, owners, records }) => JSON.stringify([rule, owners, records]))].map(([, alike]) => [
      alike.map(({ field }) => field).join(', '),
      (alike[0]?.owners ?? []).join(', '),
      alike[0]?.rule ?? '',
      t.record(alike[0]?.records ?? 0),
    ]);
    return [...(index === 0 ? heading(title, options) : []), `  ${place}`, ...table(rows, options.width - 2).map((line) => `  ${line}`)];
  });
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function errorCells({ code, owner, message, at, records, correlationId }: AnswerError, t: Words): string[] {
  const place = at.length === 0 ? '' : ` (${path(at)}${records === 0 ? '' : `, ${t.record(records)}`})`;
  return [owner ?? '', code, `${message}${place}`, correlationId ?? ''];
}

// `@` stands for each entry of a list.
function path(at: readonly string[]): string {
  return at.join('.').replaceAll('.@', '[]');
}

function section(title: string, rows: readonly (readonly string[])[], options: ReportOptions): string[] {
  if (rows.length === 0) return [];
  return [...heading(title, options), ...table(rows, options.width)];
}

function heading(title: string, options: ReportOptions): string[] {
  return ['', options.colours ? `\u001b[1m${title}\u001b[22m` : title];
}
