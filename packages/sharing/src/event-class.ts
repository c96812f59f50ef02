/** The record class of an event, by what it tells. The whole row belongs there. */
import type { DocumentTypeCode, ShipmentEventTypeCode } from '@corridor/schemas';
import { documentClassOf } from './document-class.ts';

/**
 * Of an equipment event, by its code (DCSA event domain 3.2.0): customs' selection and inspection (CUSS, CUSI) and inspections (INSP) are regulatory, a
 * release (CUSR) is clearance, all others are events of transport.
 */
export function eventClassOf(equipmentEventTypeCode: string): 'EVENT' | 'INSPECTION' | 'CLEARANCE' {
  switch (equipmentEventTypeCode) {
    case 'CUSS':
    case 'CUSI':
    case 'INSP':
      return 'INSPECTION';
    case 'CUSR':
      return 'CLEARANCE';
    default:
      return 'EVENT';
  }
}

/**
 * Of a shipment event, by the document it tells of: customs' inspection (CUS) and what customs does with a clearance (CUC) are regulatory, but that it
 * released (CUC RELS) is clearance, as CUSR is. What happens to an invoice or a quotation is for those who may know the price. All others are events of
 * transport.
 */
export function shipmentEventClassOf(
  documentTypeCode: DocumentTypeCode,
  shipmentEventTypeCode: ShipmentEventTypeCode,
): 'EVENT' | 'INSPECTION' | 'CLEARANCE' | 'PRICE_DOCUMENT' {
  if (documentTypeCode === 'CUC' && shipmentEventTypeCode === 'RELS') return 'CLEARANCE';
  if (documentTypeCode === 'CUC' || documentTypeCode === 'CUS') return 'INSPECTION';
  return documentClassOf(documentTypeCode) === 'PRICE_DOCUMENT' ? 'PRICE_DOCUMENT' : 'EVENT';
}
