/**
 * The words of sharing: what a row is (`RecordClass`), which fields stand or fall together (`FieldGroup`), how sensitive they are (`DataClass`).
 * The SDL says them with `@access(group:, class:)`; a sharing clause grants groups; the data class decides what may leave the mainland.
 */

/**
 * What a row belongs to. An equipment event coded CUSS, CUSI or INSP is an INSPECTION, CUSR a CLEARANCE, every other an EVENT; a shipment event likewise by
 * the document it tells of, which may also make it a PRICE_DOCUMENT. An invoice or a quotation is a PRICE_DOCUMENT, every other document a DOCUMENT.
 */
export const recordClasses = [
  'FACILITY',
  'PARTY',
  'SCHEDULE',
  'CONSIGNMENT',
  'EQUIPMENT',
  'EVENT',
  'INSPECTION',
  'CLEARANCE',
  'DOCUMENT',
  'PRICE_DOCUMENT',
  'ACCESS_LOG',
] as const;

/** What a row belongs to. Each class bears the name of the group that holds its record as such: who lacks that group does not see the row. */
export type RecordClass = (typeof recordClasses)[number];

/** Groups of fields that are shared or withheld together. Append only: agreements name them. */
export const fieldGroups = [
  'FACILITY',
  'PARTY',
  'PORT_KPI',
  'CONSIGNMENT',
  'EVENT',
  'EQUIPMENT',
  'QUANTITY',
  'DANGEROUS_GOODS',
  'GOODS',
  'REFERENCES',
  'PARTIES',
  'VALUE',
  'SEAL',
  'CLEARANCE',
  'INSPECTION',
  'ACCESS_LOG',
  'SCHEDULE',
  'DRIVER',
  'DOCUMENT',
  'PRICE_DOCUMENT',
  'DOCUMENT_CONTENT',
] as const;

/** Fields that are shared or withheld together. */
export type FieldGroup = (typeof fieldGroups)[number];

/** What a clause gives: a group in full, or (`GOODS~`) its coarse form only: HS 2 digits, a pseudonym, a bare status. */
export type Grant = FieldGroup | `${FieldGroup}~`;

/** How sensitive data is: 一般数据 to 核心数据, after GB/T 43697-2024 and the law on personal information. Decides what may leave the mainland. */
export type DataClass = 'PUBLIC' | 'GENERAL' | 'COMMERCIAL' | 'PERSONAL' | 'SENSITIVE_PERSONAL' | 'REGULATORY' | 'IMPORTANT' | 'CORE';

/** The data class of each group; the SDL's labels agree with it. */
export const dataClassOf: Readonly<Record<FieldGroup, DataClass>> = {
  FACILITY: 'PUBLIC',
  PARTY: 'PUBLIC',
  PORT_KPI: 'GENERAL',
  CONSIGNMENT: 'GENERAL',
  EVENT: 'GENERAL',
  EQUIPMENT: 'GENERAL',
  QUANTITY: 'GENERAL',
  DANGEROUS_GOODS: 'GENERAL',
  GOODS: 'COMMERCIAL',
  REFERENCES: 'COMMERCIAL',
  PARTIES: 'COMMERCIAL',
  VALUE: 'COMMERCIAL',
  SEAL: 'GENERAL',
  CLEARANCE: 'GENERAL',
  INSPECTION: 'REGULATORY',
  ACCESS_LOG: 'COMMERCIAL',
  SCHEDULE: 'GENERAL',
  DRIVER: 'PERSONAL',
  DOCUMENT: 'GENERAL',
  PRICE_DOCUMENT: 'COMMERCIAL',
  DOCUMENT_CONTENT: 'COMMERCIAL',
};

/** What `@access` says of one type or field. */
export type AccessLabel = { readonly group: FieldGroup; readonly class: DataClass };
