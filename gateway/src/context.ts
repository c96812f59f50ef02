import type { Accepted } from '@corridor/identity';
import type { Language } from '@corridor/schemas';
import type { Payer } from './limits/budget.ts';

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
  /** Aborted when the caller leaves: then no owner is asked any more, and questions under way end. */
  readonly signal: AbortSignal;
  /** Whose budgets the request draws on; absent: it is the gateway's own. */
  readonly payer?: Payer;
  readonly masked: MaskedNote[];
  readonly owners: Map<string, { state: OwnerState; ms: number }>;
};
