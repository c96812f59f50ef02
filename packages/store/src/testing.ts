import type { PGlite } from '@electric-sql/pglite';
import type { Session } from './database.ts';
import { migrateDatabase } from './migrate.ts';
import type { Model } from './model.ts';
import { openStore } from './open.ts';
import { sessionOf, startPGlite } from './pglite.ts';
import { onServer } from './postgres.ts';
import { raw } from './sql.ts';
import type { Store } from './store.ts';
import { readTemplate } from './template.ts';

let opened = 0;
// Starting PGlite takes longer than a test: one for all of a file, an empty schema for each.
let shared: Promise<PGlite> | undefined;

/** URL of a server on which tests may create databases; undefined: they run on PGlite in memory. */
export function testServer(): string | undefined {
  return process.env['TEST_DATABASE_URL'];
}

/**
 * A store of its own for one test: PGlite in memory, made from the template; or, where TEST_DATABASE_URL names a server on which databases may be
 * created, a fresh database there, dropped when the store is closed. On a server it is open as in production: tables belong to one role, the program has
 * another, with its rights alone. `as: 'administrator'` opens it with the rights of TEST_DATABASE_URL.
 */
export async function openTestStore<M extends Model>(
  model: M,
  owner: string,
  o: { readonly as?: 'runtime' | 'administrator' } = {},
): Promise<Store<M>> {
  const server = testServer();
  if (server === undefined) return openStore({ model, owner, clock: Date.now });

  const database = await createOwnersDatabase(server, model, owner);
  const databaseUrl = o.as === 'administrator' ? database.administratorUrl : database.url;
  const store = await openStore({ model, owner, databaseUrl, clock: Date.now });
  administrators.set(store, database.administratorUrl);
  const { close } = store;
  let dropping: Promise<void> | undefined;
  store.close = async () => {
    await close();
    dropping ??= database.drop();
    await dropping;
  };
  return store;
}

/** Runs statements on a test store's database that its program has no right to: changes tables, falsifies what never changes. */
export async function asAdministrator(store: Store, script: string): Promise<void> {
  const url = administrators.get(store);
  if (url !== undefined) return onServer({ url, application }, (session) => session.script(script));
  for (const statement of script.split(';')) if (statement.trim() !== '') await store.query(raw(statement));
}

/** Runs `work` on one connection to an empty database, without migrations and owner. */
export async function withEmptyDatabase(work: (session: Session) => Promise<void>): Promise<void> {
  const server = testServer();
  if (server === undefined) {
    shared ??= readTemplate('party').then((loadDataDir) => startPGlite({ loadDataDir }));
    const pglite = await shared;
    await pglite.exec('drop schema if exists fresh cascade; create schema fresh; set search_path = fresh');
    await work(sessionOf(pglite));
    return;
  }
  const database = await createTestDatabase(server);
  try {
    await onServer({ url: database.url, application }, work);
  } finally {
    await database.drop();
  }
}

/** Creates an empty database on a server and gives its URL and the way to drop it. */
export async function createTestDatabase(server: string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  opened += 1;
  const name = `corridor_test_${process.pid}_${Date.now()}_${opened}`;
  await administer(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(server, `drop database ${name} with (force)`) };
}

/** A database as an administrator makes it: for each role the URL it is opened with. */
export type OwnersDatabase = {
  /** The program's. */
  readonly url: string;
  /** The migrating role's, whose the tables are. */
  readonly ownerUrl: string;
  readonly administratorUrl: string;
  drop(): Promise<void>;
};

/**
 * Creates an owner's database on a server as `infra/postgres` does, migrated: one role owns the tables, the program's has its rights alone.
 * @param fill what happens in the empty database before it is migrated: a backup is restored
 */
export async function createOwnersDatabase(
  server: string,
  model: Model,
  owner: string,
  fill: (ownerUrl: string) => Promise<void> = async () => undefined,
): Promise<OwnersDatabase> {
  await createTestRoles(server);
  const database = await createTestDatabase(server);
  const name = new URL(database.url).pathname.slice(1);
  await administer(
    server,
    `alter database ${name} owner to ${roles.owner}; revoke all on database ${name} from public; grant connect on database ${name} to ${roles.runtime}`,
  );
  const ownerUrl = urlAs(database.url, roles.owner);
  await fill(ownerUrl);
  await migrateDatabase({ model, owner, databaseUrl: ownerUrl, runtimeRole: roles.runtime, clock: Date.now });
  return { url: urlAs(database.url, roles.runtime), ownerUrl, administratorUrl: database.url, drop: database.drop };
}

const application = 'corridor/test';
const roles = { owner: 'corridor_test_owner', runtime: 'corridor_test_runtime' } as const;
const administrators = new WeakMap<Store, string>();
let rolesMade: Promise<void> | undefined;

/** Both roles, once per server; several processes of tests may come at the same moment. */
function createTestRoles(server: string): Promise<void> {
  // They have the password of whoever lets them be made.
  const { password } = new URL(server);
  const login = password === '' ? 'login' : `login password ${literal(decodeURIComponent(password))}`;
  rolesMade ??= administer(
    server,
    `select pg_advisory_xact_lock(72707399);
     do $corridor$ declare name text; begin
       foreach name in array array['${Object.values(roles).join("', '")}'] loop
         if not exists (select from pg_roles where rolname = name) then execute 'create role ' || name || ' nosuperuser nocreatedb nocreaterole'; end if;
         execute 'alter role ' || name || ' ' || ${literal(login)};
       end loop;
     end $corridor$`,
  );
  return rolesMade;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function urlAs(url: string, role: string): string {
  const changed = new URL(url);
  changed.username = role;
  return changed.href;
}

/** Runs one statement, or several in one transaction, with the rights of TEST_DATABASE_URL. */
export async function administer(url: string, script: string): Promise<void> {
  await onServer({ url, application }, (session) => session.script(script));
}
