import { type Clock, CorridorError } from '@corridor/schemas';
import type { Sql, Store } from '@corridor/store';

/**
 * The store for the reads of one request: a statement ends by itself when the caller's time is over (PostgreSQL's `statement_timeout`), and none is
 * begun after that. PGlite, one connection in this process, cannot end one.
 * @throws OWNER_TIMEOUT
 */
export function readsUntil(store: Store<'directory'>, deadlineAt: number, clock: Clock): Store<'directory'> {
  return {
    ...store,
    async query<Row>(statement: Sql): Promise<Row[]> {
      const timeoutMs = Math.floor(deadlineAt - clock());
      if (timeoutMs < 1) throw new CorridorError('OWNER_TIMEOUT', { owner: 'directory' });
      return store.kind === 'pglite' ? store.query<Row>(statement) : store.transaction((tx) => tx.sql<Row>(statement), { timeoutMs });
    },
  };
}
