/** What may stand in an error that leaves a program, checked on every answer the tests of gateway and corridor receive. */
import { isErrorCode } from '@corridor/schemas';

const keysOfError = new Set(['message', 'path', 'locations', 'extensions']);
const keysOfExtensions = new Set(['code', 'retryable', 'correlationId', 'owner', 'at', 'ids', 'argument']);
// An address, a stack, a statement, a path of a file: none of it is for a caller. The words of the table hold none of it either.
const internals =
  /https?:\/\/|127\.0\.0\.1|localhost|node_modules|\bat [\w.]+ \(|\.[cm]?[jt]s:\d+|\bselect .+ from\b|ECONN|SQLSTATE|serviceName|stacktrace/i;

/**
 * Looks at one answer as it left a program. @throws with the offending part: an error with a key that is not listed, a code that is not in the table or
 * words of the inside, a finding with such a code, a status of a fault of ours, a refusal that is not in JSON.
 */
export function assertErrorsListed(program: string, { status, text }: { readonly status: number; readonly text: string }): void {
  const body = parsed(text);
  if (body === undefined) {
    // the hop door tells nothing at all, and pages and proofs of life are no refusals
    if (status < 400 || (status === 401 && text === '')) return;
    throw new Error(`${program} answered ${status} with what is not JSON: ${text.slice(0, 200)}`);
  }
  const { errors, findings } = body;
  if (
    status >= 400 &&
    !Array.isArray(errors) &&
    !Array.isArray(findings) &&
    typeof body['error'] !== 'string' &&
    body['status'] === undefined
  )
    throw new Error(`${program} answered ${status} without an error: ${text.slice(0, 200)}`);
  for (const error of Array.isArray(errors) ? errors : []) assertListed(program, error);
  for (const finding of Array.isArray(findings) ? findings : []) {
    if (!isErrorCode(String(finding.code)))
      throw new Error(`${program} found a fault that is not in the table: ${JSON.stringify(finding)}`);
  }
}

function assertListed(program: string, error: { readonly [key: string]: unknown }): void {
  const extensions = Object(error['extensions']) as { readonly [key: string]: unknown };
  const faults = [
    ...Object.keys(error).filter((key) => !keysOfError.has(key)),
    ...Object.keys(extensions).filter((key) => !keysOfExtensions.has(key)),
    ...(isErrorCode(String(extensions['code'])) ? [] : ['the code']),
    ...(typeof extensions['retryable'] === 'boolean' ? [] : ['retryable']),
    ...(/^[0-9a-f]{32}$/.test(String(extensions['correlationId'])) ? [] : ['correlationId']),
    ...(typeof error['message'] === 'string' && error['message'] !== '' && !internals.test(error['message']) ? [] : ['the message']),
  ];
  if (faults.length > 0) throw new Error(`${program} let out an error with ${faults.join(', ')}: ${JSON.stringify(error)}`);
}

function parsed(text: string): { readonly [key: string]: unknown; readonly errors?: unknown; readonly findings?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as { readonly [key: string]: unknown })
      : undefined;
  } catch {
    return undefined;
  }
}
