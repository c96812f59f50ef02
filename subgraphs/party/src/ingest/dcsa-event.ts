/** From an event of DCSA Track & Trace 2.2 to what is stored of it. Pure; `dcsa-message.ts` writes. */
import { type DcsaEvent, readEquipmentReference, readISOEquipmentCode, readVesselIMONumber } from '@corridor/schemas';
import type { PlaceReference } from '../definition.ts';
import { tidyReference } from './document-reference.ts';
import { type EventContent, eventPlaceOf, present } from './equipment-event.ts';
import type { MentionedVehicle } from './find-call.ts';
import { type IngestFinding, located } from './finding.ts';
import type { MentionedCall } from './note-calls.ts';
import type { KnownFacility } from './place.ts';
import type { ToldShipmentEvent } from './shipment-event-rows.ts';
import type { ReportedBox, TransportReport } from './transport-report-rows.ts';

/** What an event tells, by the noun that is made of it. `call`: the call of a vessel that an equipment event speaks of. */
export type DcsaTold =
  | { readonly noun: 'equipment-event'; readonly content: EventContent; readonly call: MentionedCall | null }
  | { readonly noun: 'transport-event'; readonly report: TransportReport }
  | { readonly noun: 'shipment-event'; readonly event: ToldShipmentEvent };

type EquipmentEvent = Extract<DcsaEvent, { readonly eventType: 'EQUIPMENT' }>;
type TransportEvent = Extract<DcsaEvent, { readonly eventType: 'TRANSPORT' }>;
type ShipmentEvent = Extract<DcsaEvent, { readonly eventType: 'SHIPMENT' }>;
type TransportCall = TransportEvent['transportCall'];

/**
 * Checks one event. Nothing here refuses it: a wrong check digit or a strange place is flagged, and the event is kept.
 * @param carrierCode the carrier in whose count the source's bookings and transport documents stand; null where that is not known
 */
export function readDcsaEvent(
  event: DcsaEvent,
  facilities: readonly KnownFacility[],
  carrierCode: string | null,
): { readonly told: DcsaTold; readonly findings: readonly IngestFinding[] } {
  switch (event.eventType) {
    case 'EQUIPMENT':
      return readEquipment(event, facilities, carrierCode);
    case 'TRANSPORT':
      return readTransport(event, facilities, carrierCode);
    case 'SHIPMENT':
      return { told: { noun: 'shipment-event', event: readShipment(event, carrierCode) }, findings: [] };
  }
}

function readEquipment(
  event: EquipmentEvent,
  facilities: readonly KnownFacility[],
  carrierCode: string | null,
): { told: DcsaTold; findings: IngestFinding[] } {
  const { transportCall: call, seals = [] } = event;
  const box = readEquipmentReference(event.equipmentReference);
  const sizeType = event.ISOEquipmentCode === undefined ? undefined : readISOEquipmentCode(event.ISOEquipmentCode);
  const vessel = call === undefined ? undefined : readVessel(call);
  const callPlaces = call === undefined ? [] : placesOf(call);
  const where = readPlace(
    [...(event.eventLocation === undefined ? [] : [{ ...event.eventLocation, path: 'eventLocation' }]), ...callPlaces],
    facilities,
  );
  const [booking, transportDocument] = [numbersOf(event, 'BKG')[0] ?? null, numbersOf(event, 'TRD')[0] ?? null];
  const content: EventContent = {
    line: 1,
    equipmentEventTypeCode: event.equipmentEventTypeCode,
    eventClassifierCode: event.eventClassifierCode,
    eventAt: new Date(event.eventDateTime).toISOString(),
    equipmentReference: box.equipmentReference,
    emptyIndicatorCode: event.emptyIndicatorCode ?? null,
    facilityId: where.facilityId,
    eventLocation: where.place,
    transport: present({
      vesselIMONumber: vessel?.vesselIMONumber,
      vesselCallSign: call?.vessel?.vesselCallSignNumber,
      vesselName: call?.vessel?.vesselName,
      voyage: call === undefined ? undefined : voyageOf(call, event.equipmentEventTypeCode),
      carrier: call?.vessel?.vesselOperatorCarrierCode,
    }),
    facts: {
      ...(sizeType === undefined ? {} : { ISOEquipmentCode: sizeType.ISOEquipmentCode }),
      ...(seals.length === 0 ? {} : { seals: seals.map(readSeal) }),
      ...(carrierCode === null || (booking ?? transportDocument) === null ? {} : { carrierCode }),
    },
    carrierBookingReference: booking,
    transportDocumentReference: transportDocument,
  };
  const calledAt = callPlaces.length > 0 ? readPlace(callPlaces, facilities) : where;
  return {
    told: { noun: 'equipment-event', content, call: call === undefined ? null : vesselCallOf(event, call, calledAt, facilities) },
    findings: [
      ...located(box.findings, { path: 'equipmentReference' }),
      ...located(sizeType?.findings ?? [], { path: 'ISOEquipmentCode' }),
      ...(vessel?.findings ?? []),
      ...where.findings,
    ],
  };
}

function readTransport(
  event: TransportEvent,
  facilities: readonly KnownFacility[],
  carrierCode: string | null,
): { told: DcsaTold; findings: IngestFinding[] } {
  const { transportCall: call } = event;
  const places = placesOf(call);
  const where = readPlace(places, facilities);
  const at = Date.parse(event.eventDateTime);
  return {
    told: {
      noun: 'transport-event',
      report: {
        line: 1,
        call: {
          ...vehicleOf(call),
          // A code that is no place any more is kept as the name it was sent for.
          place: where.place ?? named(places.find(({ UNLocationCode }) => UNLocationCode !== undefined)?.UNLocationCode),
          facilityId: where.facilityId,
          at,
          times: [],
        },
        time: {
          transportEventTypeCode: event.transportEventTypeCode,
          eventClassifierCode: event.eventClassifierCode,
          eventAt: at,
          delayReasonCode: event.delayReasonCode ?? null,
        },
        boxes: boxesOf(event, carrierCode),
        externalEventID: event.eventID ?? null,
        retractsEventID: event.retractedEventID ?? null,
      },
    },
    findings: [...(readVessel(call)?.findings ?? []), ...where.findings],
  };
}

function readShipment(event: ShipmentEvent, carrierCode: string | null): ToldShipmentEvent {
  const further = ({ type, referenceType }: { type: string; referenceType: 'BOOKING' | 'TRANSPORT_DOCUMENT' }) =>
    numbersOf(event, type).map((reference) => ({ referenceType, reference, carrierCode }));
  return {
    externalEventID: event.eventID ?? null,
    shipmentEventTypeCode: event.shipmentEventTypeCode,
    eventClassifierCode: event.eventClassifierCode,
    documentTypeCode: event.documentTypeCode,
    documentID: event.documentID,
    carrierCode,
    eventAt: Date.parse(event.eventDateTime),
    references: [...further({ type: 'BKG', referenceType: 'BOOKING' }), ...further({ type: 'TRD', referenceType: 'TRANSPORT_DOCUMENT' })],
    retractsEventID: event.retractedEventID ?? null,
  };
}

/** The numbers of a type among the documents an event refers to, tidied, each once. */
function numbersOf({ documentReferences = [] }: DcsaEvent, type: string): string[] {
  const ofType = documentReferences.filter(({ documentReferenceType }) => documentReferenceType === type);
  return [...new Set(ofType.map(({ documentReferenceValue }) => tidyReference(documentReferenceValue)))];
}

/** What travels by the vehicle: the boxes it names, together with the first booking and document; each further number by itself. */
function boxesOf(event: TransportEvent, carrierCode: string | null): ReportedBox[] {
  const boxes = (event.references ?? []).filter(({ referenceType }) => referenceType === 'EQ');
  const [booking = null, ...bookings] = numbersOf(event, 'BKG');
  const [document = null, ...documents] = numbersOf(event, 'TRD');
  const reported = (
    equipmentReference: string | null,
    carrierBookingReference: string | null,
    transportDocumentReference: string | null,
  ) => ({
    equipmentReference,
    carrierBookingReference,
    transportDocumentReference,
    carrierCode,
  });
  const named = [...new Set(boxes.map(({ referenceValue }) => readEquipmentReference(referenceValue).equipmentReference))];
  const first = (named.length === 0 && (booking ?? document) !== null ? [null] : named).map((box) => reported(box, booking, document));
  return [...first, ...bookings.map((each) => reported(null, each, null)), ...documents.map((each) => reported(null, null, each))];
}

// UN/EDIFACT 9303 has its own codes for these: the same seal reads the same, whoever reports it.
const sealSources: { readonly [sent: string]: string } = { CAR: 'CA', SHI: 'SH', CUS: 'CU' };

function readSeal({ sealNumber, sealSource }: NonNullable<EquipmentEvent['seals']>[number]): {
  sealNumber: string;
  sealSource: string | null;
} {
  return { sealNumber, sealSource: sealSource === undefined ? null : (sealSources[sealSource] ?? sealSource) };
}

function readVessel({ vessel }: TransportCall): { vesselIMONumber: string; findings: IngestFinding[] } | undefined {
  if (vessel?.vesselIMONumber === undefined) return undefined;
  const { vesselIMONumber, findings } = readVesselIMONumber(vessel.vesselIMONumber);
  return { vesselIMONumber, findings: located(findings, { path: 'transportCall.vessel.vesselIMONumber' }) };
}

function vehicleOf(call: TransportCall): MentionedVehicle {
  const leavesBy = call.exportVoyageNumber ?? call.carrierVoyageNumber ?? null;
  switch (call.modeOfTransport) {
    case 'RAIL':
      // 2.2 has no member for a train's number: senders put it where a vessel has its voyage.
      return { modeOfTransport: 'RAIL', trainNumber: leavesBy ?? call.importVoyageNumber ?? null };
    case 'TRUCK':
      return { modeOfTransport: 'TRUCK', vehicleRegistrationNumber: null };
    default:
      return {
        modeOfTransport: call.modeOfTransport,
        vesselIMONumber: call.vessel?.vesselIMONumber ?? null,
        vesselName: call.vessel?.vesselName ?? null,
        importVoyage: call.importVoyageNumber ?? null,
        exportVoyage: leavesBy,
      };
  }
}

/** The voyage that the box goes by: what is discharged or goes out of the gate came by the vessel, all else leaves by it. */
function voyageOf(call: TransportCall, code: EquipmentEvent['equipmentEventTypeCode']): string | undefined {
  const leavesBy = call.exportVoyageNumber ?? call.carrierVoyageNumber;
  return code === 'DISC' || code === 'GTOT' ? (call.importVoyageNumber ?? leavesBy) : (leavesBy ?? call.importVoyageNumber);
}

/**
 * The call of a vessel that an equipment event speaks of. A box is loaded and discharged where the vessel lies; anything else says where it lies only at a
 * port terminal: a depot inland names the vessel too. Without an IMO number, a voyage or a place there is no call.
 */
function vesselCallOf(
  event: EquipmentEvent,
  call: TransportCall,
  where: ReadPlace,
  facilities: readonly KnownFacility[],
): MentionedCall | null {
  const vehicle = vehicleOf(call);
  if (vehicle.modeOfTransport === 'RAIL' || vehicle.modeOfTransport === 'TRUCK') return null;
  if (vehicle.vesselIMONumber === null || (vehicle.importVoyage ?? vehicle.exportVoyage) === null) return null;
  if (where.place === null || (where.facilityId ?? where.place.UNLocationCode) === undefined) return null;
  const own = facilities.find(({ id }) => id === where.facilityId);
  const isAtTheVessel =
    ['LOAD', 'DISC'].includes(event.equipmentEventTypeCode) || (call.facilityTypeCode ?? own?.facilityTypeCode) === 'POTE';
  if (!isAtTheVessel) return null;
  return { ...vehicle, place: where.place, facilityId: where.facilityId, at: Date.parse(event.eventDateTime), times: [] };
}

type NamedPlace = NonNullable<EquipmentEvent['eventLocation']> & { readonly path: string };

/** How a call names its place: in its own members, or in `location`. */
function placesOf({ UNLocationCode, facilityCode, facilityCodeListProvider, otherFacility, location }: TransportCall): NamedPlace[] {
  const own = {
    ...(UNLocationCode === undefined ? {} : { UNLocationCode }),
    ...(facilityCode === undefined ? {} : { facilityCode }),
    ...(facilityCodeListProvider === undefined ? {} : { facilityCodeListProvider }),
    ...(otherFacility === undefined ? {} : { locationName: otherFacility }),
  };
  return [
    ...(Object.keys(own).length === 0 ? [] : [{ ...own, path: 'transportCall' }]),
    ...(location === undefined ? [] : [{ ...location, path: 'transportCall.location' }]),
  ];
}

type ReadPlace = { readonly facilityId: string | null; readonly place: PlaceReference | null; readonly findings: readonly IngestFinding[] };

/** The first of several that a code names; without any, the first that words do. */
function readPlace(places: readonly NamedPlace[], facilities: readonly KnownFacility[]): ReadPlace {
  const coded = places.find(({ UNLocationCode, facilityCode }) => (UNLocationCode ?? facilityCode) !== undefined);
  const words = named(places.find(({ locationName }) => locationName !== undefined)?.locationName);
  if (coded === undefined) return { facilityId: null, place: Object.keys(words).length === 0 ? null : words, findings: [] };
  const { UNLocationCode = null, facilityCode = null, facilityCodeListProvider = null, path } = coded;
  // A code of nobody's list says nothing.
  const listed = facilityCodeListProvider === null ? null : facilityCode;
  const { facilityId, place, findings } = eventPlaceOf({ UNLocationCode, facilityCode: listed, facilityCodeListProvider }, facilities);
  const unlisted: IngestFinding[] =
    facilityCode === listed || facilityCode === null
      ? []
      : [
          {
            code: 'LOCATION_UNKNOWN',
            severity: 'warning',
            path: `${path}.facilityCode`,
            value: facilityCode,
            detail: 'no facilityCodeListProvider',
          },
        ];
  const both = { ...words, ...(place ?? {}) };
  return {
    facilityId,
    place: Object.keys(both).length === 0 ? null : both,
    findings: [...findings.flatMap(({ of, ...finding }) => located([finding], { path: `${path}.${of}` })), ...unlisted],
  };
}

/** A place in words, Chinese or not. */
function named(words: string | undefined): PlaceReference {
  if (words === undefined) return {};
  return { locationName: /\p{Script=Han}/u.test(words) ? { zh: words } : { en: words } };
}
