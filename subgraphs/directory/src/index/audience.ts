import { createHash, createHmac } from 'node:crypto';
import type { AudienceTuple } from '@corridor/schemas';

/**
 * The token of one audience tuple: HMAC-SHA256 of its canonical JSON under the directory's index key, lower-case hex. The whole tuple, since a clause
 * is a conjunction: tokens of single words would let a reader match half of one clause and half of another.
 */
export function audienceToken(key: Uint8Array, { party, org, role, purpose }: AudienceTuple): string {
  // The word in front is no kind of reference: a token is never the index of a reference.
  return createHmac('sha256', key)
    .update(`AUDIENCE\u0000${JSON.stringify([party, org, role, purpose])}`)
    .digest('hex');
}

/** A set of audience tokens; equal sets have equal digests and are stored once. */
export type AudienceSet = { readonly digest: string; readonly tokens: readonly string[] };

/** The set of these tuples. An empty one is nobody's. */
export function audienceSet(key: Uint8Array, tuples: readonly AudienceTuple[]): AudienceSet {
  const tokens = [...new Set(tuples.map((tuple) => audienceToken(key, tuple)))].sort();
  return { digest: createHash('sha256').update(tokens.join('')).digest('hex'), tokens };
}
