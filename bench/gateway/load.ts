/** Sends requests in a closed loop over kept-alive connections, in a process of its own. Asked with a `Load`, it answers with a `Loaded`. */
import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';
import { answerParent } from './child.ts';

/** So many requests, all alike. */
export type Load = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly count: number;
  /** How many are under way at once, each on a connection of its own. */
  readonly connections: number;
  /** Bytes a whole answer has at least. */
  readonly bytes: number;
};
/** How it went: `failed` counts what was no whole answer with 200, `first` is the first of these; `shed` counts what was refused and sent again. */
export type Loaded = { readonly wallMs: number; readonly failed: number; readonly shed: number; readonly first: string };

const retryMs = 500;
let pool: { readonly url: string; readonly pool: Pool } | undefined;

async function run({ url, headers, body, count, connections, bytes }: Load): Promise<Loaded> {
  // the engine that is loaded keeps its connections until another is
  if (pool?.url !== url) {
    await pool?.pool.close();
    pool = { url, pool: new Pool(url, { connections, pipelining: 1, keepAliveTimeout: 60_000 }) };
  }
  const client = pool.pool;
  let left = count;
  let failed = 0;
  let shed = 0;
  let first = '';
  const send = async (): Promise<boolean> => {
    const { statusCode, body: answer } = await client.request({ path: '/graphql', method: 'POST', headers, body });
    const text = Buffer.from(await answer.arrayBuffer());
    if (statusCode === 503) return false;
    if (statusCode === 200 && text.length >= bytes && text.indexOf('"errors":') === -1) return true;
    failed += 1;
    if (first === '') first = `${statusCode} ${text.toString('utf8', 0, 300)}`;
    return true;
  };
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      // a gateway that is late on a busy machine says so, and is asked again later, as by any client
      while (!(await send())) {
        shed += 1;
        await wait(retryMs);
      }
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, worker));
  return { wallMs: performance.now() - began, failed, shed, first };
}

answerParent(null, (message) => run(message as unknown as Load));
