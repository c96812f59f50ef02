/**
 * The kill ledgers: owners, the directory and the gateway, real processes, are killed (SIGKILL) at random instants, at work and while they start, again and again.
 * Senders go on posting and repeat what was not acknowledged, a reader goes on asking, the directory and a follower go on reading the feeds. Ledgers
 * outside the programs say afterwards what was lost and what was doubled: nothing.
 *
 * 18 kills of each of the three that keep something and 6 of the gateway, 60 in all; FAULT_ROUNDS=60 makes it 200. FAULT_SEED repeats the instants of a
 * run that is printed. With TEST_DATABASE_URL the databases lie on that server, and in one round it cuts the connections of each program before the
 * program is killed.
 * No time is asserted: a slow machine takes longer.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type ChainedEntry, type ChainHead, chainStart, checkChain } from '@corridor/audit';
import { directoryConfig, startDirectory } from '@corridor/directory';
import { type FeedPage, followFeed } from '@corridor/exchange';
import { systemClock, systemRandom } from '@corridor/runtime';
import { openStore, sql } from '@corridor/store';
import { afterAll, beforeAll, expect, onTestFailed, onTestFinished, test } from 'vitest';
import { eventually } from '../setup/corridor.ts';
import { balanceDirectory, balanceOwner, sum } from './account.ts';
import { type Killable, type KillableCorridor, openKillable, seeded } from './killable.ts';
import { openLedger, send } from './message-ledger.ts';
import { type ReadLedger, read, unresolved } from './read-ledger.ts';
import { type DirectoryState, directoryState, type OwnerState, ownerState } from './stored.ts';

const rounds = Number(process.env['FAULT_ROUNDS'] ?? 18);
const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);
const sendersPerOwner = 2;
const owners = { guangxi: 'gx', chongqing: 'cq' } as const;
const codes = ['guangxi', 'chongqing'] as const;

let corridor: KillableCorridor;
beforeAll(async () => {
  corridor = await openKillable([...codes, 'directory', 'gateway']);
});
afterAll(() => corridor?.close());

test('owners, directory and gateway killed at random instants lose no acknowledged message and no read, tell no change twice, and end with one and the same graph', {
  timeout: 600_000 + rounds * 90_000,
}, async () => {
  const run = `kill ledger: FAULT_SEED=${seed} FAULT_ROUNDS=${rounds} at ${commit()}`;
  process.stdout.write(`${run}\n`);
  onTestFailed(() => void process.stdout.write(`${run} failed\n`));
  const began = Date.now();
  const ledgers = codes.map(openLedger);
  const reads: ReadLedger = { consignmentIds: new Set(), lookups: [], records: [] };
  const told = new Map<string, string[]>(codes.map((code) => [code, []]));
  const [atWork, following] = [new AbortController(), new AbortController()];
  onTestFinished(() => {
    atWork.abort();
    following.abort();
  });

  const programs = [...codes, 'directory', 'gateway'].map((name) => corridor.program(name));
  for (const program of programs) program.start();
  const working = [
    ...ledgers.flatMap((ledger, at) =>
      Array.from({ length: sendersPerOwner }, (_, sender) => send(corridor, ledger, owners[codes[at] ?? 'guangxi'], sender, atWork.signal)),
    ),
    read(corridor, reads, atWork.signal),
  ];
  // What a program gets done while it lives: messages acknowledged, answers given.
  const progressOf = ({ name }: Killable): number =>
    name === 'gateway'
      ? reads.lookups.length
      : total(ledgers.filter(({ owner }) => name === 'directory' || name === owner).map(({ acknowledged }) => acknowledged.length));
  const followers = codes.map((code) => follow(code, told.get(code) ?? [], following.signal));
  // Whoever of them fails ends the test at once, not after the last kill.
  const failed = Promise.race([...working, ...followers].map((each) => each.then(() => new Promise<never>(() => undefined))));
  const kills = await Promise.race([
    failed,
    Promise.all(
      programs.map((program, at) =>
        killAgainAndAgain(program, { times: roundsOf(program), random: seeded(seed + at) }, () => progressOf(program)),
      ),
    ),
  ]);
  const killed = Date.now();
  atWork.abort();
  await Promise.race([failed, Promise.all(working)]);

  // The directory's last life ends like the others. In this process it goes on, with what it had stored.
  const directory = corridor.program('directory');
  await directory.kill();
  const place = { databaseUrl: directory.databaseUrl, dataDir: directory.env['DATA_DIR'] };
  const forgotten: string[] = [];
  const ownLines: unknown[] = [];
  const survived = await withDirectory(directory, place, async () => {
    forgotten.push(...(await unresolved(corridor, [...reads.consignmentIds])));
    for (const code of codes) ownLines.push(await checkOwnLines(`${owners[code]}-officer-at-directory`));
  });
  const rebuilt = await withDirectory(directory, { databaseUrl: undefined, dataDir: join(corridor.root, 'rebuilt') });
  // A follower that waits longer has lost something, which the sums will name.
  const toldOf = (): number => total([...told.values()].map((ids) => ids.length));
  await eventually(async () => toldOf() >= survived.inbox.length || undefined, 60_000);
  following.abort();
  await Promise.all(followers);
  const states = new Map<string, OwnerState>();
  for (const code of codes) {
    await corridor.program(code).kill();
    states.set(code, await ownerState(corridor.program(code)));
  }

  const balance = sum([
    ...ledgers.flatMap((ledger) => {
      const state = states.get(ledger.owner);
      return state === undefined ? [] : [balanceOwner(ledger, state, told.get(ledger.owner) ?? [], reads)];
    }),
    balanceDirectory(survived, states, reads),
  ]);
  const figures = {
    kills: kills.map(({ times }) => times),
    whileStarting: total(kills.map(({ starting }) => starting)),
    severed: kills.filter(({ severed }) => severed).length,
    acknowledged: total(ledgers.map(({ acknowledged }) => acknowledged.length)),
    cut: ledgers.map(({ cut }) => cut),
    refused: ledgers.map(({ refused }) => Object.fromEntries(refused)),
    repeats: ledgers.map(({ repeats }) => repeats),
    changes: survived.inbox.length,
    consignmentsRead: reads.consignmentIds.size,
    recordsRead: reads.records.length,
    logged: survived.chains.find(({ log }) => log === 'directory')?.head.position,
    lost: balance.lost.length,
    doubled: balance.doubled.length,
    secondsOfKills: Math.round((killed - began) / 1_000),
    seconds: Math.round((Date.now() - began) / 1_000),
  };
  process.stdout.write(`${run}: ${JSON.stringify(figures)}\n`);

  // The first of each say enough.
  expect({ lost: balance.lost.slice(0, 20), doubled: balance.doubled.slice(0, 20) }).toEqual({ lost: [], doubled: [] });
  expect({ entries: survived.entries, keys: survived.keys, links: survived.links }).toEqual({
    entries: rebuilt.entries,
    keys: rebuilt.keys,
    links: rebuilt.links,
  });
  expect(forgotten).toEqual([]);
  // Each chain holds up to the head that is kept, and nothing is left out of it; the owners, who see their own lines alone, come to the same.
  expect(survived.chains.map(({ log, check }) => [log, check])).toEqual(
    survived.chains.map(({ log, head }) => [log, { is: 'holds', head }]),
  );
  expect(survived.unsealed).toBe(0);
  expect(ownLines).toEqual(codes.map((code) => ({ is: 'holds', head: survived.chains.find(({ log }) => log === code)?.head })));
  // What would make all of this hold for nothing.
  expect(kills.map(({ times }) => times)).toEqual(programs.map(roundsOf));
  expect(ledgers.filter(({ cut, acknowledged }) => cut === 0 || acknowledged.length === 0).map(({ owner }) => owner)).toEqual([]);
});

type Kills = { readonly times: number; readonly starting: number; readonly severed: boolean };

/** The gateway keeps nothing that could be lost, and takes the longest to start. */
function roundsOf({ name }: Killable): number {
  return name === 'gateway' ? Math.ceil(rounds / 3) : rounds;
}

/**
 * Kills a program some times and starts it again: seven times in ten at work, after some more messages were acknowledged, else while it starts.
 * Where its database is a server, that cuts the program's connections once, some messages before the program is killed.
 */
async function killAgainAndAgain(
  program: Killable,
  { times, random }: { readonly times: number; readonly random: () => number },
  progress: () => number,
): Promise<Kills> {
  let starting = 0;
  const severs = program.databaseUrl === undefined ? -1 : Math.floor(random() * times);
  const some = async (): Promise<void> => {
    const until = progress() + Math.floor(random() * 15);
    // While an owner is down nothing is acknowledged, and a program that waits is killed, too.
    for (const end = Date.now() + 20_000; progress() < until && Date.now() < end; ) await wait(2);
    await wait(random() * 50);
  };
  for (let round = 0; round < times; round += 1) {
    if (round !== severs && random() < 0.3) {
      starting += 1;
      await wait(random() * 2_500);
    } else {
      await program.alive();
      await some();
      if (round === severs) {
        await sever(program);
        await some();
      }
    }
    await program.kill();
    program.start();
  }
  await program.alive();
  return { times, starting, severed: severs >= 0 };
}

/** Ends every connection that the server has to this program's database, the asking one's own apart. */
async function sever({ name, databaseUrl }: Killable): Promise<void> {
  const model = name === 'directory' ? 'directory' : 'party';
  const store = await openStore({ model, owner: name, databaseUrl, clock: systemClock });
  try {
    const cut = await store.query(
      sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = current_user and pid <> pg_backend_pid()`,
    );
    expect(cut.length).toBeGreaterThan(0);
  } finally {
    await store.close();
  }
}

/** Follows a feed from its beginning to the end of the test, and notes the ids of all events in the order in which they are told. */
async function follow(owner: keyof typeof owners, told: string[], signal: AbortSignal): Promise<void> {
  let cursor: string | null = null;
  await followFeed({
    source: owner,
    url: `${corridor.program(owner).url}/feed`,
    token: () => corridor.token(`feed-directory-${owners[owner]}`),
    after: async () => cursor,
    take: async (page: FeedPage) => {
      told.push(...page.events.map(({ id }) => id));
      cursor = page.next;
    },
    signal,
    clock: systemClock,
    random: systemRandom,
    waitSeconds: 1,
  });
}

/** Runs the directory in this process on a database until it has all that the owners have, and gives what it has stored then. */
async function withDirectory(
  { env }: Killable,
  place: Parameters<typeof directoryState>[0],
  look?: () => Promise<void>,
): Promise<DirectoryState> {
  const directory = await startDirectory({ ...directoryConfig(env), ...place }, { clock: systemClock, random: systemRandom });
  try {
    await directory.caughtUp({ parties: [...codes], timeoutMs: 600_000 });
    await look?.();
  } finally {
    await directory.close();
  }
  return directoryState(place);
}

type LogPage = { readonly lines: readonly ChainedEntry[]; readonly more: boolean };

/** Checks an owner's part of the log of look-ups as the owner does: page by page, from its own lines alone. */
async function checkOwnLines(client: string): Promise<unknown> {
  for (let head: ChainHead = chainStart; ; ) {
    const { lines, more } = (await corridor.get('directory', `/directory/log?after=${head.position}&limit=500`, client)) as LogPage;
    const check = checkChain(head, lines);
    if (check.is === 'broken' || !more) return check;
    head = check.head;
  }
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sumSoFar, each) => sumSoFar + each, 0);
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'no commit';
  }
}
