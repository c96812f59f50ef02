import type { IngestFinding } from './finding.ts';
import type { Outcome } from './outcome.ts';
import type { IngestStore } from './source-message.ts';

/** What came in, byte for byte. */
export type RawMessage = {
  readonly id: string;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly client: string;
  readonly format: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly traceId: string;
};

/** Keeps the bytes before anything is parsed, in a transaction of their own: whatever happens to the message, what was sent can be shown. */
export async function keepRaw(store: IngestStore, raw: RawMessage, now: Date): Promise<void> {
  await store.transaction((tx) =>
    tx.execute(
      `insert into raw_message (id, sha256, received_at, client, format, content_type, bytes, outcome, trace_id)
       values ($1, $2, $3::timestamptz, $4, $5, $6, $7::bytea, 'RECEIVED', $8)`,
      raw.id,
      raw.sha256,
      now,
      raw.client,
      raw.format,
      raw.contentType,
      raw.bytes,
      raw.traceId,
    ),
  );
}

/** Notes what became of it. A row that stays RECEIVED was never answered. */
export async function closeRaw(store: IngestStore, id: string, outcome: Outcome, findings: readonly IngestFinding[]): Promise<void> {
  await store.transaction((tx) =>
    tx.execute('update raw_message set outcome = $2, findings = $3::jsonb where id = $1', id, outcome, JSON.stringify(findings)),
  );
}
