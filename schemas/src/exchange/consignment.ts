/**
 * `consignment.v1`: what a registered source tells an owner about one consignment. It is where goods, participants and route come from, and with
 * them every right that hangs on a route or on taking part. JSON, strict: a field that is not named here is refused.
 *
 * Each message tells the whole record; `revision` says which of two is newer. Words as in the UN/CEFACT consignment and in DCSA's interfaces.
 */
import { z } from 'zod';
import { documentTypeCodes, shipmentEventTypeCodes } from '../codes/document-codes.ts';
import { instant, localizedText, place, quantity, reference, text } from './message-fields.ts';

const leg = z.strictObject({
  sequence: z.int().min(1).max(999),
  modeOfTransport: z.enum(['VESSEL', 'RAIL', 'TRUCK', 'BARGE']),
  from: place,
  to: place,
  partyCode: text(10).describe('Registry code of the party in whose area the leg is run: GX CQ GZ GS, or a member of ASEAN: SG VN LA …'),
  plannedDeparture: z.exactOptional(instant),
  plannedArrival: z.exactOptional(instant),
  vesselIMONumber: z.exactOptional(text(12)),
  voyageNumber: z.exactOptional(reference(35)),
  trainNumber: z.exactOptional(reference(35)),
  masterReference: z.exactOptional(
    reference(35).describe('Master document or block-train waybill of the leg; links calls, never consignments'),
  ),
});

const participant = z.strictObject({
  participantFunction: z
    .string()
    .regex(/^[A-Z]{2,3}$/)
    .describe('UN/EDIFACT data element 3035: CZ consignor, CN consignee, NI, FW, CA, DT …'),
  identificationScheme: z
    .enum(['USCC', 'UEN', 'NATIONAL'])
    .describe('USCC: GB 32100; UEN: Singapore; NATIONAL: any other, its country before it (VN:0100109106)'),
  identification: reference(35),
  partyName: localizedText,
});

const equipment = z.strictObject({
  equipmentReference: text(20).describe('Container number, ISO 6346; a wrong check digit is a finding, not a refusal'),
  ISOEquipmentCode: z.exactOptional(text(10).describe('Size type, ISO 6346: 22G1, 45R1')),
  emptyIndicatorCode: z.exactOptional(z.enum(['EMPTY', 'LADEN'])),
  seals: z
    .array(
      z.strictObject({
        sealNumber: reference(35),
        sealSource: z.exactOptional(text(3).describe('Who sealed, UN/EDIFACT 9303: CA carrier, SH shipper, CU customs')),
      }),
    )
    .max(20)
    .exactOptional(),
  cargoGrossWeight: z.exactOptional(quantity),
});

const goods = z.strictObject({
  descriptionOfGoods: z.exactOptional(text(512)),
  HSCode: z.exactOptional(
    z
      .string()
      .regex(/^[0-9]{4,12}$/)
      .describe('Harmonized System, digits only: 080810'),
  ),
  numberOfPackages: z.exactOptional(z.int().min(0).max(4_000_000)),
  cargoGrossWeight: z.exactOptional(quantity),
  dangerousGoodsClass: z.exactOptional(
    z
      .string()
      .regex(/^[1-9](\.[1-6])?[A-S]?$/)
      .describe('UN class or division: 3, 2.1, 1.4S'),
  ),
});

const carrierCode = z
  .string()
  .regex(/^[A-Z0-9]{2,9}$/)
  .describe('SMDG or SCAC code of the carrier that gave the number');

const transportDocument = z
  .strictObject({
    documentTypeCode: z
      .enum(documentTypeCodes)
      .describe('Kind of document, DCSA: TRD bill of lading or waybill, INV invoice, CEO certificate of origin …'),
    transportDocumentReference: reference(35).describe('Number of the document'),
    transportDocumentTypeCode: z.exactOptional(z.enum(['BOL', 'SWB']).describe('Of a TRD, DCSA: BOL bill of lading, SWB sea waybill')),
    carrierCode: z.exactOptional(carrierCode),
    issueDate: z.exactOptional(z.iso.date().describe('Day of issue')),
    shipmentEventTypeCode: z.exactOptional(
      z.enum(shipmentEventTypeCodes).describe('Status of the document, DCSA: DRFT drafted, ISSU issued, SURR surrendered, VOID …'),
    ),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('SHA-256 of the content, lower-case hexadecimal; the content itself stays with its holder'),
    mediaType: z.exactOptional(
      z
        .string()
        .max(127)
        .regex(/^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/)
        .describe('Media type of the content, lower case: application/pdf'),
    ),
    sizeBytes: z.exactOptional(z.int().min(0).max(1_000_000_000_000).describe('Length of the content')),
    contentURL: z.exactOptional(
      z
        .string()
        .max(2_048)
        .regex(/^https:\/\/[^\s/@\p{Cc}\p{Cs}]+(\/[^\s\p{Cc}\p{Cs}]*)?$/u)
        .describe('Where the content lies; https, without user or password'),
    ),
  })
  .refine(({ documentTypeCode, transportDocumentTypeCode }) => transportDocumentTypeCode === undefined || documentTypeCode === 'TRD', {
    path: ['transportDocumentTypeCode'],
    error: 'only of a document TRD',
  })
  .describe('A document, by its metadata and digest');

// The number as it is compared: as the sender may write it once with and once without spaces.
function documentIdentity({
  documentTypeCode,
  transportDocumentReference,
  carrierCode: carrier,
}: z.infer<typeof transportDocument>): string {
  return JSON.stringify([documentTypeCode, carrier ?? null, transportDocumentReference.replace(/\s+/gu, '').toUpperCase()]);
}

/** The message, as it is checked at the door. */
export const consignmentMessage = z
  .strictObject({
    recordReference: reference(70).describe("The sender's own id of the record: the same in every revision"),
    revision: z
      .int()
      .min(1)
      .max(2_147_483_647)
      .describe('Higher = newer. Lower than the one stored: no effect. Equal with other content: refused'),
    cancelled: z.boolean().describe('true: the consignment does not take place; a higher revision may take it up again'),
    controllerCode: text(60).describe("Who answers for the record inside the owner's party: customs, port-operator, SG.customs …"),
    references: z
      .array(
        z.strictObject({
          referenceType: z.enum(['UCR', 'TRANSPORT_DOCUMENT', 'BOOKING', 'RAIL_WAYBILL', 'CUSTOMS_DECLARATION']),
          reference: reference(35),
          carrierCode: z.exactOptional(carrierCode),
          level: z.enum(['HOUSE', 'MASTER']).describe('HOUSE: of this consignment alone. MASTER: of a call, a train, a groupage box'),
        }),
      )
      .max(60),
    legs: z
      .array(leg)
      .min(1)
      .max(60)
      .refine((legs) => new Set(legs.map(({ sequence }) => sequence)).size === legs.length, { error: 'each sequence once' }),
    participants: z.array(participant).max(60),
    equipment: z.array(equipment).max(500),
    goods: z.array(goods).max(500),
    declaredValue: z.exactOptional(
      z.strictObject({
        amount: z
          .string()
          .regex(/^[0-9]{1,15}(\.[0-9]{1,4})?$/)
          .describe('Decimal as text, never a float'),
        currencyCode: z
          .string()
          .regex(/^[A-Z]{3}$/)
          .describe('ISO 4217'),
      }),
    ),
    placeOfReceipt: z.exactOptional(place),
    placeOfDelivery: z.exactOptional(place),
    transportDocuments: z
      .array(transportDocument)
      .max(100)
      .refine((documents) => new Set(documents.map(documentIdentity)).size === documents.length, { error: 'each document once' })
      .describe('Documents of the consignment; one that a revision names no more is taken back')
      .exactOptional(),
  })
  .meta({ title: 'consignment.v1', description: 'One consignment, whole, as a registered source tells it to the owner of the record' });

/** A message of the form `consignment.v1`. */
export type ConsignmentMessage = z.infer<typeof consignmentMessage>;

/** A place of the message: from, to, placeOfReceipt, placeOfDelivery. */
export type ConsignmentPlace = z.infer<typeof place>;

/** JSON Schema (2020-12) of the message, as committed in `schemas/exchange/consignment.v1.schema.json`. It cannot say the rules over several fields. */
export function consignmentJsonSchema(): object {
  return z.toJSONSchema(consignmentMessage, { target: 'draft-2020-12' });
}
