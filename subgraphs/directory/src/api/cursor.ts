import { createHash } from 'node:crypto';
import { createOpaqueText, type OpaqueKey } from '@corridor/exchange';
import { type Clock, CorridorError } from '@corridor/schemas';
import type { Viewer } from './viewer.ts';

/** The sort key of a row, as text: where a page ended. */
export type SortKey = readonly [at: string, id: string];

/** A list as it was asked for: the field and whatever narrows it. Its cursors go on with nothing else. */
export type List = readonly [field: string, narrowed: unknown];

/** Cursors of the directory's lists. */
export type Cursors = {
  write(viewer: Viewer, list: List, key: SortKey): Promise<string>;
  /** @throws CURSOR_INVALID altered, expired, of another viewer or another list */
  read(viewer: Viewer, list: List, text: string): Promise<SortKey>;
};

const lifeMs = 60 * 60 * 1_000;

/** Cursors are encrypted, since entries print none of the keys they are sorted by, and bound to viewer, list and one hour. */
export function createCursors(keys: readonly OpaqueKey[], clock: Clock): Cursors {
  const text = createOpaqueText(keys);
  return {
    write: (viewer, list, key) => text.write({ v: viewer.digest, l: digestOf(list), x: clock() + lifeMs, k: key }),
    async read(viewer, list, written) {
      const value = await text.read(written);
      if (!isContent(value) || value.v !== viewer.digest || value.l !== digestOf(list) || value.x <= clock())
        throw new CorridorError('CURSOR_INVALID');
      return value.k;
    },
  };
}

function digestOf(list: List): string {
  return createHash('sha256').update(JSON.stringify(list)).digest('base64url');
}

function isContent(value: unknown): value is { v: string; l: string; x: number; k: SortKey } {
  if (typeof value !== 'object' || value === null || !('v' in value && 'l' in value && 'x' in value && 'k' in value)) return false;
  const { v, l, x, k } = value;
  return (
    typeof v === 'string' &&
    typeof l === 'string' &&
    typeof x === 'number' &&
    Array.isArray(k) &&
    k.length === 2 &&
    k.every((part) => typeof part === 'string')
  );
}
