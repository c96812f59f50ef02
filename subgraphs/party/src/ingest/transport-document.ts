/**
 * Documents as a `consignment.v1` message tells of them: metadata and digest. A document is told by one consignment, under its kind, carrier and number. Each
 * message tells all documents of its consignment: one that is told otherwise is changed, one that is told no more is taken back, and so are all when the
 * consignment is cancelled. A later revision may tell them again; they keep their ids.
 */
import type { SqlTx } from '@corridor/exchange';
import { type ConsignmentMessage, makeId, type PartyCode, type Random } from '@corridor/schemas';
import { type ColumnType, insertRecords } from '@corridor/store';
import type { ChangeSet } from './change-set.ts';
import { tidyReference } from './document-reference.ts';

/** A document as it is stored, its number tidied. */
export type DeclaredDocument = Omit<NonNullable<ConsignmentMessage['transportDocuments']>[number], 'carrierCode'> & {
  readonly carrierCode: string | null;
};

/** The documents that a message tells of; none where it is cancelled. */
export function declaredDocuments({ cancelled, transportDocuments = [] }: ConsignmentMessage): DeclaredDocument[] {
  if (cancelled) return [];
  return transportDocuments.map(({ transportDocumentReference, carrierCode, ...document }) => ({
    ...document,
    transportDocumentReference: tidyReference(transportDocumentReference),
    carrierCode: carrierCode ?? null,
  }));
}

/** What one message tells of the documents of one consignment. */
export type DocumentTelling = {
  readonly id: string;
  readonly recordKey: string;
  readonly sourceKey: string;
  readonly content: { readonly controllerCode: string; readonly documents: readonly DeclaredDocument[] };
};

/** Who tells, and what ids are made with. */
export type DocumentContext = { readonly party: PartyCode; readonly random: Random; readonly source: string; readonly now: Date };

/** Brings the documents of consignments to what their messages tell. Within their transaction, after the records are written. */
export async function storeDocuments(
  tx: SqlTx,
  tellings: readonly DocumentTelling[],
  context: DocumentContext,
  changes: ChangeSet,
): Promise<void> {
  const told = tellings.flatMap((telling) =>
    telling.content.documents.map((document) => ({ recordId: telling.id, row: rowOf(document, telling, context) })),
  );
  const rows = told.map(({ row }) => row);
  const written = new Set(
    idsOf(await insertRecords(tx, 'transport_document', rowTypes, rows, { onConflict: whereDifferent, returning: 'id' })),
  );
  const fresh = told.filter(({ row }) => written.has(row.id));
  await insertRecords(
    tx,
    'transport_document_consignment',
    { document_id: 'text', record_id: 'text', key_kind: 'text', asserted_by: 'text' },
    fresh.map(({ recordId, row: { id } }) => ({
      document_id: id,
      record_id: recordId,
      key_kind: 'TRANSPORT_DOCUMENT',
      asserted_by: context.source,
    })),
  );
  const gone = await tx.query<{ id: string }>(
    `update transport_document d set cancelled = true from transport_document_consignment l
      where l.record_id = any($1::text[]) and d.id = l.document_id and not d.cancelled and not d.document_key = any($2::text[]) returning d.id`,
    tellings.map(({ id }) => id),
    rows.map(({ document_key }) => document_key),
  );
  for (const { row } of fresh) {
    changes.created('transport-document', row.id);
    written.delete(row.id);
  }
  for (const id of [...written, ...gone.map((document) => document.id)]) changes.touched('transport-document', id);
}

function idsOf(rows: readonly object[]): string[] {
  return rows.map((row) => String(Reflect.get(row, 'id')));
}

const contentTypes = {
  controller_code: 'text',
  document_type_code: 'text',
  transport_document_type_code: 'text',
  transport_document_reference: 'text',
  carrier_code: 'text',
  shipment_event_type_code: 'text',
  issue_date: 'date',
  sha256: 'text',
  media_type: 'text',
  size_bytes: 'bigint',
  content_url: 'text',
  cancelled: 'boolean',
} as const satisfies { readonly [column: string]: ColumnType };

const rowTypes = {
  id: 'text',
  document_key: 'text',
  source_key: 'text',
  ...contentTypes,
  created_at: 'timestamptz',
  changed_at: 'timestamptz',
} as const satisfies { readonly [column: string]: ColumnType };

const columnsOf = (row: string): string =>
  Object.keys(contentTypes)
    .map((column) => `${row}.${column}`)
    .join(', ');

// The same again is no change: the directory is not told of it.
const whereDifferent = `(document_key) do update set source_key = excluded.source_key, ${Object.keys(contentTypes)
  .map((column) => `${column} = excluded.${column}`)
  .join(', ')} where (${columnsOf('transport_document')}) is distinct from (${columnsOf('excluded')})`;

function rowOf(document: DeclaredDocument, { recordKey, sourceKey, content }: DocumentTelling, { party, random, now }: DocumentContext) {
  const { documentTypeCode, carrierCode, transportDocumentReference } = document;
  return {
    id: makeId(party, 'transport-document', random),
    document_key: JSON.stringify([recordKey, documentTypeCode, carrierCode, transportDocumentReference]),
    source_key: sourceKey,
    controller_code: content.controllerCode,
    document_type_code: documentTypeCode,
    transport_document_type_code: document.transportDocumentTypeCode ?? null,
    transport_document_reference: transportDocumentReference,
    carrier_code: carrierCode,
    shipment_event_type_code: document.shipmentEventTypeCode ?? null,
    issue_date: document.issueDate ?? null,
    sha256: document.sha256,
    media_type: document.mediaType ?? null,
    size_bytes: document.sizeBytes ?? null,
    content_url: document.contentURL ?? null,
    cancelled: false,
    created_at: now,
    changed_at: now,
  };
}
