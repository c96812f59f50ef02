import type { PGlite } from '@electric-sql/pglite';
import type { Session } from './database.ts';
import type { Model } from './model.ts';
import { openStore } from './open.ts';
import { sessionOf, startPGlite } from './pglite.ts';
import { connect, openPostgres } from './postgres.ts';
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
 * created, a fresh database there, dropped when the store is closed.
 */
export async function openTestStore<M extends Model>(model: M, owner: string): Promise<Store<M>> {
  const server = testServer();
  if (server === undefined) return openStore({ model, owner, clock: Date.now });

  const database = await createTestDatabase(server);
  const store = await openStore({ model, owner, databaseUrl: database.url, clock: Date.now });
  const { close } = store;
  let dropping: Promise<void> | undefined;
  store.close = async () => {
    await close();
    dropping ??= database.drop();
    await dropping;
  };
  return store;
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
    await (await openPostgres(database.url, 'corridor/test', work)).close();
  } finally {
    await database.drop();
  }
}

/** Creates an empty database on a server and gives its URL and the way to drop it. */
export async function createTestDatabase(server: string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  opened += 1;
  const name = `corridor_test_${process.pid}_${Date.now()}_${opened}`;
  await onServer(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(server, `drop database ${name} with (force)`) };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = await connect(url, 'corridor/test');
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
