/** The bytes of an answer as the GraphQL answer they should be, read without letting their shape cost more memory than their size allows. */
import { field } from './field.ts';

/** An answer's parts, unchecked but for their kinds. */
export type Parsed = { readonly data: Record<string, unknown> | null; readonly errors: unknown; readonly extensions: unknown };

/** Levels of nesting that an answer may have: a query has twelve, each in a list. */
const maxDepth = 100;
/** Objects and lists together: an answer as large as may be, of none but small ones. */
const maxObjects = 250_000;
// a bracket costs one byte on the wire and some fifty in memory: what is small is read without looking at it first
const smallBytes = 256 * 1024;

/** Reads it; `undefined` where it is none: not JSON, nested or split up beyond reason, no data and no error, another number of records than `records`. */
export function readAnswer(body: Buffer, records: number | undefined): Parsed | undefined {
  if (body.length > smallBytes && isSwollen(body)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  const data = field(value, 'data');
  const errors = field(value, 'errors');
  const extensions = field(value, 'extensions');
  if (data === null || data === undefined) {
    if (!Array.isArray(errors) || errors.length === 0) return undefined;
    return { data: null, errors, extensions };
  }
  if (typeof data !== 'object' || Array.isArray(data)) return undefined;
  if (records !== undefined) {
    const entities = field(data, '_entities');
    if (!Array.isArray(entities) || entities.length !== records) return undefined;
  }
  return { data: data as Record<string, unknown>, errors, extensions };
}

function isSwollen(body: Buffer): boolean {
  let depth = 0;
  let objects = 0;
  let inText = false;
  for (let index = 0; index < body.length; index += 1) {
    const byte = body[index];
    if (inText) {
      if (byte === 0x5c) index += 1;
      else if (byte === 0x22) inText = false;
    } else if (byte === 0x22) inText = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      objects += 1;
      if (depth > maxDepth || objects > maxObjects) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return false;
}
