import type { SqlTx } from '@corridor/exchange';
import type { DocumentTypeCode, IndexLink } from '@corridor/schemas';
import { documentClassOf } from '@corridor/sharing';
import { conditionRow, conditionsByLinks, linksIn } from './linked.ts';
import { entryOf, type Row, type Told } from './told.ts';

/** Documents: found by way of their consignments alone. One that its consignment tells of no more is withdrawn. */
export async function transportDocuments(tx: SqlTx, ids: readonly string[]): Promise<Told[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<
    Row & { readonly document_type_code: DocumentTypeCode; readonly cancelled: boolean; readonly links: readonly IndexLink[] }
  >(
    `select d.id, d.revision, d.created_at, d.changed_at, d.document_type_code, d.cancelled,
            ${linksIn('transport_document_consignment', 'document_id', 'd.id')} as links
       from transport_document d where d.id = any($1::text[])`,
    ids,
  );
  const conditions = await conditionsByLinks(tx, rows);
  return rows.map((row) => ({
    entry: entryOf(row, 'transport-document', { withdrawn: row.cancelled }),
    recordClass: documentClassOf(row.document_type_code),
    conditions: conditionRow(conditions.get(row.id) ?? [], row.created_at),
    references: [],
    links: row.links,
  }));
}
