/** What the client reads of an error: an allow-list. Nothing internal passes: no stack, no address, no subgraph's text. */
import { ApolloServerValidationErrorCode } from '@apollo/server/errors';
import { type ErrorCode, errors, errorText, isErrorCode, type Language } from '@corridor/schemas';
import type { GraphQLFormattedError } from 'graphql';
import { limitMark } from '../limits/query-limits.ts';

/** Codes whose text comes from graphql-js or from our own limits and speaks of the caller's own query. */
const speaksOfTheQuery: ReadonlySet<ErrorCode> = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

/** Rewrites one error for the client, in its language. Errors that owners caused were worded by their data source already and keep their message. */
export function errorAnswer(
  error: GraphQLFormattedError,
  about: { readonly language: Language; readonly correlationId: string },
): GraphQLFormattedError {
  const extensions = error.extensions ?? {};
  const code: ErrorCode = isLimit(error) ? 'QUERY_TOO_LARGE' : codeOf(extensions['code']);
  const owner = extensions['owner'];
  const kept = typeof owner === 'string' || speaksOfTheQuery.has(code);
  const path = error.path;
  return {
    message: kept ? error.message : errorText(code, about.language),
    ...(error.locations !== undefined && speaksOfTheQuery.has(code) && { locations: error.locations }),
    ...(path !== undefined && owner === undefined && !path.includes('_entities') && { path }),
    extensions: {
      code,
      retryable: errors[code].retryable,
      correlationId: about.correlationId,
      ...(typeof owner === 'string' && { owner }),
      ...(isTexts(extensions['at']) && { at: extensions['at'] }),
      ...(isTexts(extensions['ids']) && { ids: extensions['ids'] }),
    },
  };
}

// Our rules mark their errors, Apollo Server's recursion limit bears a code of its own; the parser's token limit can only be told by its words.
function isLimit(error: GraphQLFormattedError): boolean {
  if (error.extensions?.[limitMark] === true) return true;
  const code = error.extensions?.['code'];
  return (
    (code === 'GRAPHQL_PARSE_FAILED' && error.message.includes('tokens. Parsing aborted')) ||
    error.extensions?.['validationErrorCode'] === ApolloServerValidationErrorCode.MAX_RECURSIVE_SELECTIONS_EXCEEDED
  );
}

// Apollo's own codes that are not in our table are all ways of not being able to read a request.
function codeOf(claimed: unknown): ErrorCode {
  if (typeof claimed === 'string' && isErrorCode(claimed)) return claimed;
  if (claimed === 'OPERATION_RESOLUTION_FAILURE' || claimed === 'PERSISTED_QUERY_NOT_SUPPORTED' || claimed === 'PERSISTED_QUERY_NOT_FOUND')
    return 'BAD_REQUEST';
  return 'INTERNAL_SERVER_ERROR';
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
