import type { SqlTx } from '@corridor/exchange';
import type { MessageFunction } from './correction.ts';

// Any fixed number that no other advisory lock of the product has.
const lockId = '72707371';

/**
 * Waits until no other message is taking effect at this owner, until the end of the transaction. Two messages that need each other, an event and its
 * consignment, would else each miss the other; and whatever order they lock rows in, none waits for another in a circle. Must be the first statement:
 * the next one's snapshot then holds all that earlier messages wrote.
 */
export async function lockIngest(tx: SqlTx): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1::bigint)::text', lockId);
}

/** What ingest needs of a database; `Store` of @corridor/store offers it. */
export type IngestStore = { transaction<T>(work: (tx: SqlTx) => Promise<T>, o?: { readonly timeoutMs?: number }): Promise<T> };

/**
 * Runs the effect of one message: a transaction under the lock. A message of ten thousand boxes takes seconds, and others wait for it: hence a minute.
 */
export async function takeEffect<T>(store: IngestStore, work: (tx: SqlTx) => Promise<T>): Promise<T> {
  return store.transaction(
    async (tx) => {
      await lockIngest(tx);
      return work(tx);
    },
    { timeoutMs: 60_000 },
  );
}

/** Whether this very message took effect before. */
export async function isKnown(tx: SqlTx, sourceKey: string): Promise<boolean> {
  return (await tx.query('select 1 from source_message where source_key = $1', sourceKey)).length > 0;
}

/** Whether a message with this reference took effect before, whatever it said. */
export async function isReferenceUsed(tx: SqlTx, messageKey: string): Promise<boolean> {
  return (await tx.query('select 1 from source_message where message_key = $1 limit 1', messageKey)).length > 0;
}

/** A message that takes effect. */
export type SourceMessage = {
  readonly sourceKey: string;
  readonly messageKey: string;
  readonly documentKey: string | null;
  readonly messageType: string;
  readonly messageFunction: MessageFunction;
  readonly rawMessageId: string;
};

/** Notes a message as having taken effect; its key is what makes a repeat harmless. Gives false where it had before. */
export async function noteMessage(tx: SqlTx, message: SourceMessage, now: Date): Promise<boolean> {
  const inserted = await tx.execute(
    `insert into source_message (source_key, message_key, document_key, message_type, message_function, raw_message_id, applied_at)
     values ($1, $2, $3, $4, $5, $6, $7::timestamptz) on conflict (source_key) do nothing`,
    message.sourceKey,
    message.messageKey,
    message.documentKey,
    message.messageType,
    message.messageFunction,
    message.rawMessageId,
    now,
  );
  return inserted === 1;
}
