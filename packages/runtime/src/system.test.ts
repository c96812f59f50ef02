import { expect, test } from 'vitest';
import { systemRandom } from './system.ts';

test('randomness has the length that was asked for and is never given out twice', () => {
  const lengths = [1, 8, 10, 16, 32, 255, 256, 257, 4_096, 5_000];
  expect(lengths.map((length) => systemRandom(length).length)).toEqual(lengths);
  const ids = Array.from({ length: 20_000 }, () => Buffer.from(systemRandom(10)).toString('hex'));
  expect(new Set(ids).size).toBe(ids.length);
});

test('what was given out stays as it was, whatever is asked for afterwards', () => {
  const given = systemRandom(16);
  const copy = Buffer.from(given).toString('hex');
  for (let again = 0; again < 1_000; again += 1) systemRandom(16);
  expect(Buffer.from(given).toString('hex')).toBe(copy);
  expect(given.buffer.byteLength).toBe(16);
});
