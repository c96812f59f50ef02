import { readFileSync } from 'node:fs';
import { CorridorError } from '@corridor/schemas';
import type { ZodType } from 'zod';

/**
 * Reads a program's settings, once, at its start: all faults in one error. An empty value counts as none.
 * No value is ever repeated in the error, since one of them may be a secret.
 * @throws CONFIG_INVALID
 */
export function readConfig<T>(schema: ZodType<T>, env: Readonly<Record<string, string | undefined>>): T {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  throw invalid(withoutValues(faults(read.error.issues), Object.values(given)));
}

/**
 * The one secret a file holds, without the line break editors leave behind.
 * @throws CONFIG_INVALID when the file is missing or empty
 */
export function readSecretFile(path: string): string {
  const secret = textOf(path).trim();
  if (secret === '') throw invalid(`${path}: empty`);
  return secret;
}

/**
 * What a JSON file holds, checked. The error names file and place, never what stands there: JSON files hold keys, too.
 * @throws CONFIG_INVALID when the file is missing, is not JSON, or does not fit
 */
export function readJsonFile<T>(path: string, schema: ZodType<T>): T {
  const text = textOf(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw invalid(`${path}: not JSON`);
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw invalid(`${path}: ${withoutValues(faults(read.error.issues), stringsIn(value))}`);
}

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string };

function faults(issues: readonly Issue[]): string {
  return issues.map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`)).join('; ');
}

// A schema's own messages quote nothing; a refinement somebody adds later might.
function withoutValues(text: string, values: readonly (string | undefined)[]): string {
  return values
    .filter((value) => value !== undefined && value.length >= 8)
    .sort((a, b) => (b?.length ?? 0) - (a?.length ?? 0))
    .reduce<string>((cleaned, value) => cleaned.replaceAll(value ?? '', '[value]'), text);
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw invalid(`${path}: cannot be read`, cause);
  }
}

function invalid(detail: string, cause?: unknown): CorridorError {
  return new CorridorError('CONFIG_INVALID', cause === undefined ? { detail } : { detail, cause });
}
