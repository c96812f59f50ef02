/**
 * Owners and directory are killed (SIGKILL) at random instants while several writers post and the directory follows. A ledger outside the programs
 * counts what was acknowledged. It runs where FAULT_ROUNDS says how often each of the three is killed (18 make 54 kills); FAULT_SEED repeats a run.
 */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { directoryConfig, startDirectory } from '@corridor/directory';
import { type FeedPage, followFeed } from '@corridor/exchange';
import { systemClock, systemRandom } from '@corridor/runtime';
import { openStore, sql } from '@corridor/store';
import { request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consignment } from '../setup/messages.ts';
import { type Killable, type KillableCorridor, openKillable, seeded } from './killable.ts';

const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);
const rounds = Number(process.env['FAULT_ROUNDS'] ?? 0);
const random = seeded(seed);
const owners = { guangxi: 'gx', chongqing: 'cq' } as const;
type Owner = keyof typeof owners;

let corridor: KillableCorridor;
beforeAll(async () => {
  if (rounds === 0) return;
  corridor = await openKillable([...Object.keys(owners), 'directory']);
});
afterAll(() => corridor?.close());

/** A message that was posted, and what its sender knows of it. */
type Posted = {
  readonly owner: Owner;
  readonly reference: string;
  readonly revision: number;
  readonly body: string;
  acknowledged: boolean;
};
const ledger: Posted[] = [];
const keyOf = (owner: Owner, { reference, revision }: { reference: string; revision: number }): string =>
  JSON.stringify([`${owners[owner]}-terminal-system`, 'consignment.v1', reference, revision]);

async function post(message: Posted): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${await corridor.token(`${owners[message.owner]}-terminal-system`)}`,
  };
  const url = `${corridor.program(message.owner).url}/ingest?format=consignment.v1`;
  const answer = await request(url, { method: 'POST', headers, body: message.body }).then(
    async ({ statusCode, body }) => ({ status: statusCode, text: await body.text() }),
    () => undefined,
  );
  // Busy (503) is no acknowledgement either.
  if (answer === undefined || answer.status === 503) return;
  expect([answer.status, answer.text]).toEqual([200, expect.stringMatching(/"outcome":"(TAKEN|DUPLICATE)"/)]);
  message.acknowledged = true;
}

/** Posts one message after another until the signal; every third is a correction that gives its record another UCR. */
async function write(owner: Owner, writer: number, signal: AbortSignal): Promise<void> {
  const pick = seeded(seed + writer);
  for (let n = 0; !signal.aborted; n += 1) {
    const reference = `${owner}-${writer}-${n - (n % 3 === 2 ? 1 : 0)}`;
    const revision = n % 3 === 2 ? 2 : 1;
    const body = consignment({
      recordReference: reference,
      revision,
      ucr: `4CN915000000000${String(Math.floor(pick() * 60)).padStart(3, '0')}`,
      box: 'LSCU1000016',
      route: [
        ['CNCQI', 'CQ'],
        ['CNQZH', 'GX'],
        ['SGSIN', 'SG'],
      ],
    });
    const message: Posted = { owner, reference, revision, body, acknowledged: false };
    ledger.push(message);
    await post(message);
    // While the owner is down the next attempt can wait.
    await wait(message.acknowledged ? 5 : 100);
  }
}

/** What a follower of an owner's feed saw: event ids, and the newest revision told of each record. */
type Seen = { readonly ids: string[]; readonly revisions: Map<string, number> };

async function follow(owner: Owner, seen: Seen, signal: AbortSignal): Promise<void> {
  let cursor: string | null = null;
  await followFeed({
    source: owner,
    url: `${corridor.program(owner).url}/feed`,
    token: () => corridor.token(`feed-directory-${owners[owner]}`),
    after: async () => cursor,
    take: async (page: FeedPage) => {
      for (const { id, subject, data } of page.events) {
        seen.ids.push(id);
        seen.revisions.set(subject, data.revision);
      }
      cursor = page.next;
    },
    signal,
    clock: systemClock,
    random: systemRandom,
    waitSeconds: 1,
  });
}

/** Kills a program again and again: mostly at work, one time in five while it starts. */
async function killAgainAndAgain(program: Killable): Promise<number> {
  let kills = 0;
  for (let round = 0; round < rounds; round += 1) {
    if (random() < 0.2) await wait(random() * 600);
    else {
      await program.alive();
      await wait(50 + random() * 500);
    }
    await program.kill();
    kills += 1;
    program.start();
  }
  await program.alive();
  return kills;
}

type DirectoryGraph = readonly { readonly id: string; readonly consignment_id: string | null }[];

async function graphOf(env: Killable['env'], over: { dataDir?: string } = {}, look?: () => Promise<void>): Promise<DirectoryGraph> {
  const config = directoryConfig(env);
  const place = over.dataDir === undefined ? config : { ...config, databaseUrl: undefined, dataDir: over.dataDir };
  const directory = await startDirectory(place, { clock: systemClock, random: systemRandom });
  try {
    await directory.caughtUp({ parties: Object.keys(owners), timeoutMs: 60_000 });
    await look?.();
  } finally {
    await directory.close();
  }
  const store = await openStore({ ...place, model: 'directory', owner: 'directory', clock: systemClock });
  try {
    return await store.query(
      sql`select e.id, e.revision, e.withdrawn, e.consignment_id, e.derived_id, encode(s.digest, 'hex') as audience,
                 (select string_agg(k.kind || encode(k.index, 'hex') || k.joins, ',' order by k.kind, k.index) from entry_key k where k.entry_id = e.id) as keys,
                 (select string_agg(l.record_id || l.key_kind, ',' order by l.record_id) from entry_link l where l.entry_id = e.id) as links
            from entry e join audience_set s on s.id = e.audience_set_id order by e.id`,
    );
  } finally {
    await store.close();
  }
}

test.skipIf(rounds === 0)(
  'owners and directory killed at random instants lose no acknowledged message, tell no change twice, and give the same graph',
  {
    timeout: 400_000,
  },
  async () => {
    const began = Date.now();
    const codes: readonly Owner[] = ['guangxi', 'chongqing'];
    const programs = [...codes, 'directory'].map((name) => corridor.program(name));
    for (const program of programs) program.start();
    for (const program of programs) await program.alive();

    const writing = new AbortController();
    const following = new AbortController();
    const seen = new Map(codes.map((code): [Owner, Seen] => [code, { ids: [], revisions: new Map() }]));
    const followers = codes.map((code) => follow(code, seen.get(code) ?? { ids: [], revisions: new Map() }, following.signal));
    const writers = codes.flatMap((code, at) => [1, 2, 3].map((n) => write(code, at * 3 + n, writing.signal)));
    const handedOut = new Set<string>();
    const asking = askForIds(handedOut, writing.signal);
    const kills = await Promise.all(programs.map(killAgainAndAgain));
    writing.abort();
    await Promise.all([...writers, asking]);

    // What was not acknowledged is wholly there or not at all: see below. Posted again, it is there once.
    const doubtful = ledger.filter(({ acknowledged }) => !acknowledged);
    const acknowledged = ledger.length - doubtful.length;
    for (const code of codes) await corridor.program(code).stop();
    const atRest = new Map<Owner, Awaited<ReturnType<typeof stored>>>();
    for (const code of codes) atRest.set(code, await stored(code));
    for (const code of codes) {
      corridor.program(code).start();
      await corridor.program(code).alive();
    }
    for (let tries = 0; tries < 50 && doubtful.some((message) => !message.acknowledged); tries += 1) {
      for (const message of doubtful) if (!message.acknowledged) await post(message);
      await wait(100);
    }
    expect(ledger.filter((message) => !message.acknowledged)).toEqual([]);

    // The directory that was killed goes on in this process, and answers for every id that was ever handed out.
    const { env } = corridor.program('directory');
    await corridor.program('directory').stop();
    const survived = await graphOf(env, {}, async () => {
      expect(handedOut.size).toBeGreaterThan(0);
      for (const id of handedOut)
        expect(await corridor.ask('cq-officer', 'query ($id: ID!) { consignment(id: $id) { id } }', { id })).toEqual({
          data: { consignment: { id: expect.any(String) } },
        });
    });
    expect(survived.length).toBeGreaterThan(0);
    expect(survived).toEqual(await graphOf(env, { dataDir: join(corridor.root, 'fresh') }));

    await expect
      .poll(async () => codes.every((code) => (seen.get(code)?.ids.length ?? 0) >= (atRest.get(code)?.events.length ?? 0)), {
        timeout: 20_000,
      })
      .toBe(true);
    await wait(2_000);
    following.abort();
    await Promise.all(followers);
    for (const code of codes) await corridor.program(code).stop();

    let lost = 0;
    let doubled = 0;
    for (const code of codes) {
      const posted = ledger.filter(({ owner }) => owner === code);
      const before = atRest.get(code);
      const after = await stored(code);
      for (const message of posted) {
        const key = keyOf(code, message);
        const times = after.messages.filter((each) => each === key).length;
        lost += Number(times === 0);
        doubled += Number(times > 1);
        // Acknowledged: there before anything was posted again.
        if (!doubtful.includes(message)) lost += Number(before?.messages.includes(key) !== true);
      }
      // A message that left its mark left all of it: one record per reference with the revision of its newest message, each change told to the outbox.
      for (const { messages, records, changes } of [before, after].flatMap((state) => state ?? [])) {
        const newest = new Map<string, number>();
        for (const key of messages) {
          const [, , reference, revision] = JSON.parse(key) as [string, string, string, number];
          newest.set(reference, Math.max(revision, newest.get(reference) ?? 0));
        }
        expect(new Map(records.map(({ reference, revision }) => [reference, revision]))).toEqual(newest);
        expect(records).toHaveLength(newest.size);
        // Revisions of a record run 1, 2, 3 … in the outbox.
        expect(changes.filter(({ count, last, revision }) => count !== last || last !== revision)).toEqual([]);
      }
      const told = seen.get(code) ?? { ids: [], revisions: new Map<string, number>() };
      lost += after.events.filter((id) => !told.ids.includes(id)).length;
      doubled += told.ids.length - new Set(told.ids).size;
      expect(after.positions).toEqual({ first: 1, last: after.events.length });
      for (const { id, revision } of after.changes) expect([id, told.revisions.get(id)]).toEqual([id, revision]);
    }
    const figures = {
      seed,
      kills: kills[0],
      ofChongqing: kills[1],
      ofDirectory: kills[2],
      acknowledged,
      again: doubtful.length,
      lost,
      doubled,
    };
    process.stdout.write(`kill ledger: ${JSON.stringify({ ...figures, seconds: Math.round((Date.now() - began) / 1_000) })}\n`);
    expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 });
    expect(kills.reduce((sum, each) => sum + each, 0)).toBe(rounds * 3);
  },
);

/** Asks for consignments while the programs come and go, and notes the ids that were given. */
async function askForIds(ids: Set<string>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const answer = JSON.stringify(await corridor.ask('cq-officer', '{ consignments(first: 20) { nodes { id } } }').catch(() => undefined));
    for (const [id] of (answer ?? '').matchAll(/directory:consignment:[0-9a-z]{16}/g)) ids.add(id);
    await wait(200);
  }
}

/** What an owner has stored. The program must not run. */
async function stored(owner: Owner) {
  const { env } = corridor.program(owner);
  const store = await openStore({
    model: 'party',
    owner,
    databaseUrl: env[`DATABASE_URL_${owner.toUpperCase()}`],
    dataDir: env['DATA_DIR'],
    clock: systemClock,
  });
  try {
    const messages = await store.query<{ key: string }>(sql`select message_key as key from source_message order by 1`);
    const records = await store.query<{ key: string; revision: number }>(
      sql`select record_key as key, message_revision as revision from consignment_record order by 1`,
    );
    const changes = await store.query<{ id: string; count: number; last: number; revision: number }>(
      sql`select c.id, c.revision::int as revision, count(o.id)::int as count, coalesce(max(o.revision), 0)::int as last
            from consignment_record c left join outbox o on o.subject = c.id group by c.id, c.revision`,
    );
    const events = await store.query<{ id: string }>(sql`select event_id::text as id from outbox order by position`);
    const [positions] = await store.query<{ first: number; last: number }>(
      sql`select min(position)::int as first, max(position)::int as last from outbox`,
    );
    return {
      messages: messages.map(({ key }) => key),
      records: records.map(({ key, revision }) => ({ reference: (JSON.parse(key) as string[]).at(-1) ?? '', revision })),
      changes,
      events: events.map(({ id }) => id),
      positions,
    };
  } finally {
    await store.close();
  }
}
