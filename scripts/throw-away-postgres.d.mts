/** A throw-away PostgreSQL of this machine; undefined where there is none. */
export function startThrowAwayPostgres(): Promise<
  { readonly url: string; readonly folder: string; readonly pid: number; stop(): void } | undefined
>;
