// What every message says first, BGM: which document it is, its number, and what becomes of the facts; and what is told where a message is of no use.
import { type MessageFunction, messageFunctions } from '../codes.ts';
import type { Message } from '../envelope.ts';
import type { Fact, Mapped } from '../facts.ts';
import { stops } from '../findings.ts';
import { entryOf, type PartnerProfile } from '../profile.ts';
import type { Segment } from '../segment.ts';
import { Reading } from './reading.ts';

/** BGM as read; `bgm` is undefined where it is missing, which was told as an error. */
export type Heading = {
  readonly bgm: Segment | undefined;
  readonly function: MessageFunction;
  /** '' = none. */
  readonly documentNumber: string;
};

/** Reads BGM of a header. Errors: SEGMENT_MISSING, CODE_UNKNOWN (function). */
export function readHeading(reading: Reading, message: Message, header: readonly Segment[], profile: PartnerProfile): Heading {
  const bgm = reading.first([header], 'BGM');
  if (bgm === undefined) {
    reading.find('SEGMENT_MISSING', 'error', message.segments[0], undefined, undefined, { detail: 'no BGM' });
    return { bgm, function: 'ORIGINAL', documentNumber: '' };
  }
  const messageFunction = functionOf(reading, bgm, profile);
  const documentNumber = reading.identification(bgm, 1);
  if (documentNumber === '' && messageFunction !== 'ORIGINAL') {
    reading.find('ELEMENT_MISSING', 'warning', bgm, 1, 0, { detail: 'number of the document to correct' });
  }
  return { bgm, function: messageFunction, documentNumber };
}

function functionOf(reading: Reading, bgm: Segment, profile: PartnerProfile): MessageFunction {
  const code = reading.text(bgm, 2);
  const known = entryOf(profile.functions ?? {}, code) ?? messageFunctions.get(code);
  if (known !== undefined) return known;
  if (code === '') reading.find('ELEMENT_MISSING', 'info', bgm, 2, 0, { detail: 'no message function: original taken' });
  else reading.find('CODE_UNKNOWN', 'error', bgm, 2, 0, { value: code, detail: 'message function' });
  return 'ORIGINAL';
}

/**
 * What the document name, code (1001) or text (1000), says, by the profile, else by the table of the message type. Errors: ELEMENT_MISSING, and
 * CODE_UNKNOWN where it is none of `types`; `meant` says in words what they are.
 */
export function documentName<T extends string>(
  reading: Reading,
  bgm: Segment,
  profile: PartnerProfile,
  names: { readonly [code: string]: T },
  types: readonly T[],
  meant: string,
): { value: T; segment: number } | undefined {
  const code = reading.text(bgm, 0).toUpperCase();
  const name = code === '' ? reading.text(bgm, 0, 3).toUpperCase() : code;
  const said = entryOf(profile.documentNames, name) ?? entryOf(names, name);
  const value = types.find((type) => type === said);
  if (value !== undefined) return { value, segment: bgm.index };
  if (name === '') reading.find('ELEMENT_MISSING', 'error', bgm, 0, 0, { detail: 'document name' });
  else reading.find('CODE_UNKNOWN', 'error', bgm, 0, code === '' ? 3 : 0, { value: name, detail: `document name: ${meant}` });
  return undefined;
}

/** What a mapper gives: no facts where the message or its mapping has an error. */
export function mappedOf<F extends Fact>(message: Message, reading: Reading, heading: Heading, facts: readonly F[]): Mapped<F> {
  const findings = reading.findings;
  return {
    function: heading.function,
    documentNumber: heading.documentNumber === '' ? null : heading.documentNumber,
    facts: stops(message.findings) || stops(findings) ? [] : facts,
    findings,
    lost: reading.lost(),
  };
}

/** The answer to a message of another type or directory: MESSAGE_TYPE_UNSUPPORTED, an error; `taken` says in words what is taken. */
export function unsupported<F extends Fact>(message: Message, taken: string): Mapped<F> {
  const reading = new Reading(message);
  const value = `${message.type} ${message.directory}`;
  reading.find('MESSAGE_TYPE_UNSUPPORTED', 'error', message.segments[0], 1, 0, { value, detail: `taken: ${taken}` });
  return { function: 'ORIGINAL', documentNumber: null, facts: [], findings: reading.findings, lost: [] };
}
