/**
 * Codes of documents and of what happens to them, as DCSA's shipment events bear them (event domain 3.2.0). Track & Trace 2.2 knows fifteen of the event
 * types (not PENC and CANC) and two document types that the event domain has no more: SRM and CUS. The SDL's enums list the same; a test compares.
 */

/** What has happened to a document. */
export const shipmentEventTypeCodes = [
  'RECE',
  'DRFT',
  'PENA',
  'PENU',
  'PENC',
  'CONF',
  'REJE',
  'APPR',
  'ISSU',
  'SURR',
  'SUBM',
  'VOID',
  'REQS',
  'CMPL',
  'HOLD',
  'RELS',
  'CANC',
] as const;

/** A code of the list. */
export type ShipmentEventTypeCode = (typeof shipmentEventTypeCodes)[number];

/** What kind of document it is. */
export const documentTypeCodes = [
  'CBR',
  'BKG',
  'SHI',
  'SRM',
  'TRD',
  'DEI',
  'DEO',
  'TRO',
  'CRO',
  'ARN',
  'VGM',
  'CAS',
  'CUS',
  'CUC',
  'DGD',
  'OOG',
  'CQU',
  'INV',
  'HCE',
  'PCE',
  'VCE',
  'FCE',
  'ICE',
  'CEA',
  'CEO',
] as const;

/** A code of the list. */
export type DocumentTypeCode = (typeof documentTypeCodes)[number];
