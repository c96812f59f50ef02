import type { Logger } from '@corridor/runtime';
import { CorridorError, type Language } from '@corridor/schemas';
import { isDatabaseError, isLostConnection } from '@corridor/store';
import { type AnswerError, answerError } from '@corridor/subgraph';

/** An error of an owner's answer as it leaves: what the database ended at the limit it was given is OWNER_TIMEOUT, a lost connection OWNER_UNREACHABLE. */
export function ownerAnswerError(
  error: unknown,
  context: { readonly language: Language; readonly traceId: string; readonly owner: string; readonly log: Logger },
): AnswerError {
  const { language, traceId: correlationId, owner, log } = context;
  const causeOf = (cause: unknown): unknown => {
    if (isLate(cause)) return new CorridorError('OWNER_TIMEOUT', { owner });
    return isLostConnection(cause) ? new CorridorError('OWNER_UNREACHABLE', { owner, cause }) : cause;
  };
  return answerError(error, { language, correlationId, log, causeOf });
}

// 57014: the server ended the statement at the limit we gave it. 25P04: the transaction's.
function isLate(error: unknown): boolean {
  return isDatabaseError(error, '57014') || isDatabaseError(error, '25P04');
}
