import { expect, test } from 'vitest';
import type { OpeningRules } from '../definition.ts';
import { openingHours } from './opening-hours.ts';

const weekdays: OpeningRules = {
  weekly: [...Array.from({ length: 5 }, () => ({ opens: '08:30', closes: '17:00' })), { opens: '09:00', closes: '12:00' }, null],
  exceptions: [
    { date: '2026-10-01', opening: null, remark: { zh: '国庆节', en: 'National Day' } },
    { date: '2026-10-04', opening: { opens: '10:00', closes: '14:00' } },
  ],
  remark: { en: 'by appointment' },
};

test('each local day has its own hours: weekdays, Saturday, a holiday, and a Sunday that is open for once', () => {
  expect(openingHours(weekdays, 'Asia/Shanghai', '2026-10-01', '2026-10-05')).toEqual([
    { date: '2026-10-01', opens: null, closes: null, remark: { zh: '国庆节', en: 'National Day' } },
    { date: '2026-10-02', opens: '2026-10-02T00:30:00.000Z', closes: '2026-10-02T09:00:00.000Z', remark: { en: 'by appointment' } },
    { date: '2026-10-03', opens: '2026-10-03T01:00:00.000Z', closes: '2026-10-03T04:00:00.000Z', remark: { en: 'by appointment' } },
    { date: '2026-10-04', opens: '2026-10-04T02:00:00.000Z', closes: '2026-10-04T06:00:00.000Z', remark: { en: 'by appointment' } },
    { date: '2026-10-05', opens: '2026-10-05T00:30:00.000Z', closes: '2026-10-05T09:00:00.000Z', remark: { en: 'by appointment' } },
  ]);
});

test('an ordinary Sunday is closed', () => {
  expect(openingHours(weekdays, 'Asia/Shanghai', '2026-10-11', '2026-10-11')).toEqual([
    { date: '2026-10-11', opens: null, closes: null, remark: { en: 'by appointment' } },
  ]);
});

const always = (opens: string, closes: string): OpeningRules => ({ weekly: Array.from({ length: 7 }, () => ({ opens, closes })) });
const spans = (rules: OpeningRules, zone: string, from: string, to = from) =>
  openingHours(rules, zone, from, to).map(({ opens, closes }) => [opens, closes]);

test('a day on which the clocks change has 23 or 25 hours', () => {
  expect(spans(always('00:00', '24:00'), 'Europe/Berlin', '2026-03-28', '2026-03-30')).toEqual([
    ['2026-03-27T23:00:00.000Z', '2026-03-28T23:00:00.000Z'],
    ['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['2026-03-29T22:00:00.000Z', '2026-03-30T22:00:00.000Z'],
  ]);
  expect(spans(always('00:00', '24:00'), 'Europe/Berlin', '2026-10-25')).toEqual([
    ['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
  ]);
});

test('a time that the clocks skip is read as much later as they skip; one they show twice as the first', () => {
  expect(spans(always('02:30', '02:45'), 'Europe/Berlin', '2026-03-29')).toEqual([
    ['2026-03-29T01:30:00.000Z', '2026-03-29T01:45:00.000Z'],
  ]);
  expect(spans(always('02:30', '02:45'), 'Europe/Berlin', '2026-10-25')).toEqual([
    ['2026-10-25T00:30:00.000Z', '2026-10-25T00:45:00.000Z'],
  ]);
});

test('closing before opening is on the next day', () => {
  expect(spans(always('20:00', '04:00'), 'Asia/Singapore', '2026-10-02')).toEqual([
    ['2026-10-02T12:00:00.000Z', '2026-10-02T20:00:00.000Z'],
  ]);
});

test.each([
  ['2026-10-01', '2026-09-30', 'to'],
  ['2026-10-01', '2026-12-02', 'to'],
  ['2026-02-30', '2026-03-01', 'from'],
  ['01.10.2026', '2026-10-02', 'from'],
  [20261001, '2026-10-02', 'from'],
  ['2026-10-01', null, 'to'],
] as const)('from %s to %s is refused, naming %s', (from, to, argument) => {
  expect(() => openingHours(weekdays, 'Asia/Shanghai', from, to)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', argument }));
});

test('62 days can be asked for', () => {
  expect(openingHours(weekdays, 'Asia/Shanghai', '2026-10-01', '2026-12-01')).toHaveLength(62);
});
