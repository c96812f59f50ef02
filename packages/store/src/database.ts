import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';

/** Rows of a statement and the number of rows its command tag counts. */
export type Result<Row> = { readonly rows: Row[]; readonly count: number };

/** Runs one statement with its arguments. `written`: the text stands so in the program and comes again; a server may keep its plan. @throws DatabaseError */
export type Run = <Row>(text: string, args: readonly unknown[], written?: boolean) => Promise<Result<Row>>;

/** One connection used by one caller from beginning to end: what migrations and the check of the owner need. */
export interface Session {
  readonly run: Run;
  /** Runs a text of many statements as one implicit transaction. */
  script(text: string): Promise<void>;
}

/** What a server and PGlite have in common: the few calls the store is made of. */
export interface Database {
  readonly kind: 'postgres' | 'pglite';
  /** For Prisma's client, over the same connections. */
  readonly adapter: SqlDriverAdapterFactory;
  readonly run: Run;
  /** Commits when `body` resolves, rolls back when it rejects; rejects when the commit did not take place. */
  transaction<T>(body: (run: Run) => Promise<T>, timeoutMs: number): Promise<T>;
  /** Calls `wake` after each NOTIFY on the channel, and after any time in which one may have been missed. */
  listen(channel: string, wake: () => void): Promise<() => Promise<void>>;
  /** Connections of the pool; a database without a pool has none. */
  readonly pool?: () => PoolFigures;
  close(): Promise<void>;
}

/** Connections of a pool: how many there are, how many of them nobody uses, and how many callers wait for one. */
export type PoolFigures = { readonly total: number; readonly idle: number; readonly waiting: number };
