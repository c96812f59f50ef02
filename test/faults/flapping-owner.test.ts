/**
 * Fault 3: a party flaps (2 s there, 2 s away), or is away for minutes. The other party's part is whole in every answer. Once the breaker is open the
 * party is tried at most twice a second, everybody else learns at once that it is away, and it is asked again soon after it is back.
 *
 * The short form: 12 s of flapping, 14 s of outage, and no time is asserted within less than ten times its limit, for a busy machine is slow by itself;
 * FAULT_LONG=1: two minutes, five minutes, and the limits themselves. Five minutes on a clock of its own: `gateway/src/owners/guard.test.ts`.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type Federation, ids, startFederation } from '../gateway/federation.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { millis, percentile } from './figures.ts';

const long = process.env['FAULT_LONG'] !== undefined;
const flappingMs = long ? 120_000 : 12_000;
const outageMs = long ? 300_000 : 14_000;
/** Queries a second. */
const rate = long ? 50 : 20;
const patience = long ? 1 : 10;

let corridor: Federation;
let guangxi: FaultProxy;
beforeAll(async () => {
  corridor = await startFederation({ ownerTimeoutMs: 800, directoryTimeoutMs: 5_000, queryTimeoutMs: 8_000 }, async (name, url) => {
    if (name !== 'guangxi') return url;
    guangxi = await startFaultProxy(url);
    return guangxi.url;
  });
});
afterAll(async () => {
  await guangxi?.close();
  await corridor?.close();
});

const query = JSON.stringify({ query: '{ facilities { nodes { id facility { id facilityName { en } } } } }' });
type Seen = { readonly at: number; readonly ms: number; readonly guangxi: boolean; readonly code: unknown; readonly starved: boolean };

/** Asks at a steady rate, whether or not answers come (open loop), until `until` is over; what the gateway shed is left out, and counted. */
async function askSteadily(until: Promise<unknown>): Promise<{ seen: readonly Seen[]; shed: number }> {
  const seen: Seen[] = [];
  let shed = 0;
  let over = false;
  void until.then(() => {
    over = true;
  });
  const asking: Promise<void>[] = [];
  const ask = async (): Promise<void> => {
    const at = performance.now();
    const answer = await corridor.send({ headers: { 'content-type': 'application/json' }, body: query });
    if (answer.status === 503) shed += 1;
    else seen.push(readAnswer(answer, at));
  };
  const started = performance.now();
  for (let count = 1; !over; count += 1) {
    asking.push(ask());
    await wait(Math.max(0, started + (count * 1_000) / rate - performance.now()));
  }
  await Promise.all(asking);
  return { seen: seen.sort((a, b) => a.at - b.at), shed };
}

/**
 * The other party's part is whole, whatever happens; Guangxi's is there, or it is named. (All of this is one process: where the machine gives it no
 * second in which to answer, the other party is late as well. That is counted, and may happen to few.)
 */
function readAnswer({ status, json }: Answer, at: number): Seen {
  const nodes = (json.data as { facilities: { nodes: { facility: { id: string } | null }[] } }).facilities.nodes;
  const there = nodes[0]?.facility !== null;
  const errors = (json.errors ?? []).map((error) => error['extensions'] as Record<string, unknown>);
  const starved = errors.some(({ owner }) => owner === 'chongqing');
  expect([status, nodes[1]?.facility, nodes.length]).toEqual([
    200,
    starved ? null : { id: ids.guoyuan, facilityName: { en: 'Chongqing' } },
    3,
  ]);
  const about = errors.filter(({ owner }) => !starved || owner !== 'chongqing');
  expect(about.map(({ owner, ids: named }) => [owner, named])).toEqual(there ? [] : [['guangxi', [ids.qinzhou]]]);
  return { at, ms: performance.now() - at, guangxi: there, code: about[0]?.['code'], starved };
}
const fewStarve = (seen: readonly Seen[]): void =>
  expect(seen.filter(({ starved }) => starved).length).toBeLessThanOrEqual(long ? 0 : seen.length / 10);

const isWell = async (): Promise<boolean> => {
  const answer = await corridor.send({ headers: { 'content-type': 'application/json' }, body: query });
  return answer.status === 200 && answer.json.errors === undefined;
};

test('a party that flaps is there in some answers and named in the others; nothing else is harmed, and it comes back', {
  timeout: flappingMs + 120_000,
}, async () => {
  expect(await isWell()).toBe(true);
  const flapping = (async () => {
    for (let passed = 0; passed < flappingMs; passed += 4_000) {
      await wait(2_000);
      await guangxi.set({ is: 'reset' });
      await wait(2_000);
      await guangxi.set({ is: 'none' });
    }
  })();
  const { seen, shed } = await askSteadily(flapping);
  const good = seen.filter((one) => one.guangxi).length;
  process.stdout.write(`flapping: ${seen.length} answers, ${good} with the party, ${shed} shed\n`);
  expect([good > 0, good < seen.length]).toEqual([true, true]);
  fewStarve(seen);
  await expect.poll(isWell, { timeout: 20_000, interval: 100 }).toBe(true);
});

test('a party that is silent for long is tried at most twice a second, and asked again soon after it is back', {
  timeout: outageMs + 120_000,
}, async () => {
  await guangxi.set({ is: 'hang' });
  let outage = 0;
  let askedAt = 0;
  let trials = 0;
  // the breaker opens within the ten seconds of its window: from then on, trials are counted
  const openAfterMs = 11_000;
  const over = (async () => {
    await wait(openAfterMs);
    outage = performance.now();
    askedAt = guangxi.asked;
    await wait(outageMs - openAfterMs);
    trials = guangxi.asked - askedAt;
    outage = performance.now() - outage;
    await guangxi.set({ is: 'none' });
  })();
  const began = performance.now();
  const { seen, shed } = await askSteadily(over);
  const back = performance.now();
  await expect.poll(isWell, { timeout: 20_000, interval: 25 }).toBe(true);
  const recoveryMs = performance.now() - back;

  const open = seen.filter(({ at, guangxi: there }) => at - began > openAfterMs && !there);
  const refused = open.filter(({ code }) => code === 'OWNER_UNREACHABLE').map(({ ms }) => ms);
  process.stdout.write(
    `silent: ${seen.length} answers, ${shed} shed; open: ${trials} trials in ${(outage / 1_000).toFixed(1)} s, ${refused.length} of ${open.length} answers ` +
      `without waiting, whole query p50 ${millis(percentile(refused, 0.5))}, p99 ${millis(percentile(refused, 0.99))}; back after ${millis(recoveryMs)}\n`,
  );
  fewStarve(seen);
  // one more may have begun just before the count
  expect(trials).toBeLessThanOrEqual((outage / 1_000) * 2 + 1);
  expect(trials).toBeGreaterThan(0);
  // those that tried waited for the party, everybody else did not
  expect(open.length - refused.length).toBeLessThanOrEqual(trials + 1);
  expect(percentile(refused, 0.5)).toBeLessThan(50 * patience);
  expect(recoveryMs).toBeLessThan(2_000 * patience);
});
