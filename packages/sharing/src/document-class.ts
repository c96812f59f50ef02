import type { DocumentTypeCode } from '@corridor/schemas';

/**
 * The record class of a document, by its kind: an invoice (INV) and a quotation (CQU) say what was paid, so that they belong with the value of the goods;
 * every other document goes with the transport.
 */
export function documentClassOf(documentTypeCode: DocumentTypeCode): 'DOCUMENT' | 'PRICE_DOCUMENT' {
  return documentTypeCode === 'INV' || documentTypeCode === 'CQU' ? 'PRICE_DOCUMENT' : 'DOCUMENT';
}
