// CODECO, container gate-in/gate-out report (UN/EDIFACT D.95B and D.00B). A message is a header (BGM, the vessel, parties) and one group per piece of
// equipment, each with its references, time, place, weights, seals and truck. One group becomes one gate fact; what a group lacks, the header may say.
import { type MessageFunction, messageFunctions } from '../codes.ts';
import type { Message } from '../envelope.ts';
import type { GateFact, Mapped, Sourced } from '../facts.ts';
import { stops } from '../findings.ts';
import { entryOf, type PartnerProfile } from '../profile.ts';
import type { Segment } from '../segment.ts';
import { readDateTime } from './date-time.ts';
import { emptyIndicatorCode, equipmentReference, grossWeights, isoEquipmentCode, seals, tareWeights, weightKg } from './equipment.ts';
import { facility } from './facility.ts';
import { Reading, type Scopes } from './reading.ts';
import { containerOperator, documentReference, vehicleRegistrationNumber, vessel } from './transport.ts';

/** Directories whose CODECO is read: both place every element read here alike. */
export const codecoDirectories: readonly string[] = ['D.95B', 'D.00B'];

/** BGM document names of CODECO that need no profile: 34 gate-in, 36 gate-out report. */
export const codecoDocumentNames: { readonly [code: string]: 'GTIN' | 'GTOT' } = { 34: 'GTIN', 36: 'GTOT' };

/** DTM 2005 of the event, best first: effective; execution; and what some terminals write instead of a code. */
const eventTimes: readonly string[] = ['7', '203', 'ACT'];

type EventType = Sourced<'GTIN' | 'GTOT'>;
type Group = { readonly line: number; readonly equipment: Segment; readonly segments: readonly Segment[] };

/**
 * Maps one CODECO to gate facts. Never throws. A message with an error gives no facts, so that the sender repeats it as a whole.
 * Errors: MESSAGE_TYPE_UNSUPPORTED, SEGMENT_MISSING, ELEMENT_MISSING, CODE_UNKNOWN (document name, function), DATE_TIME_INVALID, TIME_ZONE_UNKNOWN,
 * FIELD_INVALID.
 */
export function mapCodeco(message: Message, profile: PartnerProfile): Mapped {
  const reading = new Reading(message);
  if (message.type !== 'CODECO' || !codecoDirectories.includes(message.directory)) return unsupported(message, reading);
  const { header, groups, trailer } = partsOf(message);
  const bgm = reading.first([header], 'BGM');
  if (bgm === undefined) reading.find('SEGMENT_MISSING', 'error', message.segments[0], undefined, undefined, { detail: 'no BGM' });
  const messageFunction = bgm === undefined ? 'ORIGINAL' : functionOf(reading, bgm, profile);
  const documentNumber = bgm === undefined ? '' : reading.identification(bgm, 1);
  if (bgm !== undefined && documentNumber === '' && messageFunction !== 'ORIGINAL') {
    reading.find('ELEMENT_MISSING', 'warning', bgm, 1, 0, { detail: 'number of the document to correct' });
  }
  const type = bgm === undefined ? undefined : eventType(reading, bgm, profile);
  const boxes = groups.filter(({ equipment }) => equipment.elements[0]?.[0] === 'CN');
  if (boxes.length === 0 && messageFunction !== 'CANCEL') {
    reading.find('SEGMENT_MISSING', 'error', message.segments.at(-1), undefined, undefined, { detail: 'no EQD+CN' });
  }
  compareTotal(reading, trailer, groups.length);
  const facts = boxes.map((box) => gateFact(reading, box, header, type, messageFunction, profile)).filter((fact) => fact !== undefined);
  const findings = reading.findings;
  return {
    function: messageFunction,
    documentNumber: documentNumber === '' ? null : documentNumber,
    facts: stops(message.findings) || stops(findings) ? [] : facts,
    findings,
    lost: reading.lost(),
  };
}

function unsupported(message: Message, reading: Reading): Mapped {
  const detail = `CODECO of ${codecoDirectories.join(' or ')} is taken`;
  reading.find('MESSAGE_TYPE_UNSUPPORTED', 'error', message.segments[0], 1, 0, { value: `${message.type} ${message.directory}`, detail });
  return { function: 'ORIGINAL', documentNumber: null, facts: [], findings: reading.findings, lost: [] };
}

function partsOf(message: Message): { header: readonly Segment[]; groups: readonly Group[]; trailer: readonly Segment[] } {
  const header: Segment[] = [];
  const trailer: Segment[] = [];
  const groups: Group[] = [];
  let part = header;
  for (const segment of message.segments) {
    if (segment.tag === 'EQD') {
      part = [];
      groups.push({ line: groups.length + 1, equipment: segment, segments: part });
    } else if (segment.tag === 'CNT' || segment.tag === 'UNT') part = trailer;
    part.push(segment);
  }
  return { header, groups, trailer };
}

function functionOf(reading: Reading, bgm: Segment, profile: PartnerProfile): MessageFunction {
  const code = reading.text(bgm, 2);
  const known = entryOf(profile.functions ?? {}, code) ?? messageFunctions.get(code);
  if (known !== undefined) return known;
  if (code === '') reading.find('ELEMENT_MISSING', 'info', bgm, 2, 0, { detail: 'no message function: original taken' });
  else reading.find('CODE_UNKNOWN', 'error', bgm, 2, 0, { value: code, detail: 'message function' });
  return 'ORIGINAL';
}

/** The document name, code (1001) or text (1000), says which way the container went. */
function eventType(reading: Reading, bgm: Segment, profile: PartnerProfile): EventType | undefined {
  const code = reading.text(bgm, 0).toUpperCase();
  const name = code === '' ? reading.text(bgm, 0, 3).toUpperCase() : code;
  const type = entryOf(profile.documentNames, name) ?? entryOf(codecoDocumentNames, name);
  if (type === 'GTIN' || type === 'GTOT') return { value: type, segment: bgm.index };
  if (name === '') reading.find('ELEMENT_MISSING', 'error', bgm, 0, 0, { detail: 'document name' });
  else
    reading.find('CODE_UNKNOWN', 'error', bgm, 0, code === '' ? 3 : 0, {
      value: name,
      detail: 'document name: neither gate-in nor gate-out',
    });
  return undefined;
}

/** CNT+16 counts the equipment: a difference means that groups went missing on the way. */
function compareTotal(reading: Reading, trailer: readonly Segment[], counted: number): void {
  const total = reading.first([trailer], 'CNT', '16');
  if (total === undefined) return;
  const value = reading.text(total, 0, 1);
  if (/^\d+$/.test(value) && Number(value) === counted) return;
  reading.find('ENVELOPE_COUNT', 'warning', total, 0, 1, { value, detail: `counted ${counted} pieces of equipment` });
}

function gateFact(
  reading: Reading,
  { line, equipment, segments }: Group,
  header: readonly Segment[],
  type: EventType | undefined,
  messageFunction: MessageFunction,
  profile: PartnerProfile,
): GateFact | undefined {
  const scopes: Scopes = [segments, header];
  const reference = equipmentReference(reading, equipment);
  const at = eventTime(reading, scopes, equipment, messageFunction, profile.timeZone);
  const size = isoEquipmentCode(reading, equipment, profile);
  const emptiness = emptyIndicatorCode(reading, equipment);
  const place = facility(reading, scopes, profile);
  if (place === undefined)
    reading.find('SEGMENT_MISSING', 'warning', equipment, undefined, undefined, { detail: 'no usable place of the report, LOC+165' });
  const ship = vessel(reading, scopes);
  const carrier = containerOperator(reading, scopes) ?? profile.carrier ?? ship?.carrier?.value ?? null;
  const booking = documentReference(reading, scopes, 'BN', carrier);
  const transportDocument = documentReference(reading, scopes, 'BM', carrier);
  const grossWeightKg = weightKg(reading, segments, grossWeights);
  const tareWeightKg = weightKg(reading, segments, tareWeights);
  const truck = vehicleRegistrationNumber(reading, scopes);
  const sealed = seals(reading, segments);
  if (type === undefined || at === undefined || reference === undefined) return undefined;
  return {
    kind: 'gate',
    line,
    type,
    at,
    equipmentReference: reference,
    ...(size && { ISOEquipmentCode: size }),
    ...(emptiness && { emptyIndicatorCode: emptiness }),
    ...(place && { facility: place }),
    ...(booking && { booking }),
    ...(transportDocument && { transportDocument }),
    ...(ship && { vessel: ship }),
    seals: sealed,
    ...(grossWeightKg && { grossWeightKg }),
    ...(tareWeightKg && { tareWeightKg }),
    ...(truck && { vehicleRegistrationNumber: truck }),
  };
}

/** A cancellation needs no time: it takes back what its document number said. */
function eventTime(
  reading: Reading,
  scopes: Scopes,
  equipment: Segment,
  messageFunction: MessageFunction,
  timeZone: string,
): Sourced<string> | undefined {
  const severity = messageFunction === 'CANCEL' ? 'warning' : 'error';
  const sent = scopes.flatMap((scope) => eventTimes.flatMap((qualifier) => reading.all(scope, 'DTM', qualifier)));
  // A qualifier with nothing behind it is common: the next one that says something counts.
  const time = sent.find((one) => (one.elements[0]?.[1] ?? '') !== '') ?? sent[0];
  if (time === undefined) {
    reading.find('SEGMENT_MISSING', severity, equipment, undefined, undefined, { detail: 'no event time, DTM+7' });
    return undefined;
  }
  const value = reading.text(time, 0, 1);
  if (value === '') {
    reading.find('ELEMENT_MISSING', severity, time, 0, 1, { detail: 'event time' });
    return undefined;
  }
  const { at, fault } = readDateTime(value, reading.text(time, 0, 2), timeZone);
  if (fault !== undefined) reading.find(fault.code, fault.severity, time, 0, fault.component - 1, { value, detail: fault.detail });
  return at === undefined ? undefined : { value: at, segment: time.index };
}
