/** From a fact of CODECO, COARRI or IFTSTA about one container to the row of `equipment_event`. Pure; `edifact-message.ts` writes. */
import type { Fact, GateFact, HandlingFact, StatusFact } from '@corridor/edifact';
import { invariant, locationOf, readEquipmentReference, readISOEquipmentCode, readVesselIMONumber } from '@corridor/schemas';
import type { PlaceReference } from '../definition.ts';
import { tidyReference } from './document-reference.ts';
import { type IngestFinding, located } from './finding.ts';
import { type KnownFacility, nameOf } from './place.ts';
import type { EventFacts } from './stored-event.ts';

/** Something that happened to one named container: at a gate, at a vessel, or as a carrier's status tells it. */
export type EquipmentFact = GateFact | HandlingFact | EquipmentStatus;

type EquipmentStatusType = Exclude<StatusFact['type']['value'], 'ARRI' | 'DEPA'>;

type EquipmentStatus = StatusFact & {
  readonly equipmentReference: NonNullable<StatusFact['equipmentReference']>;
  readonly type: { readonly value: EquipmentStatusType; readonly segment: number };
};

/** Parts the facts that make equipment events from the others, each of which is told as a warning: the raw message keeps what it says. */
export function equipmentFactsOf(facts: readonly Fact[]): { facts: EquipmentFact[]; findings: IngestFinding[] } {
  const taken: EquipmentFact[] = [];
  const findings: IngestFinding[] = [];
  for (const fact of facts) {
    invariant(fact.kind !== 'order', 'an order is refused by its message type');
    if (fact.kind !== 'status') taken.push(fact);
    else if (isOfEquipment(fact)) taken.push(fact);
    else findings.push(notOfEquipment(fact));
  }
  return { facts: taken, findings };
}

function isOfEquipment(fact: StatusFact): fact is EquipmentStatus {
  return fact.equipmentReference !== undefined && fact.type.value !== 'ARRI' && fact.type.value !== 'DEPA';
}

function notOfEquipment({ equipmentReference, type: { value, segment } }: StatusFact): IngestFinding {
  return equipmentReference === undefined
    ? { code: 'ELEMENT_MISSING', severity: 'warning', segment, tag: 'EQD', element: 2, detail: `container of status ${value}` }
    : { code: 'CODE_UNKNOWN', severity: 'warning', segment, tag: 'STS', element: 2, value, detail: 'no event of a container' };
}

/** Whether an event is planned, expected or has happened: DCSA, Track & Trace 2.2, `eventClassifierCode`. Only ACT is a fact. */
export type EventClassifierCode = 'PLN' | 'EST' | 'ACT';

/** What such a fact says, checked; times are ISO 8601 with `Z`. */
export type EventContent = {
  readonly line: number;
  readonly equipmentEventTypeCode: EquipmentFact['type']['value'];
  readonly eventClassifierCode: EventClassifierCode;
  readonly eventAt: string;
  readonly equipmentReference: string;
  readonly emptyIndicatorCode: 'EMPTY' | 'LADEN' | null;
  readonly facilityId: string | null;
  readonly eventLocation: PlaceReference | null;
  readonly transport: { readonly [part: string]: string };
  readonly facts: EventFacts;
  readonly carrierBookingReference: string | null;
  readonly transportDocumentReference: string | null;
};

/** Checks one fact. Nothing here refuses it: a wrong check digit or a strange place is flagged, and the event is kept. */
export function readEquipmentFact(
  fact: EquipmentFact,
  facilities: readonly KnownFacility[],
): { content: EventContent; findings: IngestFinding[] } {
  const seals = 'seals' in fact ? fact.seals.map(({ value }) => value) : [];
  const grossWeightKg = 'grossWeightKg' in fact ? fact.grossWeightKg?.value : undefined;
  const tareWeightKg = 'tareWeightKg' in fact ? fact.tareWeightKg?.value : undefined;
  const vehicleRegistrationNumber = 'vehicleRegistrationNumber' in fact ? fact.vehicleRegistrationNumber?.value : undefined;
  const box = readEquipmentReference(fact.equipmentReference.value);
  const sizeType = fact.ISOEquipmentCode === undefined ? undefined : readISOEquipmentCode(fact.ISOEquipmentCode.value);
  const vessel = fact.vessel?.vesselIMONumber === undefined ? undefined : readVesselIMONumber(fact.vessel.vesselIMONumber.value);
  const where = readEventPlace(fact.facility, facilities);
  const carrierCode = fact.booking?.value.carrier ?? fact.transportDocument?.value.carrier ?? null;
  return {
    content: {
      line: fact.line,
      equipmentEventTypeCode: fact.type.value,
      // CODECO, COARRI and IFTSTA report what has happened.
      eventClassifierCode: 'ACT',
      eventAt: fact.at.value,
      equipmentReference: box.equipmentReference,
      emptyIndicatorCode: fact.emptyIndicatorCode?.value ?? null,
      facilityId: where.facilityId,
      eventLocation: where.place,
      transport: present({
        vesselIMONumber: vessel?.vesselIMONumber,
        vesselCallSign: fact.vessel?.vesselCallSign?.value,
        vesselName: fact.vessel?.vesselName?.value,
        voyage: fact.vessel?.voyage?.value,
        carrier: fact.vessel?.carrier?.value,
      }),
      facts: {
        ...(sizeType === undefined ? {} : { ISOEquipmentCode: sizeType.ISOEquipmentCode }),
        ...(seals.length === 0 ? {} : { seals }),
        ...(grossWeightKg === undefined ? {} : { grossWeightKg }),
        ...(tareWeightKg === undefined ? {} : { tareWeightKg }),
        ...(vehicleRegistrationNumber === undefined ? {} : { vehicleRegistrationNumber }),
        ...(carrierCode === null ? {} : { carrierCode }),
      },
      carrierBookingReference: fact.booking === undefined ? null : tidyReference(fact.booking.value.number),
      transportDocumentReference: fact.transportDocument === undefined ? null : tidyReference(fact.transportDocument.value.number),
    },
    findings: [
      ...located(box.findings, { segment: fact.equipmentReference.segment, tag: 'EQD', element: 2 }),
      ...located(vessel?.findings ?? [], {
        segment: fact.vessel?.vesselIMONumber?.segment ?? fact.equipmentReference.segment,
        tag: 'TDT',
        element: 8,
      }),
      ...where.findings,
    ],
  };
}

type EventPlace = {
  readonly facilityId: string | null;
  readonly place: PlaceReference | null;
  readonly findings: readonly IngestFinding[];
};

function readEventPlace(sent: GateFact['facility'], facilities: readonly KnownFacility[]): EventPlace {
  if (sent === undefined) return { facilityId: null, place: null, findings: [] };
  const { facilityCode, facilityCodeListProvider, UNLocationCode } = sent.value;
  const { location, finding } = UNLocationCode === null ? {} : locationOf(UNLocationCode);
  const code = location?.UNLocationCode ?? (finding?.code === 'LOCATION_UNKNOWN' ? UNLocationCode : null);
  const facility = facilities.find((known) => isAt(known, facilityCode, facilityCodeListProvider, code));
  const unknown: IngestFinding[] =
    facility === undefined && facilityCode !== null
      ? [{ code: 'LOCATION_UNKNOWN', severity: 'warning', value: facilityCode, segment: sent.segment, tag: 'LOC', element: 3 }]
      : [];
  const findings = [...located(finding === undefined ? [] : [finding], { segment: sent.segment, tag: 'LOC', element: 2 }), ...unknown];
  const name = facility?.name ?? nameOf(location);
  const UNcode = facility?.UNLocationCode ?? code;
  const place = {
    ...(name === undefined ? {} : { locationName: name }),
    ...(facility === undefined ? {} : { facilityId: facility.id }),
    ...(UNcode === null ? {} : { UNLocationCode: UNcode }),
    ...codesOf(facility, facilityCode, facilityCodeListProvider),
  };
  return { facilityId: facility?.id ?? null, place: Object.keys(place).length === 0 ? null : place, findings };
}

/** The owner's own code, or a code of a list at that place, or, without a terminal, the port or crossing itself. */
function isAt(known: KnownFacility, facilityCode: string | null, provider: string | null, UNLocationCode: string | null): boolean {
  if (facilityCode === null) return UNLocationCode !== null && known.UNLocationCode === UNLocationCode && known.noun !== 'terminal';
  if (provider === null) return known.localCode === facilityCode;
  if (UNLocationCode !== null && known.UNLocationCode !== null && known.UNLocationCode !== UNLocationCode) return false;
  return known.facilityCode === facilityCode && known.facilityCodeListProvider === provider;
}

function codesOf(
  facility: KnownFacility | undefined,
  facilityCode: string | null,
  provider: string | null,
): Pick<PlaceReference, 'facilityCode' | 'facilityCodeListProvider'> {
  const code = facility?.facilityCode ?? (provider === null ? null : facilityCode);
  const list = facility?.facilityCodeListProvider ?? provider;
  return code !== null && (list === 'SMDG' || list === 'BIC') ? { facilityCode: code, facilityCodeListProvider: list } : {};
}

function present(parts: { readonly [part: string]: string | undefined }): { [part: string]: string } {
  return Object.fromEntries(Object.entries(parts).flatMap(([part, value]) => (value === undefined ? [] : [[part, value]])));
}
