import { createMetrics } from '@corridor/runtime';
import { expect, test } from 'vitest';
import { keySetCheck, observeKeySets } from './key-sets.ts';

const hour = 3_600_000;
const chongqing = 'https://id.cq.example/realms/corridor';
const guangxi = 'https://id.gx.example/realms/corridor';
const verifier = (ages: Record<string, number | null>) => ({
  keySetAges: () => Object.entries(ages).map(([issuer, ageMs]) => ({ issuer, ageMs })),
});

test.each([
  ['fresh keys', { [chongqing]: 60_000 }, { name: 'key sets', ok: true }],
  [
    'keys that outlive their issuer by some hours',
    { [chongqing]: 23.5 * hour },
    { name: 'key sets', ok: true, detail: `${chongqing}: keys are 23 h old` },
  ],
  [
    'keys older than a day',
    { [chongqing]: 24 * hour + 1 },
    { name: 'key sets', ok: false, detail: `${chongqing}: keys of 24 h ago are used no more` },
  ],
  ['no keys yet', { [chongqing]: null }, { name: 'key sets', ok: false, detail: `${chongqing} has not been reached yet` }],
  [
    'one issuer away, another there: its own callers are refused, nobody else',
    { [chongqing]: null, [guangxi]: 1_000 },
    { name: 'key sets', ok: true, detail: `${chongqing} has not been reached yet` },
  ],
  ['no issuer at all: only the public is served', {}, { name: 'key sets', ok: true }],
])('%s', (_case, ages, check) => {
  expect(keySetCheck(verifier(ages))).toEqual(check);
});

test('the age of each key set is a figure, and a set that never came has none', async () => {
  const metrics = createMetrics({ issuers: [chongqing, guangxi] });
  observeKeySets(metrics, verifier({ [chongqing]: 90_000, [guangxi]: null }));
  expect((await metrics.text()).match(/^corridor_jwks_age_seconds\{.*$/gm)).toEqual([
    `corridor_jwks_age_seconds{issuer="${chongqing}"} 90`,
  ]);
});
