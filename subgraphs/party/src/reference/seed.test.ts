import { createHash } from 'node:crypto';
import type { Store } from '@corridor/store';
import { sql } from '@corridor/store';
import { openTestStore } from '@corridor/store/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PartyDefinition, partyProfileId } from '../definition.ts';
import { guangxiWithSources } from '../testing/ingest-under-test.ts';
import { seedReference } from './seed.ts';

let store: Store<'party'>;
beforeEach(async () => {
  store = await openTestStore('party', 'guangxi');
});
afterEach(() => store.close());

let count = 0;
const seed = (definition: PartyDefinition, at: string) =>
  seedReference(
    store,
    definition,
    () => Date.parse(at),
    (bytes) => createHash('sha256').update(`${count++}`).digest().subarray(0, bytes),
  );
const places = () =>
  store.query<{ local_code: string; id: string; revision: bigint; name_zh: string; port_id: string | null }>(
    sql`select local_code, id, revision, name_zh, port_id from facility order by local_code`,
  );
const told = async () =>
  (await store.query<{ told: string }>(sql`select noun || ' ' || revision as told from outbox order by id`)).map((row) => row.told);

test('the places and the profile of a definition are there after the first start, and the directory hears of each once', async () => {
  await seed(guangxiWithSources, '2026-07-01T00:00:00Z');
  const [bict, qinzhou, youyiguan] = await places();
  expect([bict, qinzhou, youyiguan].map((place) => [place?.local_code, place?.id.split(':')[1], place?.revision])).toEqual([
    ['qinzhou', 'port', 1n],
    ['qz-bict', 'terminal', 1n],
    ['youyiguan', 'border-crossing', 1n],
  ]);
  expect(qinzhou?.port_id).toBe(bict?.id);
  expect(await told()).toEqual(['port 1', 'terminal 1', 'border-crossing 1', 'party-profile 1']);
  expect(await store.query(sql`select id, controller_code from party_profile`)).toEqual([
    { id: partyProfileId('guangxi'), controller_code: 'logistics-office' },
  ]);
});

test('a start with the same definition changes nothing', async () => {
  await seed(guangxiWithSources, '2026-07-01T00:00:00Z');
  const before = await places();
  await seed(guangxiWithSources, '2026-07-02T00:00:00Z');
  expect(await places()).toEqual(before);
  expect(await told()).toHaveLength(4);
});

test('a place that changed keeps its id, and only it is told again', async () => {
  await seed(guangxiWithSources, '2026-07-01T00:00:00Z');
  const before = await places();
  const facilities = guangxiWithSources.facilities.map((place) => (place.localCode === 'youyiguan' ? { ...place, queueLength: 7 } : place));
  await seed({ ...guangxiWithSources, facilities }, '2026-07-02T00:00:00Z');
  expect((await places()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  expect((await told()).slice(4)).toEqual(['border-crossing 2']);
});

test('a profile with another contact is told again', async () => {
  await seed(guangxiWithSources, '2026-07-01T00:00:00Z');
  await seed({ ...guangxiWithSources, contacts: [] }, '2026-07-02T00:00:00Z');
  expect((await told()).slice(4)).toEqual(['party-profile 2']);
});

test('a place that is no longer defined stays: records point to it', async () => {
  await seed(guangxiWithSources, '2026-07-01T00:00:00Z');
  await seed({ ...guangxiWithSources, facilities: guangxiWithSources.facilities.slice(0, 1) }, '2026-07-02T00:00:00Z');
  expect(await places()).toHaveLength(3);
});
