/**
 * A client that keeps sending whatever becomes of its requests, in a process of its own: `open-loop.ts '{"url":…}'`. It prints one line of JSON.
 * Open loop: so many requests per second, each at its time; latencies count from that time, so that a client that cannot keep up does not flatter the
 * server. Closed loop: so many at once, the next when one is answered; that measures capacity.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { percentile } from './figures.ts';

/** What to send, and how. */
export type Load = {
  readonly url: string;
  readonly body: string;
  readonly seconds: number;
  readonly loop: { readonly perSecond: number } | { readonly atOnce: number };
};

/** What became of it. */
export type Outcome = {
  readonly sent: number;
  readonly seconds: number;
  /** Good answers per second. */
  readonly goodput: number;
  /** Requests by status; 0: no answer. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Of the answers that were not 200: by code of the table, and how many of them named a time to come back. */
  readonly codes: Readonly<Record<string, number>>;
  readonly retryAfter: number;
  readonly good: { readonly p50: number; readonly p99: number };
};

async function run({ url, body, seconds, loop }: Load): Promise<Outcome> {
  const dispatcher = new Agent({ connect: { timeout: 20_000 }, headersTimeout: 20_000, bodyTimeout: 20_000 });
  const statuses: Record<string, number> = {};
  const codes: Record<string, number> = {};
  const good: number[] = [];
  let sent = 0;
  let retryAfter = 0;
  const startedAt = performance.now();
  const send = async (due: number): Promise<void> => {
    sent += 1;
    try {
      const response = await request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body, dispatcher });
      const answer = (await response.body.json()) as { errors?: { extensions?: { code?: string } }[] };
      statuses[response.statusCode] = (statuses[response.statusCode] ?? 0) + 1;
      if (response.statusCode === 200 && answer.errors === undefined) good.push(performance.now() - due);
      else {
        const code = answer.errors?.[0]?.extensions?.code ?? 'none';
        codes[code] = (codes[code] ?? 0) + 1;
        if (response.headers['retry-after'] !== undefined) retryAfter += 1;
      }
    } catch {
      statuses['0'] = (statuses['0'] ?? 0) + 1;
    }
  };
  const end = startedAt + seconds * 1_000;
  if ('atOnce' in loop)
    await Promise.all(
      Array.from({ length: loop.atOnce }, async () => {
        while (performance.now() < end) await send(performance.now());
      }),
    );
  else {
    const open: Promise<void>[] = [];
    const total = Math.round(loop.perSecond * seconds);
    while (open.length < total) {
      // All that are due by now: a timer fires late on a busy machine.
      while (open.length < total) {
        const due = startedAt + (open.length / loop.perSecond) * 1_000;
        if (due > performance.now()) break;
        open.push(send(due));
      }
      await wait(2);
    }
    await Promise.all(open);
  }
  const took = (performance.now() - startedAt) / 1_000;
  await dispatcher.destroy();
  return {
    sent,
    seconds: took,
    goodput: good.length / took,
    statuses,
    codes,
    retryAfter,
    good: { p50: percentile(good, 0.5), p99: percentile(good, 0.99) },
  };
}

if (import.meta.filename === process.argv[1])
  process.stdout.write(`${JSON.stringify(await run(JSON.parse(process.argv[2] ?? '{}') as Load))}\n`);
