import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Clock, CorridorError, invariant } from '@corridor/schemas';

/** What a cursor is good for: one viewer, one list of one parent, one filter. */
export type CursorBinding = {
  /** The viewer's view: party, organisation, roles, purpose, and through which door. */
  readonly viewer: string;
  /** The list: `ConsignmentRecord.milestones`. */
  readonly list: string;
  /** Id of the record that has the list. */
  readonly parent: string;
  /** The filter in a form that is the same for the same filter. */
  readonly filter: string;
};

/** Writes and reads the cursors of lists. */
export type Cursors = {
  /** A cursor that stands behind the element with these sort keys. */
  write(binding: CursorBinding, keys: readonly string[]): string;
  /** The sort keys. @throws CURSOR_INVALID: malformed, altered, expired, or of another viewer, list, parent or filter, without saying which */
  read(binding: CursorBinding, cursor: string): readonly string[];
};

/**
 * Cursors signed with HMAC-SHA256. They hold the sort keys of the last element and an end, a day ahead; what they are bound to goes into the signature
 * alone. Sort keys are fields the viewer has just read, so nothing needs hiding. The first key writes, all of them read: two during a change.
 */
export function createCursors(keys: readonly { readonly key: Uint8Array }[], clock: Clock): Cursors {
  const [newest] = keys;
  invariant(newest !== undefined, 'a program has a cursor key');
  return {
    write(binding, sortKeys) {
      const content = Buffer.from(JSON.stringify([Math.floor(clock() / 1_000) + lifeSeconds, ...sortKeys])).toString('base64url');
      return `${content}.${signature(newest.key, binding, content)}`;
    },
    read(binding, cursor) {
      const [, content = '', signed = ''] = form.exec(cursor) ?? [];
      // As text: the last of 43 characters has bits to spare, and two texts of one signature would be two cursors.
      const isSigned = keys.map(({ key }) => isSame(signed, signature(key, binding, content))).includes(true);
      if (!isSigned) throw new CorridorError('CURSOR_INVALID');
      const [end, ...sortKeys]: unknown[] = JSON.parse(Buffer.from(content, 'base64url').toString('utf8'));
      if (typeof end !== 'number' || end <= clock() / 1_000) throw new CorridorError('CURSOR_INVALID');
      return sortKeys.map(String);
    },
  };
}

const lifeSeconds = 86_400;
const form = /^([\w-]{1,500})\.([\w-]{43})$/;

// The keys also encrypt feed cursors: the first element keeps one use from standing for the other.
function signature(key: Uint8Array, { viewer, list, parent, filter }: CursorBinding, content: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify(['list cursor', viewer, list, parent, filter, content]))
    .digest('base64url');
}

function isSame(given: string, expected: string): boolean {
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}
