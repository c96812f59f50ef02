/**
 * How values travel between JavaScript and SQL, the same on a server and on PGlite, where the two drivers differ by themselves.
 *
 * | SQL | JavaScript |
 * |---|---|
 * | smallint, integer, oid, real, double precision | number |
 * | bigint | bigint |
 * | numeric | string, exact |
 * | timestamptz, timestamp (taken as UTC) | Date, milliseconds |
 * | date, time, uuid, text and all others | string |
 * | json, jsonb | the parsed value |
 * | bytea | Uint8Array |
 * | arrays of these | array, null for NULL |
 *
 * The other way: an array is an SQL array; an object is JSON; JSON that is an array goes in as `JSON.stringify(…)`.
 */
import { invariant } from '@corridor/schemas';
import pg from 'pg';

type Parser = (text: string) => unknown;

const number: Parser = (text) => Number(text);
const instant: Parser = (text) => new Date(`${text.replace(' ', 'T').replace(/[+-]00(:00)?$/, '')}Z`);
const json: Parser = (text) => JSON.parse(text);
const bytes: Parser = (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex'));
const plain: Parser = (text) => text;

// Type id and id of its array type, as in the catalog pg_type; both are fixed for built-in types.
const types: readonly (readonly [oid: number, arrayOid: number, parse: Parser])[] = [
  [16, 1000, (text) => text === 't'],
  [17, 1001, bytes],
  [18, 1002, plain],
  [19, 1003, plain],
  [20, 1016, (text) => BigInt(text)],
  [21, 1005, number],
  [23, 1007, number],
  [25, 1009, plain],
  [26, 1028, number],
  [114, 199, json],
  [700, 1021, number],
  [701, 1022, number],
  [1042, 1014, plain],
  [1043, 1015, plain],
  [1082, 1182, plain],
  [1083, 1183, plain],
  [1114, 1115, instant],
  [1184, 1185, instant],
  [1700, 1231, plain],
  [2950, 2951, plain],
  [3802, 3807, json],
];

const textArray: number = 1009;
const elements = pg.types.getTypeParser(textArray, 'text');

/** Parsers by type id: a value as the server writes it, to JavaScript. */
export const parsers: Readonly<Record<number, Parser>> = Object.fromEntries(
  types.flatMap(([oid, arrayOid, parse]) => [
    [oid, parse],
    [arrayOid, (text: string) => nested(elements(text), parse)],
  ]),
);

function nested(value: unknown, parse: Parser): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => nested(each, parse));
  return typeof value === 'string' ? parse(value) : null;
}

/** An argument as text that the server reads into whatever type the statement expects; null for null and undefined. */
export function encode(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      break;
    default:
      invariant(false, `a ${typeof value} is no SQL argument`);
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`;
  return jsonText(value);
}

function element(value: unknown): string {
  const text = encode(value);
  if (text === null) return 'NULL';
  if (Array.isArray(value)) return text;
  if (!escaped.test(text)) return `"${text}"`;
  // JSON escapes the same two characters, and is quicker at it; but it escapes control characters and halves of surrogate pairs as well.
  return alien.test(text) ? `"${text.replace(/[\\"]/g, '\\$&')}"` : JSON.stringify(text);
}

const escaped = /[\\"]/;
const alien = /[\p{Cc}\p{Surrogate}]/u;

/** Bytes as the server's hexadecimal text form of `bytea`. */
function hex(value: Uint8Array): string {
  return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`;
}

/** JSON text of a value; a bigint becomes a string of digits, bytes their hexadecimal form, so that both survive every reader. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'bigint' ? each.toString() : each instanceof Uint8Array ? hex(each) : each,
  );
}
