import type { ErrorCode } from '../errors.ts';

/** What a check of one code found. A warning or an info leaves the record kept; only an error stops its message. */
export type CodeFinding = {
  readonly code: ErrorCode;
  readonly severity: 'error' | 'warning' | 'info';
  /** What was sent. */
  readonly value?: string;
  /** What was expected, in English. */
  readonly detail?: string;
};

/** A code as the tables hold it: upper case, no white space. */
export function tidyCode(text: string): string {
  return text.replace(/\s+/g, '').toUpperCase();
}
