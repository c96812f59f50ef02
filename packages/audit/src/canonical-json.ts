/**
 * JSON in the one form of RFC 8785 (JSON Canonicalization Scheme): members sorted by the UTF-16 code units of their names, no white space, numbers and
 * strings as ECMAScript serialises them (sections 3.2.2 and 3.2.3). The same value always gives the same text.
 * @throws TypeError for what is no JSON (RFC 7493): undefined, a function, a bigint, NaN or an infinity, a lone surrogate, an object with a class.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return canonicalString(value);
    case 'boolean':
      return String(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} has no form in JSON`);
      return JSON.stringify(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value);
    default:
      throw new TypeError(`a value of type ${typeof value} has no form in JSON`);
  }
}

function canonicalArray(values: readonly unknown[]): string {
  // Array.from, unlike map, also meets the holes of a sparse array: they are undefined, hence refused.
  return `[${Array.from(values, canonicalJson).join(',')}]`;
}

function canonicalObject(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  // A Date or a Map would be written as `{}`, and nobody would notice what is missing from the log.
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError('only plain objects have a form in JSON');
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)); // `<` on strings compares UTF-16 code units
  return `{${members.map(([name, member]) => `${canonicalString(name)}:${canonicalJson(member)}`).join(',')}}`;
}

function canonicalString(text: string): string {
  if (loneSurrogate.test(text)) throw new TypeError('a lone surrogate has no form in JSON');
  return JSON.stringify(text);
}

// With the flag `u` a pair is one character, so that a surrogate met is a lone one.
const loneSurrogate = /\p{Surrogate}/u;
