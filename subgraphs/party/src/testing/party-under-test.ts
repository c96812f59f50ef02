/** One party as it runs, without a socket: real database, real signatures, passports and tokens; only clock, randomness and the issuer's network are ours. */
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createHopDoor, createVerifier, signHop } from '@corridor/identity';
import { createLogger } from '@corridor/runtime';
import { type Caller, partyOf } from '@corridor/schemas';
import { createAuditLog, type Sql, type Store, sql } from '@corridor/store';
import { openTestStore } from '@corridor/store/testing';
import { openDoor } from '@corridor/subgraph';
import { createCursors } from '../api/cursor.ts';
import { createGraph, type Graph } from '../api/graph.ts';
import { partySchema } from '../api/schema.ts';
import type { PartyDefinition } from '../definition.ts';
import { seedReference } from '../reference/seed.ts';
import { createPartyServer } from '../server.ts';
import { makeTestKeys, passportOf, type TestKeys } from './callers.ts';
import { guangxiUnderTest } from './definition.ts';

/** An answer as it left: body parsed where there is one. */
type Answered = { readonly status: number; readonly text: string; readonly body: GraphBody };
type GraphBody = {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly unknown[];
    readonly extensions: Record<string, unknown>;
  }[];
  readonly extensions?: { readonly masked?: readonly Record<string, unknown>[] };
};

/** The party and ways to ask it. */
export type PartyUnderTest = {
  readonly store: Store<'party'>;
  readonly keys: TestKeys;
  readonly definition: PartyDefinition;
  /** Milliseconds since the epoch; tests move it. */
  readonly clock: { now: number };
  /** Requests that reached execution. */
  readonly executed: { count: number };
  /** Statements sent to the database by resolvers. */
  readonly statements: string[];
  /** The same statements with their arguments. */
  readonly sent: Sql[];
  /** How much longer each of those takes, in ms. */
  readonly slowness: { ms: number };
  /** What the log was told, line by line. */
  readonly logged: string[];
  /** While set, appending to the access log fails. */
  readonly auditing: { fails: boolean };
  readonly server: ReturnType<typeof createPartyServer>;
  /** The graph behind `/graphql`, to be asked with a view of one's own. */
  readonly graph: Graph;
  /** Asks as the gateway does, for a caller. */
  ask(caller: Caller, query: string, variables?: object, headers?: Record<string, string>): Promise<Answered>;
  /** Asks for records by id, with one selection. */
  entities(caller: Caller, records: readonly { readonly type: string; readonly id: string }[], selection: string): Promise<Answered>;
  /** Asks at the owner's own endpoint, with a token for this owner. */
  askOwner(caller: Caller, query: string, variables?: object): Promise<Answered>;
  /** Headers of a signed hop. */
  hop(caller: Caller, body: string, more?: { readonly owner?: string; readonly deadlineMs?: number }): Promise<Record<string, string>>;
  post(path: string, body: string, headers: Record<string, string>): Promise<Answered>;
  /** Bodies of the access log, oldest first, without passport and salt. */
  auditRows(): Promise<object[]>;
  close(): Promise<void>;
};

const authority = 'guangxi.test:4001';
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** A party over a fresh database with the places of its definition and nothing else; `as` whom its database is opened matters on a server alone. */
export async function startPartyUnderTest(
  definition: PartyDefinition = guangxiUnderTest,
  as: 'runtime' | 'administrator' = 'runtime',
): Promise<PartyUnderTest> {
  const party = partyOf(definition.code);
  const clock = { now: Date.parse('2026-10-05T08:00:00.000Z') };
  const time = () => clock.now;
  const random = countedRandom();
  const store = await openTestStore('party', party.code, { as });
  await seedReference(store, definition, () => Date.parse('2026-09-01T00:00:00.000Z'), random);
  const keys = makeTestKeys(party.code, time, random);
  const executed = { count: 0 };
  const statements: string[] = [];
  const sent: Sql[] = [];
  const slowness = { ms: 0 };
  const logged: string[] = [];
  const auditing = { fails: false };
  const owner = {
    party,
    definition,
    store: counted(store, statements, sent, slowness),
    cursors: createCursors([{ key: new Uint8Array(32).fill(7) }], time),
    pseudonymKey: new Uint8Array(32).fill(9),
    clock: time,
  };
  const log = createLogger({ name: party.code, level: 'debug', stream: { write: (line: string) => void logged.push(line) } });
  const auditLog = createAuditLog(store, { windowMs: 0 });
  const failing = {
    append: (rows: Parameters<typeof auditLog.append>[0]) =>
      auditing.fails ? Promise.reject(new Error('disk full')) : auditLog.append(rows),
  };
  const graphOf = (door: 'gateway' | 'owner'): Graph => {
    const graph = createGraph({
      schema: partySchema(party, door),
      ...(door === 'owner' && { limits: openDoor }),
      owner,
      auditLog: failing,
      random,
      log,
    });
    return {
      answer(...asked) {
        executed.count += 1;
        return graph.answer(...asked);
      },
    };
  };
  const verifier = createVerifier(keys.issuers, {
    audience: definition.audience,
    clock: time,
    fetch: keys.fetch as never,
    schedule: () => () => {},
  });
  const unused = () => Promise.reject(new Error('not under test'));
  const gatewayGraph = graphOf('gateway');
  const server = createPartyServer({
    owner,
    gatewayGraph,
    ownerGraph: graphOf('owner'),
    hopDoor: createHopDoor({
      owner: party.code,
      authority,
      keys: [keys.hopKey],
      gateways: keys.gateways,
      issuers: keys.issuers,
      clock: time,
    }),
    verifier,
    ingest: { post: unused },
    feed: { get: unused },
    authority,
    clock: time,
    random,
    log,
    ready: async () => [],
    // A machine that runs many tests at once is late, not overloaded.
    limits: { inFlightLimit: 1_000, eventLoopDelay: { limitMs: 60_000, sampleMs: 60_000 } },
  });
  await server.ready();

  async function post(path: string, body: string, headers: Record<string, string>): Promise<Answered> {
    const response = await server.inject({ method: 'POST', url: path, headers, payload: body });
    return { status: response.statusCode, text: response.body, body: response.body === '' ? {} : JSON.parse(response.body) };
  }
  async function hop(
    caller: Caller,
    body: string,
    more: { readonly owner?: string; readonly deadlineMs?: number } = {},
  ): Promise<Record<string, string>> {
    return signHop(
      {
        method: 'POST',
        authority,
        path: '/graphql',
        query: '',
        contentType: 'application/json',
        body: Buffer.from(body),
        caller: await passportOf(keys, caller, more.owner ?? party.code),
        deadlineMs: more.deadlineMs ?? 30_000,
        traceparent,
      },
      keys.hopKey,
      { clock: time, random: (bytes) => randomBytes(bytes) },
    );
  }
  async function ask(caller: Caller, query: string, variables: object = {}, headers: Record<string, string> = {}): Promise<Answered> {
    const body = JSON.stringify({ query, variables });
    return post('/graphql', body, { ...(await hop(caller, body)), ...headers });
  }
  return {
    store,
    keys,
    definition,
    clock,
    executed,
    statements,
    sent,
    slowness,
    logged,
    auditing,
    server,
    graph: gatewayGraph,
    ask,
    entities: (caller, records, selection) =>
      ask(caller, `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`, {
        representations: records.map(({ type, id }) => ({ __typename: type, id })),
      }),
    askOwner: (caller, query, variables = {}) =>
      post('/owner/graphql', JSON.stringify({ query, variables }), {
        'content-type': 'application/json',
        authorization: keys.bearer(caller, definition.audience),
      }),
    hop,
    post,
    async auditRows() {
      const rows = await store.query<{ body: Record<string, unknown> }>(sql`select body from audit_log order by id`);
      return rows.map(({ body: { passport: _passport, salt: _salt, ...body } }) => body);
    },
    async close() {
      await server.close();
      verifier.close();
      await auditLog.close();
      await store.close();
    },
  };
}

function counted(
  store: Store<'party'>,
  statements: string[],
  sent: Sql[],
  slowness: { readonly ms: number },
): Pick<Store<'party'>, 'kind' | 'query' | 'transaction'> {
  const told = async (statement: Sql): Promise<void> => {
    statements.push(statement.text);
    sent.push(statement);
    if (slowness.ms > 0) await wait(slowness.ms);
  };
  return {
    kind: store.kind,
    async query(statement: Sql) {
      await told(statement);
      return store.query(statement);
    },
    transaction(work, options) {
      return store.transaction(
        (tx) =>
          work({
            ...tx,
            async sql(statement) {
              await told(statement);
              return tx.sql(statement);
            },
          }),
        options,
      );
    },
  };
}

/** Bytes that are never the same twice, and the same in every run. */
function countedRandom(): (bytes: number) => Uint8Array {
  let count = 0;
  return (bytes) => {
    count += 1;
    return new Uint8Array(createHash('sha512').update(`random ${count}`).digest().subarray(0, bytes));
  };
}
