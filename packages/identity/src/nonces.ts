import type { Clock } from '@corridor/schemas';

/** Remembers nonces for a while. */
export type Nonces = {
  /** Takes a nonce: `new` the first time, `seen` afterwards, `full` when no more can be remembered; a full memory refuses, it never forgets early. */
  take(nonce: string): 'new' | 'seen' | 'full';
};

/** A memory of at most `capacity` nonces, each kept for `keepMs`. */
export function createNonces(options: { readonly capacity: number; readonly keepMs: number; readonly clock: Clock }): Nonces {
  const { capacity, keepMs, clock } = options;
  const takenAt = new Map<string, number>(); // in the order they came, so the oldest is always first
  return {
    take(nonce) {
      const now = clock();
      for (const [oldest, at] of takenAt) {
        if (at + keepMs > now) break;
        takenAt.delete(oldest);
      }
      if (takenAt.has(nonce)) return 'seen';
      if (takenAt.size >= capacity) return 'full';
      takenAt.set(nonce, now);
      return 'new';
    },
  };
}
