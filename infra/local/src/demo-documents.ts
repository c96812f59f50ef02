/** Documents of the demo's named consignments: kind, number and digest, as `consignment.v1` tells them. The documents themselves are made up, and nowhere. */
import { createHash } from 'node:crypto';
import type { ConsignmentMessage } from '@corridor/schemas';

type Documents = NonNullable<ConsignmentMessage['transportDocuments']>;
type Hours = (count: number) => string;

/** Of the motorcycle parts: the bill of lading that was surrendered at the start of the voyage, and the invoice. */
export function partsDocuments(hours: Hours): Documents {
  return [
    {
      documentTypeCode: 'TRD',
      transportDocumentReference: 'LSCL26000123',
      transportDocumentTypeCode: 'BOL',
      carrierCode: 'LSCL',
      issueDate: dayOf(hours(-132)),
      shipmentEventTypeCode: 'SURR',
      ...contentOf('bill of lading LSCL26000123'),
    },
    {
      documentTypeCode: 'INV',
      transportDocumentReference: 'CQAP-2026-0417',
      issueDate: dayOf(hours(-200)),
      ...contentOf('invoice CQAP-2026-0417'),
    },
  ];
}

/** Of the apples: the waybill of the railway, the phytosanitary certificate and the certificate of origin. */
export function applesDocuments(hours: Hours): Documents {
  const issued = (count: number) => ({ issueDate: dayOf(hours(count)), shipmentEventTypeCode: 'ISSU' as const });
  return [
    {
      documentTypeCode: 'TRD',
      transportDocumentReference: 'LZ26000207',
      carrierCode: 'CR',
      ...issued(-72),
      ...contentOf('waybill LZ26000207'),
    },
    {
      documentTypeCode: 'PCE',
      transportDocumentReference: 'GS-PC-26-008812',
      ...issued(-80),
      ...contentOf('phytosanitary certificate 8812'),
    },
    { documentTypeCode: 'CEO', transportDocumentReference: 'C26620000207', ...issued(-78), ...contentOf('certificate of origin 207') },
  ];
}

function dayOf(instant: string): string {
  return instant.slice(0, 10);
}

function contentOf(words: string): { readonly sha256: string; readonly mediaType: string; readonly sizeBytes: number } {
  const sha256 = createHash('sha256').update(words).digest('hex');
  return { sha256, mediaType: 'application/pdf', sizeBytes: 40_000 + (Number.parseInt(sha256.slice(0, 4), 16) % 20_000) };
}
