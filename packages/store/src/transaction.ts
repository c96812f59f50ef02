import { AsyncLocalStorage } from 'node:async_hooks';
import { invariant } from '@corridor/schemas';
import type { Run } from './database.ts';
import { DatabaseError } from './database-error.ts';
import type { Sql } from './sql.ts';

/** How long a transaction may run when its caller states nothing. */
export const defaultTimeoutMs = 10_000;

/**
 * One open transaction, READ COMMITTED. Arguments are `$1` …; rows bear the column names, see `values.ts` for types. Statements run one after the
 * other, in the order of the calls. Once a statement failed the transaction can only roll back, whether or not the failure was caught.
 * @throws DatabaseError with the SQLSTATE
 */
export interface Tx {
  /** Runs one statement and gives its rows. */
  query<Row>(sql: string, ...args: unknown[]): Promise<Row[]>;
  /** Runs one statement and gives the number of rows it changed. */
  execute(sql: string, ...args: unknown[]): Promise<number>;
  /** `query` for SQL built from fragments. */
  sql<Row>(statement: Sql): Promise<Row[]>;
}

type Frame = { readonly of: object; readonly outer: Frame | undefined; open: boolean };
const frames = new AsyncLocalStorage<Frame | undefined>();

/**
 * Refuses a call to `store` that is made inside one of its open transactions: on PGlite, which has one connection, awaiting it never returns; on a
 * server it silently leaves the transaction.
 */
export function assertOutsideTransaction(store: object): void {
  for (let frame = frames.getStore(); frame !== undefined; frame = frame.outer)
    invariant(
      !(frame.open && frame.of === store),
      'inside transaction() only its tx may be used: the store itself waits for that transaction to end',
    );
}

/** Runs `work` as if it had been called outside any transaction: wake-ups and group commits, which serve callers of their own. */
export function outsideTransaction<T>(work: () => T): T {
  return frames.run(undefined, work);
}

/**
 * The body of a transaction, between the driver's `begin` and `commit`: gives `work` its `Tx`, waits for the last statement, and fails when any
 * statement failed or `timeoutMs` have passed (SQLSTATE 25P04, as the server's own limit).
 */
export async function runTransaction<T>(store: object, run: Run, work: (tx: Tx) => Promise<T>, timeoutMs: number): Promise<T> {
  const frame: Frame = { of: store, outer: frames.getStore(), open: true };
  let failure: { readonly error: unknown } | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const statement = <Row>(text: string, args: readonly unknown[], written: boolean): Promise<{ rows: Row[]; count: number }> => {
    const result = last.then(async () => {
      invariant(frame.open, 'the transaction is over');
      if (failure !== undefined) throw failure.error;
      return run<Row>(text, args, written);
    });
    last = result.catch((error: unknown) => {
      failure ??= { error };
    });
    return result;
  };
  const tx: Tx = {
    async query<Row>(text: string, ...args: unknown[]) {
      return (await statement<Row>(text, args, true)).rows;
    },
    async execute(text, ...args) {
      return (await statement(text, args, true)).count;
    },
    async sql<Row>(built: Sql) {
      return (await statement<Row>(built.text, built.values, false)).rows;
    },
  };

  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DatabaseError('25P04', `the transaction did not end within ${timeoutMs} ms (25P04)`)), timeoutMs);
  });
  try {
    const value = await Promise.race([expiry, frames.run(frame, () => work(tx))]);
    await Promise.race([expiry, last]);
    if (failure !== undefined) throw failure.error;
    return value;
  } finally {
    clearTimeout(timer);
    frame.open = false;
  }
}
