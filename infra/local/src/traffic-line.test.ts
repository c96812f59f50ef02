import { expect, test } from 'vitest';
import { durationMs, trafficLine } from './traffic-line.ts';

test('the live line counts what each party took in, and what it refused', () => {
  const counts = new Map([
    ['guangxi', { takenIn: 34, refused: 0 }],
    ['asean', { takenIn: 12, refused: 2 }],
  ]);
  expect(trafficLine(counts, 11, 65_400)).toBe('1:05  11 consignments | asean 12, 2 refused | guangxi 34');
});

test('traffic runs for a bounded time', () => {
  expect([durationMs('60s'), durationMs('10m'), durationMs('12h')]).toEqual([60_000, 600_000, 43_200_000]);
  for (const wrong of ['', '60', '0s', '13h', '-1s', '1d', '99999h']) expect(() => durationMs(wrong)).toThrow('--for');
});
