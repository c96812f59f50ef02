import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type BreakerState, createGuard, type Guard, maxCalls, type Verdict } from './guard.ts';

// cockatiel reads Date.now(): this is its clock
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 24, 8) }));
afterEach(() => vi.useRealTimers());

const nobodyLeaves = new AbortController().signal;
const ends = (verdict: Verdict) => async () => ({ verdict });
const guardOf = (states: BreakerState[] = [], jitter = 0): Guard =>
  createGuard({ random: (bytes) => new Uint8Array(bytes).fill(jitter), onState: (state) => states.push(state) });

/** A call that ends when it is told to. */
function held(): { readonly promise: Promise<{ verdict: Verdict }>; resolve(result: { verdict: Verdict }): void } {
  let resolve: (result: { verdict: Verdict }) => void = () => {};
  const promise = new Promise<{ verdict: Verdict }>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: (result) => resolve(result) };
}

/** So many calls, evenly over so many milliseconds; gives what each came to. */
async function calls(guard: Guard, count: number, overMs: number, verdict: Verdict): Promise<string[]> {
  const results: string[] = [];
  for (let index = 0; index < count; index += 1) {
    vi.advanceTimersByTime(overMs / count);
    const result = await guard.run(ends(verdict), nobodyLeaves);
    results.push(typeof result === 'string' ? result : result.verdict);
  }
  return results;
}

async function opened(states: BreakerState[] = [], jitter = 0): Promise<Guard> {
  const guard = guardOf(states, jitter);
  await calls(guard, 50, 5_000, 'fault');
  expect(guard.state).toBe('open');
  return guard;
}

test('it opens when more than half of the calls of ten seconds failed, not at half', async () => {
  const guard = guardOf();
  await calls(guard, 50, 4_000, 'answered');
  await calls(guard, 50, 4_000, 'fault');
  expect(guard.state).toBe('closed');
  await calls(guard, 1, 50, 'fault');
  expect(guard.state).toBe('open');
});

test('a few failures in quiet hours do not open it: at least five calls a second must have been made', async () => {
  const guard = guardOf();
  await calls(guard, 49, 9_000, 'fault');
  expect(guard.state).toBe('closed');
  await calls(guard, 1, 50, 'fault');
  expect(guard.state).toBe('open');
});

test('answers, refusals, and callers that left never open it; these last do not keep it closed either', async () => {
  const guard = guardOf();
  await calls(guard, 500, 9_000, 'nothing');
  await calls(guard, 50, 500, 'answered');
  expect(guard.state).toBe('closed');
  await calls(guard, 500, 200, 'nothing');
  await calls(guard, 51, 200, 'fault');
  expect(guard.state).toBe('open');
});

test.each([
  [0, 500],
  [255, 1_000],
])('open, it tries again after 500 to 1,000 ms, as chance wills (%i: %i ms)', async (jitter, ms) => {
  const states: BreakerState[] = [];
  const guard = await opened(states, jitter);
  expect(await calls(guard, 1, ms - 1, 'answered')).toEqual(['breaker-open']);
  expect(await calls(guard, 1, 1, 'answered')).toEqual(['answered']);
  expect(states).toEqual(['open', 'half-open', 'closed']);
});

test('while one call tries, all others are refused at once; what it learns holds for all', async () => {
  const states: BreakerState[] = [];
  const guard = await opened(states);
  vi.advanceTimersByTime(500);
  const trial = held();
  const probes: boolean[] = [];
  const trying = guard.run((probe) => {
    probes.push(probe);
    return trial.promise;
  }, nobodyLeaves);
  expect(guard.state).toBe('half-open');
  expect(await calls(guard, 100, 100, 'answered')).toEqual(Array.from({ length: 100 }, () => 'breaker-open'));
  trial.resolve({ verdict: 'fault' });
  await trying;
  expect(await calls(guard, 5, 400, 'answered')).toEqual(Array.from({ length: 5 }, () => 'breaker-open'));
  expect(await calls(guard, 2, 200, 'answered')).toEqual(['answered', 'answered']);
  expect([probes, states]).toEqual([[true], ['open', 'half-open', 'open', 'half-open', 'closed']]);
});

test('five minutes of silence cost at most two trials a second', async () => {
  const guard = await opened();
  const results = await calls(guard, 6_000, 300_000, 'fault');
  const tried = results.filter((result) => result === 'fault').length;
  expect([tried <= 600, tried > 500, results.filter((result) => result === 'breaker-open').length]).toEqual([true, true, 6_000 - tried]);
});

test('the call that tries does not end with its caller', async () => {
  const guard = await opened();
  vi.advanceTimersByTime(500);
  const leaves = new AbortController();
  const trial = held();
  const trying = guard.run(() => trial.promise, leaves.signal);
  leaves.abort();
  trial.resolve({ verdict: 'fault' });
  expect([await trying, guard.state]).toEqual([{ verdict: 'fault' }, 'open']);
});

test('sixty-four calls may be under way; the next is refused at once, and there is room again when one ends', async () => {
  const guard = guardOf();
  const slow = held();
  const waiting = Array.from({ length: maxCalls }, () => guard.run(() => slow.promise, nobodyLeaves));
  expect([maxCalls, await guard.run(ends('answered'), nobodyLeaves)]).toEqual([64, 'bulkhead-full']);
  slow.resolve({ verdict: 'answered' });
  await Promise.all(waiting);
  expect(await guard.run(ends('answered'), nobodyLeaves)).toEqual({ verdict: 'answered' });
});

test('a caller that has left is not called for', async () => {
  const guard = guardOf();
  expect(await guard.run(() => Promise.reject(new Error('must not be called')), AbortSignal.abort())).toBe('caller-left');
});
