/**
 * From a fact of CODECO, COARRI, IFTSTA or COPARN about one container to the row of `equipment_event`. Pure; `edifact-message.ts` writes. The first three
 * report what has happened; an order of COPARN is what is planned: the box comes in or goes out by the gate of the place ordered.
 */
import type { GateFact, HandlingFact, OrderFact, PartyReference, Sourced, StatusFact } from '@corridor/edifact';
import { type CodeFinding, locationOf, readEquipmentReference, readISOEquipmentCode, readVesselIMONumber } from '@corridor/schemas';
import type { PlaceReference } from '../definition.ts';
import { tidyReference } from './document-reference.ts';
import { type IngestFinding, located } from './finding.ts';
import { type KnownFacility, nameOf } from './place.ts';
import type { EventFacts } from './stored-event.ts';

/** Something that happens to one named container: at a gate, at a vessel, as a carrier's status tells it, or as a line has ordered it. */
export type EquipmentFact = GateFact | HandlingFact | EquipmentStatus | EquipmentOrder;

type EquipmentStatusType = Exclude<StatusFact['type']['value'], 'ARRI' | 'DEPA'>;

/** A status of a container. */
export type EquipmentStatus = StatusFact & {
  readonly equipmentReference: NonNullable<StatusFact['equipmentReference']>;
  readonly type: { readonly value: EquipmentStatusType; readonly segment: number };
};

/** An order for one named box, as the event it plans. */
export type EquipmentOrder = Omit<OrderFact, 'type' | 'equipmentReference'> & {
  readonly type: Sourced<'GTIN' | 'GTOT'>;
  readonly at: Sourced<string>;
  readonly equipmentReference: Sourced<string>;
};

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
  const validUntil = 'validUntil' in fact ? fact.validUntil?.value : undefined;
  const box = readEquipmentReference(fact.equipmentReference.value);
  const sizeType = fact.ISOEquipmentCode === undefined ? undefined : readISOEquipmentCode(fact.ISOEquipmentCode.value);
  const vessel = fact.vessel?.vesselIMONumber === undefined ? undefined : readVesselIMONumber(fact.vessel.vesselIMONumber.value);
  const where = readEventPlace(fact.facility, facilities);
  const carrierCode = fact.booking?.value.carrier ?? fact.transportDocument?.value.carrier ?? null;
  return {
    content: {
      line: fact.line,
      equipmentEventTypeCode: fact.type.value,
      eventClassifierCode: fact.kind === 'order' ? 'PLN' : 'ACT',
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
        ...(validUntil === undefined ? {} : { validUntil }),
        ...(fact.parties.length === 0 ? {} : { parties: fact.parties.map(({ value }) => toldParty(value)) }),
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

function toldParty({ partyFunction, partyCode, codeListProvider, partyName }: PartyReference): NonNullable<EventFacts['parties']>[number] {
  return {
    partyFunction,
    ...(partyCode === null ? {} : { partyCode }),
    ...(codeListProvider === null ? {} : { codeListProvider }),
    ...(partyName === null ? {} : { partyName }),
  };
}

/** A place as a message names it: the owner's own code (no list), or a code of a list; and the UN/LOCODE. */
export type NamedPlace = NonNullable<GateFact['facility']>['value'];

/** Where an event happened, and what was found in the codes: `of` names the code. */
export type EventPlace = {
  readonly facilityId: string | null;
  readonly place: PlaceReference | null;
  readonly findings: readonly (CodeFinding & { readonly of: 'UNLocationCode' | 'facilityCode' })[];
};

/** The place of a fact; findings name its LOC. */
export function readEventPlace(
  sent: GateFact['facility'],
  facilities: readonly KnownFacility[],
): Omit<EventPlace, 'findings'> & { readonly findings: readonly IngestFinding[] } {
  if (sent === undefined) return { facilityId: null, place: null, findings: [] };
  const { findings, ...where } = eventPlaceOf(sent.value, facilities);
  const element = { UNLocationCode: 2, facilityCode: 3 } as const;
  return {
    ...where,
    findings: findings.flatMap(({ of, ...finding }) => located([finding], { segment: sent.segment, tag: 'LOC', element: element[of] })),
  };
}

/** Finds the owner's place that a message names; an unknown one is flagged and kept as sent. `place` is null where nothing is left of it. */
export function eventPlaceOf(
  { facilityCode, facilityCodeListProvider, UNLocationCode }: NamedPlace,
  facilities: readonly KnownFacility[],
): EventPlace {
  const { location, finding } = UNLocationCode === null ? {} : locationOf(UNLocationCode);
  const code = location?.UNLocationCode ?? (finding?.code === 'LOCATION_UNKNOWN' ? UNLocationCode : null);
  const facility = facilities.find((known) => isAt(known, facilityCode, facilityCodeListProvider, code));
  const name = facility?.name ?? nameOf(location);
  const UNcode = facility?.UNLocationCode ?? code;
  const place = {
    ...(name === undefined ? {} : { locationName: name }),
    ...(facility === undefined ? {} : { facilityId: facility.id }),
    ...(UNcode === null ? {} : { UNLocationCode: UNcode }),
    ...codesOf(facility, facilityCode, facilityCodeListProvider),
  };
  return {
    facilityId: facility?.id ?? null,
    place: Object.keys(place).length === 0 ? null : place,
    findings: [
      ...(finding === undefined ? [] : [{ ...finding, of: 'UNLocationCode' as const }]),
      ...(facility === undefined && facilityCode !== null
        ? [{ code: 'LOCATION_UNKNOWN' as const, severity: 'warning' as const, value: facilityCode, of: 'facilityCode' as const }]
        : []),
    ],
  };
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

/** What a message names of a vehicle; parts it does not name are left out. */
export function present(parts: { readonly [part: string]: string | undefined }): { [part: string]: string } {
  return Object.fromEntries(Object.entries(parts).flatMap(([part, value]) => (value === undefined ? [] : [[part, value]])));
}
