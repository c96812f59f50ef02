/** Gives numbers from 0 up to, not including, 1: the same sequence for the same seed, on every machine. */
export type SeededRandom = () => number;

/** A small generator (mulberry32) for made-up data: repeatable, and no good for keys. `seed` counts modulo 2^32. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from `from` to `to`, both included. */
export function between(random: SeededRandom, from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1));
}

/** One of a list that is not empty, each as often as its `weight` says (1 without one). */
export function pick<T extends object>(random: SeededRandom, choices: readonly [T & Weighted, ...(T & Weighted)[]]): T {
  const weightOf = ({ weight = 1 }: Weighted): number => weight;
  let left = random() * choices.reduce((sum, choice) => sum + weightOf(choice), 0);
  for (const choice of choices) {
    left -= weightOf(choice);
    if (left < 0) return choice;
  }
  return choices[0];
}

type Weighted = { readonly weight?: number };
