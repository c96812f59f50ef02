/** How a program ends when an orchestrator asks it to: real processes, real signals, and a ledger of every request that was sent meanwhile. */
import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { type ChildGateway, quick, slow, startChildGateway } from '../setup/child-gateway.ts';
import { statusOf } from '../setup/child-program.ts';

let gateway: ChildGateway | undefined;
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

const headers = { 'content-type': 'application/json' };
const ask = async (pool: Pool, body: string): Promise<{ status: number; parties: number }> => {
  const response = await pool.request({ method: 'POST', path: '/graphql', headers, body });
  const answer = (await response.body.json()) as { data?: Record<string, unknown[]> };
  return { status: response.statusCode, parties: Object.values(answer.data ?? {})[0]?.length ?? 0 };
};

test('SIGTERM under load: not ready at once, every request that was sent is answered, the one at work finishes, exit 0', async () => {
  // Longer than the pause before closing: it is still at work when the listener goes.
  gateway = await startChildGateway({ slowMs: 7_000 });
  const { url, adminUrl, program } = gateway;
  const pool = new Pool(url, { connections: 8, pipelining: 1 });
  const ledger = { sent: 0, answered: 0, lost: [] as string[] };
  let sending = true;
  // Four clients behind a balancer: they go on until it has seen the program unready.
  const clients = Array.from({ length: 4 }, async () => {
    while (sending) {
      ledger.sent += 1;
      await ask(pool, quick).then(
        ({ status, parties }) => {
          if (status === 200 && parties === 5) ledger.answered += 1;
          else ledger.lost.push(`${status}, ${parties} parties`);
        },
        (error: Error) => ledger.lost.push(error.message),
      );
    }
  });
  await expect.poll(() => ledger.answered, { timeout: 20_000 }).toBeGreaterThan(20);
  const atWork = ask(pool, slow);
  await wait(300);
  program.signal('SIGTERM');
  // "At once" is the first look that gets an answer; a busy machine gives the signal late.
  await expect.poll(() => statusOf(`${url}/readyz`), { interval: 20, timeout: 4_000 }).toBe(503);
  // Operators see why, and go on seeing the figures.
  const detail = await fetch(`${adminUrl}/healthz`);
  expect([detail.status, ((await detail.json()) as { status: string }).status]).toEqual([503, 'draining']);
  expect(await (await fetch(`${adminUrl}/metrics`)).text()).toMatch(/^corridor_in_flight [1-9]/m);
  const beforeUnready = ledger.sent;
  // A balancer looks every second or so: what comes until then is served as well.
  await wait(1_000);
  sending = false;
  await Promise.all(clients);
  expect([ledger.lost, ledger.sent - ledger.answered]).toEqual([[], 0]);
  expect(ledger.sent).toBeGreaterThan(beforeUnready);
  expect(await atWork).toEqual({ status: 200, parties: 5 });
  expect(await program.exited).toBe(0);
  expect(program.log()).toContain('"msg":"stopped"');
  console.info(`SIGTERM under load: ${ledger.sent} requests sent, ${ledger.answered} answered, ${ledger.lost.length} lost`);
  await pool.close();
}, 180_000);

test('a second signal ends the program at once with 1', async () => {
  gateway = await startChildGateway({ slowMs: 20_000 });
  const { url, program } = gateway;
  const pool = new Pool(url);
  const cut = ask(pool, slow).catch(() => 'cut');
  await wait(300);
  program.signal('SIGTERM');
  await expect.poll(() => statusOf(`${url}/readyz`), { interval: 20, timeout: 4_000 }).toBe(503);
  program.signal('SIGTERM');
  expect(await program.exited).toBe(1);
  expect(await cut).toBe('cut');
  await pool.destroy();
}, 180_000);
