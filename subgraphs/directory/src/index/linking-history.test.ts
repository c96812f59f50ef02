/**
 * Linking over several owners, through their feeds as they are followed in production: whatever comes in whatever order, and wherever a directory dies in
 * between, the same records give the same graph, the same ids and, for the ids that were handed out on the way, the same answers.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createLogger } from '@corridor/runtime';
import { type PartyCode, parseId, type ReferenceKind } from '@corridor/schemas';
import { type Store, sql } from '@corridor/store';
import fc from 'fast-check';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PrivateJwk } from '../config.ts';
import { type Followers, followOwners } from '../feed/follow-owners.ts';
import type { LinksPage } from '../owner/links.ts';
import { aCaller, allOf, anId, box, everybody, openDirectory, type TestDirectory, type Told, ucr } from '../testing/directory.ts';
import { openOwner, type TestOwner } from '../testing/owner.ts';
import { storedCursor } from './apply.ts';
import { blind } from './blind.ts';
import { consignmentIdOf } from './consignment-id.ts';
import type { Split } from './split.ts';

let [first, second]: TestDirectory[] = [];
let keys: { readonly sealing: PrivateJwk; readonly publicKey: JWK };
beforeAll(async () => {
  [first, second] = [await openDirectory(), await openDirectory()];
  const { privateKey, publicKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  const { x = '', y = '', d = '' } = await exportJWK(privateKey);
  keys = { sealing: { kty: 'EC', crv: 'P-256', x, y, d }, publicKey: await exportJWK(publicKey) };
}, 60_000);
afterAll(async () => {
  await first?.close();
  await second?.close();
});

const parties = ['guangxi', 'chongqing', 'gansu'] as const;
const recordCount = 7;
const eventCount = 3;
const masterDocument = { kind: 'TRANSPORT_DOCUMENT', value: 'COSU/MASTER1', joins: false } as const;
const ownerOf = (n: number): PartyCode => parties[n % parties.length] ?? 'guangxi';
const recordId = (n: number): string => anId(ownerOf(n), 'consignment-record', n);

/** What an owner does at one time: one to three of its records or events change. */
type Turn = { readonly party: PartyCode; readonly told: readonly Told[] };
/** A history, the statement before which the directory dies, and how often it does. */
type Life = { readonly turns: readonly Turn[]; readonly deaths: readonly number[] };

// A revision of a record: other keys, a cancellation, a cancellation taken back, another audience. All bear one master document and one box, which join nothing.
const changeOfRecord = fc.record({
  of: fc.nat(recordCount - 1),
  keys: fc.array(fc.constantFrom('A', 'B', 'C', 'D', 'E'), { maxLength: 3 }),
  withdrawn: fc.boolean(),
  narrow: fc.boolean(),
});
// An event of the box, linked to records of its owner, that may not be there yet.
const changeOfEvent = fc.record({ event: fc.nat(eventCount - 1), linked: fc.array(fc.nat(recordCount - 1), { maxLength: 3 }) });
const lives: fc.Arbitrary<Life> = fc.record({
  turns: fc
    .array(
      fc.array(fc.oneof({ weight: 4, arbitrary: changeOfRecord }, { weight: 1, arbitrary: changeOfEvent }), { minLength: 1, maxLength: 3 }),
      {
        minLength: 4,
        maxLength: 9,
      },
    )
    .map((drafts) => {
      let revision = 0;
      return drafts.flatMap((changes): Turn[] => {
        const told = changes.map((change): readonly [PartyCode, Told] => {
          revision += 1;
          return 'of' in change ? [ownerOf(change.of), toldRecord(change, revision)] : [ownerOf(change.event), toldEvent(change, revision)];
        });
        return [...new Set(told.map(([party]) => party))].map((party) => ({
          party,
          told: told.flatMap(([of, each]) => (of === party ? [each] : [])),
        }));
      });
    }),
  deaths: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }),
});

function toldRecord(
  { of, keys, withdrawn, narrow }: { of: number; keys: string[]; withdrawn: boolean; narrow: boolean },
  revision: number,
): Told {
  return {
    id: recordId(of),
    revision,
    createdAt: `2026-11-24T00:00:0${(of * 5) % recordCount}.000Z`,
    withdrawn: withdrawn && keys.length < 3,
    audience: narrow ? [allOf('GX'), allOf('CQ'), allOf('GS')] : [everybody],
    references: [...keys.map(ucr), masterDocument, box('CSQU3054383')],
  };
}

function toldEvent({ event, linked }: { event: number; linked: readonly number[] }, revision: number): Told {
  const party = ownerOf(event);
  return {
    id: anId(party, 'equipment-event', event),
    revision,
    references: [box('CSQU3054383')],
    links: [...new Set(linked.map((n) => anId(party, 'consignment-record', n)))].map((id) => ({ recordId: id, keyKind: 'EQUIPMENT' })),
  };
}

/** The records as they stand after all that was told: of each the highest revision. */
type World = Map<string, Told>;
const after = (world: World, told: readonly Told[]): World => new Map([...world, ...told.map((each) => [each.id, each] as const)]);
const isRecord = ({ id }: Told): boolean => parseId(id)?.noun === 'consignment-record';
const joiningOf = ({ references = [] }: Told): string[] =>
  references.flatMap(({ kind, value, joins }) => (joins ? [`${kind} ${value}`] : []));
const older = (a: Told, b: Told): number => ((a.createdAt ?? '') + a.id < (b.createdAt ?? '') + b.id ? -1 : 1);

/** What the rule says of a world, worked out by walking from each record to all it reaches: the consignment of each record, told by its oldest live member. */
function consignmentsOf(world: World): Map<string, string> {
  const records = [...world.values()].filter(isRecord).sort(older);
  const live = records.filter(({ withdrawn }) => withdrawn !== true);
  const sharing = (of: Told): Told[] => live.filter((other) => joiningOf(other).some((key) => joiningOf(of).includes(key)));
  const oldestReached = (from: Told): Told => {
    const reached = new Set([from]);
    for (const each of reached) for (const next of sharing(each)) reached.add(next);
    return [...reached].sort(older)[0] ?? from;
  };
  return new Map(
    records.map((record) => {
      // One that is withdrawn joins nothing: it is led to the oldest that shares a key with it.
      const start = record.withdrawn === true ? sharing(record)[0] : record;
      return [record.id, consignmentIdOf(start === undefined ? record.id : oldestReached(start).id)];
    }),
  );
}

/** What fell apart from one world to the next: of the records, live now, that led to one consignment, not all lead to the same any more. */
function splitsBetween(before: World, now: World): Split[] {
  const [from, to] = [consignmentsOf(before), consignmentsOf(now)];
  const groups = new Map<string, Map<string, string[]>>();
  for (const { id, withdrawn } of [...now.values()].filter(isRecord)) {
    const [was, is] = [from.get(id), to.get(id) ?? ''];
    if (was === undefined || withdrawn === true) continue;
    const parts = groups.get(was) ?? new Map<string, string[]>();
    groups.set(was, parts.set(is, [...(parts.get(is) ?? []), id].sort()));
  }
  const sorted = <T extends { readonly consignmentId: string }>(list: readonly T[]): T[] =>
    [...list].sort((a, b) => (a.consignmentId < b.consignmentId ? -1 : 1));
  return sorted(
    [...groups].flatMap(([consignmentId, parts]) =>
      parts.size < 2 ? [] : [{ consignmentId, parts: sorted([...parts].map(([id, recordIds]) => ({ consignmentId: id, recordIds }))) }],
    ),
  );
}

/** Everything the index says, whatever was given by counting aside. */
async function graphOf({ store }: TestDirectory): Promise<unknown> {
  return store.query(
    sql`select e.id, e.party, e.noun, e.revision::int, e.withdrawn, e.created_at, e.changed_at, e.consignment_id, e.derived_id, encode(s.digest, 'hex') as audience,
               array(select encode(m.token, 'hex') from audience_member m where m.set_id = s.id order by 1) as tokens,
               array(select k.kind || ' ' || encode(k.index, 'hex') || ' ' || k.joins from entry_key k where k.entry_id = e.id order by 1) as keys,
               array(select l.record_id || ' ' || l.key_kind from entry_link l where l.entry_id = e.id order by 1) as links
          from entry e join audience_set s on s.id = e.audience_set_id order by e.id`,
  );
}

/** What a directory has logged of splits, in order. */
async function loggedSplits({ store }: TestDirectory): Promise<Split[]> {
  const rows = await store.query<{ body: Split }>(sql`select body from audit_log where body->>'operation' = 'split' order by id`);
  return rows.map(({ body: { consignmentId, parts } }) => ({ consignmentId, parts }));
}

/** What must become of a directory, page by page. */
class Course {
  world: World = new Map();
  readonly splits: Split[] = [];
  /** Ids that were given, and the record each derives from. */
  readonly handedOut = new Map<string, string>();
  readonly #directory: TestDirectory;

  constructor(directory: TestDirectory) {
    this.#directory = directory;
  }

  /** One page takes effect. */
  go(page: readonly Told[]): void {
    const now = after(this.world, page);
    this.splits.push(...splitsBetween(this.world, now));
    this.world = now;
    for (const [record, id] of consignmentsOf(now)) if (id === consignmentIdOf(record)) this.handedOut.set(id, record);
  }

  /** Compares the consignments of all records with what they must be now. */
  async check(): Promise<void> {
    const rows = await this.#directory.store.query<{ id: string; consignment_id: string }>(
      sql`select id, consignment_id from entry where noun = 'consignment-record'`,
    );
    expect(new Map(rows.map(({ id, consignment_id }) => [id, consignment_id]))).toEqual(consignmentsOf(this.world));
  }
}

/** A store that dies before its n-th statement inside transactions, or after the commit that follows the last: from then on nothing of it works. */
function mortal(store: Store<'directory'>, statements: number): { readonly store: Store<'directory'>; dead: boolean } {
  let left = statements;
  const state = { store, dead: false };
  const beat = (): void => {
    left -= 1;
    if (left < 0) state.dead = true;
    if (state.dead) throw new Error('the directory died');
  };
  state.store = {
    ...store,
    query: async (statement) => {
      if (state.dead) throw new Error('the directory is dead');
      return store.query(statement);
    },
    transaction: async (work, o) => {
      const result = await store.transaction(async (tx) => {
        const alive: typeof tx = {
          query: async (...args) => {
            beat();
            return tx.query(...args);
          },
          execute: async (...args) => {
            beat();
            return tx.execute(...args);
          },
          sql: async (...args) => {
            beat();
            return tx.sql(...args);
          },
        };
        return work(alive);
      }, o);
      // what was committed stays, though nobody lived to hear of it
      beat();
      return result;
    },
  };
  return state;
}

const random = (bytes: number): Uint8Array => randomBytes(bytes);
let ticks = 0;
// A clock that runs ahead: a follower never rests for a feed that has just answered.
const clock = (): number => {
  ticks += 2_000;
  return Date.parse('2026-11-24T12:00:00Z') + ticks;
};
const log = createLogger({ name: 'directory', level: 'silent' });
const follow = (store: Store<'directory'>, { indexKey }: TestDirectory, owners: readonly TestOwner[]): Followers =>
  followOwners({ store, feeds: owners.map(({ feed }) => feed), sealingKey: keys.sealing, indexKey, clock, random, log });

/** Waits until a directory has read so many events of each owner, or is dead. */
async function reached(store: Store<'directory'>, counts: ReadonlyMap<PartyCode, number>, isDead: () => boolean): Promise<void> {
  for (;;) {
    if (isDead()) return;
    const cursors = await Promise.all([...counts].map(async ([party, count]) => Number((await storedCursor(store, party)) ?? 0) >= count));
    if (cursors.every(Boolean)) return;
    await wait(3);
  }
}

/** Lives a history: each turn is told when the one before has been read; where the directory dies, another goes on over the same database. */
async function live(
  { turns, deaths }: Life,
  directory: TestDirectory,
  owners: ReadonlyMap<PartyCode, TestOwner>,
  each: (told: readonly Told[]) => Promise<void>,
) {
  const dying = [...deaths];
  const counts = new Map<PartyCode, number>();
  const next = () => {
    const body = mortal(directory.store, dying.shift() ?? Number.POSITIVE_INFINITY);
    return { body, followers: follow(body.store, directory, [...owners.values()]) };
  };
  let current = next();
  let died = 0;
  for (const { party, told } of turns) {
    owners.get(party)?.tell(...told);
    counts.set(party, (counts.get(party) ?? 0) + told.length);
    for (;;) {
      await reached(directory.store, counts, () => current.body.dead);
      if (!current.body.dead) break;
      await current.followers.close();
      died += 1;
      current = next();
    }
    await each(told);
  }
  await current.followers.close();
  return died;
}

const openOwners = async (): Promise<ReadonlyMap<PartyCode, TestOwner>> =>
  new Map(await Promise.all(parties.map(async (party) => [party, await openOwner(party, keys.publicKey)] as const)));
const closeOwners = async (owners: ReadonlyMap<PartyCode, TestOwner>): Promise<void> => {
  for (const owner of owners.values()) await owner.close();
};

// Told in every run of this test: two consignments become one and fall apart, a third becomes part of another for good, and the directory dies on the way.
const mergedAndSplit: Life = {
  turns: [
    { of: 0, keys: ['A'] },
    { of: 3, keys: ['B'] },
    { of: 6, keys: ['C'] },
    { of: 3, keys: ['A', 'B'] },
    { of: 3, keys: ['B'] },
    { of: 6, keys: ['A'] },
  ].map((change, at) => ({ party: ownerOf(change.of), told: [toldRecord({ ...change, withdrawn: false, narrow: false }, at + 1)] })),
  deaths: [3],
};

const runs = process.env['TEST_DATABASE_URL'] === undefined ? 5 : 8;
let [deaths, splitsSeen, aliasesSeen] = [0, 0, 0];

test('any history of three owners, in any order of theirs, over any deaths, gives the graph its records have by the rule; a rebuild gives it again', {
  timeout: 240_000,
}, async () => {
  const [directory, rebuilt] = [first, second];
  if (directory === undefined || rebuilt === undefined) throw new Error('two directories');
  await fc.assert(
    fc.asyncProperty(lives, fc.infiniteStream(fc.nat(2)), async (life, order) => {
      await directory.empty();
      await rebuilt.empty();
      const owners = await openOwners();
      const course = new Course(directory);
      deaths += await live(life, directory, owners, async (told) => {
        // A page has two events: what falls apart does so page by page.
        for (let at = 0; at < told.length; at += 2) course.go(told.slice(at, at + 2));
        await course.check();
      });
      const { world, splits, handedOut } = course;

      // 1. the graph is the one of the rule
      const graph = await graphOf(directory);
      const consignments = consignmentsOf(world);
      expect(graph).toMatchObject(
        [...world.values()]
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .map((each) => ({
            id: each.id,
            revision: each.revision,
            withdrawn: each.withdrawn ?? false,
            consignment_id: consignments.get(each.id) ?? null,
            derived_id: isRecord(each) ? consignmentIdOf(each.id) : null,
            links: (each.links ?? []).map(({ recordId: to, keyKind }) => `${to} ${keyKind}`).sort(),
          })),
      );

      // 2. what fell apart on the way was logged once, in order, with all it was
      expect(await loggedSplits(directory)).toEqual(splits);
      splitsSeen += splits.length;

      // 3. every id that was ever given leads where its record is now
      const ids = [...handedOut];
      const answer = await directory.ask(
        `{ ${ids.map(([id], at) => `a${at}: consignment(id: "${id}") { id }`).join(' ')} parties { code } }`,
        {
          as: aCaller('GX'),
        },
      );
      const liveIn = new Set(
        [...world.values()].filter((each) => isRecord(each) && each.withdrawn !== true).map(({ id }) => consignments.get(id)),
      );
      expect(answer.body.data).toMatchObject(
        Object.fromEntries(
          ids.map(([, record], at) => {
            const id = consignments.get(record) ?? '';
            return [`a${at}`, liveIn.has(id) ? { id } : null];
          }),
        ),
      );
      aliasesSeen += ids.filter(([id, record]) => consignments.get(record) !== id).length;

      // 4. each owner reads by which keys its records are joined and its events linked
      for (const [party, code] of [
        ['guangxi', 'GX'],
        ['chongqing', 'CQ'],
        ['gansu', 'GS'],
      ] as const) {
        const { status, text } = await directory.get('/directory/links', aCaller(code, { roles: ['corridor-auditor'] }));
        const page: LinksPage = JSON.parse(text);
        expect([status, page.entries]).toEqual([200, evidenceOf(world, party, directory.indexKey)]);
      }

      // 5. over an empty database, all owners at once, in turn or in whatever order they answer: the same graph
      for (const turn of order) {
        const followers = follow(rebuilt.store, rebuilt, [...owners.values()].slice(turn));
        const counts = new Map(
          [...owners].slice(turn).map(([party]) => [party, life.turns.flatMap((each) => (each.party === party ? each.told : [])).length]),
        );
        await reached(rebuilt.store, counts, () => false);
        await followers.close();
        if (turn === 0) break;
      }
      expect(await graphOf(rebuilt)).toEqual(graph);
      await closeOwners(owners);
    }),
    // A run takes seconds: what failed is told by its seed and path, not made smaller.
    { numRuns: runs, endOnFailure: true, examples: [[mergedAndSplit, fc.stream([2, 1, 0].values())]] },
  );
  // what is claimed was also met
  expect([deaths > 0, splitsSeen > 0, aliasesSeen > 0]).toEqual([true, true, true]);
});

test('after each page of a long history the consignments are those of the rule, and what fell apart is logged', {
  timeout: 120_000,
}, async () => {
  const directory = first;
  if (directory === undefined) throw new Error('a directory');
  const history = fc.array(changeOfRecord, { minLength: 20, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(history, async (changes) => {
      await directory.empty();
      const course = new Course(directory);
      for (const [at, change] of changes.entries()) {
        const told = toldRecord(change, at + 1);
        await directory.tell(ownerOf(change.of), told);
        course.go([told]);
        await course.check();
      }
      expect(await loggedSplits(directory)).toEqual(course.splits);
    }),
    { numRuns: 3 * runs, endOnFailure: true },
  );
});

function evidenceOf(world: World, party: PartyCode, indexKey: Uint8Array): LinksPage['entries'] {
  const consignments = consignmentsOf(world);
  const index = (kind: ReferenceKind, value: string): string => blind(indexKey, kind, value);
  const records = [...world.values()].filter(isRecord);
  return [...world.values()]
    .filter(({ id }) => parseId(id)?.party === party)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((each) => ({
      id: each.id,
      noun: parseId(each.id)?.noun ?? '',
      withdrawn: each.withdrawn ?? false,
      consignmentId: consignments.get(each.id) ?? null,
      alias: isRecord(each) ? consignmentIdOf(each.id) : null,
      joins: [...new Set(joiningOf(each))]
        .map((key) => ({
          keyKind: 'UCR',
          index: index('UCR', key.slice('UCR '.length)),
          overfull: false,
          recordIds: records
            .filter((other) => other.id !== each.id && other.withdrawn !== true && joiningOf(other).includes(key))
            .map(({ id }) => id)
            .sort(),
        }))
        .sort((a, b) => (a.index < b.index ? -1 : 1)),
      links: (each.links ?? [])
        .map(({ recordId: to, keyKind }) => ({
          recordId: to,
          keyKind,
          // a record that has not been told of yet bears nothing
          indexes: world.has(to) ? [index('EQUIPMENT', 'CSQU3054383')] : [],
          assertedBy: party,
        }))
        .sort((a, b) => (a.recordId < b.recordId ? -1 : 1)),
    }))
    .filter(({ joins, links }) => joins.length + links.length > 0);
}
