import type { ZodError } from 'zod';
import type { IngestFinding } from './finding.ts';

// The largest message of `consignment.v1` has some 40,000 values. Each value a schema refuses costs it an issue: millions of them would exhaust memory.
const mostValues = 100_000;

/** Most messages in the array of one body. */
const mostMessages = 1_000;

/** One message of a body: its value, or why it is not looked at. `path`: where it stands, `3` in an array, empty where it is the whole body. */
export type JsonMessage = { readonly path: string } & ({ readonly value: unknown } | { readonly finding: IngestFinding });

/**
 * The messages of a JSON body: the one it is, or those of its array. Bytes must be UTF-8 (RFC 8259, section 8.1). Findings: MESSAGE_UNREADABLE,
 * LIMIT_EXCEEDED for a message of more than 100,000 values and for an array of more than 1,000 messages, FIELD_INVALID for an empty one.
 * @param member where the form also takes an object that holds the array: the name it has in there
 */
export function readJsonMessages(bytes: Uint8Array, member?: string): readonly JsonMessage[] {
  const body = readJson(bytes);
  if ('finding' in body) return [{ path: '', finding: body.finding }];
  const held = member === undefined || Array.isArray(body.value) ? undefined : at(body.value, [member]);
  const path = Array.isArray(held) && member !== undefined ? member : '';
  const messages: unknown = Array.isArray(held) ? held : body.value;
  if (!Array.isArray(messages)) return [withinLimit(body.value, '')];
  const whole = { path, severity: 'error' } as const;
  if (messages.length === 0) return [{ path, finding: { ...whole, code: 'FIELD_INVALID', detail: 'an array without a message' } }];
  if (messages.length > mostMessages) {
    return [{ path, finding: { ...whole, code: 'LIMIT_EXCEEDED', detail: 'more than 1,000 messages' } }];
  }
  return messages.map((value: unknown, index) => withinLimit(value, path === '' ? String(index) : `${path}.${index}`));
}

/** A finding inside a message, by its path in the whole body. */
export function inBody(finding: IngestFinding, messagePath: string): IngestFinding {
  if (messagePath === '') return finding;
  return { ...finding, path: [messagePath, finding.path ?? ''].filter((part) => part !== '').join('.') };
}

function readJson(bytes: Uint8Array): { readonly value: unknown } | { readonly finding: IngestFinding } {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch (error) {
    const detail = error instanceof SyntaxError ? 'not JSON' : 'not UTF-8';
    return { finding: { code: 'MESSAGE_UNREADABLE', severity: 'error', path: '', detail } };
  }
}

function withinLimit(value: unknown, path: string): JsonMessage {
  if (hasAtMost(mostValues, value)) return { path, value };
  return { path, finding: { code: 'LIMIT_EXCEEDED', severity: 'error', path, detail: 'more than 100,000 values' } };
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
