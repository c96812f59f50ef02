import type { ZodError } from 'zod';
import type { IngestFinding } from './finding.ts';

// The largest message of `consignment.v1` has some 40,000 values. Each value a schema refuses costs it an issue: millions of them would exhaust memory.
const mostValues = 100_000;

/**
 * A JSON body, or why it is none. Bytes must be UTF-8 (RFC 8259, section 8.1). Findings: MESSAGE_UNREADABLE, and LIMIT_EXCEEDED for more than 100,000
 * values.
 */
export function readJson(bytes: Uint8Array): { readonly value: unknown } | { readonly finding: IngestFinding } {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (hasAtMost(mostValues, value)) return { value };
    return { finding: { code: 'LIMIT_EXCEEDED', severity: 'error', path: '', detail: 'more than 100,000 values' } };
  } catch (error) {
    const detail = error instanceof SyntaxError ? 'not JSON' : 'not UTF-8';
    return { finding: { code: 'MESSAGE_UNREADABLE', severity: 'error', path: '', detail } };
  }
}

// With a list of its own: recursion would end at the depth that somebody chose.
function hasAtMost(limit: number, value: unknown): boolean {
  const open: unknown[] = [value];
  for (let count = 0; open.length > 0; count += 1) {
    if (count + open.length > limit) return false;
    const next = open.pop();
    if (typeof next === 'object' && next !== null) {
      const members = Object.values(next);
      if (members.length > limit) return false;
      open.push(...members);
    }
  }
  return true;
}

/**
 * What a schema refused, by path: CHARACTER_NOT_STORABLE for NUL and half surrogate pairs, DATE_TIME_INVALID for times, LIMIT_EXCEEDED for too long or
 * too many, FIELD_INVALID for the rest; an unknown field is named by its path. At most 100.
 */
export function jsonFindings(error: ZodError, message: unknown): IngestFinding[] {
  const findings = error.issues.flatMap((issue): IngestFinding[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        code: 'FIELD_INVALID',
        severity: 'error',
        path: [...issue.path, storable(key)].join('.'),
        detail: 'unknown field',
      }));
    }
    const value = at(message, issue.path);
    const text = typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
    const unstorable = text !== undefined && notStorable.test(text);
    return [
      {
        code: unstorable ? 'CHARACTER_NOT_STORABLE' : codeOf(issue),
        severity: 'error',
        path: issue.path.join('.'),
        ...(text === undefined ? {} : { value: storable(text) }),
        detail: issue.message,
      },
    ];
  });
  // One fault of a text may break two rules.
  return [...new Map(findings.map((finding) => [`${finding.code} ${finding.path}`, finding])).values()].slice(0, 100);
}

function codeOf(issue: ZodError['issues'][number]): IngestFinding['code'] {
  if (issue.code === 'too_big' && (issue.origin === 'string' || issue.origin === 'array')) return 'LIMIT_EXCEEDED';
  if (issue.code === 'invalid_format' && issue.format === 'datetime') return 'DATE_TIME_INVALID';
  return 'FIELD_INVALID';
}

const notStorable = /[\0\ud800-\udfff]/u;

function storable(text: string): string {
  return text.slice(0, 200).replace(/[\0\ud800-\udfff]/gu, '\ufffd');
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined), value);
}
