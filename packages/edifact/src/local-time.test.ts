import { expect, test } from 'vitest';
import { instantOf } from './local-time.ts';

const local = (text: string): number => Date.parse(`${text}Z`);
const utc = (text: string): number => Date.parse(`${text}Z`);

test('Chinese local time is eight hours ahead', () => {
  expect(instantOf(local('2026-07-26T12:05'), 'Asia/Shanghai')).toEqual({ is: 'once', at: utc('2026-07-26T04:05') });
});

test('China had summer time until 1991, and old times know it', () => {
  expect(instantOf(local('1988-07-01T12:00'), 'Asia/Shanghai')).toEqual({ is: 'once', at: utc('1988-07-01T03:00') });
});

test('an hour that clocks skip does not exist', () => {
  expect(instantOf(local('2026-03-29T02:30'), 'Europe/Berlin')).toEqual({ is: 'never' });
  expect(instantOf(local('2026-03-29T01:59'), 'Europe/Berlin')).toEqual({ is: 'once', at: utc('2026-03-29T00:59') });
  expect(instantOf(local('2026-03-29T03:00'), 'Europe/Berlin')).toEqual({ is: 'once', at: utc('2026-03-29T01:00') });
});

test('of an hour that clocks show twice the earlier counts', () => {
  expect(instantOf(local('2026-10-25T02:30'), 'Europe/Berlin')).toEqual({ is: 'twice', at: utc('2026-10-25T00:30') });
  expect(instantOf(local('2026-10-25T03:00'), 'Europe/Berlin')).toEqual({ is: 'once', at: utc('2026-10-25T02:00') });
});

test('zones of half hours and behind UTC are right too', () => {
  expect(instantOf(local('2026-07-26T12:00'), 'Asia/Yangon')).toEqual({ is: 'once', at: utc('2026-07-26T05:30') });
  expect(instantOf(local('2026-07-26T12:00'), 'America/New_York')).toEqual({ is: 'once', at: utc('2026-07-26T16:00') });
  expect(instantOf(local('2026-07-26T12:00'), 'UTC')).toEqual({ is: 'once', at: utc('2026-07-26T12:00') });
});

test('a zone that nobody knows is no zone, and neither is the machine’s own', () => {
  expect(instantOf(0, 'Asia/Qinzhou')).toEqual({ is: 'zone-unknown' });
  expect(instantOf(0, '')).toEqual({ is: 'zone-unknown' });
});

test('every hour of a year in a zone with summer time goes there and back', () => {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin', dateStyle: 'short', timeStyle: 'short' });
  for (let at = utc('2026-01-01T00:00'); at < utc('2027-01-01T00:00'); at += 3_600_000) {
    const shown = format.format(at).replace(' ', 'T');
    const read = instantOf(local(shown), 'Europe/Berlin');
    // The second showing of the doubled hour is read as the first.
    expect(read, shown).toEqual(read.is === 'twice' ? { is: 'twice', at: utc('2026-10-25T00:00') } : { is: 'once', at });
  }
});
