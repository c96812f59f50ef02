import { randomBytes } from 'node:crypto';
import type { Clock, Random } from '@corridor/schemas';

/** The machine's own clock, for `main.ts` alone; everything else is handed a `Clock`. */
export const systemClock: Clock = () => Date.now();

/** The machine's cryptographic randomness, for `main.ts` alone; everything else is handed a `Random`. */
export const systemRandom: Random = (bytes) => randomBytes(bytes);
