import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createNonces } from './nonces.ts';

test('a nonce is new once in its time, and a full memory takes no other', () => {
  let now = 0;
  const nonces = createNonces({ capacity: 2, keepMs: 120, clock: () => now });
  expect([nonces.take('a'), nonces.take('a'), nonces.take('b'), nonces.take('c'), nonces.take('b')]).toEqual([
    'new',
    'seen',
    'new',
    'full',
    'seen',
  ]);
  now = 119;
  expect(nonces.take('a')).toBe('seen');
  now = 120;
  expect(nonces.take('a')).toBe('new');
});

test('whatever comes, no nonce is new twice within its time and never more than the capacity is held', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.nat(60)), { maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      (takes, capacity) => {
        let now = 0;
        const nonces = createNonces({ capacity, keepMs: 100, clock: () => now });
        const newAt: { nonce: string; at: number }[] = [];
        for (const [nonce, later] of takes) {
          now += later;
          const held = newAt.filter(({ at }) => now - at < 100);
          const isHeld = held.some((row) => row.nonce === nonce);
          const expected = isHeld ? 'seen' : held.length >= capacity ? 'full' : 'new';
          expect(nonces.take(nonce)).toBe(expected);
          if (expected === 'new') newAt.push({ nonce, at: now });
        }
      },
    ),
    { seed: 20260302 },
  );
});
