/** What a transaction must offer to this package: two calls, raw SQL with `$1` …; `@corridor/store` offers them. */
export interface SqlTx {
  query<Row>(sql: string, ...args: unknown[]): Promise<Row[]>;
  execute(sql: string, ...args: unknown[]): Promise<number>;
}

/** What a database must offer to this package. Transactions are READ COMMITTED: each statement sees what was committed before it began. */
export interface SqlStore {
  transaction<T>(work: (tx: SqlTx) => Promise<T>): Promise<T>;
  listen(channel: string, wake: () => void): Promise<() => Promise<void>>;
}
