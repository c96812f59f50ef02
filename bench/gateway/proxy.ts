/**
 * The floors: a plain proxy that sends the same questions to the same owners in the same order of dependence. `copying` puts the bytes together,
 * `parsing` reads each answer once and writes all once. Arguments: which of the two. Asked with waves, it replays these from then on.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { answerParent } from './child.ts';

/** One question to one owner. */
export type Question = { readonly origin: string; readonly body: string };

const parses = process.argv[2] === 'parsing';
const pools = new Map<string, Pool>();
let waves: readonly (readonly Question[])[] = [];

function ask({ origin, body }: Question): Promise<Buffer> {
  let pool = pools.get(origin);
  if (pool === undefined) {
    pool = new Pool(origin, { connections: 64, pipelining: 1, keepAliveTimeout: 4_000 });
    pools.set(origin, pool);
  }
  const from = pool;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    from.dispatch(
      { origin, path: '/graphql', method: 'POST', headers: { 'content-type': 'application/json' }, body },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd: () => resolve(Buffer.concat(chunks)),
        onResponseError: (_controller, cause) => reject(cause),
      },
    );
  });
}

async function replay(): Promise<Buffer> {
  const answers: Buffer[] = [];
  const parsed: unknown[] = [];
  for (const wave of waves) {
    const received = await Promise.all(wave.map(ask));
    if (parses) parsed.push(...received.map((each) => JSON.parse(each.toString('utf8'))));
    else answers.push(...received);
  }
  return parses ? Buffer.from(JSON.stringify(parsed)) : Buffer.concat(answers);
}

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    void replay().then(
      (body) => response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body),
      () => response.writeHead(502).end(),
    );
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
answerParent(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, (message) => {
  waves = message['waves'] as typeof waves;
  return waves.length;
});
