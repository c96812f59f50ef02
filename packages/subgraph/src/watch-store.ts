/**
 * What an owner's program stands on, watched: its database, its access log, and the step that brings committed rows into order. Operators see it as figures
 * and as reasons; readiness asks the same questions.
 */
import type { Metrics, ReadyCheck } from '@corridor/runtime';
import { CorridorError } from '@corridor/schemas';

/** What is used of a database. */
export type WatchedStore = {
  ready(): Promise<boolean>;
  pool(): { readonly total: number; readonly idle: number; readonly waiting: number } | undefined;
  transaction<T>(work: (tx: { query<Row>(sql: string, ...args: unknown[]): Promise<Row[]> }) => Promise<T>): Promise<T>;
};

/** The writing end of an access log. */
export type WatchedLog = {
  append(rows: readonly { readonly entryId: string; readonly body: object }[]): Promise<void>;
  close(): Promise<void>;
};

/** An owner's watched parts. */
export type Watch<Log extends WatchedLog> = {
  /** The access log to be used instead of the one handed in. */
  readonly auditLog: Log;
  /** Database, access log, and the rows that wait; only the first while the database is away. */
  checks(): Promise<ReadyCheck[]>;
};

/** Rows that wait longer for their place have been forgotten by whoever gives it, and what reads them stands still. */
const longestWaitSeconds = 30;

/**
 * Watches.
 * @param o.waiting table whose rows get their `position` after they were committed, with the column that says when: the outbox, the directory's log
 */
export function watchStore<Log extends WatchedLog>(o: {
  readonly store: WatchedStore;
  readonly auditLog: Log;
  readonly metrics: Metrics;
  readonly waiting: {
    readonly table: 'outbox' | 'audit_log';
    readonly metric: 'outbox_waiting_seconds' | 'unsealed_seconds';
    readonly step: string;
  };
}): Watch<Log> {
  const { store, metrics, waiting } = o;
  let failed = false;
  metrics.announce('audit_failures_total');
  metrics.gauge('database_up', async () => [{ value: (await store.ready()) ? 1 : 0 }]);
  metrics.gauge('database_connections', () => Object.entries(store.pool() ?? {}).map(([state, value]) => ({ labels: { state }, value })));
  metrics.gauge(waiting.metric, async () => [{ value: await waitingSeconds() }]);

  async function waitingSeconds(): Promise<number> {
    const [row] = await store.transaction((tx) =>
      tx.query<{ seconds: string | null }>(
        `select extract(epoch from clock_timestamp() - min(at))::text as seconds from ${waiting.table} where position is null`,
      ),
    );
    return Math.max(0, Number(row?.seconds ?? 0));
  }

  async function accessLog(): Promise<ReadyCheck> {
    const name = 'access log';
    const [row] = await store.transaction((tx) =>
      tx.query<{ may: boolean; standby: boolean; readonly: boolean }>(
        `select has_table_privilege('audit_log', 'INSERT') as may, pg_is_in_recovery() as standby,
                current_setting('default_transaction_read_only') = 'on' as readonly`,
      ),
    );
    if (row?.may !== true) return { name, ok: false, detail: 'the role may not write to it' };
    if (row.standby || row.readonly) return { name, ok: false, detail: 'the database is read-only' };
    // Nothing is asked of a program that is not ready: whether the log can be written again only a write tells.
    if (failed) {
      const refused = await writes().then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : 'failed'),
      );
      if (refused !== undefined) return { name, ok: false, detail: `rows cannot be written: ${refused}` };
      failed = false;
    }
    return { name, ok: true };
  }

  // A row that is rolled back: nobody reads it, and it takes no position.
  async function writes(): Promise<void> {
    const done = new Error('rolled back');
    await store
      .transaction(async (tx) => {
        await tx.query("insert into audit_log (entry_id, body) values (gen_random_uuid()::text, '{}') returning true as written");
        throw done;
      })
      .catch((error: unknown) => {
        if (error !== done) throw error;
      });
  }

  return {
    auditLog: {
      ...o.auditLog,
      append: async (rows) => {
        try {
          await o.auditLog.append(rows);
        } catch (error) {
          // What cannot be stored for its characters is the caller's; the log is sound.
          if (!(error instanceof CorridorError)) {
            metrics.count('audit_failures_total');
            failed = true;
          }
          throw error;
        }
      },
    },
    async checks() {
      if (!(await store.ready())) return [{ name: 'database', ok: false, detail: 'does not answer' }];
      const seconds = await waitingSeconds();
      const late = seconds > longestWaitSeconds;
      return [
        { name: 'database', ok: true },
        await accessLog(),
        { name: waiting.step, ok: !late, ...(late && { detail: `a committed row has waited ${Math.floor(seconds)} s for its position` }) },
      ];
    },
  };
}
