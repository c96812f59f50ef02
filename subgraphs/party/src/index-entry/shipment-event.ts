import type { SqlTx } from '@corridor/exchange';
import type { DocumentTypeCode, IndexLink, ShipmentEventTypeCode } from '@corridor/schemas';
import { shipmentEventClassOf } from '@corridor/sharing';
import { conditionRow, conditionsByLinks, linksIn } from './linked.ts';
import { entryOf, type Row, type Told } from './told.ts';

/** Shipment events: found by way of their consignments alone, so that a document's number opens nothing by itself. */
export async function shipmentEvents(tx: SqlTx, ids: readonly string[]): Promise<Told[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<
    Row & {
      readonly event_at: Date;
      readonly event_classifier_code: string;
      readonly document_type_code: DocumentTypeCode;
      readonly shipment_event_type_code: ShipmentEventTypeCode;
      readonly links: readonly IndexLink[];
    }
  >(
    `select e.id, e.revision, e.created_at, e.changed_at, e.event_at, e.event_classifier_code, e.document_type_code, e.shipment_event_type_code,
            ${linksIn('shipment_event_consignment', 'event_id', 'e.id')} as links
       from shipment_event e where e.id = any($1::text[])`,
    ids,
  );
  const conditions = await conditionsByLinks(tx, rows);
  return rows.map((row) => ({
    entry: entryOf(row, 'shipment-event', {
      sortDateTime: row.event_at.toISOString(),
      attributes: { eventClassifierCode: row.event_classifier_code },
    }),
    recordClass: shipmentEventClassOf(row.document_type_code, row.shipment_event_type_code),
    conditions: conditionRow(conditions.get(row.id) ?? [], row.event_at),
    references: [],
    links: row.links,
  }));
}
