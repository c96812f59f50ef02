import { setImmediate } from 'node:timers/promises';
import { PGlite, type Results, type Transaction } from '@electric-sql/pglite';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import type { Database, Run, Session } from './database.ts';
import { databaseError } from './database-error.ts';
import { outsideTransaction } from './transaction.ts';
import { encode, parsers } from './values.ts';

// Arguments come as text; the driver's own serializer of bytea takes nothing but bytes.
const asText = (value: string): string => value;
const options = { parsers: { ...parsers }, serializers: { 17: asText } };

/**
 * The store's calls over one PGlite: one connection, so that an open transaction makes every other caller wait, Prisma's client included. fsync is
 * off: a killed program loses nothing it acknowledged, a power cut may.
 * @param released called once the database is closed
 */
export function overPGlite(pglite: PGlite, released: () => Promise<void>): Database {
  return {
    kind: 'pglite',
    adapter: new PrismaPGlite(pglite),
    run: runOn(pglite),
    async transaction(body) {
      // PGlite answers within one turn of the event loop: without this one, transactions in a row would keep every socket and timer waiting.
      await setImmediate();
      return guard(pglite.transaction((transaction) => body(runOn(transaction))));
    },
    async listen(channel, wake) {
      const unlisten = await guard(pglite.listen(channel, () => outsideTransaction(() => globalThis.setImmediate(wake))));
      return () => unlisten();
    },
    async close() {
      await pglite.close();
      await released();
    },
  };
}

/** Starts PGlite: in `dataDir`, or in memory without one; from a dump when `loadDataDir` is given. Never runs initdb by accident. */
export async function startPGlite(where: { readonly dataDir?: string; readonly loadDataDir?: Blob }): Promise<PGlite> {
  return PGlite.create(where);
}

/** The one connection, for owner and migrations. */
export function sessionOf(pglite: PGlite): Session {
  return {
    run: runOn(pglite),
    script: async (text) => {
      await guard(pglite.exec(text));
    },
  };
}

function runOn(connection: Pick<Transaction, 'query'>): Run {
  return async <Row>(text: string, args: readonly unknown[]) => {
    const { rows, rowCount }: Results<Row> = await guard(connection.query<Row>(text, args.map(encode), options));
    return { rows, count: rowCount ?? 0 };
  };
}

async function guard<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw databaseError(error);
  }
}
