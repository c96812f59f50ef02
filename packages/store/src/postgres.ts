import { CorridorError, invariant } from '@corridor/schemas';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Database, Result, Run, Session } from './database.ts';
import { DatabaseError, databaseError } from './database-error.ts';
import { createListener } from './postgres-listener.ts';
import { encode, parsers } from './values.ts';

const connectMs = 5_000;
const statementMs = 30_000;

type Querying = Pick<pg.ClientBase, 'query'>;

/**
 * Opens a PostgreSQL server: first one connection for `prepare` (owner, migrations), then the pool. Connections speak UTC, since Prisma's adapter
 * drops the offset of a timestamp on the way in and out.
 * @param application how the connections call themselves at the server
 * @throws CorridorError DATABASE_UNREACHABLE naming host, port and database, never the credentials
 */
export async function openPostgres(url: string, application: string, prepare: (session: Session) => Promise<void>): Promise<Database> {
  const first = await connect(url, application);
  try {
    await prepare({
      run: runOn(first),
      script: async (text) => {
        await guard(first.query(text));
      },
    });
  } finally {
    await first.end();
  }

  const pool = new pg.Pool({ ...settings(url, application), statement_timeout: statementMs, max: 10, onConnect: openSession });
  // A connection that breaks while nothing runs on it tells nobody but its listeners, and without one Node would end the program. An idle one is
  // taken out by the pool; one inside a transaction fails its next statement.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const listener = createListener(() => connect(url, application));
  return {
    kind: 'postgres',
    adapter: new PrismaPg(pool),
    run: runOn(pool),
    transaction: (body, timeoutMs) => transaction(pool, body, timeoutMs),
    listen: listener.listen,
    async close() {
      await listener.close();
      await pool.end();
    },
  };
}

/** Connects one client of its own. @throws CorridorError DATABASE_UNREACHABLE */
export async function connect(url: string, application: string): Promise<pg.Client> {
  let where = 'the database URL cannot be read';
  try {
    const client = new pg.Client(settings(url, application));
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

function settings(url: string, application: string): pg.ClientConfig {
  return { connectionString: url, connectionTimeoutMillis: connectMs, keepAlive: true, application_name: application };
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
