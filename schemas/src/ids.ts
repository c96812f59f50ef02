/**
 * Record ids: `<party>:<noun>:<local>`. The prefix routes to the owner; the local part is random (80 bits) and says nothing about the content,
 * so that an id can neither be guessed nor read.
 */
import { isPartyCode, type PartyCode } from './parties.ts';

declare const brand: unique symbol;

/** An id of a record, as every party and the directory use it. Opaque to clients. */
export type RecordId = string & { readonly [brand]: 'RecordId' };

/** The nouns that have ids: append only, an id outlives the program that made it. `consignment` is the directory's alone. */
export const nouns = [
  'port',
  'terminal',
  'border-crossing',
  'consignment-record',
  'equipment-record',
  'equipment-event',
  'party-profile',
  'access-log-entry',
  'vessel-call',
  'train-call',
  'truck-call',
  'transport-event',
  'shipment-event',
  'transport-document',
] as const;

/** A noun of a party's records, as ids and file names bear it. */
export type Noun = (typeof nouns)[number];

/** The parts of an id. */
export type IdParts = { readonly party: PartyCode; readonly noun: Noun; readonly local: string };

/** Random bytes, injected: `node:crypto` in programs, a seeded source in tests. */
export type Random = (bytes: number) => Uint8Array;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32, lower case: no i, l, o, u to misread
const form = /^([a-z]{2,20}):([a-z-]{3,30}):([0-9a-hjkmnp-tv-z]{16})$/;

/** Ten bytes as sixteen characters of Crockford's base 32. */
export function localOf(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes.subarray(0, 10)) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet.charAt((held >>> (bits - 5)) & 31);
    held &= (1 << bits) - 1;
  }
  return text;
}

/** A new id for a record of `party`, its local part from 80 random bits. */
export function makeId(party: PartyCode, noun: Noun, random: Random): RecordId {
  return `${party}:${noun}:${localOf(random(10))}` as RecordId;
}

/** Joins an id from a local part that is already known: a party's own profile, data with fixed ids. */
export function idOf(party: PartyCode, noun: Noun, local: string): RecordId {
  return `${party}:${noun}:${local}` as RecordId;
}

/** The parts of an id, or `undefined` when `text` is none: then it is simply unknown, never an error that tells more. */
export function parseId(text: string): IdParts | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [, party = '', noun = '', local = ''] = match;
  if (!isPartyCode(party) || !isNoun(noun)) return undefined;
  return { party, noun, local };
}

function isNoun(text: string): text is Noun {
  return (nouns as readonly string[]).includes(text);
}
