import { afterAll, beforeAll, expect, test } from 'vitest';
import { isDatabaseError } from './database-error.ts';
import { migrateDatabase } from './migrate.ts';
import type { Model } from './model.ts';
import { openStore } from './open.ts';
import { onServer } from './postgres.ts';
import { runtimeRights } from './rights.ts';
import { raw, sql } from './sql.ts';
import type { Store } from './store.ts';
import { asAdministrator, createOwnersDatabase, createTestDatabase, type OwnersDatabase, openTestStore, testServer } from './testing.ts';

const clock = (): number => Date.parse('2026-11-24T08:00:00Z');
const server = testServer();
const onlyOnServer = test.skipIf(server === undefined);

const stores = new Map<Model, Store>();
beforeAll(async () => {
  stores.set('party', await openTestStore('party', 'guangxi'));
  stores.set('directory', await openTestStore('directory', 'directory'));
}, 60_000);
afterAll(() => Promise.all([...stores.values()].map((store) => store.close())));

/** The store of a model, open with the rights of the program. */
const storeOf = (model: Model): Store => {
  const store = stores.get(model);
  if (store === undefined) throw new Error('opened before the tests');
  return store;
};

/** The SQLSTATE of what the database answers; `done` when it does it. */
const answerTo = async (store: Store, statement: string): Promise<string> => {
  try {
    await store.transaction(async (tx) => {
      await tx.execute(statement);
      throw new Error('done');
    });
    return 'unreachable';
  } catch (error) {
    if (error instanceof Error && error.message === 'done') return 'done';
    return isDatabaseError(error, '42501') ? '42501' : String(error);
  }
};

test.each<Model>(['party', 'directory'])('every table of the %s has its rights written down, and no other', async (model) => {
  const rows = await storeOf(model).query<{ name: string }>(
    sql`select tablename::text as name from pg_tables where schemaname = 'public' order by 1`,
  );
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(runtimeRights[model]).sort());
});

onlyOnServer.each<Model>(['party', 'directory'])(
  "the %s's role has on the server what is written, column by column, and nothing more",
  async (model) => {
    const rows = await storeOf(model).query<{ line: string }>(sql`
    select c.relname || ' ' || lower(p.word) || case when p.word in ('SELECT', 'INSERT', 'UPDATE') and not has_table_privilege(c.oid, p.word)
             then ' (' || (select string_agg(a.attname, ', ' order by a.attnum) from pg_attribute a
                            where a.attrelid = c.oid and a.attnum > 0 and has_column_privilege(c.oid, a.attnum, p.word)) || ')' else '' end as line
      from pg_class c cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) as p(word)
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
       and case when p.word in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') then has_any_column_privilege(c.oid, p.word) else has_table_privilege(c.oid, p.word) end`);
    const written = Object.entries(runtimeRights[model]).flatMap(([table, rights]) =>
      rights.split(/, (?![^(]*\))/).map((right) => `${table} ${right}`),
    );
    expect(rows.map(({ line }) => line).sort()).toEqual(written.sort());
  },
);

const forbidden: { readonly [M in Model]: readonly string[] } = {
  party: [
    'create table another (n int)',
    'create temporary table another (n int)',
    'create schema another',
    'alter table audit_log add column another int',
    'drop table outbox',
    'create index another on outbox (at)',
    'create function another() returns int language sql as $$ select 1 $$',
    'truncate audit_log',
    'delete from audit_log',
    "update audit_log set body = '{}'",
    'update audit_log set position = 1',
    'delete from outbox',
    "update outbox set subject = 'guangxi:port:0000000000000000'",
    'update outbox set revision = revision',
    "update outbox_head set epoch = 'another'",
    'delete from outbox_head',
    'delete from raw_message',
    "update raw_message set bytes = ''",
    'delete from source_message',
    "update source_message set message_function = 'CANCEL'",
    'delete from equipment_event',
    'delete from consignment_record',
    'delete from transport_event',
    'delete from shipment_event',
    "update owner set code = 'gansu'",
    'delete from _prisma_migrations',
    "set session_replication_role = 'replica'",
    "copy audit_log to program 'true'",
  ],
  directory: [
    'create table another (n int)',
    'create temporary table another (n int)',
    'alter table audit_log disable trigger sealed_once',
    'drop trigger sealed_once on audit_log',
    'truncate audit_log',
    'delete from audit_log',
    "update audit_log set body = '{}'",
    "update audit_log set entry_id = 'another'",
    'delete from audit_line',
    "update audit_line set body = '{}'",
    'delete from audit_head',
    "update owner set code = 'gansu'",
    'delete from _prisma_migrations',
  ],
};

onlyOnServer.each((['party', 'directory'] as const).flatMap((model) => forbidden[model].map((statement) => [model, statement] as const)))(
  "the server refuses the %s's program: %s",
  async (model, statement) => expect(await answerTo(storeOf(model), statement)).toBe('42501'),
);

test('a row of the log of look-ups is sealed once, whoever asks', async () => {
  const store = storeOf('directory');
  await store.query(sql`insert into audit_log (entry_id, body) values ('a1', '{}')`);
  await store.query(sql`update audit_log set position = 1, chain = '\x01' where entry_id = 'a1'`);
  const falsified = [
    'update audit_log set position = 2',
    "update audit_log set chain = '\\x02'",
    'update audit_log set body = \'{"party":"another"}\'',
    'update audit_log set at = now()',
  ];
  for (const statement of falsified)
    await expect(asAdministrator(store, statement)).rejects.toMatchObject({ name: 'DatabaseError', code: '42501' });
});

onlyOnServer("the directory's statistics are made by its program, and by nobody else", async () => {
  const store = storeOf('directory');
  await expect(store.query(sql`select analyse_index() is null as done`)).resolves.toHaveLength(1);
  await expect(store.query(sql`analyze entry`)).resolves.toEqual([]);
  const [row] = await store.query<{ others: boolean }>(
    sql`select exists (select from pg_proc p, aclexplode(p.proacl) a where p.proname = 'analyse_index' and a.grantee = 0) as others`,
  );
  expect(row?.others).toBe(false);
});

const withOwnersDatabase = async (model: Model, owner: string, work: (database: OwnersDatabase) => Promise<void>): Promise<void> => {
  const database = await createOwnersDatabase(server ?? '', model, owner);
  try {
    await work(database);
  } finally {
    await database.drop();
  }
};

onlyOnServer('in production a program refuses a role that could change tables or the log', () =>
  withOwnersDatabase('party', 'guangxi', async ({ url, ownerUrl, administratorUrl }) => {
    const open = (databaseUrl: string): Promise<Store<'party'>> =>
      openStore({ model: 'party', owner: 'guangxi', databaseUrl, runtimeRoleOnly: true, clock });
    for (const strong of [ownerUrl, administratorUrl])
      await expect(open(strong)).rejects.toMatchObject({ code: 'DATABASE_ROLE_TOO_STRONG' });
    await (await open(url)).close();
  }),
);

onlyOnServer(
  'a program whose role cannot migrate refuses a database that is behind, is nobody’s, or gives it no rights; migrate mends each',
  () =>
    withOwnersDatabase('party', 'guangxi', async ({ url, ownerUrl }) => {
      const open = (): Promise<Store<'party'>> => openStore({ model: 'party', owner: 'guangxi', databaseUrl: url, clock });
      const change = (script: string): Promise<void> =>
        onServer({ url: ownerUrl, application: 'corridor/test' }, (session) => session.script(script));
      const runtimeRole = new URL(url).username;
      const migrate = (): Promise<string[]> =>
        migrateDatabase({ model: 'party', owner: 'guangxi', databaseUrl: ownerUrl, runtimeRole, clock });

      await change("drop function feed_run(); delete from _prisma_migrations where migration_name like '%feed_run'");
      await expect(open()).rejects.toMatchObject({ code: 'MIGRATIONS_PENDING', detail: '1, from 20261124000500_feed_run' });
      expect(await migrate()).toEqual(['20261124000500_feed_run']);
      await (await open()).close();

      for (const script of ['delete from owner', `revoke all on all tables in schema public from ${runtimeRole}`]) {
        await change(script);
        await expect(open()).rejects.toMatchObject({ code: 'MIGRATIONS_PENDING' });
        expect(await migrate()).toEqual([]);
        await (await open()).close();
      }
      await expect(migrateDatabase({ model: 'party', owner: 'gansu', databaseUrl: ownerUrl, runtimeRole, clock })).rejects.toMatchObject({
        code: 'DATABASE_OF_ANOTHER_OWNER',
      });
      await expect(
        migrateDatabase({ model: 'party', owner: 'guangxi', databaseUrl: ownerUrl, runtimeRole: 'nobody_of_this_name', clock }),
      ).rejects.toMatchObject({ code: 'CONFIG_INVALID', detail: 'the runtime role does not exist' });
    }),
);

onlyOnServer('what a role was given by hand beyond its rights is taken back by migrate', () =>
  withOwnersDatabase('directory', 'directory', async ({ url, ownerUrl }) => {
    const runtimeRole = new URL(url).username;
    await onServer({ url: ownerUrl, application: 'corridor/test' }, (session) =>
      session.script(
        `grant delete, truncate on audit_log to ${runtimeRole}; grant update on audit_line to public; grant create on schema public to public`,
      ),
    );
    await migrateDatabase({ model: 'directory', owner: 'directory', databaseUrl: ownerUrl, runtimeRole, clock });
    const store = await openStore({ model: 'directory', owner: 'directory', databaseUrl: url, runtimeRoleOnly: true, clock });
    for (const statement of [
      'delete from audit_log',
      'truncate audit_log',
      "update audit_line set body = '{}'",
      'create table another (n int)',
    ])
      expect(await answerTo(store, statement)).toBe('42501');
    await store.close();
  }),
);

onlyOnServer('an empty database is refused to a role that may not fill it', async () => {
  const database = await createTestDatabase(server ?? '');
  await withOwnersDatabase('party', 'guangxi', async ({ url }) => {
    const empty = new URL(database.url);
    empty.username = new URL(url).username;
    const opened = openStore({ model: 'party', owner: 'guangxi', databaseUrl: empty.href, clock });
    await expect(opened).rejects.toMatchObject({ code: 'MIGRATIONS_PENDING' });
  });
  await database.drop();
});

onlyOnServer('rights survive their own statements: the same database migrated twice at once', () =>
  withOwnersDatabase('party', 'guangxi', async ({ url, ownerUrl }) => {
    const migrate = (): Promise<string[]> =>
      migrateDatabase({ model: 'party', owner: 'guangxi', databaseUrl: ownerUrl, runtimeRole: new URL(url).username, clock });
    expect(await Promise.all([migrate(), migrate()])).toEqual([[], []]);
    const store = await openStore({ model: 'party', owner: 'guangxi', databaseUrl: url, clock });
    expect(await store.query(sql`select ${raw('count(*)::int')} as n from audit_log`)).toEqual([{ n: 0 }]);
    await store.close();
  }),
);
