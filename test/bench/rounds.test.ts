import { expect, test } from 'vitest';
import { figuresOf, type Round, ratiosOf, spreadOf, told } from '../../bench/rounds.ts';

const rounds: readonly Round[] = [
  { stock: 4, reference: 1 },
  { stock: 8, reference: 4 },
  { stock: 6, reference: undefined },
  { stock: 2, reference: 2 },
];

test('a ratio is taken within its round, and a round without one of the two has none', () => {
  expect(ratiosOf(rounds, 'reference', 'stock')).toEqual([0.25, 0.5, 1]);
  expect(ratiosOf(rounds, 'stock', 'stock')).toEqual([1, 1, 1, 1]);
  expect(ratiosOf(rounds, 'hive', 'stock')).toEqual([]);
});

test('ratios are not those of the medians: rounds of a busy machine are not mixed', () => {
  const med = (values: readonly number[]): number | undefined => spreadOf(values)?.med;
  expect(med(ratiosOf(rounds, 'reference', 'stock'))).toBe(0.5);
  expect((med(figuresOf(rounds, 'reference')) ?? 0) / (med(figuresOf(rounds, 'stock')) ?? 0)).toBe(0.4);
});

test('of an even number of figures the middle lies between the two in the middle', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ min: 1, med: 2, max: 3 });
  expect(spreadOf([4, 1, 3, 2])).toEqual({ min: 1, med: 2.5, max: 4 });
  expect(spreadOf([])).toBeUndefined();
});

test('no figure reads as a dash', () => {
  expect([told(spreadOf([0.25, 0.5, 1]), 2), told(undefined, 2)]).toEqual(['0.25 0.50 1.00', '-']);
});
