import type { Random } from '@corridor/schemas';

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * The `traceparent` to work under: the one that came in, where it has the form of the standard, else a new one. A header of a later version is
 * carried on as version 00, since that is all this code can vouch for.
 * Source: W3C Trace Context (Recommendation, 23 November 2021), sections 3.2 and 4.
 */
export function traceparentOf(header: string | undefined, random: Random): string {
  const match = form.exec(header?.trim() ?? '');
  if (match !== null) {
    const [, version = '', trace = '', parent = '', flags = '', more] = match;
    const known = version !== 'ff' && (version !== '00' || more === undefined);
    if (known && !/^0+$/.test(trace) && !/^0+$/.test(parent)) return `00-${trace}-${parent}-${flags}`;
  }
  return `00-${hex(random(16))}-${hex(random(8))}-01`;
}

/** The trace id of a `traceparent`: what a caller quotes to support, what every log line of the request bears. */
export function correlationId(traceparent: string): string {
  return traceparent.slice(3, 35);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
