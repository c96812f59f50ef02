/** Events of DCSA Track & Trace 2.2 around `aConsignment`: box LSCU1000016, booking BK100, vessel 3100007 at Qinzhou; anything may be replaced. */
import { createHash } from 'node:crypto';

/** An id for an event, the same for the same name. */
export function eventID(name: string): string {
  const digits = createHash('sha256').update(name).digest('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

const booked = { documentReferences: [{ documentReferenceType: 'BKG', documentReferenceValue: 'BK100' }] };

/** The vessel's call at Qinzhou's terminal, in by 023N and out by 024S. */
export const qinzhouCall = {
  transportCallID: 'QZ-024S',
  modeOfTransport: 'VESSEL',
  UNLocationCode: 'CNQZH',
  facilityCode: 'BICT',
  facilityCodeListProvider: 'SMDG',
  facilityTypeCode: 'POTE',
  importVoyageNumber: '023N',
  exportVoyageNumber: '024S',
  vessel: { vesselIMONumber: '3100007', vesselName: 'LAND SEA SAMPLE' },
};

/** The box comes in by the gate. */
export function anEquipmentEvent(more: object = {}): object {
  return {
    eventID: eventID('gate in'),
    eventType: 'EQUIPMENT',
    eventCreatedDateTime: '2026-07-26T12:00:00+08:00',
    eventClassifierCode: 'ACT',
    eventDateTime: '2026-07-26T11:54:00+08:00',
    equipmentEventTypeCode: 'GTIN',
    equipmentReference: 'LSCU1000016',
    ISOEquipmentCode: '45R1',
    emptyIndicatorCode: 'LADEN',
    eventLocation: { UNLocationCode: 'CNQZH', facilityCode: 'BICT', facilityCodeListProvider: 'SMDG' },
    ...booked,
    ...more,
  };
}

/** The vessel arrives. */
export function aTransportEvent(more: object = {}): object {
  return {
    eventID: eventID('arrival'),
    eventType: 'TRANSPORT',
    eventCreatedDateTime: '2026-07-27T20:10:00+08:00',
    eventClassifierCode: 'ACT',
    eventDateTime: '2026-07-27T20:00:00+08:00',
    transportEventTypeCode: 'ARRI',
    transportCall: qinzhouCall,
    ...booked,
    ...more,
  };
}

/** The booking is confirmed. */
export function aShipmentEvent(more: object = {}): object {
  return {
    eventID: eventID('confirmation'),
    eventType: 'SHIPMENT',
    eventCreatedDateTime: '2026-07-18T09:00:00+08:00',
    eventClassifierCode: 'ACT',
    eventDateTime: '2026-07-18T09:00:00+08:00',
    shipmentEventTypeCode: 'CONF',
    documentTypeCode: 'BKG',
    documentID: 'BK100',
    ...more,
  };
}
