import pg from 'pg';
import { SourceUnreadable } from './row-source.ts';
import type { SqlReader } from './view-source.ts';

/**
 * A connection that reads a view: its transactions are read-only, its statements end after a minute, its times are in the zone given.
 * @throws SourceUnreadable nobody answers, or refuses
 */
export async function openPostgresView(url: string, timeZone: string): Promise<{ readonly read: SqlReader; close(): Promise<void> }> {
  const client = new pg.Client({ connectionString: url, application_name: 'corridor/connector', connectionTimeoutMillis: 10_000 });
  // A connection that breaks between two questions is told by the next question.
  client.on('error', () => undefined);
  const fail = (cause: unknown): never => {
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new SourceUnreadable(`the database of the view does not answer${code}`, { cause });
  };
  await client.connect().catch(fail);
  const read: SqlReader = async (text, args) => (await client.query<Record<string, unknown>>(text, [...args]).catch(fail)).rows;
  await read(
    `select set_config('TimeZone', $1, false), set_config('DateStyle', 'ISO, YMD', false), set_config('default_transaction_read_only', 'on', false),
       set_config('statement_timeout', '60000', false)`,
    [timeZone],
  );
  return { read, close: () => client.end() };
}
