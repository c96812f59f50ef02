// COPARN, container announcement (UN/EDIFACT D.95B and D.00B): a line orders a terminal or depot to accept, release or expect containers. Built like
// CODECO; a group is one named container, or a number of containers (EQN) of a size type. One group becomes one order fact.
import type { Message } from '../envelope.ts';
import type { Mapped, OrderFact, OrderType, Sourced } from '../facts.ts';
import type { PartnerProfile } from '../profile.ts';
import type { Segment } from '../segment.ts';
import { containerParts } from './container.ts';
import { equipmentReferenceOf, grossWeights, weightKg } from './equipment.ts';
import { containersOf, type EquipmentGroup, partsOf } from './equipment-groups.ts';
import { instant } from './event-time.ts';
import { documentName, mappedOf, readHeading, unsupported } from './heading.ts';
import { partyReader } from './parties.ts';
import { Reading, type Scopes } from './reading.ts';

/** Directories whose COPARN is read: both place every element read here alike. */
export const coparnDirectories: readonly string[] = ['D.95B', 'D.00B'];

/** BGM document names of COPARN that need no profile: 11 acceptance order, 12 release order, 126 announcement. Others (135) go by the partner's. */
export const coparnDocumentNames: { readonly [code: string]: OrderType } = { 11: 'ACCEPTANCE', 12: 'RELEASE', 126: 'PREADVICE' };

const orderTypes: readonly OrderType[] = ['ACCEPTANCE', 'RELEASE', 'PREADVICE'];

/** DTM 2005 of the first moment, best first: start; earliest collection, delivery; pick-up of cargo, of equipment; effective. */
const validFrom: readonly string[] = ['194', '234', '64', '200', '201', '7'];

/** DTM 2005 of the last moment, best first: end; expiry; latest collection, delivery. */
const validUntil: readonly string[] = ['206', '36', '235', '63'];

/** LOC 3227, best first: place of the report; where empties are handed out or taken back; the port whose terminal accepts for loading. */
const places: { readonly [type in OrderType]: readonly string[] } = {
  ACCEPTANCE: ['165', '99', '9'],
  RELEASE: ['165', '98'],
  PREADVICE: ['165', '99', '9'],
};

/** NAD 3035: the sender is a line, and names itself as operator or as carrier. */
const operators: readonly string[] = ['CF', 'CA'];

/** What all orders of a message share. */
type Order = {
  readonly type: Sourced<OrderType> | undefined;
  readonly documentNumber: Sourced<string> | undefined;
  readonly partiesOf: ReturnType<typeof partyReader>;
};

/**
 * Maps one COPARN to order facts. Never throws. A message with an error gives no facts, so that the sender repeats it as a whole.
 * Errors: MESSAGE_TYPE_UNSUPPORTED, SEGMENT_MISSING, ELEMENT_MISSING (document name), CODE_UNKNOWN (document name, function), DATE_TIME_INVALID,
 * TIME_ZONE_UNKNOWN, FIELD_INVALID. An order without booking, and one for containers of no known kind, are warnings.
 */
export function mapCoparn(message: Message, profile: PartnerProfile): Mapped<OrderFact> {
  if (message.type !== 'COPARN' || !coparnDirectories.includes(message.directory)) {
    return unsupported(message, `COPARN of ${coparnDirectories.join(' or ')}`);
  }
  const reading = new Reading(message);
  const parts = partsOf(message);
  const heading = readHeading(reading, message, parts.header, profile);
  const { bgm, documentNumber } = heading;
  const meant = 'neither acceptance, release nor pre-advice';
  const type = bgm && documentName(reading, bgm, profile, coparnDocumentNames, orderTypes, meant);
  const number = bgm === undefined || documentNumber === '' ? undefined : { value: documentNumber, segment: bgm.index };
  const order = { type, documentNumber: number, partiesOf: partyReader(reading) };
  const facts = containersOf(reading, message, parts, heading.function)
    .map((box) => orderFact(reading, box, parts.header, order, profile))
    .filter((fact) => fact !== undefined);
  return mappedOf(message, reading, heading, facts);
}

function orderFact(
  reading: Reading,
  { line, equipment, segments }: EquipmentGroup,
  header: readonly Segment[],
  { type, documentNumber, partiesOf }: Order,
  profile: PartnerProfile,
): OrderFact | undefined {
  const scopes: Scopes = [segments, header];
  const named = equipmentReferenceOf(reading.identification(equipment, 1));
  const reference = named === '' ? undefined : { value: named, segment: equipment.index };
  const units = unitsOf(reading, segments, equipment, reference !== undefined);
  const container = containerParts(reading, equipment, scopes, profile, type === undefined ? ['165'] : places[type.value], operators);
  if (container.booking === undefined) {
    reading.find('SEGMENT_MISSING', 'warning', equipment, undefined, undefined, { detail: 'no booking, RFF+BN' });
  }
  if (reference === undefined && container.ISOEquipmentCode === undefined) {
    reading.find('ELEMENT_MISSING', 'warning', equipment, 2, 0, { detail: 'neither container number nor known size type' });
  }
  const from = moment(reading, scopes, validFrom, profile, false);
  const until = moment(reading, scopes, validUntil, profile, true);
  const grossWeightKg = weightKg(reading, segments, grossWeights);
  const parties = partiesOf(scopes);
  if (type === undefined) return undefined;
  return {
    kind: 'order',
    line,
    type,
    ...(documentNumber && { documentNumber }),
    ...(reference && { equipmentReference: reference }),
    units,
    ...container,
    ...(from && { validFrom: from }),
    ...(until && { validUntil: until }),
    ...(grossWeightKg && { grossWeightKg }),
    parties,
  };
}

/** EQN 6350. A named container is one; a group that says nothing is one too. */
function unitsOf(reading: Reading, segments: readonly Segment[], equipment: Segment, isNamed: boolean): Sourced<number> {
  const one = { value: 1, segment: equipment.index };
  const number = reading.first([segments], 'EQN');
  if (number === undefined) {
    if (!isNamed)
      reading.find('SEGMENT_MISSING', 'info', equipment, undefined, undefined, { detail: 'no number of units, EQN: one taken' });
    return one;
  }
  const value = reading.text(number, 0);
  const units = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (units > 0 && (units === 1 || !isNamed)) return { value: units, segment: number.index };
  if (value === '') reading.find('ELEMENT_MISSING', 'warning', number, 0, 0, { detail: 'number of units: one taken' });
  else reading.unknown('FIELD_INVALID', number, 0, 0, value, 'number of units, of a named container 1: one taken');
  return one;
}

/** A moment of the period; a DTM with nothing behind its qualifier says none. */
function moment(
  reading: Reading,
  scopes: Scopes,
  qualifiers: readonly string[],
  profile: PartnerProfile,
  lastMinute: boolean,
): Sourced<string> | undefined {
  const time = reading.firstFilled(scopes, 'DTM', qualifiers);
  if (time === undefined || (time.elements[0]?.[1] ?? '').trim() === '') return undefined;
  return instant(reading, time, profile.timeZone, lastMinute);
}
