// What CODECO and COARRI have in common: a header (BGM, the vessel, parties) and one group per piece of equipment, each with its references, time, place,
// weights and seals. One group becomes one fact; what a group lacks, the header may say.
import type { Message } from '../envelope.ts';
import type { ContainerReport, Fact, Mapped, Sourced } from '../facts.ts';
import type { PartnerProfile } from '../profile.ts';
import { containerParts, weightParts } from './container.ts';
import { equipmentReference, seals } from './equipment.ts';
import { containersOf, partsOf } from './equipment-groups.ts';
import { eventTime } from './event-time.ts';
import { documentName, mappedOf, readHeading, unsupported } from './heading.ts';
import { partyReader } from './parties.ts';
import { Reading, type Scopes } from './reading.ts';

/** How one message type reports. */
export type ReportForm<T extends string, F extends Fact> = {
  readonly messageType: string;
  /** Directories that place every element read here alike: `D.95B`. */
  readonly directories: readonly string[];
  /** BGM document names that need no profile. */
  readonly documentNames: { readonly [code: string]: T };
  readonly types: readonly T[];
  /** In words, what a document name has to say. */
  readonly meant: string;
  /** DTM 2005 of the event, best first. */
  readonly eventTimes: readonly string[];
  /** LOC 3227 of the event, best first; of a type that could not be read too. */
  readonly places: (type: T | undefined) => readonly string[];
  /** The fact of one container. */
  readonly fact: (type: Sourced<T>, report: ContainerReport, reading: Reading, scopes: Scopes) => F;
};

/**
 * Maps one message by its form. Never throws. A message with an error gives no facts, so that the sender repeats it as a whole.
 * Errors: MESSAGE_TYPE_UNSUPPORTED, SEGMENT_MISSING, ELEMENT_MISSING, CODE_UNKNOWN (document name, function), DATE_TIME_INVALID, TIME_ZONE_UNKNOWN,
 * FIELD_INVALID.
 */
export function mapContainerReport<T extends string, F extends Fact>(
  message: Message,
  profile: PartnerProfile,
  form: ReportForm<T, F>,
): Mapped<F> {
  if (message.type !== form.messageType || !form.directories.includes(message.directory)) {
    return unsupported(message, `${form.messageType} of ${form.directories.join(' or ')}`);
  }
  const reading = new Reading(message);
  const parts = partsOf(message);
  const heading = readHeading(reading, message, parts.header, profile);
  const type = heading.bgm && documentName(reading, heading.bgm, profile, form.documentNames, form.types, form.meant);
  const partiesOf = partyReader(reading);
  const facts: F[] = [];
  for (const { line, equipment, segments } of containersOf(reading, message, parts, heading.function)) {
    const scopes: Scopes = [segments, parts.header];
    const reference = equipmentReference(reading, equipment);
    const at = eventTime(reading, scopes, form.eventTimes, equipment, heading.function, profile.timeZone);
    const container = containerParts(reading, equipment, scopes, profile, form.places(type?.value));
    const weights = weightParts(reading, segments);
    const sealed = seals(reading, segments);
    const parties = partiesOf(scopes);
    if (type === undefined || at === undefined || reference === undefined) continue;
    const report = { line, at, equipmentReference: reference, ...container, seals: sealed, ...weights, parties };
    facts.push(form.fact(type, report, reading, scopes));
  }
  return mappedOf(message, reading, heading, facts);
}
