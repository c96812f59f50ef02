// IFTSTA, multimodal status report (UN/EDIFACT D.95B, D.99B and D.00B). A message is a header, consignments (CNI), under each its statuses (STS), and
// under each status its time and place, the transport (TDT, with places and planned times of its own) and the containers (EQD). One container under
// one status becomes one status fact; a status without containers is one of the consignment, or of the vehicle that arrives or departs.
import type { MessageFunction } from '../codes.ts';
import type { Message } from '../envelope.ts';
import { type Mapped, type Sourced, type StatusFact, type StatusType, statusTypes } from '../facts.ts';
import { entryOf, type PartnerProfile } from '../profile.ts';
import type { Segment } from '../segment.ts';
import { emptyIndicatorCode, equipmentReference, equipmentReferenceOf, isoEquipmentCode } from './equipment.ts';
import { isContainer } from './equipment-groups.ts';
import { eventTime } from './event-time.ts';
import { facility } from './facility.ts';
import { mappedOf, readHeading, unsupported } from './heading.ts';
import { partyReader } from './parties.ts';
import { Reading, type Scopes } from './reading.ts';
import { containerOperator, conveyance, documentReference, modeOfTransport, registrationNumber, vessel } from './transport.ts';

/** Directories whose IFTSTA is read: all place every element read here alike. */
export const iftstaDirectories: readonly string[] = ['D.95B', 'D.99B', 'D.00B'];

/**
 * Status codes (STS 9011) that need no profile: the letters of ANSI X12 that lines and railways write into it. In-gate, out-gate; loaded on vessel, on
 * rail; unloaded from vessel, from rail; vessel arrived, departed; train arrived, departed; departed a terminal on the way. Numbers are of several
 * lists, and mean what the partner's profile says.
 */
export const iftstaStatusCodes: { readonly [code: string]: StatusType } = {
  I: 'GTIN',
  OA: 'GTOT',
  AE: 'LOAD',
  AL: 'LOAD',
  UV: 'DISC',
  UR: 'DISC',
  VA: 'ARRI',
  VD: 'DEPA',
  AR: 'ARRI',
  RL: 'DEPA',
  P: 'DEPA',
};

/** DTM 2005 of the event, best first: of the status; effective; execution. */
const eventTimes: readonly string[] = ['334', '7', '203'];

/** LOC 3227 of the event, best first: of the activity; of the report. */
const places: readonly string[] = ['175', '165'];

/** NAD 3035: the sender is a line, and names itself as operator or as carrier. */
const operators: readonly string[] = ['CF', 'CA'];

/** One STS with what stands under it: `own` up to the first TDT or EQD. */
type StatusGroup = {
  readonly status: Segment;
  readonly own: Segment[];
  readonly transport: Segment[];
  readonly containers: { readonly equipment: Segment; readonly segments: Segment[] }[];
  readonly consignment: readonly Segment[];
};

/** What every container under one status shares. */
type Status = Pick<StatusFact, 'type' | 'at'> & Partial<StatusFact>;

/** What every status of a message is read with. */
type Context = {
  readonly header: readonly Segment[];
  readonly messageFunction: MessageFunction;
  readonly profile: PartnerProfile;
  readonly partiesOf: ReturnType<typeof partyReader>;
};

/**
 * Maps one IFTSTA to status facts. Never throws. A message with an error gives no facts, so that the sender repeats it as a whole; a status that no
 * table knows is a warning, and lost, since the others stand.
 * Errors: MESSAGE_TYPE_UNSUPPORTED, SEGMENT_MISSING, ELEMENT_MISSING, CODE_UNKNOWN (function), DATE_TIME_INVALID, TIME_ZONE_UNKNOWN, FIELD_INVALID.
 */
export function mapIftsta(message: Message, profile: PartnerProfile): Mapped<StatusFact> {
  if (message.type !== 'IFTSTA' || !iftstaDirectories.includes(message.directory)) {
    return unsupported(message, `IFTSTA of ${iftstaDirectories.join(' or ')}`);
  }
  const reading = new Reading(message);
  const { header, groups } = partsOf(message);
  const heading = readHeading(reading, message, header, profile);
  if (groups.length === 0 && heading.function !== 'CANCEL') {
    reading.find('SEGMENT_MISSING', 'error', message.segments.at(-1), undefined, undefined, { detail: 'no STS' });
  }
  const context = { header, messageFunction: heading.function, profile, partiesOf: partyReader(reading) };
  const facts: StatusFact[] = [];
  let line = 0;
  for (const group of groups) {
    facts.push(...statusFacts(reading, group, line + 1, context));
    line += Math.max(1, group.containers.length);
  }
  return mappedOf(message, reading, heading, facts);
}

function partsOf(message: Message): { header: readonly Segment[]; groups: readonly StatusGroup[] } {
  const header: Segment[] = [];
  const groups: StatusGroup[] = [];
  let part = header;
  let consignment: Segment[] = [];
  for (const segment of message.segments) {
    const group = part === header || part === consignment ? undefined : groups.at(-1);
    if (segment.tag === 'UNT') continue;
    if (segment.tag === 'CNI') {
      consignment = [];
      part = consignment;
    } else if (segment.tag === 'STS') {
      part = [];
      groups.push({ status: segment, own: part, transport: [], containers: [], consignment });
    } else if (group !== undefined && segment.tag === 'TDT') part = group.transport;
    else if (group !== undefined && segment.tag === 'EQD') {
      part = [];
      if (isContainer(segment)) group.containers.push({ equipment: segment, segments: part });
    }
    part.push(segment);
  }
  return { header, groups };
}

/** The facts of one status, from `line` on; none where it tells of no event, or of nothing that can be found again. */
function statusFacts(
  reading: Reading,
  group: StatusGroup,
  line: number,
  { header, messageFunction, profile, partiesOf }: Context,
): StatusFact[] {
  const type = statusType(reading, group.status, profile);
  if (type === undefined) return [];
  const at = eventTime(reading, [group.own], eventTimes, group.status, messageFunction, profile.timeZone);
  const place = facility(reading, [group.own], profile, places);
  if (place === undefined) {
    const detail = `no usable place, ${places.map((qualifier) => `LOC+${qualifier}`).join(' or ')}`;
    reading.find('SEGMENT_MISSING', 'warning', group.status, undefined, undefined, { detail });
  }
  const transport = transportParts(reading, group.transport);
  const scopes: Scopes = [group.own, group.consignment, header];
  const carrier = containerOperator(reading, scopes, operators) ?? profile.carrier ?? transport.vessel?.carrier?.value ?? null;
  const status: Status | undefined = at && { type, at, ...(place && { facility: place }), ...transport };
  if (group.containers.length === 0) {
    const fact = { ...equipmentOfReference(reading, group), ...papers(reading, group, scopes, carrier) };
    const parties = partiesOf(scopes);
    if (Object.keys(fact).length === 0 && !isOfVehicle(type.value, transport)) {
      const detail = 'neither container, consignment, booking nor bill of lading';
      const severity = messageFunction === 'CANCEL' ? 'warning' : 'error';
      reading.find('SEGMENT_MISSING', severity, group.status, undefined, undefined, { detail });
      return [];
    }
    return status === undefined ? [] : [{ kind: 'status', line, ...status, ...fact, parties }];
  }
  const facts = group.containers.map(({ equipment, segments }, index): StatusFact | undefined => {
    const reference = equipmentReference(reading, equipment);
    const size = isoEquipmentCode(reading, equipment, profile);
    const emptiness = emptyIndicatorCode(reading, equipment);
    const documents = papers(reading, group, [segments, ...scopes], carrier);
    const parties = partiesOf([segments, ...scopes]);
    if (status === undefined || reference === undefined) return undefined;
    return {
      kind: 'status',
      line: line + index,
      ...status,
      equipmentReference: reference,
      ...(size && { ISOEquipmentCode: size }),
      ...(emptiness && { emptyIndicatorCode: emptiness }),
      ...documents,
      parties,
    };
  });
  return facts.filter((fact) => fact !== undefined);
}

/** Whether a status without papers is one of a vehicle that can be found again. */
function isOfVehicle(type: StatusType, { vessel: ship, conveyance: number, vehicleRegistrationNumber }: Partial<StatusFact>): boolean {
  return (type === 'ARRI' || type === 'DEPA') && (ship ?? number ?? vehicleRegistrationNumber) !== undefined;
}

/** The numbers it goes by: those of the container before those of the status, the consignment and the message. */
function papers(
  reading: Reading,
  group: StatusGroup,
  scopes: Scopes,
  carrier: string | null,
): Pick<StatusFact, 'consignment' | 'booking' | 'transportDocument'> {
  const information = reading.first([group.consignment], 'CNI');
  const number = information === undefined ? '' : reading.identification(information, 1).toUpperCase();
  const booking = documentReference(reading, scopes, 'BN', carrier);
  const transportDocument = documentReference(reading, scopes, 'BM', carrier);
  return {
    ...(information !== undefined && number !== '' && { consignment: { value: number, segment: information.index } }),
    ...(booking && { booking }),
    ...(transportDocument && { transportDocument }),
  };
}

/** STS C555: code (9011) or text (9010), by the profile, else by `iftstaStatusCodes`. */
function statusType(reading: Reading, status: Segment, profile: PartnerProfile): Sourced<StatusType> | undefined {
  const code = reading.text(status, 1).toUpperCase();
  const name = code === '' ? reading.text(status, 1, 3).toUpperCase() : code;
  const said = entryOf(profile.statusCodes ?? {}, name) ?? entryOf(iftstaStatusCodes, name);
  const value = statusTypes.find((type) => type === said);
  if (value !== undefined) return { value, segment: status.index };
  if (name === '') reading.find('ELEMENT_MISSING', 'error', status, 1, 0, { detail: 'status' });
  else if (said === '') reading.lose(status, 1);
  else reading.unknown('CODE_UNKNOWN', status, 1, code === '' ? 3 : 0, name, 'status: no event of it in the partner profile');
  return undefined;
}

/** The first TDT under a status: a vessel at sea, else the number of the train, run or journey, and the plate of a truck. */
function transportParts(
  reading: Reading,
  segments: readonly Segment[],
): Pick<StatusFact, 'modeOfTransport' | 'vessel' | 'conveyance' | 'vehicleRegistrationNumber'> {
  const transport = reading.first([segments], 'TDT');
  if (transport === undefined) return {};
  const mode = modeOfTransport(reading, transport);
  const stage = transport.elements[0]?.[0] ?? '';
  const isSea = mode === undefined ? stage === '20' : mode.value === 'VESSEL';
  const ship = isSea ? vessel(reading, [[transport]], stage) : undefined;
  const number = isSea ? undefined : conveyance(reading, transport);
  const plate = mode?.value === 'TRUCK' ? registrationNumber(reading, transport) : undefined;
  return {
    ...(mode && { modeOfTransport: mode }),
    ...(ship && { vessel: ship }),
    ...(number && { conveyance: number }),
    ...(plate && { vehicleRegistrationNumber: plate }),
  };
}

/** RFF+EQ: how some name the container, instead of EQD or beside it. */
function equipmentOfReference(reading: Reading, { own }: StatusGroup): Pick<StatusFact, 'equipmentReference'> {
  const reference = reading.first([own], 'RFF', 'EQ');
  const value = reference === undefined ? '' : equipmentReferenceOf(reading.identification(reference, 0, 1));
  return reference === undefined || value === '' ? {} : { equipmentReference: { value, segment: reference.index } };
}
