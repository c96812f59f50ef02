import { anonymous } from '@corridor/schemas';
import { sql } from '@corridor/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FeedStatus } from '../feed/follow-owners.ts';
import { aCaller, openDirectory, type TestDirectory } from '../testing/directory.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(() => directory.close());

const lagOf = async (status: Omit<FeedStatus, 'party'>, as = anonymous): Promise<unknown> => {
  directory.feeds = [
    { party: 'gansu', is: 'failing', appliedAt: 0, waitingMs: 0 },
    { party: 'guangxi', ...status },
  ];
  const { body } = await directory.ask('{ party(code: "guangxi") { lag { state secondsBehind } } }', { as });
  return body;
};
const told = (state: string, secondsBehind: number | null) => ({ data: { party: { lag: { state, secondsBehind } } } });

test('a party whose changes are all taken in is current, whenever the last of them came', async () => {
  for (const ago of [0, 900, 17_000]) {
    expect(await lagOf({ is: 'current', appliedAt: directory.now - ago, waitingMs: 40 })).toEqual(told('CURRENT', 0));
  }
});

test('a party with changes waiting is behind, one that cannot be reached fails: both since changes were last fetched, in whole seconds', async () => {
  expect(await lagOf({ is: 'behind', appliedAt: directory.now - 2_999, waitingMs: 0 })).toEqual(told('BEHIND', 2));
  expect(await lagOf({ is: 'failing', appliedAt: directory.now - 61_000, waitingMs: 0 })).toEqual(told('FAILING', 61));
  // a clock that was set back
  expect(await lagOf({ is: 'behind', appliedAt: directory.now + 5_000, waitingMs: 0 })).toEqual(told('BEHIND', 0));
});

test('a party nothing was fetched of since the start has no number of seconds', async () => {
  expect(await lagOf({ is: 'starting', appliedAt: null, waitingMs: 0 })).toEqual(told('BEHIND', null));
  expect(await lagOf({ is: 'failing', appliedAt: null, waitingMs: 0 })).toEqual(told('FAILING', null));
});

test('a party the directory does not follow has no lag', async () => {
  directory.feeds = [];
  const { body } = await directory.ask('{ parties { code lag { state } } }');
  expect(body.data).toEqual({
    parties: ['guangxi', 'chongqing', 'guizhou', 'gansu', 'asean'].map((code) => ({ code, lag: null })),
  });
});

test('every reader is told the same, and it is no look-up', async () => {
  const status = { is: 'failing', appliedAt: directory.now - 5_000, waitingMs: 0 } as const;
  expect(await lagOf(status, aCaller('GX'))).toEqual(await lagOf(status));
  expect(await directory.store.query(sql`select id from audit_log`)).toEqual([]);
});
