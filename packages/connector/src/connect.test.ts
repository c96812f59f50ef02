import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withEmptyDatabase } from '@corridor/store/testing';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { aSource, openIngestUnderTest } from '../../../subgraphs/party/src/testing/ingest-under-test.ts';
import { connectOnce } from './connect.ts';
import { csvSource } from './csv-source.ts';
import type { DoorOptions } from './deliver.ts';
import { columnsOf, type Mapping, readMapping } from './mapping.ts';
import type { RowFinding, RowSource } from './row-source.ts';
import { fileState, type StateStore } from './state.ts';
import { type SqlReader, viewSource } from './view-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'corridor-connector-'));
// The owner as it works: real door, real tokens, real database. Only the socket between the two is not there.
const owner = await openIngestUnderTest();
afterAll(async () => {
  await owner.close();
  rmSync(folder, { recursive: true });
});

let states = 0;
let state: StateStore;
let findings: RowFinding[];
let waited: number[];
beforeEach(async () => {
  await owner.empty();
  states += 1;
  state = fileState(join(folder, `${states}.state.json`));
  findings = [];
  waited = [];
});

const toOwner: typeof fetch = async (url, init) => {
  const headers = new Headers(init?.headers);
  const { status, body } = await owner.post({
    authorization: headers.get('authorization') ?? undefined,
    contentType: headers.get('content-type') ?? undefined,
    format: new URL(String(url)).searchParams.get('format') ?? '',
    body: String(init?.body),
  });
  return Response.json(body, { status });
};
const door = (send: typeof fetch = toOwner): DoorOptions => ({
  url: 'http://127.0.0.1:4001/ingest?format=consignment.v1',
  token: async () => owner.keys.bearer(aSource('gx-logistics'), 'subgraph-gx').slice('Bearer '.length),
  fetch: send,
  wait: async (ms) => void waited.push(ms),
  jitter: () => 1,
  concurrency: 4,
  attempts: 4,
});
const run = (mapping: Mapping, source: RowSource, more: { state?: StateStore; door?: DoorOptions } = {}) =>
  connectOnce({
    mapping,
    source,
    state,
    door: door(),
    report: async (found) => void findings.push(...found),
    progress: () => undefined,
    signal: new AbortController().signal,
    ...more,
  });
const records = (): Promise<{ record_key: string; message_revision: number }[]> =>
  owner.rows(`select record_key::jsonb ->> 1 as record_key, message_revision from consignment_record order by 1`);
const effects = async (): Promise<number> =>
  (await owner.rows<{ count: number }>('select count(*)::int as count from source_message'))[0]?.count ?? -1;

function aMapping(more: object): Mapping {
  const read = readMapping(
    JSON.stringify({
      format: 'consignment.v1',
      source: { type: 'csv', file: 'x.csv' },
      owner: { party: 'guangxi', client: 'gx-logistics' },
      timeZone: 'Asia/Shanghai',
      key: ['no'],
      revision: { by: 'changed', column: 'changed' },
      record: {
        controllerCode: 'logistics-office',
        references: [{ referenceType: 'BOOKING', reference: { column: 'no' }, carrierCode: 'COSU', level: 'HOUSE' }],
        legs: [
          { sequence: 1, modeOfTransport: 'RAIL', from: { UNLocationCode: 'CNLAZ' }, to: { UNLocationCode: 'CNQZH' }, partyCode: 'GS' },
        ],
        participants: [],
        equipment: [],
        goods: [{ descriptionOfGoods: { column: 'goods' } }],
      },
      ...more,
    }),
  );
  if (read.is === 'wrong') throw new Error(read.because.join('\n'));
  return read.mapping;
}

const viewMapping = aMapping({ source: { type: 'postgresql', view: 'sheet' }, watermark: 'changed' });

/** A view over a table of consignments: real SQL, on PostgreSQL where TEST_DATABASE_URL names one. */
async function withView(work: (read: SqlReader, pages: RowSource) => Promise<void>): Promise<void> {
  await withEmptyDatabase(async (session) => {
    const read: SqlReader = async (text, args) => (await session.run<Record<string, unknown>>(text, args)).rows;
    await session.script(`set time zone 'Asia/Shanghai'; create table kept (no text primary key, goods text, changed timestamptz);
      create view sheet as select no, goods, changed from kept`);
    await work(
      read,
      viewSource(read, {
        view: 'sheet',
        watermark: 'changed',
        key: ['no'],
        columns: columnsOf(viewMapping),
        pageRows: 3,
        overlapSeconds: 600,
        settleSeconds: 2,
      }),
    );
  });
}

test('rows that share the time of a page’s last row are neither lost nor doubled', async () => {
  await withView(async (read, source) => {
    await read(
      `insert into kept select 'K' || lpad(n::text, 2, '0'), 'tea', '2026-07-01T08:00:00.123456+08' from generate_series(1, 10) n`,
      [],
    );
    expect(await run(viewMapping, source)).toMatchObject({ rows: 10, taken: 10, duplicate: 0, faulty: 0, refused: 0 });
    expect((await records()).map(({ record_key }) => record_key)).toEqual(
      Array.from({ length: 10 }, (_, n) => `K${String(n + 1).padStart(2, '0')}`),
    );
    expect((await state.read()).watermark).toBe('["2026-07-01 08:00:00.123456+08","K10"]');
  });
});

test('after a stop between the owner’s answer and the watermark, the page comes again and takes effect once', async () => {
  await withView(async (read, source) => {
    await read(
      `insert into kept select 'K' || n, 'tea', timestamptz '2026-07-01T00:00:00Z' + n * interval '1 hour' from generate_series(1, 9) n`,
      [],
    );
    let writes = 0;
    const dying: StateStore = {
      read: state.read,
      async write(told) {
        writes += 1;
        if (writes === 2) throw new Error('power cut');
        await state.write(told);
      },
    };
    await expect(run(viewMapping, source, { state: dying })).rejects.toThrow('power cut');
    expect(await effects()).toBe(6);
    // The overlap of ten minutes holds K3, the second page K4 to K6 again.
    expect(await run(viewMapping, source)).toMatchObject({ rows: 7, taken: 3, duplicate: 4 });
    expect([(await records()).length, await effects()]).toEqual([9, 9]);
  });
});

test('a row committed late with an older time is caught by the overlap, a change is a new revision, and no news sends nothing back', async () => {
  await withView(async (read, source) => {
    await read(`insert into kept values ('A', 'tea', '2026-07-01T08:00:00Z')`, []);
    await run(viewMapping, source);
    await read(`insert into kept values ('LATE', 'tea', '2026-07-01T07:55:00Z')`, []);
    expect(await run(viewMapping, source)).toMatchObject({ rows: 2, taken: 1, duplicate: 1 });
    expect((await state.read()).watermark).toBe('["2026-07-01 16:00:00+08","A"]');
    await read(`update kept set goods = 'pumps', changed = '2026-07-01T09:00:00Z' where no = 'A'`, []);
    await run(viewMapping, source);
    expect((await records()).map(({ record_key, message_revision }) => [record_key, message_revision])).toEqual([
      ['A', 836211600],
      ['LATE', 836207700],
    ]);
    await read(`insert into kept values ('NOW', 'tea', now())`, []);
    expect(await run(viewMapping, source)).toMatchObject({ rows: 1, duplicate: 1 });
  });
});

test('a view that would lose rows is refused', async () => {
  await withView(async (read, source) => {
    await read(`insert into kept values ('A', 'tea', null)`, []);
    await expect(run(viewMapping, source)).rejects.toThrow('sheet has rows whose changed or key is null');
  });
});

test('an owner that is away is asked again with growing pauses; then the run ends and nothing is passed over', async () => {
  await withView(async (read, source) => {
    await read(`insert into kept values ('A', 'tea', '2026-07-01T08:00:00Z')`, []);
    const away: typeof fetch = async () => new Response('{}', { status: 503, headers: { 'retry-after': '3' } });
    await expect(run(viewMapping, source, { door: door(away) })).rejects.toMatchObject({
      later: true,
      message: 'the owner does not take messages now: HTTP 503',
    });
    expect([waited, (await state.read()).watermark]).toEqual([[3000, 3000, 3000], null]);
    const forbids: typeof fetch = async () =>
      Response.json({ errors: [{ extensions: { code: 'SOURCE_NOT_REGISTERED' } }] }, { status: 403 });
    await expect(run(viewMapping, source, { door: door(forbids) })).rejects.toMatchObject({ later: false });
    expect(await run(viewMapping, source)).toMatchObject({ taken: 1 });
  });
});

test('a sheet without times sends what changed; a faulty row and a refused one are reported, the others go on', async () => {
  const file = join(folder, 'sheet.csv');
  const mapping = aMapping({ revision: { by: 'file' }, record: { ...recordWith({ column: 'controller' }) } });
  const source = csvSource({ file, charset: 'utf-8', delimiter: ',', columns: columnsOf(mapping) });
  writeFileSync(file, 'no,goods,controller\nA,tea,logistics-office\n,tea,logistics-office\nB,tea,nobody\nC,tea,railway\n');
  expect(await run(mapping, source)).toEqual({ rows: 4, taken: 2, duplicate: 0, refused: 1, faulty: 1, unchanged: 0 });
  expect(findings.map(({ line, key, column, code }) => [line, key, column, code])).toEqual([
    [3, null, 'no', 'FIELD_INVALID'],
    [4, 'B', null, 'CONTROLLER_UNKNOWN'],
  ]);
  expect(await run(mapping, source)).toMatchObject({ rows: 0 });
  writeFileSync(file, 'no,goods,controller\nA,tea,logistics-office\nC,pumps and valves,railway\n');
  expect(await run(mapping, source)).toMatchObject({ rows: 2, unchanged: 1 });
  expect(readFileSync(join(folder, `${states}.state.json`), 'utf8')).not.toContain('pumps');
});

function recordWith(controllerCode: object): object {
  return {
    controllerCode,
    references: [{ referenceType: 'BOOKING', reference: { column: 'no' }, carrierCode: 'COSU', level: 'HOUSE' }],
    legs: [{ sequence: 1, modeOfTransport: 'RAIL', from: { UNLocationCode: 'CNLAZ' }, to: { UNLocationCode: 'CNQZH' }, partyCode: 'GS' }],
    participants: [],
    equipment: [],
    goods: [{ descriptionOfGoods: { column: 'goods' } }],
  };
}
