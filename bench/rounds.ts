/** Figures of interleaved rounds: each candidate is compared with another of the same round, never with one of another. */

/** What each candidate cost in one round; one whose slot was thrown away is absent. */
export type Round = Readonly<Record<string, number | undefined>>;

/** Least, middle and greatest of some figures. */
export type Spread = { readonly min: number; readonly med: number; readonly max: number };

/** Of an even number of figures the middle is the mean of the two in the middle; undefined without any. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  if (sorted.length === 0) return undefined;
  const half = (sorted.length - 1) / 2;
  return { min: at(0), med: (at(Math.floor(half)) + at(Math.ceil(half))) / 2, max: at(sorted.length - 1) };
}

/** The figures of one candidate. */
export function figuresOf(rounds: readonly Round[], candidate: string): number[] {
  return rounds.flatMap((round) => round[candidate] ?? []);
}

/** Of each round in which both have a figure, how often the other's goes into the candidate's. */
export function ratiosOf(rounds: readonly Round[], candidate: string, other: string): number[] {
  return rounds.flatMap((round) => {
    const [one, base] = [round[candidate], round[other]];
    return one === undefined || base === undefined || base === 0 ? [] : [one / base];
  });
}

/** `min med max`, or a dash. */
export function told(spread: Spread | undefined, digits: number): string {
  return spread === undefined ? '-' : [spread.min, spread.med, spread.max].map((value) => value.toFixed(digits)).join(' ');
}
