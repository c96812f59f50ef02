import { CorridorError } from '@corridor/schemas';
import { createOpaqueText, type OpaqueKey } from './opaque-text.ts';

/** A place in an owner's feed: behind `event`, the id of the event at that position; `null` before the first. */
export type FeedCursor = { readonly epoch: string; readonly position: bigint; readonly event: string | null };

/** Writes and reads cursors of a feed. */
export type FeedCursors = {
  write(o: FeedCursor & { readonly subscriber: string }): Promise<string>;
  /** @throws CURSOR_INVALID when it is altered, malformed, or was written for another subscriber */
  read(text: string, subscriber: string): Promise<FeedCursor>;
};

/**
 * Cursors are opaque, since a position tells how busy an owner is: encrypted, with epoch, position, event and subscriber inside. No right hangs on one.
 * Keys have 32 bytes; the first writes, all of them read.
 */
export function createFeedCursors(keys: readonly OpaqueKey[]): FeedCursors {
  const text = createOpaqueText(keys);
  return {
    write: ({ epoch, position, event, subscriber }) =>
      text.write({ e: epoch, p: position.toString(), ...(event !== null && { v: event }), s: subscriber }),
    async read(written, subscriber) {
      const value = await text.read(written);
      if (!isCursor(value) || value.s !== subscriber) throw new CorridorError('CURSOR_INVALID');
      return { epoch: value.e, position: BigInt(value.p), event: value.v ?? null };
    },
  };
}

/**
 * Refuses a cursor of another run of the feed, as after a return to an older backup: another epoch, a position this one never gave, or one that it gave to
 * another event.
 * @param outbox as `readOutbox` reads it behind the cursor's position
 * @throws FEED_EPOCH_CHANGED the subscriber begins anew: what it was told may no longer be so
 */
export function checkEpoch(
  cursor: FeedCursor,
  outbox: { readonly epoch: string; readonly last: bigint; readonly event: string | null },
): void {
  const same = cursor.epoch === outbox.epoch && cursor.position <= outbox.last && (cursor.event === null || cursor.event === outbox.event);
  if (!same) throw new CorridorError('FEED_EPOCH_CHANGED');
}

function isCursor(value: unknown): value is { e: string; p: string; v?: string; s: string } {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'e' in value &&
    typeof value.e === 'string' &&
    'p' in value &&
    typeof value.p === 'string' &&
    /^\d{1,19}$/.test(value.p) &&
    (!('v' in value) || typeof value.v === 'string') &&
    's' in value &&
    typeof value.s === 'string'
  );
}
