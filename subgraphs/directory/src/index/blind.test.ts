import { expect, test } from 'vitest';
import { audienceSet, audienceToken } from './audience.ts';
import { blind } from './blind.ts';

const key = new Uint8Array(32).fill(7);
const tuple = { party: 'CQ', org: '*', role: '*', purpose: 'corridor-operations' };

test('a reference has one index per key and kind, and it does not show', () => {
  const index = blind(key, 'EQUIPMENT', 'CSQU3054383');
  expect(index).toMatch(/^[0-9a-f]{64}$/);
  expect(blind(key, 'EQUIPMENT', 'CSQU3054383')).toBe(index);
  expect(blind(new Uint8Array(32).fill(8), 'EQUIPMENT', 'CSQU3054383')).not.toBe(index);
  expect(blind(key, 'UCR', 'CSQU3054383')).not.toBe(index);
});

test('an audience token stands for the whole tuple: no word moves from one place to another', () => {
  expect(audienceToken(key, tuple)).toBe(audienceToken(key, { ...tuple }));
  const others = [
    { ...tuple, org: 'CQ/firm' },
    { ...tuple, role: 'customs' },
    { ...tuple, purpose: '*' },
    { party: 'CQ', org: '*', role: 'corridor-operations', purpose: '*' },
    { party: 'CQ","*', org: '*', role: '*', purpose: 'corridor-operations' },
  ];
  expect(new Set([tuple, ...others].map((one) => audienceToken(key, one))).size).toBe(6);
});

test('equal audiences are one set, whatever their order and repeats', () => {
  const other = { ...tuple, party: 'GX' };
  expect(audienceSet(key, [tuple, other, tuple])).toEqual(audienceSet(key, [other, tuple]));
  expect(audienceSet(key, [tuple]).digest).not.toBe(audienceSet(key, []).digest);
});
