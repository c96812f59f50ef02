import { sql } from '@corridor/store';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { blind } from '../index/blind.ts';
import { consignmentIdOf } from '../index/consignment-id.ts';
import { aCaller, anId, box, openDirectory, type TestDirectory, ucr } from '../testing/directory.ts';
import { createLookupLog } from './lookup-log.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(() => directory.close());
beforeEach(() => directory.empty());

const rows = async () =>
  (await directory.store.query<{ body: Record<string, unknown> }>(sql`select body from audit_log order by id`)).map(({ body }) => body);
const port = anId('guangxi', 'port', 1);

test('a look-up is in the log with who asked, under which passport, and what was found', async () => {
  await directory.tell('guangxi', { id: port });
  await directory.ask(`{ facility(id: "${port}") { id } }`, { as: aCaller('CQ', { org: 'CQ/firm', roles: ['customs'] }) });
  expect(await rows()).toEqual([
    {
      operation: 'facility',
      asked: { id: port },
      recordIds: [port],
      hit: true,
      subject: 'somebody-of-CQ',
      client: 'a-client',
      party: 'CQ',
      org: 'CQ/firm',
      roles: ['customs'],
      purpose: 'corridor-operations',
      issuer: 'https://issuer.example/realms/corridor',
      gateway: 'gw1',
      passport: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      traceId: 'a'.repeat(32),
      salt: expect.stringMatching(/^[\w-]{22}$/),
    },
  ]);
});

test('a miss is in the log like a hit', async () => {
  await directory.ask(
    `{ facility(id: "${port}") { id } record(id: "${port}") { id } consignment(id: "${port}") { id } facilities { nodes { id } } consignments { nodes { id } } }`,
  );
  expect((await rows()).map(({ operation, hit }) => [operation, hit]).sort()).toEqual([
    ['consignment', false],
    ['consignments', false],
    ['facilities', false],
    ['facility', false],
    ['record', false],
  ]);
});

test('each part of an answer that names records is in the log', async () => {
  const record = anId('guangxi', 'consignment-record', 1);
  const event = anId('guangxi', 'equipment-event', 1);
  const consignment = consignmentIdOf(record);
  await directory.tell('guangxi', { id: record, references: [ucr('A')] }, { id: event, links: [{ recordId: record, keyKind: 'UCR' }] });
  await directory.ask('{ consignments { nodes { id records { nodes { id } } timeline { nodes { id } } } } }');
  expect((await rows()).map(({ operation, recordIds, consignmentIds }) => [operation, recordIds, consignmentIds]).sort()).toEqual([
    ['Consignment.records', [record], [consignment]],
    ['Consignment.timeline', [event], [consignment]],
    ['consignments', [], [consignment]],
  ]);
});

test('the log holds no reference in clear, whatever was put where', async () => {
  await directory.ask(
    `{ a: consignments(filter: { key: { referenceType: "UCR", reference: "6CN98765" } }) { nodes { id } } b: consignments(filter: { equipmentReference: "CSQU3054383" }) { nodes { id } }
       equipmentJourney(equipmentReference: "CSQU3054383") { records { id } timeline { nodes { id } } } record(id: "CSQU3054383") { id } consignment(id: "6CN98765") { id }
       _entities(representations: [{ __typename: "FacilityEntry", id: "CSQU3054383" }]) { __typename } }`,
  );
  const dump = await directory.dump();
  expect(dump).not.toMatch(/6CN98765|CSQU3054383/);
  // still, one who has the number and the key finds who asked for it
  expect(dump).toContain(blind(directory.indexKey, 'EQUIPMENT', 'CSQU3054383'));
});

test('what is refused or no look-up leaves no row', async () => {
  await directory.ask('{ nothing }');
  await directory.ask('{ _service { sdl } parties { code } }');
  await directory.ask('{ facilities(first: 0) { nodes { id } } }');
  expect(await rows()).toEqual([]);
});

test('an answer whose look-ups cannot be recorded does not leave', async () => {
  const log = { append: async () => Promise.reject(new Error('disk full')), close: async () => undefined };
  const mute = await openDirectory({
    lookups: createLookupLog(
      log,
      async () => new Map(),
      (bytes) => new Uint8Array(bytes),
    ),
  });
  try {
    await mute.tell('guangxi', { id: port, references: [box('CSQU3054383')] });
    const { status, text, body } = await mute.ask(`{ facility(id: "${port}") { id } facilities { nodes { id } } }`);
    expect([status, body.data, body.errors?.map(({ extensions }) => extensions.code)]).toEqual([200, null, ['AUDIT_UNAVAILABLE']]);
    expect(text).not.toContain(port);
    expect(text).not.toContain('disk full');
    expect((await mute.ask('{ parties { code } }')).body.errors).toBeUndefined();
  } finally {
    await mute.close();
  }
});
