import { knownError, type Logger } from '@corridor/runtime';
import { type ErrorCode, errors, type Language } from '@corridor/schemas';
import { GraphQLError } from 'graphql';
import { ArgumentRefused } from './argument-refused.ts';

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

/** To whom an error is told, and what it is beyond what the table knows by itself. */
export type AnswerErrorContext = {
  readonly language: Language;
  /** Stands in the answer and beside the cause in the log. */
  readonly correlationId: string;
  readonly log: Logger;
  /** What a cause is at this program: an error of the table for what a library threw, otherwise the cause itself. */
  readonly causeOf?: (cause: unknown) => unknown;
};

/** An error as it leaves: a code of the table with its words; what has no code is INTERNAL_SERVER_ERROR, its cause in the log alone. */
export function answerError(error: unknown, { language, correlationId, log, causeOf }: AnswerErrorContext): AnswerError {
  const thrown = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  const cause = causeOf === undefined ? thrown : causeOf(thrown);
  const known = knownError(cause);
  if (known.code === 'INTERNAL_SERVER_ERROR') log.error({ err: cause, correlationId }, 'a field failed');
  return {
    message: known.text(language),
    ...(error instanceof GraphQLError && error.path !== undefined && { path: error.path }),
    extensions: {
      code: known.code,
      retryable: errors[known.code].retryable,
      correlationId,
      ...(known instanceof ArgumentRefused && { argument: known.argument }),
    },
  };
}
