/** Clock readings of a time zone and the instants they stand for. */

const dayMs = 86_400_000;

/** The instant at which clocks in the zone show `wall` (that reading taken as if it were UTC). */
export function instantOf(wall: number, timeZone: string): number {
  // The offsets before and after any change of the clocks near that reading; further apart than a day no zone has two changes.
  const before = offsetAt(wall - dayMs, timeZone);
  const after = offsetAt(wall + dayMs, timeZone);
  const candidates = [wall - before, wall - after].filter((instant) => instant + offsetAt(instant, timeZone) === wall);
  if (candidates.length > 0) return Math.min(...candidates);
  // Skipped: with the offset in force before, 02:30 of a night that has no hour from 2 to 3 is half an hour after the change.
  return wall - before;
}

function offsetAt(instant: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1_000) * 1_000;
}

// Making a format takes far longer than using one; the zones are those of the party's own places.
const formats = new Map<string, Intl.DateTimeFormat>();

/** The beginning of the local day that an instant lies in, ms since the epoch. */
export function startOfLocalDay(instant: number, timeZone: string): number {
  const wall = instant + offsetAt(instant, timeZone);
  return instantOf(Math.floor(wall / dayMs) * dayMs, timeZone);
}
