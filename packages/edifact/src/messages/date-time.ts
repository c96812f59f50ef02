import type { FindingCode } from '../findings.ts';
import { instantOf } from '../local-time.ts';

/** An instant read from C507, or why there is none; a warning may stand beside an instant. */
export type ReadDateTime = {
  /** ISO 8601 with Z. */
  readonly at?: string;
  readonly fault?: {
    readonly code: FindingCode;
    readonly severity: 'error' | 'warning';
    readonly component: 2 | 3;
    readonly detail: string;
  };
};

type Format = { readonly pattern: RegExp; readonly hasTime: boolean };

/** UN/EDIFACT 2379, the formats that name a point in time. `Z` and `ZZZ` of the code list are a zone or an offset behind the time. */
const formats: ReadonlyMap<string, Format> = new Map([
  ['101', { pattern: /^(\d\d)(\d\d)(\d\d)$/, hasTime: false }],
  ['102', { pattern: /^(\d{4})(\d\d)(\d\d)$/, hasTime: false }],
  ['201', { pattern: /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, hasTime: true }],
  ['202', { pattern: /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, hasTime: true }],
  ['203', { pattern: /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)$/, hasTime: true }],
  ['204', { pattern: /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, hasTime: true }],
  ['205', { pattern: /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)()([+-]\d{4})$/, hasTime: true }],
  ['301', { pattern: /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)()(\D.*)$/, hasTime: true }],
  ['302', { pattern: /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\D.*)$/, hasTime: true }],
  ['303', { pattern: /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)()(\D.*)$/, hasTime: true }],
  ['304', { pattern: /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\D.*)$/, hasTime: true }],
]);

const formatByLength: ReadonlyMap<number, string> = new Map([
  [8, '102'],
  [10, '201'],
  [12, '203'],
  [14, '204'],
]);

/**
 * Reads C507: 2380 in the format 2379. A time without zone is local time of `timeZone`; of an hour that clocks show twice, the earlier, with a
 * warning. Faults: DATE_TIME_INVALID (no such date, or an hour that clocks skip), TIME_ZONE_UNKNOWN, ELEMENT_MISSING (no format: guessed by length).
 */
export function readDateTime(value: string, format: string, timeZone: string): ReadDateTime {
  const name = format === '' ? (formatByLength.get(value.length) ?? '') : format;
  const known = formats.get(name);
  if (known === undefined) return fault(format === '' ? 2 : 3, 'DATE_TIME_INVALID', 'error', 'format not known');
  const [, year = '', month, day, hour = '0', minute = '0', second = '0', zone] = known.pattern.exec(value) ?? [];
  const localMs = year === '' ? undefined : utcMs(yearOf(year), Number(month), Number(day), Number(hour), Number(minute), Number(second));
  if (localMs === undefined) return fault(2, 'DATE_TIME_INVALID', 'error', `no date and time in format ${name}`);
  if (zone !== undefined) {
    const offsetMs = offsetOf(zone);
    if (offsetMs === undefined) return fault(2, 'TIME_ZONE_UNKNOWN', 'error', 'zone in the value not known');
    return { at: isoOf(localMs - offsetMs) };
  }
  const instant = instantOf(localMs, timeZone);
  if (instant.is === 'zone-unknown') return fault(2, 'TIME_ZONE_UNKNOWN', 'error', 'the partner profile names no zone');
  if (instant.is === 'never') return fault(2, 'DATE_TIME_INVALID', 'error', 'clocks of the zone skip this hour');
  const at = isoOf(instant.at);
  if (instant.is === 'twice')
    return { at, ...fault(2, 'DATE_TIME_INVALID', 'warning', 'clocks of the zone show this hour twice: the earlier taken') };
  if (!known.hasTime) return { at, ...fault(2, 'DATE_TIME_INVALID', 'warning', 'a date without time: midnight taken') };
  if (format === '') return { at, ...fault(3, 'ELEMENT_MISSING', 'warning', `no format: ${name} taken`) };
  return { at };
}

function fault(component: 2 | 3, code: FindingCode, severity: 'error' | 'warning', detail: string): ReadDateTime {
  return { fault: { code, severity, component, detail } };
}

/** Two digits are a year of this century: container messages are younger. */
function yearOf(digits: string): number {
  return digits.length === 2 ? 2000 + Number(digits) : Number(digits);
}

/** Milliseconds since the epoch, or undefined where the calendar has no such day or the clock no such time. */
function utcMs(year: number, month: number, day: number, hour: number, minute: number, second: number): number | undefined {
  if (year < 1970 || hour > 23 || minute > 59 || second > 59) return undefined;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  // A day that the month does not have is one of another month.
  return new Date(ms).getUTCMonth() === month - 1 ? ms : undefined;
}

/** Milliseconds ahead of UTC: `UTC`, `GMT`, `Z`, `+08`, `+0800`, `+08:00`. Letters such as CST stand for several zones. */
function offsetOf(zone: string): number | undefined {
  if (/^(?:UTC|GMT|Z)$/i.test(zone)) return 0;
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (hours === undefined || Number(hours) > 14 || Number(minutes) > 59) return undefined;
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '-' ? -ms : ms;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
