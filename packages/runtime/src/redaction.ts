/**
 * What must never stand in a log line: credentials by their name, credentials by their shape, container numbers, and what the name of a field gives away
 * as a person, a firm or a value of a record. A name in a running text has no shape: whoever writes a message into the code puts none there.
 *
 * It works on the finished line, so that no depth, no error's `cause` and no text put together by hand goes round it.
 */

/** Names whose value is always left out, compared without case and punctuation: `client_secret`, `clientSecret` and `Client-Secret` are one. */
const denied = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'signature',
  'signature-input',
  'corridor-caller',
  'corridor-evidence',
  'passport',
  'dpop',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'subject_token',
  'assertion',
  'client_assertion',
  'secret',
  'client_secret',
  'password',
  'private_key',
  'hop_key',
  'raw_body',
  'body',
  'query',
  'variables',
  'parameters',
  'params',
  'args',
  'values',
  'rows',
  'row',
  // persons and firms
  'sub',
  'subject',
  'preferred_username',
  'given_name',
  'family_name',
  'person',
  'person_name',
  'party_name',
  'contact_name',
  'participants',
  'consignee',
  'consignor',
  'shipper',
  'carrier_name',
  'email',
  'phone_number',
  'telephone',
  // values of records
  'equipment_reference',
  'equipment_references',
  'container_number',
  'container_numbers',
  'seal_number',
];
// Whatever stands before: `dbPassword`, `hop-secret`, `X-Api-Key`.
const deniedEndings = ['password', 'passphrase', 'secret', 'token', 'apikey', 'privatekey'];
const deniedNames = new Set(denied.map(plain));
// Whether to look at all: one pass, and most lines have none.
const gap = '[^a-z0-9"]*';
const spelled = (word: string): string => word.split(/[-_]/).join(gap);
const anyDenied = new RegExp(
  `"(?:${gap}(?:${denied.map(spelled).join('|')})|[^"]*(?:password|passphrase|secret|token|api${gap}key|private${gap}key))${gap}":`,
  'i',
);

/** What stands in the place of a value that was left out. */
export const redacted = '[redacted]';

/** A shape, and what stands in its place: `$1` keeps what leads up to the value. */
type Shape = readonly [pattern: RegExp, replacement: string | ((found: string) => string)];

const shapes: readonly Shape[] = [
  // compact JWS and JWE: three to five parts, the first a JSON object
  [/\bey[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){2,4}/g, redacted],
  // RFC 9110 section 11.4: scheme and credentials
  [/\b(?:Bearer|DPoP|Basic)\s+[^\s"'\\,;]+/gi, redacted],
  // RFC 8941 section 3.3.5: a byte sequence, as in `signature: hop=:…:`
  [/:[A-Za-z0-9+/]{16,}={0,2}:/g, redacted],
  // a form or query parameter
  [
    /\b((?:client_secret|client_assertion|access_token|refresh_token|id_token|subject_token|assertion|password)=)[^\s"'\\&]+/gi,
    `$1${redacted}`,
  ],
  // JSON inside a text
  [/(\\"(?:authorization|cookie|signature|corridor-caller|client_secret|access_token|password)\\":\s*\\")(?:(?!\\").)+/gi, `$1${redacted}`],
  // a key or token of 240 bits and more, in base64url: two cases and no separator tell it from a digest or an id
  [/[A-Za-z0-9_-]{40,}/g, (found) => (/[a-z]/.test(found) && /[A-Z]/.test(found) ? redacted : found)],
  // ISO 6346, freight containers: a record's value, as people and systems write it
  [/(?<![A-Za-z])[A-Z]{3}[UJZ][ -]?\d{6}[ -]?\d/gi, redacted],
  // RFC 3986 section 3.2.1: a password before a host
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"'\\]*:)[^\s@"'\\]+(?=@)/gi, `$1${redacted}`],
  // PostgreSQL's detail of a violated key
  [/(Key \([^)]{1,200}\)=\()[^)]*/g, `$1${redacted}`],
];

/** The line with everything of the above replaced by `[redacted]`; a line of JSON stays one. */
export function redactLine(line: string): string {
  let text = anyDenied.test(line) ? withoutDenied(line) : line;
  // Two branches for the sake of the types: `replace` has one signature for texts and one for functions.
  for (const [pattern, replacement] of shapes) {
    text = typeof replacement === 'string' ? text.replace(pattern, replacement) : text.replace(pattern, replacement);
  }
  return text;
}

function withoutDenied(line: string): string {
  try {
    const parsed: unknown = JSON.parse(line, (key, value: unknown) => (isDenied(key) ? redacted : value));
    return `${JSON.stringify(parsed)}\n`;
  } catch {
    return `${JSON.stringify({ level: 50, msg: 'a line was left out: it could not be redacted' })}\n`;
  }
}

function isDenied(key: string): boolean {
  const name = plain(key);
  return deniedNames.has(name) || deniedEndings.some((ending) => name.endsWith(ending));
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
