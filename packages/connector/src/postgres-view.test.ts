import { createTestDatabase, testServer } from '@corridor/store/testing';
import { expect, test } from 'vitest';
import { openPostgresView } from './postgres-view.ts';
import { viewSource } from './view-source.ts';

const server = testServer();

test.runIf(server !== undefined)('a view is read in the mapping’s zone, and its connection cannot write', async () => {
  const database = await createTestDatabase(server ?? '');
  const { read, close } = await openPostgresView(database.url, 'Asia/Shanghai');
  try {
    await expect(read('create table t (n int)', [])).rejects.toThrow('the database of the view does not answer (25006)');
    await read(`set default_transaction_read_only = off`, []);
    await read('create table sheet (no int, goods text, changed timestamp, primary key (no))', []);
    await read(`insert into sheet select n, null, '2026-07-01 08:00:00' from generate_series(9, 11) n`, []);
    const options = {
      view: 'sheet',
      watermark: 'changed',
      key: ['no'],
      columns: ['no', 'goods'],
      overlapSeconds: 0,
      settleSeconds: 0,
      pageRows: 2,
    };
    const pages = [];
    for await (const page of viewSource(read, options).pages(null)) pages.push(page);
    expect(pages.map(({ rows, next }) => [rows.map(({ cells }) => [cells['no'], cells['goods'], cells['changed']]), next])).toEqual([
      [
        [
          ['9', '', '2026-07-01T08:00:00'],
          ['10', '', '2026-07-01T08:00:00'],
        ],
        '["2026-07-01 08:00:00","10"]',
      ],
      [[['11', '', '2026-07-01T08:00:00']], '["2026-07-01 08:00:00","11"]'],
    ]);
    await expect(
      viewSource(read, { ...options, columns: ['price'] })
        .pages(null)
        [Symbol.asyncIterator]()
        .next(),
    ).rejects.toThrow('sheet has no column price');
  } finally {
    await close();
    await database.drop();
  }
});

test('a database that is not there is told without its address', async () => {
  await expect(openPostgresView('postgres://reader:secret@127.0.0.1:9/none', 'Asia/Shanghai')).rejects.toThrow(
    /^the database of the view does not answer \(ECONNREFUSED\)$/,
  );
});
