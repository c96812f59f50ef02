import { systemRandom } from '../packages/runtime/src/system.ts';
import { asAdministrator } from '../packages/store/src/testing.ts';
import { startThrowAwayPostgres } from '../scripts/throw-away-postgres.mjs';
import {
  aBox,
  aSource,
  codeco,
  guangxiWithSources,
  type IngestUnderTest,
  openIngestUnderTest,
} from '../subgraphs/party/src/testing/ingest-under-test.ts';
import { ownCpu, say, spread, treeCpu } from './measure.ts';

type Server = NonNullable<Awaited<ReturnType<typeof startThrowAwayPostgres>>>;
type Cost = { readonly wall: number; readonly cpu: number };

/** Messages a request, boxes a message. */
const shapes = [
  { messages: 1, boxes: 1 },
  { messages: 500, boxes: 1 },
  { messages: 1, boxes: 100 },
  { messages: 1, boxes: 1_000 },
] as const;

type Shape = (typeof shapes)[number];

/** What gate events without a consignment leave behind, in the order COPY can fill it. */
const tables = ['raw_message', 'source_message', 'equipment_record', 'equipment_event', 'outbox'];

/** Events through the door of a party into PostgreSQL, beside COPY of the rows they left: the same tables, indexes and constraints. */
export async function benchIngest({ rounds, events = 5_000 }: { rounds: number; events: number | undefined }): Promise<void> {
  const server = await startThrowAwayPostgres();
  if (server === undefined) return say('left out: this machine has no PostgreSQL');
  try {
    process.env['TEST_DATABASE_URL'] = server.url;
    const owner = await openIngestUnderTest(guangxiWithSources, systemRandom);
    try {
      for (const shape of shapes) await compare(server, owner, { rounds, events, shape });
    } finally {
      await owner.close();
    }
  } finally {
    server.stop();
  }
}

async function compare(server: Server, owner: IngestUnderTest, o: { rounds: number; events: number; shape: Shape }): Promise<void> {
  const { shape, rounds } = o;
  const perRequest = shape.messages * shape.boxes;
  const count = Math.max(1, Math.ceil((perRequest === 1 ? o.events / 10 : o.events) / perRequest));
  // A client shows one token until that expires.
  const authorization = owner.keys.bearer(aSource('qz-terminal'), guangxiWithSources.audience);
  const ingests: Cost[] = [];
  const copies: Cost[] = [];
  let rows = 0;
  // round 0 warms up and is not counted
  for (let round = 0; round <= rounds; round++) {
    await owner.empty();
    const requests = Array.from({ length: count }, (_, at) => requestOf(at, shape));
    const ingest = await cost(server, async () => {
      for (const body of requests) {
        const { status } = await owner.post({ authorization, body });
        if (status !== 200) throw new Error(`the door answered ${status}`);
      }
    });
    rows = await unload(server, owner);
    // What autovacuum does to tables in use: the plans of a database that was always empty are no one's.
    if (round === 0) for (const table of tables) await run(owner, `analyze ${table}`);
    await owner.empty();
    await empty(owner);
    const copy = await cost(server, () => load(server, owner));
    if (round > 0) {
      ingests.push(ingest);
      copies.push(copy);
    }
  }
  const events = count * perRequest;
  const perEvent = (costs: readonly Cost[], of: keyof Cost): string =>
    spread(
      costs.map((each) => each[of] / events),
      3,
    );
  const share = (of: keyof Cost): string =>
    spread(
      ingests.map((ingest, at) => (copies[at]?.[of] ?? Number.NaN) / ingest[of]),
      2,
    );
  say(
    `${count} requests of ${shape.messages} message${shape.messages === 1 ? '' : 's'} of ${shape.boxes} box${shape.boxes === 1 ? '' : 'es'}, ${events} events, ${rows} rows in ${tables.length} tables`,
  );
  say(`  ingest  ${perEvent(ingests, 'wall')} ms/event, CPU of program and server ${perEvent(ingests, 'cpu')} ms/event`);
  say(`  COPY    ${perEvent(copies, 'wall')} ms/event, CPU of program and server ${perEvent(copies, 'cpu')} ms/event`);
  say(`  share of COPY's speed: ${share('wall')} by the clock, ${share('cpu')} by CPU (target 0.4)`);
}

function requestOf(at: number, { messages, boxes }: Shape): string {
  const all = Array.from({ length: messages }, (_, message) => {
    const number = at * messages + message;
    const own = Array.from({ length: boxes }, (_box, box) => aBox(`LSCU${String(1_000_000 + number * boxes + box)}`));
    return codeco({ interchange: String(at + 1), reference: String(message + 1), document: `GATE-${number}`, boxes: own }).split('\n');
  });
  // Each has its own header and trailer: one of them stands around all.
  return [all[0]?.[0], ...all.flatMap((lines) => lines.slice(1, -1)), `UNZ+${messages}+${at + 1}'`].join('\n');
}

async function cost(server: Server, work: () => Promise<void>): Promise<Cost> {
  const cpu = ownCpu() + treeCpu(server.pid);
  const began = performance.now();
  await work();
  return { wall: performance.now() - began, cpu: ownCpu() + treeCpu(server.pid) - cpu };
}

/** Writes the rows to files of the server; gives how many. */
async function unload(server: Server, owner: IngestUnderTest): Promise<number> {
  let rows = 0;
  for (const table of tables) {
    rows += (await owner.rows<{ count: number }>(`select count(*)::int as count from ${table}`))[0]?.count ?? 0;
    await run(owner, `copy ${table} to '${server.folder}/${table}' (format text)`);
  }
  return rows;
}

async function load(server: Server, owner: IngestUnderTest): Promise<void> {
  await run(owner, `begin; ${tables.map((table) => `copy ${table} from '${server.folder}/${table}' (format text)`).join('; ')}; commit`);
}

async function empty(owner: IngestUnderTest): Promise<void> {
  for (const table of tables) await run(owner, `delete from ${table}`);
}

// The program's own role may neither read files of the server nor delete what came in; ingest itself runs under it.
function run(owner: IngestUnderTest, text: string): Promise<void> {
  return asAdministrator(owner.store, text);
}
