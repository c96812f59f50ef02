import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** One row of an access log. `at` is UTC in microseconds, `2026-11-24T05:48:00.123456Z`: never a time written in a connection's time zone. */
export type LogEntry = { readonly id: string; readonly at: string; readonly body: unknown };

/**
 * The bytes of one row that its leaf is hashed from: RFC 8785 JSON of `id`, `at` and `body`, in UTF-8. The same row gives the same bytes in every program
 * and time zone, whatever the order of its members.
 * @throws TypeError where `at` has another form, or the body is no JSON: both would give a leaf that nobody can check.
 */
export function canonicalBytes(entry: LogEntry): Uint8Array {
  const { id, at, body } = entry;
  if (!microsecondsUtc.test(at)) throw new TypeError(`${at}: expected UTC in microseconds, as in 2026-11-24T05:48:00.123456Z`);
  return new TextEncoder().encode(canonicalJson({ id, at, body }));
}

/** The leaf of a log tree over those bytes: SHA-256 of 0x00 and the bytes, 32 bytes (RFC 6962 section 2.1; 0x01 begins an inner node). */
export function leafHash(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(leafPrefix).update(bytes).digest());
}

const microsecondsUtc = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;
const leafPrefix = Uint8Array.of(0x00);
