import { readFile } from 'node:fs/promises';
import { CorridorError, invariant } from '@corridor/schemas';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import type { Database, Result, Run, Session } from './database.ts';
import { DatabaseError, databaseError } from './database-error.ts';
import { createListener } from './postgres-listener.ts';
import { encode, parsers } from './values.ts';

const connectMs = 5_000;
// What the server ends by itself, whatever became of the program: a statement, waiting for a lock, a transaction in which nothing happens.
const limits = { statement_timeout: 30_000, lock_timeout: 10_000, idle_in_transaction_session_timeout: 15_000 } as const;
const defaultPoolSize = 10;

type Querying = Pick<pg.ClientBase, 'query'>;

/** A database on a server, and as what it is opened. */
export type Server = {
  /** `postgres://role@host:port/database`; `sslmode=verify-full&sslrootcert=<file>` asks for TLS with a certificate of that authority for that host. */
  readonly url: string;
  /** Holds the role's password where the URL has none; read anew for every connection, so that a new one needs no restart. */
  readonly passwordFile?: string | undefined;
  /** How the connections call themselves at the server. */
  readonly application: string;
};

/**
 * Opens a PostgreSQL server: first one connection for `prepare` (owner, migrations), then the pool. Connections speak UTC, since Prisma's adapter
 * drops the offset of a timestamp on the way in and out.
 * @throws CorridorError DATABASE_UNREACHABLE naming host, port and database, never the credentials
 */
export async function openPostgres(
  server: Server,
  prepare: (session: Session) => Promise<void>,
  poolSize = defaultPoolSize,
): Promise<Database> {
  await onServer(server, prepare);
  const pool = new pg.Pool({ ...settings(server), ...limits, max: poolSize, onConnect: openSession });
  // A connection that breaks while nothing runs on it tells nobody but its listeners, and without one Node would end the program. An idle one is
  // taken out by the pool; one inside a transaction fails its next statement.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const listener = createListener(() => connect(server));
  return {
    kind: 'postgres',
    adapter: new PrismaPg(pool),
    run: runOn(pool),
    transaction: (body, timeoutMs) => transaction(pool, body, timeoutMs),
    listen: listener.listen,
    pool: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    async close() {
      await listener.close();
      await pool.end();
    },
  };
}

/** Runs `work` on one connection of its own, without the limits of the pool: a migration may take its time. @throws CorridorError DATABASE_UNREACHABLE */
export async function onServer<T>(server: Server, work: (session: Session) => Promise<T>): Promise<T> {
  const client = await connect(server);
  try {
    return await work({
      run: runOn(client),
      script: async (text) => {
        await guard(client.query(text));
      },
    });
  } finally {
    await client.end();
  }
}

/** Connects one client of its own. @throws CorridorError DATABASE_UNREACHABLE */
export async function connect(server: Server): Promise<pg.Client> {
  let where = 'the database URL cannot be read';
  try {
    const client = new pg.Client(settings(server));
    where = `${client.host}:${client.port}/${client.database ?? ''}`;
    client.on('error', () => undefined);
    await client.connect();
    await openSession(client);
    return client;
  } catch (error) {
    // No cause: Node's own error of a malformed URL holds the URL, password included.
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    throw new CorridorError('DATABASE_UNREACHABLE', { detail: typeof code === 'string' ? `${where} (${code})` : where });
  }
}

function settings({ url, passwordFile, application }: Server): pg.ClientConfig {
  // A connection string in the settings would win over the password beside it.
  const { password, ...parsed } = parseIntoClientConfig(url);
  const fromFile = passwordFile === undefined ? undefined : async () => (await readFile(passwordFile, 'utf8')).trim();
  return {
    ...parsed,
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    application_name: application,
    ...(password !== undefined && password !== '' ? { password } : fromFile !== undefined && { password: fromFile }),
  };
}

// No just-in-time compilation: for short statements of many conditions it took longer, by far, than running them.
async function openSession(client: Querying): Promise<void> {
  await client.query("set time zone 'UTC'; set jit = off");
}

function runOn(client: Querying): Run {
  return async (text, args, written) => {
    const values = args.map(encode);
    const name = written === true && args.length > 0 ? nameOf(text) : undefined;
    const result = await guard(client.query({ ...(name === undefined ? {} : { name }), text, values, types: { getTypeParser } }));
    invariant(!Array.isArray(result), 'one statement per call');
    return { rows: result.rows, count: result.rowCount ?? 0 };
  };
}

// Statements prepared under a name are parsed and planned once per connection: of a message's small statements that is half the server's work.
const names = new Map<string, string>();
const mostPrepared = 300;

function nameOf(text: string): string | undefined {
  // A text made at run time would fill the server's memory: there are only so many names.
  if (!names.has(text) && names.size < mostPrepared) names.set(text, `corridor_${names.size + 1}`);
  return names.get(text);
}

function getTypeParser(oid: number): (text: string) => unknown {
  return parsers[oid] ?? ((text) => text);
}

async function transaction<T>(pool: pg.Pool, body: (run: Run) => Promise<T>, timeoutMs: number): Promise<T> {
  const client = await guard(pool.connect());
  const run = runOn(client);
  let busy = 0;
  let broken = false;
  const counted: Run = async <Row>(text: string, args: readonly unknown[], written?: boolean): Promise<Result<Row>> => {
    busy += 1;
    try {
      return await run<Row>(text, args, written);
    } finally {
      busy -= 1;
    }
  };
  try {
    // The server ends what this process cannot: a statement that runs on, a transaction whose program stands still.
    await guard(
      client.query(
        `begin; set local statement_timeout = ${timeoutMs}; set local idle_in_transaction_session_timeout = ${timeoutMs + 5_000}`,
      ),
    );
    const value = await body(counted);
    const { command } = await guard(client.query('commit'));
    if (command !== 'COMMIT') throw new DatabaseError('25P02', 'the transaction was rolled back instead of committed (25P02)');
    return value;
  } catch (error) {
    // A statement still running cannot be waited for: dropping the connection rolls back.
    if (busy > 0) broken = true;
    else
      await client.query('rollback').catch(() => {
        broken = true;
      });
    throw error;
  } finally {
    client.release(broken);
  }
}

async function guard<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw databaseError(error);
  }
}
