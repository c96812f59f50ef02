import { chainOf, type LogEntry } from '@corridor/audit';
import type { SqlStore, SqlTx } from '@corridor/exchange';
import { invariant, type Random } from '@corridor/schemas';
import { linesOf } from './line.ts';

// Any fixed number no other advisory lock of the product has.
const lockId = '72707372';
const batch = 500;

/**
 * Gives the next positions to committed rows of the log, up to 500, chains them, and writes what each owner may read of them into that owner's own
 * chain. Ids are taken before a transaction commits: a reader that follows them passes rows that appear later. Positions are given afterwards, under a
 * lock, so a cursor passes none; what rolls back leaves no gap.
 * @returns how many rows were sealed
 */
export async function seal(store: SqlStore, random: Random): Promise<number> {
  return store.transaction(async (tx) => {
    // A statement of its own: the next one's snapshot is taken under the lock and holds every position given before.
    await tx.query('select true as locked from pg_advisory_xact_lock($1::bigint)', lockId);
    const rows = await tx.query<{ id: bigint; entry_id: string; at: string; body: unknown }>(
      `select l.id, l.entry_id, ${microseconds('l.at')} as at, l.body from audit_log l where l.position is null order by l.id limit ${batch}`,
    );
    if (rows.length === 0) return 0;
    const entries = rows.map((row) => ({ id: row.entry_id, at: row.at, body: row.body }));
    await sealWhole(tx, entries);
    await sealLines(tx, entries, random);
    return rows.length;
  });
}

/** Seals until nothing committed before the call waits. */
export async function sealAll(store: SqlStore, random: Random): Promise<void> {
  while ((await seal(store, random)) === batch);
}

/** SQL of an instant as a leaf has it: UTC in microseconds, whatever the connection's time zone. */
export function microseconds(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

type Head = { last: bigint; chain: Uint8Array };

async function sealWhole(tx: SqlTx, entries: readonly LogEntry[]): Promise<void> {
  const head = await headOf(tx, 'directory');
  const sealed = entries.map((entry) => ({ entry_id: entry.id, ...next(head, entry) }));
  await tx.execute(
    `update audit_log l set position = r.position, chain = decode(r.chain, 'hex')
       from jsonb_to_recordset($1::jsonb) as r(entry_id text, position bigint, chain text) where l.entry_id = r.entry_id`,
    JSON.stringify(sealed),
  );
  await keepHead(tx, 'directory', head);
}

async function sealLines(tx: SqlTx, entries: readonly LogEntry[], random: Random): Promise<void> {
  const heads = new Map<string, Head>();
  const lines: object[] = [];
  for (const { id, at, body } of entries) {
    for (const line of linesOf(body, random)) {
      const head = heads.get(line.party) ?? (await headOf(tx, line.party));
      heads.set(line.party, head);
      lines.push({ party: line.party, entry_id: id, at, body: line.body, ...next(head, { id, at, body: line.body }) });
    }
  }
  if (lines.length === 0) return;
  await tx.execute(
    `insert into audit_line (party, position, entry_id, at, body, chain)
     select r.party, r.position, r.entry_id, r.at, r.body, decode(r.chain, 'hex')
       from jsonb_to_recordset($1::jsonb) as r(party text, position bigint, entry_id text, at timestamptz, body jsonb, chain text)`,
    JSON.stringify(lines),
  );
  for (const [party, head] of heads) await keepHead(tx, party, head);
}

function next(head: Head, entry: LogEntry): { position: string; chain: string } {
  head.last += 1n;
  head.chain = chainOf(head.chain, entry);
  return { position: head.last.toString(), chain: Buffer.from(head.chain).toString('hex') };
}

async function headOf(tx: SqlTx, log: string): Promise<Head> {
  await tx.execute("insert into audit_head (log, last, chain) values ($1, 0, decode(repeat('00', 32), 'hex')) on conflict do nothing", log);
  const [head] = await tx.query<Head>('select last, chain from audit_head where log = $1', log);
  invariant(head !== undefined, 'a head was just made');
  return { ...head };
}

async function keepHead(tx: SqlTx, log: string, { last, chain }: Head): Promise<void> {
  await tx.execute(
    "update audit_head set last = $2::bigint, chain = decode($3, 'hex') where log = $1",
    log,
    last.toString(),
    Buffer.from(chain).toString('hex'),
  );
}
