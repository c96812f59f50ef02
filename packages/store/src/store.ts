import { invariant } from '@corridor/schemas';
import type { Database, PoolFigures } from './database.ts';
import { isLostConnection } from './database-error.ts';
import { type Clients, type Model, makeClient } from './model.ts';
import type { Sql } from './sql.ts';
import { assertOutsideTransaction, defaultTimeoutMs, runTransaction, type Tx } from './transaction.ts';

/** One owner's database, open. Inside `transaction()` none of it may be used but the `tx`. */
export interface Store<M extends Model = Model> {
  readonly kind: 'postgres' | 'pglite';
  /** Prisma's client, without `$transaction`: that one reports success when a failed statement was caught, and on PGlite when the commit fails. */
  readonly db: Clients[M];
  /**
   * Runs `work` in a transaction and commits when it resolves.
   * @param o.timeoutMs after which the transaction is rolled back; 10,000 when absent
   * @throws what `work` throws; DatabaseError, also when a failed statement was caught inside
   */
  transaction<T>(work: (tx: Tx) => Promise<T>, o?: { readonly timeoutMs?: number }): Promise<T>;
  /** One statement in a transaction of its own. @throws DatabaseError */
  query<Row>(sql: Sql): Promise<Row[]>;
  /** Calls `wake` after each NOTIFY on the channel; a wake may also come for nothing, or be lost: poll as well. Gives the way to stop. */
  listen(channel: string, wake: () => void): Promise<() => Promise<void>>;
  /** Whether the database answers within two seconds. */
  ready(): Promise<boolean>;
  /** The pool's connections; `undefined` on PGlite, which has one and no pool. */
  pool(): PoolFigures | undefined;
  close(): Promise<void>;
}

const readyMs = 2_000;

// As many connections as a pool may hold cut while they were idle, and one opened after them.
const readyAttempts = 11;

/** Puts a model's client and the guard against calls from inside a transaction over an open database. */
export function createStore<M extends Model>(model: M, database: Database): Store<M> {
  const client: Clients[M] = makeClient[model](database.adapter);
  let closing: Promise<void> | undefined;
  const store: Store<M> = {
    kind: database.kind,
    db: new Proxy(client, {
      get(target, property) {
        if (typeof property === 'string') assertOutsideTransaction(store);
        invariant(property !== '$transaction', 'use transaction() of the store: $transaction reports success for what was rolled back');
        const value: unknown = Reflect.get(target, property);
        return value;
      },
    }),
    async transaction(work, o = {}) {
      assertOutsideTransaction(store);
      const timeoutMs = o.timeoutMs ?? defaultTimeoutMs;
      return database.transaction((run) => runTransaction(store, run, work, timeoutMs), timeoutMs);
    },
    async query<Row>(statement: Sql) {
      assertOutsideTransaction(store);
      return (await database.run<Row>(statement.text, statement.values)).rows;
    },
    async listen(channel, wake) {
      assertOutsideTransaction(store);
      invariant(/^[a-z][a-z0-9_]{0,62}$/.test(channel), 'a channel is a lower case SQL name');
      return database.listen(channel, wake);
    },
    async ready() {
      assertOutsideTransaction(store);
      if (closing !== undefined) return false;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<boolean>((resolve) => {
        timer = setTimeout(resolve, readyMs, false);
      });
      try {
        return await Promise.race([answers(database, late), late]);
      } finally {
        clearTimeout(timer);
      }
    },
    pool: () => database.pool?.(),
    async close() {
      assertOutsideTransaction(store);
      closing ??= client.$disconnect().then(() => database.close());
      await closing;
    },
  };
  return store;
}

// A connection cut while it was idle tells so at its next statement at the latest: that says nothing of the server, the next connection does.
async function answers(database: Database, late: Promise<boolean>): Promise<boolean> {
  let isLate = false;
  void late.then(() => {
    isLate = true;
  });
  for (let attempt = 1; attempt <= readyAttempts && !isLate; attempt += 1) {
    try {
      await database.run('select 1', []);
      return true;
    } catch (error) {
      if (!isLostConnection(error)) return false;
    }
  }
  return false;
}
