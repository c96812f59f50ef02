import type { Accepted } from '@corridor/identity';
import type { Language } from '@corridor/schemas';

/** One field that an owner withheld from or coarsened for this caller, at one record. */
export type MaskedNote = {
  readonly owner: string;
  /** `<agreement id>@<version>` or `DEFAULT`. */
  readonly rule: string;
  /** Response path with `@` for each list level. */
  readonly at: readonly string[];
  readonly id: string;
  readonly coarse: boolean;
};

/** How one owner did in this request. */
export type OwnerState = 'AVAILABLE' | 'OWNER_TIMEOUT' | 'OWNER_UNREACHABLE';

/** What one request carries from the door to the answer. Made per request; nothing in it is shared between callers. */
export type RequestContext = {
  readonly accepted: Accepted;
  readonly language: Language;
  /** W3C traceparent sent on to every owner. */
  readonly traceparent: string;
  readonly correlationId: string;
  /** Instant (ms) after which no owner is asked any more. */
  readonly deadlineAt: number;
  readonly masked: MaskedNote[];
  readonly owners: Map<string, { state: OwnerState; ms: number }>;
};
