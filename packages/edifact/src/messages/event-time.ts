import type { MessageFunction } from '../codes.ts';
import type { Sourced } from '../facts.ts';
import type { Segment } from '../segment.ts';
import { readDateTime } from './date-time.ts';
import type { Reading, Scopes } from './reading.ts';

/**
 * DTM of the event, by the first of `qualifiers` (2005) that says something, nearest scope first; as ISO 8601 with Z. Where there is none, `about` is
 * told: SEGMENT_MISSING or ELEMENT_MISSING, an error; a warning in a cancellation, which takes back what its document number said and needs no time.
 */
export function eventTime(
  reading: Reading,
  scopes: Scopes,
  qualifiers: readonly string[],
  about: Segment,
  messageFunction: MessageFunction,
  timeZone: string,
): Sourced<string> | undefined {
  const severity = messageFunction === 'CANCEL' ? 'warning' : 'error';
  const time = reading.firstFilled(scopes, 'DTM', qualifiers);
  // A qualifier with nothing behind it is common: the next one that says something counts.
  if (time === undefined) {
    reading.find('SEGMENT_MISSING', severity, about, undefined, undefined, { detail: `no event time, DTM+${qualifiers[0]}` });
    return undefined;
  }
  if ((time.elements[0]?.[1] ?? '').trim() === '') {
    reading.text(time, 0, 1);
    reading.find('ELEMENT_MISSING', severity, time, 0, 1, { detail: 'event time' });
    return undefined;
  }
  return instant(reading, time, timeZone);
}

/** The instant of a DTM, its faults told. With `lastMinute` a mere date is the last minute of its day, as the end of a period is meant. */
export function instant(reading: Reading, time: Segment, timeZone: string, lastMinute = false): Sourced<string> | undefined {
  const value = reading.text(time, 0, 1);
  const format = reading.text(time, 0, 2);
  const isDate = lastMinute && (format === '102' || format === '') && /^\d{8}$/.test(value);
  const { at, fault } = isDate ? readDateTime(`${value}2359`, '203', timeZone) : readDateTime(value, format, timeZone);
  if (fault !== undefined) reading.find(fault.code, fault.severity, time, 0, fault.component - 1, { value, detail: fault.detail });
  return at === undefined ? undefined : { value: at, segment: time.index };
}
