/** Reads the arguments that every list takes and the schema cannot check by itself. Every refusal names the argument, never its value. */
import { CorridorError } from '@corridor/schemas';

/** An argument that cannot be used: BAD_USER_INPUT, with the argument's path (`filter.eventTypeCode`) for the client; never its value. */
export class ArgumentRefused extends CorridorError {
  readonly argument: string;

  constructor(argument: string, expected: string) {
    super('BAD_USER_INPUT', { detail: `${argument}: ${expected}` });
    this.argument = argument;
  }
}

/** How many a page holds: 1 to 100, `otherwise` where nothing is said. @throws BAD_USER_INPUT */
export function readPageSize(first: number | null | undefined, otherwise: number): number {
  const count = first ?? otherwise;
  if (!Number.isInteger(count) || count < 1 || count > 100) throw new ArgumentRefused('first', '1 to 100');
  return count;
}

/** An instant with offset (RFC 3339, section 5.6) as ISO text in UTC, to the millisecond; `null` where nothing is said. @throws BAD_USER_INPUT */
export function readInstant(given: unknown, argument: string): string | null {
  if (given === null || given === undefined) return null;
  const match = typeof given === 'string' ? instantForm.exec(given) : null;
  const [text = '', day = ''] = match ?? [];
  // A day that does not exist would be carried into the next month.
  if (match === null || !isDay(day)) throw new ArgumentRefused(argument, 'an instant with offset, RFC 3339');
  return new Date(text.toUpperCase()).toISOString();
}

const instantForm = /^((?:19|20|21)\d\d-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

function isDay(text: string): boolean {
  const midnight = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(text);
}
