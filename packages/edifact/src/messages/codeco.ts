// CODECO, container gate-in/gate-out report (UN/EDIFACT D.95B and D.00B). A message is a header (BGM, the vessel, parties) and one group per piece of
// equipment, each with its references, time, place, weights, seals and truck. One group becomes one gate fact; what a group lacks, the header may say.
import type { MessageFunction } from '../codes.ts';
import type { Message } from '../envelope.ts';
import type { GateFact, Mapped, Sourced } from '../facts.ts';
import type { PartnerProfile } from '../profile.ts';
import type { Segment } from '../segment.ts';
import { containerParts, weightParts } from './container.ts';
import { equipmentReference, seals } from './equipment.ts';
import { containersOf, type EquipmentGroup, partsOf } from './equipment-groups.ts';
import { eventTime } from './event-time.ts';
import { documentName, mappedOf, readHeading, unsupported } from './heading.ts';
import { Reading, type Scopes } from './reading.ts';
import { vehicleRegistrationNumber } from './transport.ts';

/** Directories whose CODECO is read: both place every element read here alike. */
export const codecoDirectories: readonly string[] = ['D.95B', 'D.00B'];

/** BGM document names of CODECO that need no profile: 34 gate-in, 36 gate-out report. */
export const codecoDocumentNames: { readonly [code: string]: 'GTIN' | 'GTOT' } = { 34: 'GTIN', 36: 'GTOT' };

/** DTM 2005 of the event, best first: effective; execution; and what some terminals write instead of a code. */
const eventTimes: readonly string[] = ['7', '203', 'ACT'];

type EventType = Sourced<'GTIN' | 'GTOT'>;

/**
 * Maps one CODECO to gate facts. Never throws. A message with an error gives no facts, so that the sender repeats it as a whole.
 * Errors: MESSAGE_TYPE_UNSUPPORTED, SEGMENT_MISSING, ELEMENT_MISSING, CODE_UNKNOWN (document name, function), DATE_TIME_INVALID, TIME_ZONE_UNKNOWN,
 * FIELD_INVALID.
 */
export function mapCodeco(message: Message, profile: PartnerProfile): Mapped {
  if (message.type !== 'CODECO' || !codecoDirectories.includes(message.directory)) {
    return unsupported(message, `CODECO of ${codecoDirectories.join(' or ')}`);
  }
  const reading = new Reading(message);
  const parts = partsOf(message);
  const heading = readHeading(reading, message, parts.header, profile);
  const type =
    heading.bgm && documentName(reading, heading.bgm, profile, codecoDocumentNames, ['GTIN', 'GTOT'], 'neither gate-in nor gate-out');
  const facts = containersOf(reading, message, parts, heading.function)
    .map((box) => gateFact(reading, box, parts.header, type, heading.function, profile))
    .filter((fact) => fact !== undefined);
  return mappedOf(message, reading, heading, facts);
}

function gateFact(
  reading: Reading,
  { line, equipment, segments }: EquipmentGroup,
  header: readonly Segment[],
  type: EventType | undefined,
  messageFunction: MessageFunction,
  profile: PartnerProfile,
): GateFact | undefined {
  const scopes: Scopes = [segments, header];
  const reference = equipmentReference(reading, equipment);
  const at = eventTime(reading, scopes, eventTimes, equipment, messageFunction, profile.timeZone);
  const container = containerParts(reading, equipment, scopes, profile);
  const weights = weightParts(reading, segments);
  const truck = vehicleRegistrationNumber(reading, scopes);
  const sealed = seals(reading, segments);
  if (type === undefined || at === undefined || reference === undefined) return undefined;
  return {
    kind: 'gate',
    line,
    type,
    at,
    equipmentReference: reference,
    ...container,
    seals: sealed,
    ...weights,
    ...(truck && { vehicleRegistrationNumber: truck }),
  };
}
