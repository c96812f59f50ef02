import { expect, test } from 'vitest';
import { bySegment, cut, type Finding, FindingLog, findingCodes, stops } from './findings.ts';

test('a value is cut to 35 characters, never through a surrogate pair', () => {
  expect(cut('x'.repeat(36))).toBe('x'.repeat(35));
  expect(cut(`${'x'.repeat(34)}😀`)).toBe('x'.repeat(34));
  expect(cut(`${'x'.repeat(33)}😀y`)).toBe(`${'x'.repeat(33)}😀`);
});

test('a value that jsonb refuses is kept with replacement characters', () => {
  expect(cut('a\0b\ud800c')).toBe('a\ufffdb\ufffdc');
});

test('findings of a message are taken by segment, those before it stay with the interchange', () => {
  const log = new FindingLog(10);
  for (const segment of [2, 7, 5, 9]) log.add({ code: 'SEGMENT_EMPTY', severity: 'info', segment });
  expect(log.take(5, 7).map((finding) => finding.segment)).toEqual([5, 7]);
  expect(log.list().map((finding) => finding.segment)).toEqual([2, 9]);
});

test('beyond the limit findings are counted, but the first error of each message is kept', () => {
  const log = new FindingLog(2);
  for (let segment = 1; segment <= 4; segment++) log.add({ code: 'SEGMENT_EMPTY', severity: 'info', segment });
  for (const segment of [6, 7, 8]) log.add({ code: 'LIMIT_EXCEEDED', severity: 'error', segment }, segment === 8 ? 8 : 5);
  expect(log.list()).toEqual([
    { code: 'SEGMENT_EMPTY', severity: 'info', segment: 1 },
    { code: 'SEGMENT_EMPTY', severity: 'info', segment: 2 },
    { code: 'LIMIT_EXCEEDED', severity: 'error', segment: 6 },
    { code: 'LIMIT_EXCEEDED', severity: 'error', segment: 8 },
    { code: 'LIMIT_EXCEEDED', severity: 'info', segment: 7, detail: 'and 3 more findings' },
  ]);
});

test('several lists become one by segment, and only an error stops', () => {
  const one: Finding = { code: 'SEGMENT_EMPTY', severity: 'info', segment: 3 };
  const other: Finding = { code: 'ENVELOPE_COUNT', severity: 'warning', segment: 1 };
  const error: Finding = { code: 'SEGMENT_MISSING', severity: 'error', segment: 3 };
  expect(bySegment([one], [other, error])).toEqual([other, one, error]);
  expect([stops([one, other]), stops([one, error])]).toEqual([false, true]);
});

test('every code stands once in the list of codes', () => {
  expect(new Set(findingCodes).size).toBe(findingCodes.length);
});
