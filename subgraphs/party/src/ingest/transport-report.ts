/** From the statuses of an IFTSTA about a vehicle, ARRI or DEPA, to the reports that `storeTransportReports` keeps. Pure; `edifact-message.ts` writes. */
import type { StatusFact } from '@corridor/edifact';
import { readEquipmentReference, readVesselIMONumber } from '@corridor/schemas';
import { tidyReference } from './document-reference.ts';
import { readEventPlace } from './equipment-event.ts';
import type { MentionedVehicle } from './find-call.ts';
import { type IngestFinding, located } from './finding.ts';
import type { KnownFacility } from './place.ts';
import type { ReportedBox, TransportReport } from './transport-report-rows.ts';

/** The status of a vehicle, with the container or the papers that travel by it. */
export type VehicleStatus = StatusFact & { readonly type: { readonly value: 'ARRI' | 'DEPA'; readonly segment: number } };

/** A report with the segment of its STS. */
export type ReadReport = TransportReport & { readonly segment: number };

/** Why a status tells of no call, and the raw message alone keeps it: it does not say where, or what kind of vehicle. A number it need not have. */
export function faultOf(status: VehicleStatus): IngestFinding | undefined {
  const lacks = status.facility === undefined ? 'place' : 'mode of transport';
  if (lacks === 'mode of transport' && modeOf(status) !== undefined) return undefined;
  const { value, segment } = status.type;
  const tag = lacks === 'place' ? 'LOC' : 'TDT';
  return { code: 'ELEMENT_MISSING', severity: 'warning', segment, tag, detail: `${lacks} of status ${value}` };
}

/** One report per STS: its containers are boxes of the one vehicle. One at a place that is none (`LOCATION_WITHDRAWN`) makes no report. */
export function readVehicleStatuses(
  statuses: readonly VehicleStatus[],
  facilities: readonly KnownFacility[],
): { readonly reports: readonly ReadReport[]; readonly findings: readonly IngestFinding[] } {
  const byStatus = new Map<number, VehicleStatus[]>();
  for (const status of statuses) byStatus.set(status.type.segment, [...(byStatus.get(status.type.segment) ?? []), status]);
  const read = [...byStatus].map(([segment, alike]) => readStatus(segment, alike, facilities));
  return { reports: read.flatMap(({ report }) => report ?? []), findings: read.flatMap(({ findings }) => findings) };
}

function readStatus(
  segment: number,
  alike: readonly VehicleStatus[],
  facilities: readonly KnownFacility[],
): { readonly report?: ReadReport; readonly findings: readonly IngestFinding[] } {
  const [status] = alike;
  if (status === undefined) return { findings: [] };
  const { facilityId, place, findings: placeFindings } = readEventPlace(status.facility, facilities);
  const boxes = alike.map(boxOf);
  const findings = [...placeFindings, ...vesselFindings(status), ...boxes.flatMap((box) => box.findings)];
  if (place === null) return { findings };
  const eventAt = Date.parse(status.at.value);
  const time = { transportEventTypeCode: status.type.value, eventClassifierCode: 'ACT', eventAt, delayReasonCode: null } as const;
  const call = { ...vehicleOf(status), place, facilityId, at: eventAt, times: [] };
  const named = boxes.flatMap(({ box }) => box ?? []);
  return { report: { line: status.line, segment, call, time, boxes: named, externalEventID: null, retractsEventID: null }, findings };
}

function modeOf({ modeOfTransport, vessel }: VehicleStatus): MentionedVehicle['modeOfTransport'] | undefined {
  return modeOfTransport?.value ?? (vessel === undefined ? undefined : 'VESSEL');
}

function vehicleOf(status: VehicleStatus): MentionedVehicle {
  const number = status.conveyance?.value ?? null;
  const modeOfTransport = modeOf(status) ?? 'VESSEL';
  switch (modeOfTransport) {
    case 'RAIL':
      return { modeOfTransport, trainNumber: number };
    case 'TRUCK':
      return { modeOfTransport, vehicleRegistrationNumber: status.vehicleRegistrationNumber?.value ?? null };
    default: {
      // It arrives by the voyage named, or departs by it.
      const voyage = status.vessel?.voyage?.value ?? number;
      return {
        modeOfTransport,
        vesselIMONumber: status.vessel?.vesselIMONumber?.value ?? null,
        vesselName: status.vessel?.vesselName?.value ?? null,
        importVoyage: status.type.value === 'ARRI' ? voyage : null,
        exportVoyage: status.type.value === 'DEPA' ? voyage : null,
      };
    }
  }
}

function vesselFindings({ vessel }: VehicleStatus): IngestFinding[] {
  if (vessel?.vesselIMONumber === undefined) return [];
  const { value, segment } = vessel.vesselIMONumber;
  return located(readVesselIMONumber(value).findings, { segment, tag: 'TDT', element: 8 });
}

function boxOf({ equipmentReference, booking, transportDocument }: VehicleStatus): {
  readonly box?: ReportedBox;
  readonly findings: readonly IngestFinding[];
} {
  const box = equipmentReference === undefined ? undefined : readEquipmentReference(equipmentReference.value);
  const findings = located(box?.findings ?? [], { segment: equipmentReference?.segment ?? 0, tag: 'EQD', element: 2 });
  if ((equipmentReference ?? booking ?? transportDocument) === undefined) return { findings };
  return {
    box: {
      equipmentReference: box?.equipmentReference ?? null,
      carrierBookingReference: booking === undefined ? null : tidyReference(booking.value.number),
      transportDocumentReference: transportDocument === undefined ? null : tidyReference(transportDocument.value.number),
      carrierCode: booking?.value.carrier ?? transportDocument?.value.carrier ?? null,
    },
    findings,
  };
}
