// COARRI, container discharge/loading report (UN/EDIFACT D.95B and D.00B), built like CODECO: one group per container becomes one handling fact. The
// stowage cell, LOC+147, has no place in a fact and is lost: where a container stood aboard is no custody.
import type { MessageFunction } from '../codes.ts';
import type { Message } from '../envelope.ts';
import type { HandlingFact, Mapped, Sourced } from '../facts.ts';
import type { PartnerProfile } from '../profile.ts';
import type { Segment } from '../segment.ts';
import { containerParts, weightParts } from './container.ts';
import { equipmentReference, seals } from './equipment.ts';
import { containersOf, type EquipmentGroup, partsOf } from './equipment-groups.ts';
import { eventTime } from './event-time.ts';
import { documentName, mappedOf, readHeading, unsupported } from './heading.ts';
import { Reading, type Scopes } from './reading.ts';

/** Directories whose COARRI is read: both place every element read here alike. */
export const coarriDirectories: readonly string[] = ['D.95B', 'D.00B'];

/**
 * BGM document names of COARRI that need no profile: 44 discharge, 46 loading report. Others (98, 119, 270) mean one here and the other there, so the
 * partner's profile says which.
 */
export const coarriDocumentNames: { readonly [code: string]: 'LOAD' | 'DISC' } = { 44: 'DISC', 46: 'LOAD' };

/** DTM 2005 of the event, best first: execution; effective. */
const eventTimes: readonly string[] = ['203', '7'];

/** LOC 3227 of the event, best first: place of the report; else the port the work was done in, of loading or of discharge. */
const places: { readonly [type in 'LOAD' | 'DISC']: readonly string[] } = { LOAD: ['165', '9'], DISC: ['165', '11'] };

type EventType = Sourced<'LOAD' | 'DISC'>;

/**
 * Maps one COARRI to handling facts. Never throws. A message with an error gives no facts, so that the sender repeats it as a whole.
 * Errors: MESSAGE_TYPE_UNSUPPORTED, SEGMENT_MISSING, ELEMENT_MISSING, CODE_UNKNOWN (document name, function), DATE_TIME_INVALID, TIME_ZONE_UNKNOWN,
 * FIELD_INVALID.
 */
export function mapCoarri(message: Message, profile: PartnerProfile): Mapped<HandlingFact> {
  if (message.type !== 'COARRI' || !coarriDirectories.includes(message.directory)) {
    return unsupported(message, `COARRI of ${coarriDirectories.join(' or ')}`);
  }
  const reading = new Reading(message);
  const parts = partsOf(message);
  const heading = readHeading(reading, message, parts.header, profile);
  const type =
    heading.bgm && documentName(reading, heading.bgm, profile, coarriDocumentNames, ['LOAD', 'DISC'], 'neither loading nor discharge');
  const facts = containersOf(reading, message, parts, heading.function)
    .map((box) => handlingFact(reading, box, parts.header, type, heading.function, profile))
    .filter((fact) => fact !== undefined);
  return mappedOf(message, reading, heading, facts);
}

function handlingFact(
  reading: Reading,
  { line, equipment, segments }: EquipmentGroup,
  header: readonly Segment[],
  type: EventType | undefined,
  messageFunction: MessageFunction,
  profile: PartnerProfile,
): HandlingFact | undefined {
  const scopes: Scopes = [segments, header];
  const reference = equipmentReference(reading, equipment);
  const at = eventTime(reading, scopes, eventTimes, equipment, messageFunction, profile.timeZone);
  const container = containerParts(reading, equipment, scopes, profile, type === undefined ? ['165'] : places[type.value]);
  const weights = weightParts(reading, segments);
  const sealed = seals(reading, segments);
  if (type === undefined || at === undefined || reference === undefined) return undefined;
  return { kind: 'handling', line, type, at, equipmentReference: reference, ...container, seals: sealed, ...weights };
}
