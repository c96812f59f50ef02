import { CorridorError } from '@corridor/schemas';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFetch } from './fetch-bounded.ts';
import { createKeySet, type KeySet, KeySetUnavailable } from './key-set.ts';
import { TokenRefused } from './refusal.ts';
import { aKey } from './testing/keys.ts';
import { type Mood, type StubIssuer, startStubIssuer } from './testing/stub-issuer.ts';
import { noon } from './testing/tokens.ts';

const first = await aKey('first');
const second = await aKey('second');

let now: number;
let issuer: StubIssuer;
let network: ReturnType<typeof openFetch>;
let due: { work: () => void; delayMs: number } | undefined;
let failures: unknown[];
let opened: KeySet[];

beforeEach(async () => {
  now = noon;
  due = undefined;
  failures = [];
  opened = [];
  network = openFetch();
  issuer = await startStubIssuer([first.publicJwk]);
});
afterEach(async () => {
  for (const keySet of opened) keySet.close();
  network.close();
  await issuer.close();
});

function aKeySet(): KeySet {
  const keySet = createKeySet({
    url: issuer.jwksUri,
    fetch: network.fetch,
    clock: () => now,
    schedule: (work, delayMs) => {
      due = { work, delayMs };
      return () => {
        due = undefined;
      };
    },
    onFailure: (error) => failures.push(error),
    timeoutMs: 150,
  });
  opened.push(keySet);
  return keySet;
}

/** `key` when it was given, else how it was not. */
async function ask(keySet: KeySet, kid: string | undefined): Promise<string> {
  try {
    // The token itself plays no part in choosing a key.
    await keySet.key({ alg: 'RS256', ...(kid === undefined ? {} : { kid }) }, { payload: '', signature: '' });
    return 'key';
  } catch (error) {
    if (error instanceof KeySetUnavailable) return `unavailable, again in ${error.retryAfterSeconds} s`;
    if (error instanceof CorridorError && error.cause instanceof TokenRefused) return error.cause.reason;
    throw error;
  }
}

/** Runs the background attempt that is due, and waits for its end. */
async function runDue(): Promise<void> {
  const { work } = due ?? { work: () => {} };
  due = undefined;
  work();
  await until(() => due !== undefined);
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((done) => setTimeout(done, 2));
}

test('keys are loaded at the start, and 100 cold requests make one fetch', async () => {
  const keySet = aKeySet();
  expect(await Promise.all(Array.from({ length: 100 }, () => ask(keySet, 'first')))).toEqual(Array(100).fill('key'));
  expect(issuer.attempts).toBe(1);
});

const away: readonly Mood[] = ['failing', 'html', 'redirecting', 'huge', 'slow', 'dripping'];

test.each(away)('an issuer that is %s at the start gives no key, and the caller is told when to come again', async (mood) => {
  issuer.mood = mood;
  const keySet = aKeySet();
  expect(await ask(keySet, 'first')).toBe('unavailable, again in 1 s');
  expect(failures).toHaveLength(1);
  expect(issuer.followed).toBe(0);
});

test.each(away)('an issuer that turns %s harms no known key for 24 hours', async (mood) => {
  const keySet = aKeySet();
  expect(await ask(keySet, 'first')).toBe('key');
  issuer.mood = mood;
  now = noon + 24 * 3_600_000;
  await runDue();
  expect(failures).toHaveLength(1);
  expect(await ask(keySet, 'first')).toBe('key');
  expect(await ask(keySet, 'unheard-of')).toBe('unavailable, again in 30 s');
  now += 30_000;
  expect(await ask(keySet, 'first')).toBe('unavailable, again in 30 s');
  issuer.mood = 'well';
  now += 30_000;
  expect(await ask(keySet, 'first')).toBe('key');
  expect(issuer.followed).toBe(0);
});

test('a cold start tries after 1, 2, 4 … 30 s, then every 10 minutes', async () => {
  issuer.mood = 'failing';
  aKeySet();
  await until(() => due !== undefined);
  const delays: number[] = [];
  for (let n = 0; n < 7; n += 1) {
    const delayMs = due?.delayMs ?? 0;
    delays.push(delayMs);
    now += delayMs;
    if (n === 6) issuer.mood = 'well';
    await runDue();
  }
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(due?.delayMs).toBe(600_000);
  expect(issuer.attempts).toBe(8);
});

test('a flood of unknown key ids costs one attempt per 30 s, and known keys go on', async () => {
  const keySet = aKeySet();
  expect(await ask(keySet, 'first')).toBe('key');
  const answers = new Set<string>();
  for (let second = 0; second < 120; second += 1) {
    now += 1_000;
    for (const answer of await Promise.all(Array.from({ length: 20 }, (_, n) => ask(keySet, `unknown-${second}-${n}`))))
      answers.add(answer);
    expect(await ask(keySet, 'first')).toBe('key');
  }
  expect([...answers]).toEqual(['key id unknown']);
  expect(issuer.attempts).toBe(1 + 4); // the start, and one in each 30 s of two minutes
});

test('a load is an attempt too: for 30 s after it no unknown key id costs another', async () => {
  const keySet = aKeySet();
  await ask(keySet, 'first');
  now += 29_999;
  expect(await ask(keySet, 'unknown')).toBe('key id unknown');
  expect(issuer.attempts).toBe(1);
  now += 1;
  expect(await ask(keySet, 'unknown')).toBe('key id unknown');
  expect(issuer.attempts).toBe(2);
});

test('the flood while the issuer is away costs no more, and says 503', async () => {
  const keySet = aKeySet();
  await ask(keySet, 'first');
  issuer.mood = 'failing';
  now += 30_000;
  const answers = new Set<string>();
  for (let second = 0; second < 60; second += 1) {
    answers.add(await ask(keySet, `unknown-${second}`));
    now += 1_000;
  }
  expect(issuer.attempts).toBe(1 + 2);
  expect([...answers].every((answer) => answer.startsWith('unavailable'))).toBe(true);
  expect(await ask(keySet, 'first')).toBe('key');
});

test('a stranger’s key id is remembered: repeated, it costs nothing for as long as the set stands', async () => {
  const keySet = aKeySet();
  await ask(keySet, 'first');
  now += 30_000;
  expect(await ask(keySet, 'stranger')).toBe('key id unknown');
  expect(issuer.attempts).toBe(2);
  for (let n = 0; n < 100; n += 1) {
    now += 60_000;
    expect(await ask(keySet, 'stranger')).toBe('key id unknown');
  }
  expect(issuer.attempts).toBe(2);
});

test('a key published 30 s before its first use is taken, and a withdrawn one no longer', async () => {
  const keySet = aKeySet();
  expect(await ask(keySet, 'first')).toBe('key');
  issuer.keys = [first.publicJwk, second.publicJwk];
  now += 30_000;
  expect(await ask(keySet, 'second')).toBe('key');
  expect(await ask(keySet, 'first')).toBe('key');
  issuer.keys = [second.publicJwk];
  now += 600_000;
  await runDue();
  expect(await ask(keySet, 'first')).toBe('key id unknown');
  expect(issuer.attempts).toBe(3);
});

test('a key id asked for too early is taken once the background has loaded it', async () => {
  const keySet = aKeySet();
  await ask(keySet, 'first');
  now += 30_000;
  expect(await ask(keySet, 'second')).toBe('key id unknown');
  issuer.keys = [first.publicJwk, second.publicJwk];
  now += 600_000;
  await runDue();
  expect(await ask(keySet, 'second')).toBe('key');
});

test.each([undefined, '', 'x'.repeat(129)])('key id %j is refused without a look', async (kid) => {
  const keySet = aKeySet();
  await ask(keySet, 'first');
  now += 60_000;
  expect(await ask(keySet, kid)).toBe('key id missing or too long');
  expect(issuer.attempts).toBe(1);
});

test('closed, it plans no further attempt', async () => {
  const keySet = aKeySet();
  await until(() => due !== undefined);
  keySet.close();
  expect(due).toBeUndefined();
});
