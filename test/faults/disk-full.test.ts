/**
 * Fault 5, disk full: an owner's whole database lies in a tablespace on a small file system of its own (tmpfs), which is filled to the last byte while
 * messages come in and records are read, and given room again. The program is not touched. The server's own log (WAL) lies elsewhere: a server without room
 * for that stops, and its programs refuse as with any lost server. Skipped without a server, or without the right to mount.
 */
import { spawnSync } from 'node:child_process';
import { chownSync, closeSync, fsyncSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { systemClock } from '@corridor/runtime';
import { openStore, sql } from '@corridor/store';
import { administer, createOwnersDatabase, type OwnersDatabase, testServer } from '@corridor/store/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Corridor, startCorridor } from '../setup/corridor.ts';
import { boxNumber, consignment } from '../setup/messages.ts';

const server = testServer();
const mayMount = server !== undefined && process.getuid?.() === 0 && canMount();
const tablespace = `corridor_full_${process.pid}`;
let place: string;
let database: OwnersDatabase;
let corridor: Corridor;

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'corridor-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status === 0;
  if (mounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return mounted;
}

beforeAll(async () => {
  if (!mayMount) return;
  database = await createOwnersDatabase(server ?? '', 'party', 'guangxi');
  const admin = await openStore({ model: 'party', owner: 'guangxi', databaseUrl: database.administratorUrl, clock: systemClock });
  const [where] = await admin.query<{ folder: string }>(sql`select current_setting('data_directory') as folder`);
  await admin.close();
  const folder = where?.folder ?? '';
  place = mkdtempSync(join(dirname(folder), 'full-'));
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', place]).status).toBe(0);
  const { uid, gid } = statSync(folder);
  chownSync(place, uid, gid);
  await administer(server ?? '', `create tablespace ${tablespace} location '${place}'`);
  await administer(server ?? '', `alter database ${new URL(database.url).pathname.slice(1)} set tablespace ${tablespace}`);
  corridor = await startCorridor({ only: ['guangxi'], env: { guangxi: { DATABASE_URL_GUANGXI: database.url } } });
});
afterAll(async () => {
  if (!mayMount) return;
  await corridor?.close();
  await database?.drop();
  await administer(server ?? '', `drop tablespace if exists ${tablespace}`);
  spawnSync('umount', [place]);
  rmSync(place, { recursive: true });
});

const filler = (): string => join(place, 'filler');
/** Takes all room that is left, whatever is freed meanwhile. */
function fill(): void {
  const file = openSync(filler(), 'a');
  try {
    for (const size of [65_536, 512]) {
      try {
        for (;;) writeSync(file, Buffer.alloc(size));
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOSPC' });
      }
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

const reference = (n: number): string => `4CN9151${String(n).padStart(11, '0')}`;
// A sender keeps what it sent: the same bytes each time.
const bodies = new Map<number, string>();
const message = (n: number): string => {
  const body =
    bodies.get(n) ??
    consignment({
      recordReference: `F${n}`,
      ucr: reference(n),
      booking: `BKF${n}`,
      box: boxNumber(n),
      route: [
        ['CNCQI', 'CQ'],
        ['CNQZH', 'GX'],
        ['SGSIN', 'SG'],
      ],
    });
  bodies.set(n, body);
  return body;
};
const post = async (n: number): Promise<{ status: number; outcome: string | undefined }> => {
  const authorization = `Bearer ${await corridor.token('gx-terminal-system')}`;
  const headers = { 'content-type': 'application/json', authorization };
  const { status, text } = await corridor.send('guangxi', '/ingest?format=consignment.v1', { headers, body: message(n) });
  return { status, outcome: status === 200 ? JSON.parse(text).messages[0].outcome : undefined };
};
let record = '';
/** Reads a record at the owner as its own staff: what it shows, or the code of its refusal. */
const read = async (): Promise<string> => {
  const query = 'query ($id: ID!) { record(id: $id) { ... on GuangxiConsignmentRecord { consignmentStatus } } }';
  const { data, errors } = await corridor.askOwner('gx-officer-at-gx', 'guangxi', query, { id: record });
  return errors?.[0]?.extensions.code ?? data.record.consignmentStatus;
};
const stored = async (): Promise<{ ids: string[]; records: string[]; reads: number; torn: number; positions: number[] }> => {
  const store = await openStore({ model: 'party', owner: 'guangxi', databaseUrl: database.url, clock: systemClock });
  try {
    const records = await store.query<{ id: string; reference: string }>(
      sql`select id, unique_consignment_reference as reference from consignment_record order by 2`,
    );
    const [reads] = await store.query<{ n: number }>(
      sql`select count(*)::int as n from audit_log where body ->> 'recordClass' = 'CONSIGNMENT'`,
    );
    // Half a message: a record without its message, without a change told, or without its participants.
    const [torn] = await store.query<{ n: number }>(
      sql`select count(*)::int as n from consignment_record c
           where not exists (select from outbox o where o.subject = c.id and o.revision = c.revision)
              or (select count(*) from source_message) <> (select count(*) from consignment_record)`,
    );
    const positions = await store.query<{ position: number }>(
      sql`select position::int as position from outbox where position is not null order by outbox.position`,
    );
    return {
      ids: records.map((row) => row.id),
      records: records.map((row) => row.reference),
      reads: reads?.n ?? -1,
      torn: torn?.n ?? -1,
      positions: positions.map((row) => row.position),
    };
  } finally {
    await store.close();
  }
};

test.skipIf(!mayMount)(
  'on a full disk nothing is acknowledged that is not stored, no read is answered that is not logged, and with room all goes on',
  async () => {
    const acknowledged = new Set<number>();
    const refused = new Map<string | number, number>();
    let [next, answered] = [0, 0];
    const work = async (): Promise<void> => {
      const { status, outcome } = await post(next);
      if (status === 200) acknowledged.add(next);
      else refused.set(status, (refused.get(status) ?? 0) + 1);
      expect([undefined, 'TAKEN', 'DUPLICATE']).toContain(outcome);
      next += 1;
      const shown = await read();
      if (shown === 'BOOKED') answered += 1;
      else refused.set(shown, (refused.get(shown) ?? 0) + 1);
    };
    expect(await post(next)).toEqual({ status: 200, outcome: 'TAKEN' });
    record = (await stored()).ids[0] ?? '';
    for (let n = 0; n < 5; n += 1) await work();
    expect([acknowledged.size, answered, [...refused]]).toEqual([5, 5, []]);

    // Pages that are begun still take rows: until both are refused.
    for (
      let n = 0;
      n < 400 && !(refused.has('AUDIT_UNAVAILABLE') && [...refused.keys()].some((code) => typeof code === 'number'));
      n += 1
    ) {
      fill();
      await work();
    }
    for (let n = 0; n < 3; n += 1) {
      fill();
      await work();
    }
    expect(refused.get('AUDIT_UNAVAILABLE')).toBeGreaterThan(0);
    // Only these, and each says to come again or that it is ours: the sender's message is no reason.
    expect([...refused.keys()].filter((code) => code !== 'AUDIT_UNAVAILABLE' && !(typeof code === 'number' && code >= 500))).toEqual([]);

    rmSync(filler());
    const full = await stored();
    expect(full.torn).toBe(0);
    expect(full.records).toEqual(expect.arrayContaining([...acknowledged].map(reference)));
    // A row may be there of a read whose answer was refused; never an answer without its row.
    expect(full.reads).toBeGreaterThanOrEqual(answered);

    // The same program, with room again: senders send once more what was not acknowledged.
    for (let n = 0; n < next; n += 1) expect(await post(n)).toMatchObject({ status: 200 });
    const before = (await stored()).reads;
    expect(await read()).toBe('BOOKED');
    await corridor.caughtUp();
    const after = await stored();
    expect(after.reads).toBe(before + 1);
    expect(after.records).toEqual(Array.from({ length: next }, (_, n) => reference(n)).sort());
    expect([after.torn, after.positions]).toEqual([0, after.positions.map((_, at) => at + 1)]);
    process.stdout.write(
      `disk full: ${JSON.stringify({ posted: next, acknowledged: acknowledged.size, answered, refused: Object.fromEntries(refused) })}\n`,
    );
  },
  180_000,
);
