/** From a gate fact of CODECO to the row of `equipment_event`. Pure; `gate-message.ts` writes. */
import type { GateFact } from '@corridor/edifact';
import { locationOf, readEquipmentReference, readISOEquipmentCode, readVesselIMONumber } from '@corridor/schemas';
import type { PlaceReference } from '../definition.ts';
import { tidyReference } from './document-reference.ts';
import { type IngestFinding, located } from './finding.ts';
import { type KnownFacility, nameOf } from './place.ts';
import type { EventFacts } from './stored-event.ts';

/** What a gate fact says, checked; times are ISO 8601 with `Z`. */
export type EventContent = {
  readonly line: number;
  readonly equipmentEventTypeCode: 'GTIN' | 'GTOT';
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
export function readGateFact(fact: GateFact, facilities: readonly KnownFacility[]): { content: EventContent; findings: IngestFinding[] } {
  const box = readEquipmentReference(fact.equipmentReference.value);
  const sizeType = fact.ISOEquipmentCode === undefined ? undefined : readISOEquipmentCode(fact.ISOEquipmentCode.value);
  const vessel = fact.vessel?.vesselIMONumber === undefined ? undefined : readVesselIMONumber(fact.vessel.vesselIMONumber.value);
  const where = readGatePlace(fact.facility, facilities);
  const carrierCode = fact.booking?.value.carrier ?? fact.transportDocument?.value.carrier ?? null;
  return {
    content: {
      line: fact.line,
      equipmentEventTypeCode: fact.type.value,
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
        ...(fact.seals.length === 0 ? {} : { seals: fact.seals.map(({ value }) => value) }),
        ...(fact.grossWeightKg === undefined ? {} : { grossWeightKg: fact.grossWeightKg.value }),
        ...(fact.tareWeightKg === undefined ? {} : { tareWeightKg: fact.tareWeightKg.value }),
        ...(fact.vehicleRegistrationNumber === undefined ? {} : { vehicleRegistrationNumber: fact.vehicleRegistrationNumber.value }),
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

type GatePlace = { readonly facilityId: string | null; readonly place: PlaceReference | null; readonly findings: readonly IngestFinding[] };

function readGatePlace(sent: GateFact['facility'], facilities: readonly KnownFacility[]): GatePlace {
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
