/**
 * A backup is restored: an owner's database and then the directory's are dumped with PostgreSQL's tools while messages come in, are lost, and come back as
 * new databases from the dumps. Senders keep what they sent, as terminals' systems do. The ledgers stand outside: what was acknowledged, when.
 *
 * The owner's return is the hard part: the directory is ahead of it. Before the directory looks, the owner has given the positions of the lost events to
 * others and has passed the directory's cursor, so that nothing in the numbers tells what happened.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChainedEntry, type ChainHead, chainStart, checkChain } from '@corridor/audit';
import { systemClock } from '@corridor/runtime';
import { invariant } from '@corridor/schemas';
import { openStore, sql } from '@corridor/store';
import { createOwnersDatabase, type OwnersDatabase, testServer } from '@corridor/store/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Corridor, startCorridor } from '../setup/corridor.ts';
import { boxNumber, codeco, consignment } from '../setup/messages.ts';
import { dump, findTools, restore } from './backup.ts';
import { directoryState } from './stored.ts';

const server = testServer();
const tools = findTools();
const skips = server === undefined || tools === undefined;

/** A message as its sender keeps it. */
type Sent = { readonly key: string; readonly body: string; readonly contentType: string; readonly format?: string };

const env: { [program: string]: Record<string, string> } = {};
const databases: OwnersDatabase[] = [];
let folder: string;
let corridor: Corridor;
beforeAll(async () => {
  if (skips) return;
  folder = mkdtempSync(join(tmpdir(), 'corridor-restore-'));
  runOn('guangxi', await createOwnersDatabase(server, 'party', 'guangxi'));
  runOn('directory', await createOwnersDatabase(server, 'directory', 'directory'));
  corridor = await startCorridor({ only: ['guangxi'], env });
});
afterAll(async () => {
  if (skips) return;
  await corridor.close();
  for (const database of databases) await database.drop();
  rmSync(folder, { recursive: true });
});

/** From its next start on the program has this database, with the rights of its role alone. */
function runOn(program: 'guangxi' | 'directory', database: OwnersDatabase): void {
  databases.push(database);
  env[program] = { [`DATABASE_URL_${program.toUpperCase()}`]: database.url, NODE_ENV: 'production' };
}
const databaseOf = (program: 'guangxi' | 'directory'): OwnersDatabase => {
  const found = databases.findLast(({ url }) => Object.values(env[program] ?? {}).includes(url));
  invariant(found !== undefined, 'a program has a database');
  return found;
};

const aConsignment = (n: number, revision = 1): Sent => ({
  key: JSON.stringify(['gx-terminal-system', 'consignment.v1', `R${n}`, revision]),
  contentType: 'application/json',
  format: 'consignment.v1',
  body: consignment({
    recordReference: `R${n}`,
    revision,
    // A correction moves it to another consignment.
    ucr: `4CN9151${String(revision).padStart(3, '0')}${String(n).padStart(8, '0')}`,
    booking: `BK${n}`,
    box: boxNumber(n),
    route: [
      ['CNCQI', 'CQ'],
      ['CNQZH', 'GX'],
      ['SGSIN', 'SG'],
    ],
  }),
});
const aGateReport = (n: number): Sent => ({
  key: JSON.stringify(['GXTERM', 'CODECO', `GX${n}`, '1']),
  contentType: 'application/EDIFACT',
  body: codeco({ sender: 'GXTERM', document: `GX${n}`, box: boxNumber(n), booking: `BK${n}` }),
});

/** Sends one message until it is acknowledged, and gives the acknowledgement. */
async function post(message: Sent): Promise<string> {
  const { contentType, body, format } = message;
  for (;;) {
    const { status, body: answer } = await corridor.post('guangxi', 'gx-terminal-system', {
      contentType,
      body,
      ...(format !== undefined && { format }),
    });
    if (status === 503) continue;
    expect(status).toBe(200);
    return String(answer.messages[0]?.outcome);
  }
}

/** What the owner has: keys of messages that took effect, and per record that was told of the newest revision. */
async function ownerHas(): Promise<{ messages: string[]; told: string[]; positions: (number | null)[]; reads: string[] }> {
  const store = await openStore({ model: 'party', owner: 'guangxi', databaseUrl: databaseOf('guangxi').url, clock: systemClock });
  const messages = await store.query<{ key: string }>(sql`select message_key as key from source_message order by 1`);
  const told = await store.query<{ line: string }>(
    sql`select subject || ' ' || max(revision) as line from outbox where position is not null group by subject order by 1`,
  );
  const positions = await store.query<{ position: number | null }>(
    sql`select position::int as position from outbox order by outbox.position`,
  );
  const reads = await store.query<{ id: string }>(sql`select entry_id as id from audit_log order by 1`);
  await store.close();
  return {
    messages: messages.map(({ key }) => key),
    told: told.map(({ line }) => line).sort(),
    positions: positions.map(({ position }) => position),
    reads: reads.map(({ id }) => id),
  };
}

/** What the directory shows of the owner: records with their revisions. */
async function directoryShows(): Promise<string[]> {
  const { entries } = await directoryState({ databaseUrl: databaseOf('directory').url, dataDir: undefined });
  return entries
    .filter(({ withdrawn }) => !withdrawn)
    .map(({ id, revision }) => `${id} ${revision}`)
    .sort();
}

test.skipIf(skips)(
  'an owner set back to its backup goes on, its senders lose nothing, and the directory comes to hold what the owner holds',
  async () => {
    const acknowledged: Sent[] = [];
    const send = async (message: Sent): Promise<void> => {
      expect(await post(message)).toBe('TAKEN');
      acknowledged.push(message);
    };
    for (let n = 0; n < 12; n += 1) {
      await send(aConsignment(n));
      await send(aGateReport(n));
    }
    await corridor.caughtUp();
    const atBackup = { acknowledged: acknowledged.length, reads: (await ownerHas()).reads };

    // The backup is made while messages come in. Those of before are corrected: their revisions run ahead of the backup's.
    const file = join(folder, 'guangxi.dump');
    let dumped = false;
    const dumping = dump(tools ?? '', databaseOf('guangxi'), file).then(() => {
      dumped = true;
    });
    for (let n = 12; !dumped || n < 16; n += 1) await send(aConsignment(n));
    await dumping;
    for (const revision of [2, 3, 4]) for (let n = 0; n < 6; n += 1) await send(aConsignment(n, revision));
    for (let n = 200; n < 208; n += 1) await send(aConsignment(n));
    await corridor.caughtUp();
    const lost = await ownerHas();
    expect(await directoryShows()).toEqual(lost.told);

    // The loss. The directory is not there when the owner comes back.
    await corridor.stop('directory');
    await corridor.stop('guangxi');
    runOn('guangxi', await restore(tools ?? '', server ?? '', 'party', 'guangxi', file));
    const restored = await ownerHas();
    expect(restored.messages).toEqual(expect.arrayContaining(acknowledged.slice(0, atBackup.acknowledged).map(({ key }) => key)));
    expect(restored.reads).toEqual(expect.arrayContaining(atBackup.reads));
    expect(lost.messages.length - restored.messages.length).toBeGreaterThanOrEqual(26);
    // What was committed a moment before the backup may have no position in it yet: the owner gives it one when it is back.
    const numbered = restored.positions.filter((position) => position !== null);
    expect(numbered).toEqual(numbered.map((_, at) => at + 1));

    await corridor.start('guangxi');
    // Other messages than those that were lost take their positions, and more.
    for (let n = 300; (await ownerHas()).positions.length <= lost.positions.length; n += 1) await send(aConsignment(n));
    await corridor.start('directory');
    await corridor.caughtUp();
    const anew = await ownerHas();
    expect(await directoryShows()).toEqual(anew.told);
    // Some revisions went back, some records are gone, and both were noticed.
    expect(lost.told.filter((line) => !anew.told.includes(line)).length).toBeGreaterThanOrEqual(14);

    // The senders send again what they sent since: all but one, whose system is gone.
    const gone = acknowledged.find(({ key }) => key.includes('"R207"'));
    const outcomes = new Map<string, number>();
    for (const message of acknowledged) {
      if (message === gone) continue;
      const outcome = await post(message);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    await corridor.caughtUp();
    const whole = await ownerHas();
    expect(whole.messages).toEqual(
      acknowledged
        .filter((message) => message !== gone)
        .map(({ key }) => key)
        .sort(),
    );
    expect(outcomes.get('TAKEN')).toBe(whole.messages.length - anew.messages.length);
    expect(outcomes.get('DUPLICATE')).toBe(anew.messages.length);
    expect(whole.positions).toEqual(whole.positions.map((_, at) => at + 1));
    expect(await directoryShows()).toEqual(whole.told);
    expect(whole.reads.length).toBeGreaterThan(restored.reads.length);
    process.stdout.write(
      `restore: ${JSON.stringify({ acknowledged: acknowledged.length, inBackup: restored.messages.length, lostPositions: lost.positions.length - restored.positions.length, taken: outcomes.get('TAKEN'), known: outcomes.get('DUPLICATE') })}\n`,
    );
  },
  240_000,
);

type LogPage = { readonly lines: readonly ChainedEntry[]; readonly more: boolean };

/** The owner's part of the log of look-ups, checked as the owner does, from where it stopped before. */
async function checkOwnLines(from: ChainHead): Promise<unknown> {
  for (let head = from; ; ) {
    const authorization = `Bearer ${await corridor.token('gx-officer-at-directory')}`;
    const { status, text } = await corridor.send('directory', `/directory/log?after=${head.position}&limit=500`, {
      method: 'GET',
      headers: { authorization },
    });
    if (status === 503) continue;
    expect([status, text]).toEqual([200, expect.anything()]);
    const { lines, more } = JSON.parse(text) as LogPage;
    const check = checkChain(head, lines);
    if (check.is === 'broken' || !more) return check;
    head = check.head;
  }
}

test.skipIf(skips)(
  'a directory set back to its backup reads what it missed, and its sealed log holds and goes on',
  async () => {
    await corridor.caughtUp();
    expect(await checkOwnLines(chainStart)).toMatchObject({ is: 'holds' });
    const file = join(folder, 'directory.dump');
    await dump(tools ?? '', databaseOf('directory'), file);
    for (let n = 400; n < 406; n += 1) expect(await post(aConsignment(n))).toBe('TAKEN');
    for (let n = 0; n < 4; n += 1) expect(await post(aConsignment(n, 5))).toBe('TAKEN');
    await corridor.caughtUp();
    await corridor.stop('directory');
    const place = { databaseUrl: databaseOf('directory').url, dataDir: undefined };
    const before = await directoryState(place);

    runOn('directory', await restore(tools ?? '', server ?? '', 'directory', 'directory', file));
    const restored = await directoryState({ ...place, databaseUrl: databaseOf('directory').url });
    expect(before.inbox.length - restored.inbox.length).toBeGreaterThanOrEqual(10);
    expect(restored.chains.map(({ log, check }) => [log, check])).toEqual(
      restored.chains.map(({ log, head }) => [log, { is: 'holds', head }]),
    );

    await corridor.start('directory');
    await corridor.caughtUp();
    expect(await checkOwnLines(chainStart)).toMatchObject({ is: 'holds' });
    await corridor.stop('directory');
    const after = await directoryState({ ...place, databaseUrl: databaseOf('directory').url });
    expect({ entries: after.entries, keys: after.keys, links: after.links }).toEqual({
      entries: before.entries,
      keys: before.keys,
      links: before.links,
    });
    expect([...after.inbox].sort()).toEqual([...before.inbox].sort());
    expect(after.chains.map(({ check }) => check.is)).toEqual(after.chains.map(() => 'holds'));
    await corridor.start('directory');
  },
  240_000,
);
