import { CorridorError, type ErrorCode, errors, type Language } from '@corridor/schemas';

/** A refusal as it leaves: the HTTP status, headers that belong to the code, and the body. */
export type Refusal = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: ErrorBody };

/** The body of every refused request, on every path of every program; the shape of GraphQL's `errors`. */
export type ErrorBody = {
  readonly errors: readonly [
    {
      readonly message: string;
      readonly extensions: {
        readonly code: ErrorCode;
        readonly retryable: boolean;
        readonly correlationId: string;
        readonly owner?: string;
      };
    },
  ];
};

/**
 * Turns whatever was thrown into what the caller may know. A `CorridorError` keeps its code and detail; anything else, and a code that belongs to a
 * program's start, is INTERNAL_SERVER_ERROR with the correlation id alone.
 */
export function refusalOf(error: unknown, context: { readonly language: Language; readonly correlationId: string }): Refusal {
  const known = knownError(error);
  const entry = errors[known.code];
  return {
    // Inside a partial answer these codes come with 200; a whole request that ends in one has no answer to be part of.
    status: entry.where === 'answer' ? 503 : Math.max(entry.status, 400),
    headers: headersOf(known),
    body: {
      errors: [
        {
          message: known.text(context.language),
          extensions: {
            code: known.code,
            retryable: entry.retryable,
            correlationId: context.correlationId,
            ...(known.owner === undefined ? {} : { owner: known.owner }),
          },
        },
      ],
    },
  };
}

/**
 * The error as one of the table: itself, the table's word for a fault the HTTP server found, NOT_READY where the database's connection was lost, or
 * INTERNAL_SERVER_ERROR.
 */
export function knownError(error: unknown): CorridorError {
  if (error instanceof CorridorError) return errors[error.code].where === 'start' ? internal(error) : error;
  if (isLostConnection(error)) return new CorridorError('NOT_READY', { cause: error });
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? serverFaults.get(error.code) : undefined;
  return code === undefined ? internal(error) : new CorridorError(code, { cause: error });
}

// Codes of Fastify 5 and of Node's HTTP parser that are the caller's fault; what is not listed is ours.
const serverFaults = new Map<string, ErrorCode>([
  ['FST_ERR_CTP_BODY_TOO_LARGE', 'BODY_TOO_LARGE'],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'UNSUPPORTED_MEDIA_TYPE'],
  ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 'BAD_REQUEST'],
  ['FST_ERR_CTP_EMPTY_JSON_BODY', 'BAD_REQUEST'],
  ['FST_ERR_CTP_INVALID_JSON_BODY', 'BAD_REQUEST'],
  ['FST_ERR_VALIDATION', 'BAD_REQUEST'],
  ['FST_ERR_BAD_URL', 'BAD_REQUEST'],
  ['FST_ERR_MAX_PARAM_LENGTH', 'BAD_REQUEST'],
  ['FST_ERR_NOT_FOUND', 'NOT_FOUND'],
  ['ECONNRESET', 'BAD_REQUEST'],
  ['ECONNABORTED', 'BAD_REQUEST'],
]);

// A DatabaseError of @corridor/store whose connection ended with the statement: whoever repeats the request finds the next connection. A commit cut off
// there may have happened: every writing request is told apart from its repetition by its own key.
function isLostConnection(error: unknown): boolean {
  return error instanceof Error && error.name === 'DatabaseError' && 'lostConnection' in error && error.lostConnection === true;
}

function internal(cause: unknown): CorridorError {
  return new CorridorError('INTERNAL_SERVER_ERROR', { cause });
}

/** Both ways to show a token: RFC 6750 section 3, RFC 9449 section 7.1. */
const challenge = 'Bearer error="invalid_token", DPoP error="invalid_token", algs="ES256 ES384 PS256 EdDSA"';

function headersOf(error: CorridorError): Record<string, string> {
  const { status, where } = errors[error.code];
  if (status === 401) return { 'www-authenticate': challenge };
  if (status === 503 || where === 'answer' || error.retryAfterSeconds !== undefined)
    return { 'retry-after': String(error.retryAfterSeconds ?? 1) };
  return {};
}
