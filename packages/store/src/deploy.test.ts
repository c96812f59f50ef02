import { expect, test } from 'vitest';
import type { Session } from './database.ts';
import { deploy } from './deploy.ts';
import { type Migration, readMigrations } from './migrations.ts';
import { withEmptyDatabase } from './testing.ts';

const aMigration = (name: string, sql: string): Migration => ({ name, sql, checksum: `${name} ${sql}`.padEnd(64).slice(0, 64) });

const tables = async (session: Session): Promise<string[]> => {
  const { rows } = await session.run<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = current_schema() and table_name !~ '^_' order by 1",
    [],
  );
  return rows.map(({ name }) => name);
};

test('an empty database gets the tables of its model, and a second run does nothing', () =>
  withEmptyDatabase(async (session) => {
    const migrations = await readMigrations('party');

    expect(await deploy(session, migrations)).toEqual(migrations.map(({ name }) => name));
    expect(await tables(session)).toEqual(
      expect.arrayContaining(['audit_log', 'consignment_record', 'equipment_event', 'facility', 'outbox', 'owner']),
    );
    const before = await session.run('select * from _prisma_migrations order by migration_name', []);
    expect(before.rows).toMatchObject(
      migrations.map(({ name, checksum }) => ({
        migration_name: name,
        checksum,
        applied_steps_count: 1,
        logs: null,
        rolled_back_at: null,
      })),
    );
    expect(await deploy(session, migrations)).toEqual([]);
    expect(await session.run('select * from _prisma_migrations order by migration_name', [])).toEqual(before);
  }));

test('the directory has its own tables', () =>
  withEmptyDatabase(async (session) => {
    await deploy(session, await readMigrations('directory'));

    expect(await tables(session)).toEqual(
      expect.arrayContaining(['audience_member', 'audit_log', 'entry', 'entry_key', 'feed_position', 'inbox', 'owner']),
    );
  }));

test('only what is missing runs, in the order of the names', () =>
  withEmptyDatabase(async (session) => {
    const first = aMigration('1_ports', 'create table port (id int); insert into port values (1)');
    const second = aMigration('2_berths', 'create table berth as select id from port');

    expect(await deploy(session, [first])).toEqual(['1_ports']);
    expect(await deploy(session, [first, second])).toEqual(['2_berths']);
    expect((await session.run('select * from berth', [])).rows).toEqual([{ id: 1 }]);
  }));

test('a migration edited after it ran is refused, and nothing behind it runs', () =>
  withEmptyDatabase(async (session) => {
    await deploy(session, [aMigration('1_ports', 'create table port (id int)')]);
    const edited = [aMigration('1_ports', 'create table port (id bigint)'), aMigration('2_berths', 'create table berth (id int)')];

    await expect(deploy(session, edited)).rejects.toMatchObject({ code: 'MIGRATION_EDITED', detail: '1_ports' });
    expect(await tables(session)).toEqual(['port']);
  }));

test('a migration that fails leaves nothing behind, says why in the table, and is refused from then on', () =>
  withEmptyDatabase(async (session) => {
    const failing = [aMigration('1_ports', 'create table port (id int); create table port (id int)')];

    await expect(deploy(session, failing)).rejects.toMatchObject({ code: 'MIGRATION_FAILED', detail: '1_ports' });
    expect(await tables(session)).toEqual([]);
    expect((await session.run('select finished_at, logs from _prisma_migrations', [])).rows).toEqual([
      { finished_at: null, logs: expect.stringContaining('42P07') },
    ]);
    const mended = [aMigration('1_ports', 'create table port (id int)')];
    await expect(deploy(session, mended)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });

    await session.run('update _prisma_migrations set rolled_back_at = now()', []);
    expect(await deploy(session, mended)).toEqual(['1_ports']);
  }));

test('a script that breaks inside a transaction of its own does not block the connection', () =>
  withEmptyDatabase(async (session) => {
    const failing = [aMigration('1_ports', 'begin; create table port (id int); select 1 / 0; commit')];

    await expect(deploy(session, failing)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
    expect(await tables(session)).toEqual([]);
  }));

test('the program of yesterday starts on the tables of tomorrow', () =>
  withEmptyDatabase(async (session) => {
    const yesterday = [aMigration('1_ports', 'create table port (id int)')];
    await deploy(session, [...yesterday, aMigration('2_berths', 'create table berth (id int)')]);

    expect(await deploy(session, yesterday)).toEqual([]);
  }));

test('a migration that a killed program had begun runs again', () =>
  withEmptyDatabase(async (session) => {
    const [first, later] = [aMigration('1_first', 'create table first (n int)'), aMigration('2_later', 'create table later (n int)')];
    await deploy(session, [first]);
    // What a kill leaves behind: the row was there before the script, which was rolled back with its connection.
    await session.run("insert into _prisma_migrations (id, checksum, migration_name) values ('cut', $1, $2)", [later.checksum, later.name]);

    expect(await deploy(session, [first, later])).toEqual(['2_later']);
    const { rows } = await session.run(
      "select id <> 'cut' as anew, finished_at is not null as finished from _prisma_migrations where migration_name = '2_later'",
      [],
    );
    expect(rows).toEqual([{ anew: true, finished: true }]);
    expect(await tables(session)).toEqual(['first', 'later']);
  }));
