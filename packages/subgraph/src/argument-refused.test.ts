import { expect, test } from 'vitest';
import { readInstant, readPageSize } from './argument-refused.ts';

const refused = (argument: string) => expect.objectContaining({ code: 'BAD_USER_INPUT', argument });

test('a page holds 1 to 100, and what the list says where nothing is said', () => {
  expect([readPageSize(undefined, 20), readPageSize(null, 50), readPageSize(1, 20), readPageSize(100, 20)]).toEqual([20, 50, 1, 100]);
  for (const first of [0, 101, -1, 1.5, Number.NaN]) expect(() => readPageSize(first, 20)).toThrow(refused('first'));
});

test.each([
  ['2025-11-24T08:00:00+08:00', '2025-11-24T00:00:00.000Z'],
  ['2025-11-24t00:00:00.123456789z', '2025-11-24T00:00:00.123Z'],
  ['2024-02-29T23:59:59-00:00', '2024-02-29T23:59:59.000Z'],
])('the instant %s is %s', (given, expected) => {
  expect(readInstant(given, 'from')).toBe(expected);
});

test.each([
  '2025-11-24T08:00:00',
  '2025-11-24',
  '2025-04-31T08:00:00Z',
  '2025-02-29T08:00:00Z',
  '2025-13-01T08:00:00Z',
  '2025-11-24T24:00:00Z',
  '2025-11-24T08:60:00Z',
  '2025-11-24T08:00:60Z',
  '2025-11-24T08:00:00+24:00',
  '2025-11-24 08:00:00Z',
  '1825-11-24T08:00:00Z',
  '',
  1_764_000_000_000,
])('%j is no instant, and the refusal names the argument, not the value', (given) => {
  expect(() => readInstant(given, 'filter.from')).toThrow(refused('filter.from'));
  expect(() => readInstant(given, 'filter.from')).toThrow(/filter\.from: an instant with offset, RFC 3339$/);
});

test('no instant is given where nothing is said', () => {
  expect([readInstant(null, 'to'), readInstant(undefined, 'to')]).toEqual([null, null]);
});
