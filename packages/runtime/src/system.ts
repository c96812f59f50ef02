import { randomFillSync } from 'node:crypto';
import type { Clock, Random } from '@corridor/schemas';

/** The machine's own clock, for `main.ts` alone; everything else is handed a `Clock`. */
export const systemClock: Clock = () => Date.now();

/**
 * The machine's cryptographic randomness, for `main.ts` alone; everything else is handed a `Random`. Ids are made by the thousand and each asking costs
 * a call into the library: small ones are cut from a store that is filled at once, and what was given out is wiped there.
 */
export const systemRandom: Random = (bytes) => {
  if (bytes > pooled.length / 16) return randomFillSync(new Uint8Array(bytes));
  if (taken + bytes > pooled.length) {
    randomFillSync(pooled);
    taken = 0;
  }
  const given = pooled.slice(taken, taken + bytes);
  pooled.fill(0, taken, taken + bytes);
  taken += bytes;
  return given;
};

const pooled = new Uint8Array(4_096);
let taken = pooled.length;
