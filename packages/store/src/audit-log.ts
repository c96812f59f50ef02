import { invariant } from '@corridor/schemas';
import { assertStorable } from './insert.ts';
import { sql } from './sql.ts';
import type { Store } from './store.ts';
import { assertOutsideTransaction, outsideTransaction } from './transaction.ts';
import { jsonText } from './values.ts';

/** One row to come: its id in the access log and what it says. Never a value of a record. */
export type AuditEntry = { readonly entryId: string; readonly body: object };

/** The access log's writing end. */
export interface AuditLog {
  /**
   * Resolves once the rows are committed; the answer they tell of leaves only then.
   * @throws when the commit of their group fails, to every caller in it: the caller answers AUDIT_UNAVAILABLE.
   * CorridorError CHARACTER_NOT_STORABLE to the one caller whose rows `jsonb` cannot hold
   */
  append(rows: readonly AuditEntry[]): Promise<void>;
  /** Commits what waits, then refuses further rows. */
  close(): Promise<void>;
}

type Waiter = { readonly texts: readonly string[]; resolve(): void; reject(error: unknown): void };

/**
 * Writes the access log by group commit: rows of all callers within `windowMs` (2), or `maxRows` (500) of them, go in with one statement. While one
 * group is being committed the next one gathers. For reads; a change writes its row in its own transaction.
 */
export function createAuditLog(store: Store, o: { readonly windowMs?: number; readonly maxRows?: number } = {}): AuditLog {
  const windowMs = o.windowMs ?? 2;
  const maxRows = o.maxRows ?? 500;
  let waiting: Waiter[] = [];
  let rowsWaiting = 0;
  let timer: NodeJS.Timeout | undefined;
  let committing: Promise<void> | undefined;
  let closed = false;

  function start(): void {
    clearTimeout(timer);
    timer = undefined;
    // One group at a time: what comes meanwhile shares the next commit.
    if (committing !== undefined || waiting.length === 0) return;
    const group = takeGroup();
    committing = outsideTransaction(() => commit(group)).finally(() => {
      committing = undefined;
      start();
    });
  }

  function takeGroup(): Waiter[] {
    let count = 0;
    // An append is never split: the last one may reach beyond the limit.
    const size = waiting.findIndex(({ texts }) => {
      count += texts.length;
      return count >= maxRows;
    });
    const group = size === -1 ? waiting : waiting.slice(0, size + 1);
    waiting = size === -1 ? [] : waiting.slice(size + 1);
    rowsWaiting -= count;
    return group;
  }

  async function commit(group: readonly Waiter[]): Promise<void> {
    try {
      const rows = `[${group.flatMap(({ texts }) => texts).join(',')}]`;
      await store.query(sql`insert into audit_log (entry_id, body)
        select r.entry_id, r.body
          from rows from (jsonb_to_recordset(${rows}::jsonb) as (entry_id text, body jsonb)) with ordinality as r(entry_id, body, ordinality)
         order by r.ordinality`);
    } catch (error) {
      for (const { reject } of group) reject(error);
      return;
    }
    for (const { resolve } of group) resolve();
  }

  return {
    async append(rows) {
      assertOutsideTransaction(store);
      invariant(!closed, 'the access log is closed');
      if (rows.length === 0) return;
      const texts = rows.map(({ entryId, body }) => {
        const text = jsonText({ entry_id: entryId, body });
        assertStorable(text, 'audit_log');
        return text;
      });
      await new Promise<void>((resolve, reject) => {
        waiting.push({ texts, resolve, reject });
        rowsWaiting += texts.length;
        if (rowsWaiting >= maxRows) start();
        else timer ??= setTimeout(start, windowMs);
      });
    },
    async close() {
      closed = true;
      start();
      while (committing !== undefined) await committing;
    },
  };
}
