import { sql } from '@corridor/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anId, openDirectory, type TestDirectory } from '../testing/directory.ts';
import { createStatistics } from './statistics.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openDirectory();
}, 60_000);
afterAll(() => directory.close());

const analysed = async (): Promise<number> => {
  const [row] = await directory.store.query<{ reltuples: number }>(sql`select reltuples from pg_class where oid = 'entry'::regclass`);
  return row?.reltuples ?? Number.NaN;
};
const tell = (from: number, to: number) =>
  directory.tell('guangxi', ...Array.from({ length: to - from }, (_, n) => ({ id: anId('guangxi', 'port', from + n) })));

test('the index is analysed after its first fill, and again when its entries have doubled, counted over restarts', {
  timeout: 60_000,
}, async () => {
  const statistics = createStatistics(directory.store);
  const before = await analysed();
  await tell(0, 400);
  await statistics.grown(400);
  expect(await analysed()).toBe(before);
  await tell(400, 600);
  await statistics.grown(200);
  expect(await analysed()).toBe(600);

  const restarted = createStatistics(directory.store);
  await tell(600, 1_100);
  await restarted.grown(500);
  // written again: no more entries than before
  await restarted.grown(500);
  expect(await analysed()).toBe(600);
  await tell(1_100, 1_200);
  await restarted.grown(100);
  expect(await analysed()).toBe(1_200);
});
