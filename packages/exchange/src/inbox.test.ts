import type { Store } from '@corridor/store';
import { openTestStore } from '@corridor/store/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { once } from './inbox.ts';

let store: Store<'directory'>;
beforeAll(async () => {
  store = await openTestStore('directory', 'directory');
});
afterAll(() => store.close());

const anId = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

test('an event is new once, however often it comes and however it is repeated in one page', async () => {
  const take = (...ids: string[]) => store.transaction(async (tx) => [...(await once(tx, 'guangxi', ids))].sort());
  expect(await take(anId(1), anId(2), anId(1))).toEqual([anId(1), anId(2)]);
  expect(await take(anId(2), anId(3))).toEqual([anId(3)]);
  expect(await take(anId(1), anId(2), anId(3))).toEqual([]);
  expect(await take()).toEqual([]);
});

test('the same id from two owners is two events', async () => {
  const take = (source: string) => store.transaction(async (tx) => (await once(tx, source, [anId(10)])).size);
  expect([await take('gansu'), await take('chongqing'), await take('gansu')]).toEqual([1, 1, 0]);
});

test('an event whose effect was rolled back is new again', async () => {
  const failing = store.transaction(async (tx) => {
    await once(tx, 'guangxi', [anId(20)]);
    throw new Error('no effect');
  });
  await expect(failing).rejects.toThrow('no effect');
  expect((await store.transaction((tx) => once(tx, 'guangxi', [anId(20)]))).size).toBe(1);
});

test('of many who take the same event at once, one finds it new', async () => {
  const found = await Promise.all(Array.from({ length: 8 }, () => store.transaction((tx) => once(tx, 'guangxi', [anId(30)]))));
  expect(found.map(({ size }) => size).reduce((sum, size) => sum + size, 0)).toBe(1);
});
