/** Reads arguments that the schema cannot check by itself: pages, days, codes. Every refusal names the argument, never its value. */
import { ArgumentRefused, readPageSize } from '@corridor/subgraph';

/** How many a page holds: 1 to 100, 20 where nothing is said. @throws BAD_USER_INPUT */
export function pageSize(first: number | null | undefined): number {
  return readPageSize(first, 20);
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

/** A calendar day, YYYY-MM-DD, as the UTC midnight that bears its name (ms since the epoch). @throws BAD_USER_INPUT */
export function calendarDay(argument: string, given: unknown): number {
  const match = typeof given === 'string' ? dayForm.exec(given) : null;
  const [, year = '', month = '', day = ''] = match ?? [];
  if (match === null || !isDay(Number(year), Number(month), Number(day))) throw new ArgumentRefused(argument, 'a day, YYYY-MM-DD');
  return Date.UTC(Number(year), Number(month) - 1, Number(day));
}

const dayForm = /^((?:19|20|21)\d{2})-(\d{2})-(\d{2})$/;

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
