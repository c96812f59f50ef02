import { createHopDoor, type HopDoor } from '../packages/identity/src/index.ts';
import { createLogger } from '../packages/runtime/src/index.ts';
import { systemRandom } from '../packages/runtime/src/system.ts';
import { type AuditLog, createAuditLog, sql } from '../packages/store/src/index.ts';
import { type Caller, partyOf } from '../schemas/src/index.ts';
import { startThrowAwayPostgres } from '../scripts/throw-away-postgres.mjs';
import { createCursors } from '../subgraphs/party/src/api/cursor.ts';
import { createGraph } from '../subgraphs/party/src/api/graph.ts';
import { partySchema } from '../subgraphs/party/src/api/schema.ts';
import { createPartyServer } from '../subgraphs/party/src/server.ts';
import { passportOf } from '../subgraphs/party/src/testing/callers.ts';
import { guangxiUnderTest } from '../subgraphs/party/src/testing/definition.ts';
import { type PartyUnderTest, startPartyUnderTest } from '../subgraphs/party/src/testing/party-under-test.ts';
import { fillParty } from './fill-party.ts';
import { ownCpu, say, spread, treeCpu } from './measure.ts';
import { makePopulation, sizesOf } from './population.ts';
import { viewers } from './questions.ts';

const boxes = 40;
const timesPerBox = 20;
const connections = 16;
const authority = 'guangxi.test:4001';

/** The ports of a party that the bench takes away; the program itself has no way to do without them. */
type Ports = { readonly hopDoor: HopDoor; readonly auditLog: Pick<AuditLog, 'append'> };
type Rows = Parameters<AuditLog['append']>[0];
type Server = ReturnType<typeof createPartyServer>;
type Asking = { readonly body: string; readonly headers: Record<string, string> };

/** An owner's part of `equipmentJourney` over PostgreSQL: composed with both ports, without the log of reads, and without both. */
export async function benchOwnersAuthorization({ rounds }: { rounds: number }): Promise<void> {
  const postgres = await startThrowAwayPostgres();
  if (postgres === undefined) return say('owner: left out, this machine has no PostgreSQL');
  try {
    process.env['TEST_DATABASE_URL'] = postgres.url;
    // who fills a database drops its indexes meanwhile
    const party = await startPartyUnderTest(guangxiUnderTest, 'administrator');
    const population = makePopulation(sizesOf(10_000).large);
    await fillParty(party.store, population, () => undefined);
    const seen = population.consignments.filter(({ isSeen }) => isSeen).slice(0, boxes);
    const caller = viewers.firm.atParty;
    const passport = await passportOf(party.keys, caller, party.definition.code);
    const real = { hopDoor: realDoor(party), auditLog: createAuditLog(party.store) };
    const kept: Rows[] = [];
    const none = { hopDoor: openDoor(caller, passport), auditLog: { append: async (rows: Rows) => void kept.push(rows) } };
    const compositions = {
      whole: compose(party, real),
      'without log': compose(party, { ...none, hopDoor: real.hopDoor }),
      'without both': compose(party, none),
    };
    const cpu = (): number => ownCpu() + treeCpu(postgres.pid);
    try {
      const figures: Record<string, { own: number; all: number }[]> = {};
      // round 0 warms up and is not counted
      for (let round = 0; round <= rounds; round++) {
        for (const [name, server] of Object.entries(compositions)) {
          const askings = await signed(party, caller, seen);
          const [own, all] = [ownCpu(), cpu()];
          await answerAll(server, askings);
          const used = { own: ((ownCpu() - own) * 1_000) / askings.length, all: ((cpu() - all) * 1_000) / askings.length };
          if (round > 0) figures[name] = [...(figures[name] ?? []), used];
        }
      }
      report(figures);
      const doors: number[] = [];
      const logs: number[] = [];
      for (let round = 0; round <= rounds; round++) {
        const us = await admitting(realDoor(party), await signed(party, caller, seen));
        if (round > 0) doors.push(us);
        kept.length = 0;
        await answerAll(compositions['without both'], await signed(party, caller, seen));
        const logUs = await logging(real.auditLog, kept, cpu);
        if (round > 0) logs.push(logUs);
      }
      say(`  by itself, the door        ${spread(doors, 1)} us a request`);
      say(`  by itself, the log         ${spread(logs, 1)} us a request`);
    } finally {
      for (const server of Object.values(compositions)) await server.close();
      await real.auditLog.close();
      await party.close();
    }
  } finally {
    postgres.stop();
  }
}

function report(figures: Readonly<Record<string, readonly { own: number; all: number }[]>>): void {
  const of = (name: string, kind: 'own' | 'all'): number[] => (figures[name] ?? []).map((each) => each[kind]);
  const told = (one: readonly number[], other: readonly number[]): string => {
    const us = one.map((value, at) => value - (other[at] ?? Number.NaN));
    const shares = us.map((value, at) => (100 * value) / (of('whole', 'all')[at] ?? Number.NaN));
    return `${spread(us)} us a request, ${spread(shares, 1)} % of the whole`;
  };
  const [whole, withoutLog, withoutBoth] = ['whole', 'without log', 'without both'].map((name) => of(name, 'all'));
  say(
    `owner, its part of equipmentJourney, CPU of program and server: ${spread(whole ?? [])} us a request, the program ${spread(of('whole', 'own'))}`,
  );
  say(`  log of reads               ${told(whole ?? [], withoutLog ?? [])}`);
  say(`  signature, passport, nonce ${told(withoutLog ?? [], withoutBoth ?? [])}`);
  say(`  together                   ${told(whole ?? [], withoutBoth ?? [])} (target 10 %)`);
}

/** Microseconds of processor time to let in one request, nothing else running. */
async function admitting(door: HopDoor, askings: readonly Asking[]): Promise<number> {
  const hops = askings.map(({ body, headers }) => ({ body: Buffer.from(body), headers }));
  const before = ownCpu();
  for (const hop of hops)
    await door.admit({ method: 'POST', authority, path: '/graphql', query: '', contentType: 'application/json', ...hop });
  return ((ownCpu() - before) * 1_000) / hops.length;
}

/** Microseconds of processor time of program and server to log what one request read, as many at once as requests are answered. */
async function logging(auditLog: Ports['auditLog'], reads: readonly Rows[], cpu: () => number): Promise<number> {
  const left = [...reads];
  const before = cpu();
  const worker = async (): Promise<void> => {
    for (let rows = left.pop(); rows !== undefined; rows = left.pop()) await auditLog.append(rows);
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return ((cpu() - before) * 1_000) / reads.length;
}

/** The events of each box, asked for as the gateway asks; signed before anything is measured, each with a nonce of its own. */
async function signed(party: PartyUnderTest, caller: Caller, seen: readonly { readonly equipmentReference: string }[]): Promise<Asking[]> {
  const fields = 'id eventDateTime eventClassifierCode equipmentEventTypeCode equipmentReference eventLocation { UNLocationCode }';
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on GuangxiEquipmentEvent { ${fields} } } }`;
  const askings: Asking[] = [];
  for (let time = 0; time < timesPerBox; time++) {
    for (const { equipmentReference } of seen) {
      const ids = await eventsOf(party, equipmentReference);
      const body = JSON.stringify({
        query,
        variables: { representations: ids.map((id) => ({ __typename: 'GuangxiEquipmentEvent', id })) },
      });
      askings.push({ body, headers: await party.hop(caller, body) });
    }
  }
  return askings;
}

const known = new Map<string, readonly string[]>();

async function eventsOf(party: PartyUnderTest, box: string): Promise<readonly string[]> {
  const found = known.get(box);
  if (found !== undefined) return found;
  const rows = await party.store.query<{ id: string }>(
    sql`select id from equipment_event where equipment_reference = ${box} order by id limit 50`,
  );
  const ids = rows.map(({ id }) => id);
  known.set(box, ids);
  return ids;
}

async function answerAll(server: Server, askings: readonly Asking[]): Promise<void> {
  const left = [...askings];
  const worker = async (): Promise<void> => {
    for (let asking = left.pop(); asking !== undefined; asking = left.pop()) {
      const { statusCode, body } = await server.inject({ method: 'POST', url: '/graphql', headers: asking.headers, payload: asking.body });
      if (statusCode !== 200 || !body.includes('"eventDateTime"') || body.includes('"errors"'))
        throw new Error(`the owner answered ${statusCode} ${body.slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
}

function compose(party: PartyUnderTest, { hopDoor, auditLog }: Ports): Server {
  const clock = (): number => party.clock.now;
  const code = party.definition.code;
  const log = createLogger({ name: code, level: 'info', stream: { write: () => undefined } });
  const { store, definition } = party;
  const cursors = createCursors([{ key: new Uint8Array(32).fill(7) }], clock);
  const owner = { party: partyOf(code), definition, store, cursors, pseudonymKey: new Uint8Array(32).fill(9), clock };
  const graph = createGraph({ schema: partySchema(owner.party, 'gateway'), owner, auditLog, random: systemRandom, log });
  const unused = (): Promise<never> => Promise.reject(new Error('not measured'));
  return createPartyServer({
    owner,
    gatewayGraph: graph,
    ownerGraph: graph,
    hopDoor,
    verifier: { verify: unused, keySetAges: () => [], close: () => undefined },
    ingest: { post: unused },
    feed: { get: unused },
    authority,
    clock,
    random: systemRandom,
    log,
    ready: async () => [],
    limits: { inFlightLimit: 1_000, eventLoopDelay: { limitMs: 60_000, sampleMs: 60_000 } },
  });
}

function realDoor({ definition, keys, clock }: PartyUnderTest): HopDoor {
  const { gateways, issuers } = keys;
  return createHopDoor({ owner: definition.code, authority, keys: [keys.hopKey], gateways, issuers, clock: () => clock.now });
}

/** Lets in whoever comes, as the caller given. */
function openDoor(caller: Caller, passport: string): HopDoor {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const admitted = { caller, passport, gateway: 'gw1', deadlineAt: Number.POSITIVE_INFINITY, traceparent };
  return { admit: async () => admitted };
}
