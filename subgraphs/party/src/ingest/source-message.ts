import type { SqlTx } from '@corridor/exchange';
import { insertRecords, type Sql } from '@corridor/store';
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
export type IngestStore = {
  transaction<T>(work: (tx: SqlTx) => Promise<T>, o?: { readonly timeoutMs?: number }): Promise<T>;
  /** One statement in a transaction of its own. */
  query<Row>(statement: Sql): Promise<Row[]>;
};

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

/** Those of these messages that took effect before, by their source keys. */
export async function knownAmong(tx: SqlTx, sourceKeys: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ source_key: string }>(
    'select source_key from source_message where source_key = any($1::text[])',
    sourceKeys,
  );
  return new Set(rows.map(({ source_key }) => source_key));
}

/** Of these messages: the source keys of those that took effect before, and the references under which another one did, whatever it said. */
export async function usedKeys(
  tx: SqlTx,
  messages: readonly { readonly sourceKey: string; readonly messageKey: string }[],
): Promise<{ readonly sourceKeys: ReadonlySet<string>; readonly messageKeys: ReadonlySet<string> }> {
  const rows = await tx.query<{ source_key: string; message_key: string }>(
    'select source_key, message_key from source_message where source_key = any($1::text[]) or message_key = any($2::text[])',
    messages.map(({ sourceKey }) => sourceKey),
    messages.map(({ messageKey }) => messageKey),
  );
  return {
    sourceKeys: new Set(rows.map(({ source_key }) => source_key)),
    messageKeys: new Set(rows.map(({ message_key }) => message_key)),
  };
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

/** Notes several that none has noted before. */
export async function noteMessages(tx: SqlTx, messages: readonly SourceMessage[], now: Date): Promise<void> {
  await insertRecords(
    tx,
    'source_message',
    {
      source_key: 'text',
      message_key: 'text',
      document_key: 'text',
      message_type: 'text',
      message_function: 'text',
      raw_message_id: 'text',
      applied_at: 'timestamptz',
    },
    messages.map((message) => ({
      source_key: message.sourceKey,
      message_key: message.messageKey,
      document_key: message.documentKey,
      message_type: message.messageType,
      message_function: message.messageFunction,
      raw_message_id: message.rawMessageId,
      applied_at: now,
    })),
  );
}
