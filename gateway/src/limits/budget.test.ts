import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBudgets, payerOf } from './budget.ts';
import { budgetSettings, defaultBudgets } from './budget-config.ts';

// The library reads the platform's clock and timers: here both are the test's.
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-24T00:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

const settings = { party: 100, client: 60, anonymous: 10 };
const accepted = (caller: { party: string | null; client?: string; issuer?: string }) =>
  ({ caller: { client: 'a', issuer: 'https://issuer.example', ...caller } }) as Parameters<typeof payerOf>[0];
const ofClient = (client: string, party = 'GX') => payerOf(accepted({ party, client }), '192.0.2.1');
const nobody = (address: string) => payerOf(accepted({ party: null }), address);

test('a client that has spent its budget is told when it may ask again, and then may', async () => {
  const budgets = createBudgets(settings);
  expect(await budgets.charge(ofClient('a'), 50)).toEqual({ allowed: true, limit: 60, remaining: 10, resetSeconds: 60 });
  vi.advanceTimersByTime(20_500);
  expect(await budgets.charge(ofClient('a'), 11)).toEqual({ allowed: false, limit: 60, remaining: 0, resetSeconds: 40 });
  // what was refused was not drawn
  expect((await budgets.charge(ofClient('a'), 10)).allowed).toBe(true);
  vi.advanceTimersByTime(39_500);
  expect(await budgets.charge(ofClient('a'), 60)).toMatchObject({ allowed: true, remaining: 0 });
});

test('clients of one party share what it has, and none takes what another party has', async () => {
  const budgets = createBudgets(settings);
  expect((await budgets.charge(ofClient('a'), 60)).allowed).toBe(true);
  expect(await budgets.charge(ofClient('b'), 41)).toMatchObject({ allowed: false, limit: 100 });
  // the party's refusal gave the client its points back
  expect(await budgets.charge(ofClient('b'), 40)).toMatchObject({ allowed: true, limit: 100, remaining: 0 });
  expect((await budgets.charge(ofClient('a', 'CQ'), 1)).allowed).toBe(false);
  expect((await budgets.charge(ofClient('c', 'CQ'), 1)).allowed).toBe(true);
});

test('a client of one name at another issuer is another client', async () => {
  const budgets = createBudgets(settings);
  await budgets.charge(ofClient('a'), 60);
  const other = payerOf(accepted({ party: 'SG', client: 'a', issuer: 'https://other.example' }), '192.0.2.1');
  expect((await budgets.charge(other, 60)).allowed).toBe(true);
});

test.each([
  ['192.0.2.1', '192.0.2.254', true],
  ['192.0.2.1', '192.0.3.1', false],
  ['2001:db8:0:1::1', '2001:db8:0:1:ffff::2', true],
  ['2001:db8:0:1::1', '2001:db8:0:2::1', false],
  ['::ffff:192.0.2.7', '192.0.2.1', true],
  ['', 'not an address', true],
])('without a token %s and %s share a budget: %s', async (one, other, shared) => {
  const budgets = createBudgets(settings);
  expect((await budgets.charge(nobody(one), 10)).allowed).toBe(true);
  expect((await budgets.charge(nobody(other), 1)).allowed).toBe(!shared);
});

test('the environment names the budgets, and where it does not the start values hold', () => {
  expect(defaultBudgets).toEqual({ party: 24_000_000, client: 12_000_000, anonymous: 3_000_000 });
  expect(budgetSettings({ BUDGET_PER_PARTY: 3, BUDGET_PER_CLIENT: 2, BUDGET_ANONYMOUS: 1 })).toEqual({ party: 3, client: 2, anonymous: 1 });
});
