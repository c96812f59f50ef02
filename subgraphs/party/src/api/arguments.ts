/** Reads arguments that the schema cannot check by itself: pages, instants, days, codes. Every refusal names the argument, never its value. */
import { CorridorError } from '@corridor/schemas';

/** An argument that cannot be used: BAD_USER_INPUT, with the argument's path (`filter.eventTypeCode`) for the client. */
export class ArgumentRefused extends CorridorError {
  readonly argument: string;

  constructor(argument: string, expected: string) {
    super('BAD_USER_INPUT', { detail: `${argument}: ${expected}` });
    this.argument = argument;
  }
}

/** How many a page holds: 1 to 100, 20 where nothing is said. @throws BAD_USER_INPUT */
export function pageSize(first: number | null | undefined): number {
  if (first === null || first === undefined) return 20;
  if (!Number.isInteger(first) || first < 1 || first > 100) throw new ArgumentRefused('first', '1 to 100');
  return first;
}

/** Codes of a list as given in a filter, each once, sorted; null = not filtered by. @throws BAD_USER_INPUT for one that is not in the list */
export function codes(
  argument: string,
  given: readonly string[] | null | undefined,
  list: { has(code: string): boolean },
): string[] | null {
  if (given === null || given === undefined) return null;
  if (!given.every((code) => list.has(code))) throw new ArgumentRefused(argument, 'codes of its list');
  return [...new Set(given)].sort();
}

/** An instant (RFC 3339, section 5.6) as ISO text in UTC; null = not given. @throws BAD_USER_INPUT */
export function instant(argument: string, given: unknown): string | null {
  if (given === null || given === undefined) return null;
  const match = typeof given === 'string' ? instantForm.exec(given) : null;
  const [text = '', year = '', month = '', day = '', hour = '', minute = '', second = ''] = match ?? [];
  const milliseconds = Date.parse(text.toUpperCase());
  // Date.parse takes 31 April for 1 May and 24:00 for the next day; RFC 3339 has neither.
  const fits = isDay(Number(year), Number(month), Number(day)) && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  if (match === null || !fits || !Number.isFinite(milliseconds)) throw new ArgumentRefused(argument, 'an instant with offset, RFC 3339');
  return new Date(milliseconds).toISOString();
}

/** A calendar day, YYYY-MM-DD, as the UTC midnight that bears its name (ms since the epoch). @throws BAD_USER_INPUT */
export function calendarDay(argument: string, given: unknown): number {
  const match = typeof given === 'string' ? dayForm.exec(given) : null;
  const [, year = '', month = '', day = ''] = match ?? [];
  if (match === null || !isDay(Number(year), Number(month), Number(day))) throw new ArgumentRefused(argument, 'a day, YYYY-MM-DD');
  return Date.UTC(Number(year), Number(month) - 1, Number(day));
}

const dayForm = /^((?:19|20|21)\d{2})-(\d{2})-(\d{2})$/;
const instantForm = /^((?:19|20|21)\d{2})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
