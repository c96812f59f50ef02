import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillDirectory, tellAll } from '../../bench/fill-directory.ts';
import { fillParty } from '../../bench/fill-party.ts';
import { makePopulation, sizesOf } from '../../bench/population.ts';
import { type Store, sql } from '../../packages/store/src/index.ts';
import { openTestStore } from '../../packages/store/src/testing.ts';
import { seedReference } from '../../subgraphs/party/src/reference/seed.ts';
import { guangxiUnderTest } from '../../subgraphs/party/src/testing/definition.ts';

const indexKey = new Uint8Array(32).fill(7);
let stores: { party: Store<'party'>; filled: Store<'directory'>; told: Store<'directory'> };

beforeAll(async () => {
  const [party, filled, told] = await Promise.all([
    openTestStore('party', 'guangxi'),
    openTestStore('directory', 'directory'),
    openTestStore('directory', 'directory'),
  ]);
  stores = { party, filled, told };
  let count = 0;
  await seedReference(
    party,
    guangxiUnderTest,
    () => Date.parse('2026-03-01T00:00:00Z'),
    (bytes) => new Uint8Array(bytes).fill(++count),
  );
  await tellAll(party, filled, indexKey);
  const population = makePopulation(sizesOf(500).large);
  await fillParty(party, population, () => undefined);
  await fillDirectory(filled, population, indexKey, () => undefined);
  await tellAll(party, told, indexKey);
});
afterAll(async () => {
  await Promise.all(Object.values(stores).map((store) => store.close()));
});

test('a directory filled for a measurement holds what the feed of the measured party tells', async () => {
  expect(await indexOf(stores.filled)).toEqual(await indexOf(stores.told));
});

test('a population has a record of each kind that is measured, most of them hidden', async () => {
  const rows = await stores.party.query<{ noun: string; records: number }>(
    sql`select noun, count(*)::int as records from outbox where position is not null group by noun order by noun`,
  );
  expect(Object.fromEntries(rows.map(({ noun, records }) => [noun, records]))).toMatchObject({
    'consignment-record': 55,
    'equipment-event': 550,
    'equipment-record': 55,
    'transport-event': 8,
    'vessel-call': 2,
  });
});

/** What can be looked up, without what numbers rows. */
async function indexOf(store: Store<'directory'>): Promise<object> {
  return {
    entries: await store.query(
      sql`select e.id, e.party, e.noun, e.revision, e.withdrawn, encode(s.digest, 'hex') as audience, e.created_at, e.changed_at, e.sort_at,
                 e.facility_type_code, e.un_location_codes, e.event_classifier_code, e.consignment_id, e.derived_id
            from entry e join audience_set s on s.id = e.audience_set_id order by e.id`,
    ),
    members: await store.query(
      sql`select encode(s.digest, 'hex') as audience, encode(m.token, 'hex') as token from audience_set s join audience_member m on m.set_id = s.id order by 1, 2`,
    ),
    keys: await store.query(sql`select k.entry_id, k.kind, encode(k.index, 'hex') as index, k.joins from entry_key k order by 1, 2, 3`),
    links: await store.query(sql`select l.entry_id, l.record_id, l.key_kind from entry_link l order by 1, 2`),
    inbox: await store.query(sql`select count(*)::int as events from inbox`),
  };
}
