import type { Clock, Random } from '@corridor/schemas';
import { isDraining } from './drain.ts';
import { checksWithinTime, type ReadyCheck } from './health.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { createServer, listen } from './server.ts';

/**
 * Opens a program's second listener, for its operators: `GET /metrics` in Prometheus' text format, `GET /healthz` with every check and its reason. It asks
 * for no token, so it listens on loopback or in a network that only operators reach.
 * @throws PORT_TAKEN
 */
export async function openAdmin(o: {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly metrics: Metrics;
  readonly ready: () => Promise<ReadyCheck[]>;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: Random;
}): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { name, metrics, ready, log, clock, random } = o;
  const server = createServer({ name, log, clock, random, ready, bodyLimit: 1_024 });
  const startedAt = clock();
  const config = { shed: false };
  server.get('/metrics', { config }, async (_request, reply) => {
    const text = await metrics.text();
    return reply.type(metrics.contentType).send(text);
  });
  server.get('/healthz', { config }, async (_request, reply) => {
    const checks = await checksWithinTime(ready);
    const draining = isDraining();
    const isReady = !draining && checks.every(({ ok }) => ok);
    return reply.code(isReady ? 200 : 503).send({
      status: draining ? 'draining' : isReady ? 'ready' : 'not ready',
      name,
      upSeconds: Math.floor((clock() - startedAt) / 1_000),
      checks,
    });
  });
  const url = await listen(server, o);
  return { url, close: () => server.close() };
}
