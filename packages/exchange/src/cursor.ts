import { CorridorError } from '@corridor/schemas';
import { createOpaqueText, type OpaqueKey } from './opaque-text.ts';

/** A place in an owner's feed. */
export type FeedCursor = { readonly epoch: string; readonly position: bigint };

/** Writes and reads cursors of a feed. */
export type FeedCursors = {
  write(o: { readonly epoch: string; readonly position: bigint; readonly subscriber: string }): Promise<string>;
  /** @throws CURSOR_INVALID when it is altered, malformed, or was written for another subscriber */
  read(text: string, subscriber: string): Promise<FeedCursor>;
};

/**
 * Cursors are opaque, since a position tells how busy an owner is: encrypted, with epoch, position and subscriber inside. No right hangs on one.
 * Keys have 32 bytes; the first writes, all of them read.
 */
export function createFeedCursors(keys: readonly OpaqueKey[]): FeedCursors {
  const text = createOpaqueText(keys);
  return {
    write: ({ epoch, position, subscriber }) => text.write({ e: epoch, p: position.toString(), s: subscriber }),
    async read(written, subscriber) {
      const value = await text.read(written);
      if (!isCursor(value) || value.s !== subscriber) throw new CorridorError('CURSOR_INVALID');
      return { epoch: value.e, position: BigInt(value.p) };
    },
  };
}

/**
 * Refuses a cursor of another run of the feed: another epoch, or a position this one never gave, as after a return to an older backup.
 * @throws FEED_EPOCH_CHANGED the subscriber reads from the start; its inbox absorbs the repeats
 */
export function checkEpoch(cursor: FeedCursor, outbox: { readonly epoch: string; readonly last: bigint }): void {
  if (cursor.epoch !== outbox.epoch || cursor.position > outbox.last) throw new CorridorError('FEED_EPOCH_CHANGED');
}

function isCursor(value: unknown): value is { e: string; p: string; s: string } {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'e' in value &&
    typeof value.e === 'string' &&
    'p' in value &&
    typeof value.p === 'string' &&
    /^\d{1,19}$/.test(value.p) &&
    's' in value &&
    typeof value.s === 'string'
  );
}
