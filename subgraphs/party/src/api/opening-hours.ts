/**
 * Opening hours of a place, day by day, from its weekly rules and the days that differ (measure 4 of the notice). Days are the place's own; opening and
 * closing are instants. Pure: the time zone rules come from the platform's IANA database through Intl.
 */
import type { LocalizedText } from '@corridor/schemas';
import { ArgumentRefused } from '@corridor/subgraph';
import type { DailyOpening, OpeningRules } from '../definition.ts';
import { instantOf } from '../projection/local-time.ts';
import { calendarDay } from './arguments.ts';

/** One local day: instants in UTC, ISO 8601; both null = closed that day. */
export type OpeningHoursOfDay = {
  readonly date: string;
  readonly opens: string | null;
  readonly closes: string | null;
  readonly remark: LocalizedText | null;
};

/** The most days one question may ask for. */
const longestSpanDays = 62;

/**
 * The hours of every day from `from` to `to`, both included, YYYY-MM-DD. A time that the clocks skip is read as that much later as they skip, one
 * that they show twice as the first. Closing at or before opening is on the next day; `24:00` is the end of the day.
 * @throws BAD_USER_INPUT naming `from` or `to`: no calendar day, `to` before `from`, more than 62 days
 */
export function openingHours(rules: OpeningRules, timeZone: string, from: unknown, to: unknown): OpeningHoursOfDay[] {
  const first = calendarDay('from', from);
  const last = calendarDay('to', to);
  if (last < first) throw new ArgumentRefused('to', 'not before from');
  const days = (last - first) / dayMs + 1;
  if (days > longestSpanDays) throw new ArgumentRefused('to', `at most ${longestSpanDays} days`);
  const exceptions = new Map((rules.exceptions ?? []).map((exception) => [exception.date, exception]));
  return Array.from({ length: days }, (_, index) => {
    const day = first + index * dayMs;
    const date = new Date(day).toISOString().slice(0, 10);
    const exception = exceptions.get(date);
    // getUTCDay counts from Sunday, the rules from Monday.
    const opening = exception === undefined ? (rules.weekly[(new Date(day).getUTCDay() + 6) % 7] ?? null) : exception.opening;
    return { date, ...spanOf(opening, day, timeZone), remark: exception?.remark ?? rules.remark ?? null };
  });
}

const dayMs = 86_400_000;

function spanOf(opening: DailyOpening | null, day: number, timeZone: string): { opens: string | null; closes: string | null } {
  if (opening === null) return { opens: null, closes: null };
  const opens = minutesOf(opening.opens);
  const closes = minutesOf(opening.closes);
  const instant = (minutes: number): string => new Date(instantOf(day + minutes * 60_000, timeZone)).toISOString();
  return { opens: instant(opens), closes: instant(closes > opens ? closes : closes + 1_440) };
}

function minutesOf(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}
