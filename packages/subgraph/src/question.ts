import { parseJson } from '@corridor/runtime';
import { CorridorError } from '@corridor/schemas';

/** A GraphQL request, as a body holds it. */
export type Question = {
  readonly query: string;
  readonly variables: { readonly [name: string]: unknown } | null;
  readonly operationName: string | null;
};

/** The question that a body's raw bytes (JSON, UTF-8) hold; further members are passed over. @throws BAD_REQUEST */
export function questionOf(bytes: Uint8Array): Question {
  const body: unknown = parseJson(bytes);
  if (!isObject(body)) throw new CorridorError('BAD_REQUEST', { detail: 'a JSON object expected' });
  const { query, variables = null, operationName = null } = body;
  if (typeof query !== 'string') throw new CorridorError('BAD_REQUEST', { detail: 'query: a text expected' });
  if (variables !== null && !isObject(variables)) throw new CorridorError('BAD_REQUEST', { detail: 'variables: an object expected' });
  if (operationName !== null && typeof operationName !== 'string')
    throw new CorridorError('BAD_REQUEST', { detail: 'operationName: a text expected' });
  return { query, variables, operationName };
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
