import { knownError, type Logger } from '@corridor/runtime';
import { CorridorError, type ErrorCode, errors, type Language } from '@corridor/schemas';
import { isDatabaseError } from '@corridor/store';
import { GraphQLError } from 'graphql';
import { ArgumentRefused } from './arguments.ts';

/** An error inside an answer. Nothing else of what went wrong leaves the program. */
export type AnswerError = {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: ErrorCode;
    readonly retryable: boolean;
    readonly correlationId: string;
    /** Path of the argument that cannot be used: `filter.eventTypeCode`. */
    readonly argument?: string;
  };
};

/** An error as it leaves: a code of the table with its words; what has no code is INTERNAL_SERVER_ERROR, its cause in the log alone. */
export function answerError(
  error: unknown,
  context: { readonly language: Language; readonly traceId: string; readonly owner: string; readonly log: Logger },
): AnswerError {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  const known = isLate(cause) ? new CorridorError('OWNER_TIMEOUT', { owner: context.owner }) : knownError(cause);
  if (known.code === 'INTERNAL_SERVER_ERROR') context.log.error({ err: cause, correlationId: context.traceId }, 'a field failed');
  return {
    message: known.text(context.language),
    ...(error instanceof GraphQLError && error.path !== undefined && { path: error.path }),
    extensions: {
      code: known.code,
      retryable: errors[known.code].retryable,
      correlationId: context.traceId,
      ...(known instanceof ArgumentRefused && { argument: known.argument }),
    },
  };
}

// 57014: the server ended the statement at the limit we gave it. 25P04: the transaction's.
function isLate(error: unknown): boolean {
  return isDatabaseError(error, '57014') || isDatabaseError(error, '25P04');
}
