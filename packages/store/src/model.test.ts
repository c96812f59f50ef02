import { invariant } from '@corridor/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Model } from './model.ts';
import { sql } from './sql.ts';
import type { Store } from './store.ts';
import { openTestStore } from './testing.ts';

const scalars: Record<string, string> = {
  BigInt: 'bigint',
  Boolean: 'boolean',
  Bytes: 'bytea',
  DateTime: 'timestamp with time zone',
  Decimal: 'numeric',
  Float: 'double precision',
  Int: 'integer',
  Json: 'jsonb',
  String: 'text',
};

/** The schema a generated client was made from, as `table: column type null` lines. */
function expected(store: Store): string[] {
  const config: unknown = Reflect.get(store.db, '_engineConfig');
  invariant(typeof config === 'object' && config !== null, 'the client has a configuration');
  const schema: unknown = Reflect.get(config, 'inlineSchema');
  invariant(typeof schema === 'string', 'the client has its schema with it');

  return [...schema.matchAll(/^model \w+ \{(.*?)^\}/gms)].flatMap(([, body = '']) => {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1] ?? '';
    const columns = new Map<string, string>();
    const lines = [...body.matchAll(/^ {2}(\w+) +(\w+)(\?|\[\])?(.*)$/gm)].flatMap(([, field = '', type = '', arity = '', rest = '']) => {
      const scalar = scalars[type];
      if (scalar === undefined) return [];
      const column = /@map\("(\w+)"\)/.exec(rest)?.[1] ?? field;
      columns.set(field, column);
      const digits = /Timestamptz\((\d)\)/.exec(rest)?.[1];
      const native = ['Uuid', 'Date'].find((name) => rest.includes(`@db.${name} `) || rest.endsWith(`@db.${name}`))?.toLowerCase();
      const is = arity === '[]' ? 'ARRAY' : (native ?? (digits === undefined ? scalar : `${scalar}(${digits})`));
      const unique = /@(id|unique)\b/.test(rest) ? [`${table}: unique ${column}`] : [];
      return [`${table}: ${column} ${is}${arity === '?' ? ' null' : ''}`, ...unique];
    });
    const keys = [...body.matchAll(/@@(?:id|unique)\(\[([^\]]+)\]/g)].map(([, list = '']) =>
      list.split(', ').map((field) => columns.get(field) ?? `?${field}`),
    );
    return [...lines, ...keys.map((each) => `${table}: unique ${each.join(', ')}`)];
  });
}

/** The same lines, read from the database. */
async function actual(store: Store): Promise<string[]> {
  const columns = await store.query<{ line: string }>(sql`
    select table_name || ': ' || column_name || ' ' || data_type
           || case when data_type like 'timestamp%' then '(' || datetime_precision || ')' else '' end
           || case is_nullable when 'YES' then ' null' else '' end as line
      from information_schema.columns
     where table_schema = current_schema() and table_name <> '_prisma_migrations'`);
  const keys = await store.query<{ line: string }>(sql`
    select c.relname || ': unique ' || (select string_agg(a.attname, ', ' order by k.ordinality)
                                          from unnest(i.indkey::int[]) with ordinality as k(attnum, ordinality)
                                          join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum) as line
      from pg_index i join pg_class c on c.oid = i.indrelid
     where i.indisunique and c.relnamespace = current_schema()::regnamespace and c.relname <> '_prisma_migrations'`);
  return [...columns, ...keys].map(({ line }) => line);
}

let stores: { readonly party: Store<'party'>; readonly directory: Store<'directory'> };
beforeAll(async () => {
  stores = { party: await openTestStore('party', 'guangxi'), directory: await openTestStore('directory', 'directory') };
}, 60_000);
afterAll(() => Promise.all([stores.party.close(), stores.directory.close()]));

test.each<Model>(['party', 'directory'])(
  'the generated client and the migrated database of the %s agree in every column and key',
  async (model) => {
    const store: Store = stores[model];

    expect(expected(store).sort()).toEqual((await actual(store)).sort());
    expect(expected(store).length).toBeGreaterThan(30);
  },
);

test('every table of a party is read through the client', async () => {
  const { db } = stores.party;
  const at = new Date('2026-11-24T08:00:00.123Z');
  await db.rawMessage.create({
    data: {
      id: 'm1',
      sha256: 'ab',
      receivedAt: at,
      client: 'c',
      format: 'f',
      contentType: 't',
      bytes: new Uint8Array([0, 255]),
      outcome: 'TAKEN',
      traceId: 't',
      sourceMessages: { create: { sourceKey: 's1', messageKey: 'k', messageType: 'CODECO', messageFunction: 'ORIGINAL', appliedAt: at } },
    },
  });
  const facility = {
    noun: 'terminal',
    controllerCode: 'port-operator',
    facilityTypeCode: 'POTE',
    timeZone: 'Asia/Shanghai',
    createdAt: at,
    changedAt: at,
  };
  await db.facility.create({
    data: { id: 'f1', localCode: 'QZ-1', nameZh: '钦州港', UNLocationCodeAliases: ['CNQZH', 'CNQIN'], ...facility },
  });
  await db.consignmentRecord.create({
    data: {
      id: 'r1',
      recordKey: 'k1',
      messageRevision: 1,
      messageSha256: 'ab',
      controllerCode: 'port-operator',
      consignmentStatus: 'BOOKED',
      cargoGrossWeight: '12345.678901234567890123',
      legs: [{ mode: '2' }],
      routeParties: ['CQ', 'GX'],
      createdAt: at,
      changedAt: at,
      participations: { create: { ordinal: 1, participantFunction: 'CZ', org: 'GS/lz-forwarder' } },
    },
  });
  await db.equipmentRecord.create({
    data: { id: 'e1', tripKey: 'k', equipmentReference: 'CSQU3054383', controllerCode: 'port-operator', createdAt: at, changedAt: at },
  });
  await db.equipmentConsignment.create({ data: { equipmentId: 'e1', recordId: 'r1', keyKind: 'EQUIPMENT', assertedBy: 'guangxi' } });
  await db.equipmentEvent.create({
    data: {
      id: 'v1',
      sourceKey: 's1',
      line: 1,
      controllerCode: 'port-operator',
      equipmentEventTypeCode: 'GTIN',
      eventClassifierCode: 'ACT',
      eventAt: at,
      equipmentReference: 'CSQU3054383',
      equipmentId: 'e1',
      facilityId: 'f1',
      createdAt: at,
      changedAt: at,
    },
  });
  await db.eventConsignment.create({ data: { eventId: 'v1', recordId: 'r1', keyKind: 'EQUIPMENT', assertedBy: 'guangxi' } });
  await db.outbox.create({ data: { type: 't', subject: 'r1', noun: 'consignment-record', revision: 1n } });
  await db.auditLog.create({ data: { entryId: 'a1', body: { purpose: 'audit' } } });

  expect(await db.owner.findMany()).toMatchObject([{ code: 'guangxi' }]);
  expect(await db.rawMessage.findMany({ include: { sourceMessages: true } })).toMatchObject([
    { id: 'm1', bytes: new Uint8Array([0, 255]), receivedAt: at, findings: [], sourceMessages: [{ sourceKey: 's1', appliedAt: at }] },
  ]);
  expect(await db.facility.findMany()).toMatchObject([
    { id: 'f1', nameZh: '钦州港', UNLocationCodeAliases: ['CNQZH', 'CNQIN'], revision: 1n },
  ]);
  const [record] = await db.consignmentRecord.findMany({
    include: { participations: true, equipment: true, events: { include: { event: true } } },
  });
  expect(record).toMatchObject({
    legs: [{ mode: '2' }],
    participations: [{ org: 'GS/lz-forwarder' }],
    equipment: [{ equipmentId: 'e1' }],
    events: [{ event: { id: 'v1', eventAt: at, retracted: false, transport: {} } }],
  });
  expect(record?.cargoGrossWeight?.toString()).toBe('12345.678901234567890123');
  expect(await db.outbox.findMany()).toMatchObject([{ position: null, subject: 'r1', revision: 1n }]);
  expect(await db.outboxHead.findMany()).toMatchObject([{ last: 0n }]);
  expect(await db.auditLog.findMany()).toMatchObject([{ entryId: 'a1', position: null, body: { purpose: 'audit' } }]);
  await expect(db.auditLog.create({ data: { entryId: 'a1', body: {} } })).rejects.toMatchObject({ code: 'P2002' });
});

test('every table of the directory is read through the client', async () => {
  const { db } = stores.directory;
  const at = new Date('2026-11-24T08:00:00.123Z');
  const token = new Uint8Array([1, 2, 3]);
  await db.entry.create({
    data: {
      id: 'guangxi:port:0',
      party: 'guangxi',
      noun: 'port',
      revision: 1n,
      withdrawn: false,
      createdAt: at,
      changedAt: at,
      audienceSet: { create: { digest: token, members: { create: { token } } } },
      keys: { create: { kind: 'UCR', index: token, joins: true, audienceSet: { connect: { digest: token } } } },
      links: { create: { recordId: 'r', keyKind: 'UCR' } },
    },
  });
  await db.inbox.create({ data: { source: 'guangxi', eventId: '0190a8f0-0000-7000-8000-000000000000' } });
  await db.feedPosition.create({ data: { source: 'guangxi', cursor: 'c', at } });
  await db.auditLog.create({ data: { entryId: 'a1', body: {} } });

  expect(await db.entry.findMany({ include: { audienceSet: { include: { members: true } }, keys: true, links: true } })).toMatchObject([
    {
      audienceSet: { digest: token, members: [{ token }] },
      keys: [{ index: token, joins: true }],
      links: [{ recordId: 'r' }],
      UNLocationCodes: [],
    },
  ]);
  expect(await db.inbox.count()).toBe(1);
  expect(await db.feedPosition.findMany()).toEqual([{ source: 'guangxi', cursor: 'c', at }]);
  expect(await db.auditLog.count()).toBe(1);
});
