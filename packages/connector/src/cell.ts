import { instantOf } from '@corridor/edifact';
import type { FieldRule, Mapping } from './mapping.ts';

/** A cell, read: absent, a value, or what was expected instead. */
export type ReadCell =
  | { readonly is: 'absent' }
  | { readonly is: 'value'; readonly value: string | number }
  | {
      readonly is: 'wrong';
      readonly code: 'FIELD_INVALID' | 'CODE_UNKNOWN' | 'DATE_TIME_INVALID';
      readonly expected: { readonly zh: string; readonly en: string };
    };

/** What reading a cell needs of the mapping. */
export type CellRules = Pick<Mapping, 'timeZone' | 'decimalSeparator' | 'empty' | 'codes'>;

/** The cell without blanks around it (ideographic space included), or '' where it means nothing. */
export function trimmed(cell: string | undefined, { empty }: Pick<CellRules, 'empty'>): string {
  const text = (cell ?? '').trim();
  return empty.includes(text) ? '' : text;
}

/** Reads one cell by its rule. */
export function readCell(cell: string | undefined, rule: Omit<FieldRule, 'column'>, rules: CellRules): ReadCell {
  const text = trimmed(cell, rules);
  if (text === '') {
    return rule.required ? wrong('FIELD_INVALID', '不得为空', 'not empty') : { is: 'absent' };
  }
  if (rule.codes !== undefined) {
    const table = rules.codes[rule.codes] ?? {};
    const code = Object.hasOwn(table, text) ? table[text] : undefined;
    return code === undefined
      ? wrong('CODE_UNKNOWN', `代码表“${rule.codes}”中的代码`, `a code of the table ${rule.codes}`)
      : converted(code, rule, rules);
  }
  return converted(text, rule, rules);
}

function converted(text: string, { as, format }: Omit<FieldRule, 'column'>, rules: CellRules): ReadCell {
  switch (as) {
    case 'text':
      return { is: 'value', value: text };
    case 'upperCase':
      return { is: 'value', value: text.toUpperCase().replace(/\s/gu, '') };
    case 'dateTime': {
      const at = readInstant(text, format ?? 'ISO', rules.timeZone);
      if (at === undefined)
        return wrong('DATE_TIME_INVALID', `日期时间 ${format}（${rules.timeZone}）`, `a date and time ${format} (${rules.timeZone})`);
      return { is: 'value', value: new Date(at).toISOString() };
    }
    default: {
      const digits = plainNumber(text, rules.decimalSeparator);
      if (digits === undefined || (as === 'integer' && !/^-?\d{1,15}$/.test(digits))) {
        return as === 'integer'
          ? wrong('FIELD_INVALID', '整数', 'a whole number')
          : wrong(
              'FIELD_INVALID',
              `数字，小数点为“${rules.decimalSeparator}”`,
              `a number with the decimal separator ${rules.decimalSeparator}`,
            );
      }
      return { is: 'value', value: as === 'decimalText' ? digits : Number(digits) };
    }
  }
}

// Thousands only in whole groups: 1,2 with a decimal point is a slip, not 12.
function plainNumber(text: string, decimal: '.' | ','): string | undefined {
  const thousands = decimal === '.' ? ',' : '.';
  const [whole = '', fraction, ...more] = text.split(decimal);
  if (more.length > 0 || (fraction !== undefined && !/^\d+$/.test(fraction))) return undefined;
  const grouped = new RegExp(`^-?\\d{1,3}(\\${thousands}\\d{3})+$`).test(whole);
  if (!grouped && !/^-?\d+$/.test(whole)) return undefined;
  const digits = whole.replaceAll(thousands, '');
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}

/**
 * Milliseconds since the epoch of a time written in a format, in a zone where it bears no offset; `undefined` where there is no such time. Of an hour
 * that comes twice the first.
 */
export function readInstant(text: string, format: string, timeZone: string): number | undefined {
  const parts = format === 'ISO' ? isoParts(text) : formatParts(text, format);
  if (parts === undefined) return undefined;
  const { year, month, day, hour = 0, minute = 0, second = 0, ms = 0, offsetMs } = parts;
  const local = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  const read = new Date(local);
  const exists = read.getUTCFullYear() === year && read.getUTCMonth() === month - 1 && read.getUTCDate() === day;
  if (!exists || hour > 23 || minute > 59 || second > 59) return undefined;
  if (offsetMs !== undefined) return local - offsetMs;
  const found = instantOf(local, timeZone);
  return found.is === 'once' || found.is === 'twice' ? found.at : undefined;
}

type Parts = { year: number; month: number; day: number; hour?: number; minute?: number; second?: number; ms?: number; offsetMs?: number };

const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?$/;

function isoParts(text: string): Parts | undefined {
  const found = iso.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', offset] = found;
  const parts = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    ms: Number(fraction.padEnd(3, '0').slice(0, 3)),
  };
  if (offset === undefined) return parts;
  const sign = offset.startsWith('-') ? -1 : 1;
  const digits = offset.replace(/\D/g, '').padEnd(4, '0');
  return { ...parts, offsetMs: sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000 };
}

const units: Readonly<Record<string, { readonly name: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'; readonly digits: string }>> =
  {
    yyyy: { name: 'year', digits: '\\d{4}' },
    MM: { name: 'month', digits: '\\d\\d' },
    M: { name: 'month', digits: '\\d\\d?' },
    dd: { name: 'day', digits: '\\d\\d' },
    d: { name: 'day', digits: '\\d\\d?' },
    HH: { name: 'hour', digits: '\\d\\d' },
    H: { name: 'hour', digits: '\\d\\d?' },
    mm: { name: 'minute', digits: '\\d\\d' },
    m: { name: 'minute', digits: '\\d\\d?' },
    ss: { name: 'second', digits: '\\d\\d' },
    s: { name: 'second', digits: '\\d\\d?' },
  };

function formatParts(text: string, format: string): Parts | undefined {
  const pieces = format.match(/yyyy|MM?|dd?|HH?|mm?|ss?|[^yMdHms]+|./gu) ?? [];
  const pattern = pieces.map((piece) =>
    units[piece] === undefined ? piece.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&') : `(?<${units[piece].name}>${units[piece].digits})`,
  );
  const groups = new RegExp(`^${pattern.join('')}$`).exec(text)?.groups;
  const part = (name: string): number | undefined => (groups?.[name] === undefined ? undefined : Number(groups[name]));
  const [year, month, day] = [part('year'), part('month'), part('day')];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  return { year, month, day, hour: part('hour') ?? 0, minute: part('minute') ?? 0, second: part('second') ?? 0 };
}

function wrong(code: 'FIELD_INVALID' | 'CODE_UNKNOWN' | 'DATE_TIME_INVALID', zh: string, en: string): ReadCell {
  return { is: 'wrong', code, expected: { zh, en } };
}
