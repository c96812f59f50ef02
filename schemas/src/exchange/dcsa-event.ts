/**
 * `dcsa-tnt-2.2`: an event of DCSA Track & Trace 2.2, as a carrier or terminal pushes it to an owner: one, an array of them, or an object with `events`.
 * JSON; names and codes are DCSA's. Members that are not named here are not looked at: a minor version may add some.
 *
 * Events never change. One that was told wrongly is taken back by another that bears its id in `retractedEventID`, a member that 2.2 borrows from 3.0: the
 * later event stands for the earlier one, and where it says the very same, both are taken back.
 */
import { z } from 'zod';
import { documentTypeCodes, shipmentEventTypeCodes } from '../codes/document-codes.ts';
import { instant, reference, text } from './message-fields.ts';

/** The kinds of events of Track & Trace 2.2. */
export const dcsaEventTypes = ['EQUIPMENT', 'TRANSPORT', 'SHIPMENT'] as const;

/** The equipment event type codes of Track & Trace 2.2. */
export const dcsaEquipmentEventTypeCodes = [
  'LOAD',
  'DISC',
  'GTIN',
  'GTOT',
  'STUF',
  'STRP',
  'PICK',
  'DROP',
  'INSP',
  'RSEA',
  'RMVD',
] as const;

const facility = {
  UNLocationCode: z.exactOptional(text(17).describe('UN/LOCODE (UN/CEFACT Recommendation 16)')),
  facilityCode: z.exactOptional(text(11).describe('Code of a terminal or depot in the list of facilityCodeListProvider')),
  facilityCodeListProvider: z.exactOptional(z.enum(['SMDG', 'BIC'])),
};

const location = z
  .object({ ...facility, locationName: z.exactOptional(text(100)) })
  .describe('Where; addresses and coordinates are not looked at');

const vessel = z.object({
  vesselIMONumber: z.exactOptional(text(12).describe('IMO number; a wrong check digit is a finding, not a refusal')),
  vesselName: z.exactOptional(text(50)),
  vesselCallSignNumber: z.exactOptional(text(18)),
  vesselOperatorCarrierCode: z.exactOptional(text(10)),
});

const transportCall = z.object({
  ...facility,
  location: z.exactOptional(location),
  facilityTypeCode: z.exactOptional(text(4).describe('POTE port terminal: there the vessel lies, whatever happens to the container')),
  otherFacility: z.exactOptional(text(100).describe('The place in words, where no code names it')),
  modeOfTransport: z.enum(['VESSEL', 'BARGE', 'RAIL', 'TRUCK']),
  vessel: z.exactOptional(vessel),
  exportVoyageNumber: z.exactOptional(reference(50).describe('The voyage it leaves by; of a train its number')),
  importVoyageNumber: z.exactOptional(reference(50).describe('The voyage it came by')),
  carrierVoyageNumber: z.exactOptional(reference(50).describe('Older name of exportVoyageNumber')),
});

const documentReferences = z
  .array(z.object({ documentReferenceType: text(10), documentReferenceValue: reference(100) }))
  .max(100)
  .exactOptional()
  .describe('BKG booking and TRD transport document link the event to consignments; other types are not looked at');

const references = z
  .array(z.object({ referenceType: text(10), referenceValue: reference(100) }))
  .max(100)
  .exactOptional()
  .describe('EQ names the containers of a transport event; references of shippers and forwarders are not looked at');

const base = {
  eventID: z.exactOptional(
    reference(100).describe("The sender's own id of the event: with the same content it is the same event, with other content refused"),
  ),
  eventCreatedDateTime: instant.describe('When the sender made the event: of two times of a call the one told last counts'),
  eventClassifierCode: z.enum(['PLN', 'EST', 'ACT']).describe('Planned, estimated, actual: only ACT is a fact'),
  eventDateTime: instant.describe('When it happens or happened'),
  retractedEventID: z.exactOptional(
    reference(100).describe('The event of the same sender that this one takes back and stands for; it may come later'),
  ),
};

const equipmentEvent = z.object({
  eventType: z.literal('EQUIPMENT'),
  ...base,
  equipmentEventTypeCode: z.enum(dcsaEquipmentEventTypeCodes),
  equipmentReference: reference(15).describe('Container number (ISO 6346); a wrong check digit is a finding, not a refusal'),
  ISOEquipmentCode: z.exactOptional(text(10)),
  emptyIndicatorCode: z.exactOptional(z.enum(['EMPTY', 'LADEN'])),
  eventLocation: z.exactOptional(location),
  transportCall: z.exactOptional(transportCall),
  documentReferences,
  references,
  seals: z.exactOptional(z.array(z.object({ sealNumber: reference(35), sealSource: z.exactOptional(text(5)) })).max(30)),
});

const transportEvent = z.object({
  eventType: z.literal('TRANSPORT'),
  ...base,
  transportEventTypeCode: z.enum(['ARRI', 'DEPA']),
  delayReasonCode: z.exactOptional(text(3).describe('SMDG delay reason code')),
  transportCall: transportCall.refine((call) => hasPlace(call) || (call.location !== undefined && hasPlace(call.location)), {
    error: 'a place: UNLocationCode, facilityCode, otherFacility or a location with one',
    path: ['UNLocationCode'],
  }),
  documentReferences,
  references,
});

const shipmentEvent = z.object({
  eventType: z.literal('SHIPMENT'),
  ...base,
  shipmentEventTypeCode: z.enum(shipmentEventTypeCodes),
  documentTypeCode: z.enum(documentTypeCodes),
  documentID: reference(100),
  documentReferences,
  references,
});

function hasPlace(place: {
  readonly UNLocationCode?: string;
  readonly facilityCode?: string;
  readonly otherFacility?: string;
  readonly locationName?: string;
}): boolean {
  return (place.UNLocationCode ?? place.facilityCode ?? place.otherFacility ?? place.locationName) !== undefined;
}

/** An event, as it is checked at the door. */
export const dcsaEvent = z
  .discriminatedUnion('eventType', [equipmentEvent, transportEvent, shipmentEvent])
  .refine(({ eventID, retractedEventID }) => retractedEventID === undefined || retractedEventID !== eventID, {
    error: 'another event than itself',
    path: ['retractedEventID'],
  })
  .refine(({ eventID, retractedEventID }) => retractedEventID === undefined || eventID !== undefined, {
    error: 'an id: the event takes another one back',
    path: ['eventID'],
  })
  .meta({ title: 'dcsa-tnt-2.2', description: 'One event of DCSA Track & Trace 2.2, as a registered source pushes it' });

/** An event of Track & Trace 2.2. */
export type DcsaEvent = z.infer<typeof dcsaEvent>;

/** JSON Schema (2020-12) of an event, as committed in `schemas/exchange/dcsa-tnt-2.2.schema.json`. It cannot say the rules over several fields. */
export function dcsaEventJsonSchema(): object {
  return z.toJSONSchema(dcsaEvent, { target: 'draft-2020-12', io: 'input' });
}
