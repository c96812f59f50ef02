import { sql } from '@corridor/store';
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
  await store.query(sql`insert into raw_message (id, sha256, received_at, client, format, content_type, bytes, outcome, trace_id)
    values (${raw.id}, ${raw.sha256}, ${now}::timestamptz, ${raw.client}, ${raw.format}, ${raw.contentType}, ${raw.bytes}::bytea, 'RECEIVED', ${raw.traceId})`);
}

/** Notes what became of it. A row that stays RECEIVED was never answered. */
export async function closeRaw(store: IngestStore, id: string, outcome: Outcome, findings: readonly IngestFinding[]): Promise<void> {
  await store.query(sql`update raw_message set outcome = ${outcome}, findings = ${JSON.stringify(findings)}::jsonb where id = ${id}`);
}
