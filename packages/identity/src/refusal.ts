/**
 * Refusals of a token: a public code that says as little as the caller needs, and a reason that stays in `cause` for the operator's log.
 */
import { CorridorError, type ErrorCode } from '@corridor/schemas';

/** The codes a caller can meet at the door: every other detail of a refusal stays inside. */
export type TokenErrorCode = Extract<
  ErrorCode,
  'UNAUTHENTICATED' | 'TOKEN_EXPIRED' | 'TOKEN_NOT_YET_VALID' | 'PURPOSE_NOT_ALLOWED' | 'ISSUER_UNAVAILABLE'
>;

/** Why a token was refused, for the operator's log alone. Holds a rule's name, never a value of the token. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** The error that leaves: the table's words for `code`, with the reason as `cause`. */
export function refusal(code: TokenErrorCode, reason: string): CorridorError {
  return new CorridorError(code, { cause: new TokenRefused(reason) });
}
