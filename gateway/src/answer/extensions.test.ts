import { expect, test } from 'vitest';
import type { MaskedNote } from '../context.ts';
import { groupMasked } from './extensions.ts';

const note = (over: Partial<MaskedNote> = {}): MaskedNote => ({
  owner: 'guangxi',
  rule: 'DEFAULT',
  at: ['record', 'HSCode'],
  id: 'a',
  coarse: false,
  ...over,
});

test('notes of one owner, rule and place become one line, each record named once', () => {
  expect(groupMasked([note({ id: 'b' }), note(), note(), note({ coarse: true }), note({ owner: 'gansu' })])).toEqual({
    masked: [
      { owner: 'gansu', rule: 'DEFAULT', at: ['record', 'HSCode'], ids: ['a'] },
      { owner: 'guangxi', rule: 'DEFAULT', at: ['record', 'HSCode'], ids: ['a', 'b'] },
      { owner: 'guangxi', rule: 'DEFAULT', at: ['record', 'HSCode'], ids: ['a'], coarse: true },
    ],
    truncated: false,
  });
});

test('at most a thousand ids are named, and the answer says that there are more', () => {
  const { masked, truncated } = groupMasked(Array.from({ length: 1_001 }, (_, index) => note({ id: String(index) })));
  expect([masked[0]?.ids.length, truncated]).toEqual([1_000, true]);
});

test('an owner that withholds a thousand records takes no room from one that withholds a few', () => {
  const many = Array.from({ length: 1_500 }, (_, index) => note({ id: `g${index}` }));
  const few = Array.from({ length: 3 }, (_, index) => note({ owner: 'gansu', id: `s${index}` }));
  const { masked, truncated } = groupMasked([...many, ...few]);
  expect([masked.map(({ owner, ids }) => [owner, ids.length]), truncated]).toEqual([
    [
      ['gansu', 3],
      ['guangxi', 997],
    ],
    true,
  ]);
});
