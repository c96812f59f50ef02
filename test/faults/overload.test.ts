/**
 * Fault 11: twice the load the gateway can carry. Client and gateway are processes of their own. What is counted is asserted; what is timed is printed, and
 * asserted in the long form (FAULT_LONG), which wants a machine of its own.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChildGateway, quick, startChildGateway } from '../setup/child-gateway.ts';
import { startChild } from '../setup/child-program.ts';
import { millis } from './figures.ts';
import type { Load, Outcome } from './open-loop.ts';

const long = process.env['FAULT_LONG'] !== undefined;
const seconds = long ? 30 : 4;

let gateway: ChildGateway;
beforeAll(async () => {
  gateway = await startChildGateway({ slowMs: 0 });
});
afterAll(() => gateway?.close());

async function load(loop: Load['loop']): Promise<Outcome> {
  const asked: Load = { url: `${gateway.url}/graphql`, body: quick, seconds, loop };
  const client = startChild('test/faults/open-loop.ts', {}, [JSON.stringify(asked)]);
  expect([await client.exited, client.log().split('\n')[0]?.[0]]).toEqual([0, '{']);
  return JSON.parse(client.log()) as Outcome;
}

const metric = async (pattern: RegExp): Promise<number> =>
  Number(pattern.exec(await (await fetch(`${gateway.adminUrl}/metrics`)).text())?.[1] ?? 0);

test('at twice its capacity the gateway goes on answering; what it cannot carry is refused at once, with a time to come back', async () => {
  // Plans are made and code is warm before anything is counted.
  await load({ atOnce: 8 });
  let capacity = (await load({ atOnce: 16 })).goodput;
  const calm = await load({ perSecond: Math.max(1, 0.8 * capacity) });
  const refusedFor = async (reason: string): Promise<number> =>
    metric(new RegExp(`^corridor_shed_total\\{reason="${reason}"\\} (\\d+)$`, 'm'));
  const before = [await refusedFor('in_flight'), await refusedFor('event_loop')] as const;
  let flood = await load({ perSecond: 2 * capacity });
  // Whoever shared the processor while capacity was measured has left since: what all was answered of is the capacity then.
  for (let round = 0; round < 5 && (flood.statuses['503'] ?? 0) === 0; round += 1) {
    capacity = flood.goodput;
    flood = await load({ perSecond: 2 * capacity });
  }
  const shed = (await refusedFor('in_flight')) - before[0];
  const late = (await refusedFor('event_loop')) - before[1];

  const refused = flood.statuses['503'] ?? 0;
  console.info(
    `Overload: capacity ${capacity.toFixed(0)}/s; at 0.8 of it p50 ${millis(calm.good.p50)}, p99 ${millis(calm.good.p99)}; at 2 times ` +
      `${flood.goodput.toFixed(0)} good/s (${((100 * flood.goodput) / capacity).toFixed(0)} %), p99 ${millis(flood.good.p99)}, ` +
      `${refused} of ${flood.sent} refused (${shed} in flight, ${late} event loop)`,
  );
  // Every request has an answer, and each is one of two.
  expect(Object.keys(flood.statuses).filter((status) => status !== '200' && status !== '503')).toEqual([]);
  expect((flood.statuses['200'] ?? 0) + refused).toBe(flood.sent);
  expect([refused > 0, flood.codes, flood.retryAfter]).toEqual([true, { OVERLOADED: refused }, refused]);
  // The program's own count is the client's.
  expect(shed + late).toBe(refused);
  // Far below the 80 % of the table: other processes want the processor, too. Without shedding it would be near none.
  expect(flood.goodput).toBeGreaterThan(capacity * (long ? 0.8 : 0.08));
  if (long) expect(flood.good.p99).toBeLessThanOrEqual(2 * calm.good.p99);
  // It has stood the flood and is ready for the next question.
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
}, 180_000);
