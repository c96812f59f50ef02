import type { MessageFunction } from './correction.ts';
import type { IngestFinding } from './finding.ts';

/** TAKEN: took effect now. DUPLICATE: had before, or a newer one has; nothing changed. REFUSED: an error, nothing changed. */
export type Outcome = 'TAKEN' | 'DUPLICATE' | 'REFUSED';

/** What became of one message of a request. */
export type MessageOutcome = {
  /** As its sender calls it; `null` where that could not be read. */
  readonly reference: string | null;
  /** `CODECO`, `consignment.v1`, `dcsa-tnt-2.2`. */
  readonly type: string;
  /** `null` where it could not be read. */
  readonly function: MessageFunction | null;
  readonly outcome: Outcome;
};

/** A message's outcome with what was found in it. */
export type TakenMessage = { readonly message: MessageOutcome; readonly findings: readonly IngestFinding[] };

/** The outcome of a request: TAKEN where a message took effect, else DUPLICATE where one had before, else REFUSED. */
export function outcomeOf(messages: readonly MessageOutcome[]): Outcome {
  const outcomes = new Set(messages.map(({ outcome }) => outcome));
  if (outcomes.has('TAKEN')) return 'TAKEN';
  return outcomes.has('DUPLICATE') ? 'DUPLICATE' : 'REFUSED';
}
