import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type OpenOptions, openStore } from './open.ts';
import { sql } from './sql.ts';
import type { Store } from './store.ts';
import { createOwnersDatabase, type OwnersDatabase, testServer } from './testing.ts';

// Databases are made here, several of them: slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const server = testServer();
const caFile = process.env['TEST_DATABASE_CA_FILE'] || undefined;
const onServer = test.skipIf(server === undefined);
const onTlsServer = test.skipIf(server === undefined || caFile === undefined);
const clock = (): number => Date.parse('2026-11-24T08:00:00Z');

let database: OwnersDatabase;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'corridor-server-'));
  if (server !== undefined) database = await createOwnersDatabase(server, 'party', 'guangxi');
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database?.drop();
});

const open = (o: Partial<OpenOptions<'party'>> = {}): Promise<Store<'party'>> =>
  openStore({ model: 'party', owner: 'guangxi', databaseUrl: database.url, clock, ...o });

onServer(
  'every connection says whose it is, and ends by itself what runs on, waits for a lock or stands still in a transaction',
  async () => {
    const store = await open();
    const [row] =
      await store.query(sql`select current_setting('application_name') as application, current_setting('statement_timeout') as statement,
    current_setting('lock_timeout') as lock, current_setting('idle_in_transaction_session_timeout') as idle, current_setting('TimeZone') as zone`);
    expect(row).toEqual({ application: 'corridor/guangxi', statement: '30s', lock: '10s', idle: '15s', zone: 'UTC' });
    await store.transaction(
      async (tx) => {
        const [inside] = await tx.query(
          "select current_setting('statement_timeout') as statement, current_setting('idle_in_transaction_session_timeout') as idle",
        );
        expect(inside).toEqual({ statement: '2s', idle: '7s' });
      },
      { timeoutMs: 2_000 },
    );
    await store.close();
  },
);

onServer('a program takes no more connections than it was given, and whoever comes beyond waits', async () => {
  const store = await open({ poolSize: 2 });
  const pids = await Promise.all(
    Array.from({ length: 8 }, () => store.query<{ pid: number }>(sql`select pg_backend_pid() as pid from pg_sleep(0.02)`)),
  );
  expect(new Set(pids.flat().map(({ pid }) => pid)).size).toBe(2);
  await store.close();
});

onServer('the password comes from its file, anew for every connection, and stands in no refusal', async () => {
  const url = new URL(database.url);
  const role = `corridor_test_${process.pid}_reader`;
  const admin = await openStore({ model: 'party', owner: 'guangxi', databaseUrl: database.administratorUrl, clock });
  const passwordFile = join(folder, 'password');
  url.username = role;
  try {
    await admin.db.$executeRawUnsafe(`create role ${role} login in role ${new URL(database.url).username} password 'first-password'`);
    writeFileSync(passwordFile, 'first-password\n');
    const store = await open({ databaseUrl: url.href, databasePasswordFile: passwordFile, poolSize: 2 });
    expect(await store.query(sql`select current_user::text as role`)).toEqual([{ role }]);

    await admin.db.$executeRawUnsafe(`alter role ${role} password 'second-password'`);
    writeFileSync(passwordFile, 'second-password\n');
    await Promise.all([1, 2].map(() => store.query(sql`select pg_sleep(0.02)`)));
    await store.close();

    writeFileSync(passwordFile, 'wrong-password\n');
    const refused = open({ databaseUrl: url.href, databasePasswordFile: passwordFile });
    await expect(refused).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE', detail: expect.stringContaining('(28P01)') });
    expect(JSON.stringify(await refused.catch((error: unknown) => [String(error), error]))).not.toContain('wrong-password');
    await expect(open({ databaseUrl: url.href, databasePasswordFile: join(folder, 'none') })).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
    });
  } finally {
    await admin.db.$executeRawUnsafe(`drop role if exists ${role}`);
    await admin.close();
  }
});

onTlsServer('with verify-full the server must be the one its name says, certified by the authority of the file', async () => {
  const tls = (host: string, rootcert: string): string => {
    const url = new URL(database.url);
    url.hostname = host;
    url.searchParams.set('sslmode', 'verify-full');
    url.searchParams.set('sslrootcert', rootcert);
    return url.href;
  };
  const store = await open({ databaseUrl: tls('localhost', caFile ?? '') });
  expect(await store.query(sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`)).toEqual([{ ssl: true }]);
  await store.close();

  // another name than the certificate's; an authority that did not sign it
  await expect(open({ databaseUrl: tls('127.0.0.1', caFile ?? '') })).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  const stranger = join(folder, 'stranger.crt');
  const made = spawnSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    join(folder, 'k'),
    '-out',
    stranger,
    '-subj',
    '/CN=stranger',
  ]);
  expect(made.status).toBe(0);
  await expect(open({ databaseUrl: tls('localhost', stranger) })).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
});

const infra = (name: string): string => fileURLToPath(new URL(`../../../infra/postgres/${name}`, import.meta.url));
const psql = (url: string, ...args: string[]): { status: number | null; stderr: string } =>
  spawnSync('psql', ['-X', '-q', url, ...args], { encoding: 'utf8' });

test.skipIf(server === undefined || spawnSync('psql', ['--version']).status !== 0)(
  'what create-database.sql makes twice over is one database per owner, which the roles of no other owner can connect to',
  async () => {
    const admin = server ?? '';
    const owners = ['a', 'b'].map((letter) => `t${process.pid}${letter}`);
    const named = (owner: string, role: string): string => {
      const url = new URL(admin);
      [url.username, url.pathname] = [role, `/corridor_${owner}`];
      return url.href;
    };
    const passwordFile = (owner: string, kind: string): string => join(folder, `${owner}-${kind}.password`);
    try {
      for (const owner of owners) {
        for (const kind of ['owner-role', 'runtime-role']) {
          writeFileSync(passwordFile(owner, kind), `${owner}-${kind}-long-enough\n`);
          const verifier = spawnSync(process.execPath, [
            infra('scram-verifier.mjs'),
            passwordFile(owner, kind),
            join(folder, `${kind}.verifier`),
          ]);
          expect(verifier.status).toBe(0);
        }
        for (const time of [1, 2]) {
          const made = psql(admin, '-v', `owner=${owner}`, '-v', `verifiers=${folder}`, '-f', infra('create-database.sql'));
          expect([time, made.status, made.stderr.replace(/^.*NOTICE.*$/gm, '')]).toEqual([time, 0, '']);
        }
      }
      const connects = async (owner: string, of: string, kind: 'owner-role' | 'runtime-role'): Promise<string> => {
        const role = `corridor_${of}${kind === 'owner-role' ? '_owner' : ''}`;
        const opened = openStore({
          model: 'party',
          owner: 'guangxi',
          databaseUrl: named(owner, role),
          databasePasswordFile: passwordFile(of, kind),
          clock,
        });
        return opened.then(
          async (store) => {
            await store.close();
            return 'open';
          },
          (error: { code?: string; detail?: string }) => `${error.code}${/\(\w+\)$/.exec(error.detail ?? '')?.[0] ?? ''}`,
        );
      };
      const [a = '', b = ''] = owners;
      // The runtime role finds nothing to start on yet; the owner's migrates.
      expect(await connects(a, a, 'runtime-role')).toBe('MIGRATIONS_PENDING');
      expect(await connects(a, a, 'owner-role')).toBe('open');
      for (const kind of ['owner-role', 'runtime-role'] as const) {
        expect(await connects(b, a, kind)).toBe('DATABASE_UNREACHABLE(42501)');
        expect(await connects(a, b, kind)).toBe('DATABASE_UNREACHABLE(42501)');
      }
    } finally {
      for (const owner of owners) {
        psql(admin, '-c', `drop database if exists corridor_${owner} with (force)`);
        psql(admin, '-c', `drop role if exists corridor_${owner}`, '-c', `drop role if exists corridor_${owner}_owner`);
      }
    }
  },
);
