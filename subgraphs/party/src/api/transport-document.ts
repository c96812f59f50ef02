/** Documents of consignments: kind, day, number and digest. The content is not here; one that its consignment tells of no more is gone. */
import type { DocumentTypeCode, ShipmentEventTypeCode } from '@corridor/schemas';
import { documentClassOf } from '@corridor/sharing';
import { type Sql, sql } from '@corridor/store';
import { documentAccess } from '../sharing/access-sql.ts';
import { conditionRow, type LinkedConsignment, linkedConsignments, milliseconds } from '../sharing/conditions.ts';
import { pageSize } from './arguments.ts';
import { pageOfLinked } from './linked-list.ts';
import type { Page, PageArguments } from './page.ts';
import type { Reading } from './reading.ts';
import type { OwnedRow, RecordNoun } from './record.ts';

type Stored = {
  readonly id: string;
  readonly controllerCode: string;
  readonly documentTypeCode: DocumentTypeCode;
  readonly shipmentEventTypeCode: ShipmentEventTypeCode | null;
  /** YYYY-MM-DD. */
  readonly issueDate: string | null;
  readonly sha256: string;
  readonly transportDocumentReference: string;
  readonly contentURL: string | null;
  readonly createdAt: number;
  readonly linked: readonly LinkedConsignment[];
};

/** Documents. */
export const transportDocument: RecordNoun = {
  name: 'TransportDocument',
  find: findTransportDocument,
  fields: {},
  coarse: {},
  lists: {},
};

/** The documents of a consignment record, oldest first. */
export function documentsOfConsignment(
  reading: Reading,
  recordId: string,
  { first, after }: PageArguments,
): Promise<Page<Promise<OwnedRow | null>>> {
  return pageOfLinked<Stored, OwnedRow>(reading, {
    name: 'ConsignmentRecord.transportDocuments',
    parent: recordId,
    size: pageSize(first),
    after,
    filter: '',
    select: (keys) => sql`select ${columns(reading)}, row_number() over (order by td.created_at, td.id) as ordinal
      from transport_document_consignment told join transport_document td on td.id = told.document_id
      where told.record_id = pa.id and ${documentAccess(reading.view)}
        and ${keys === null ? sql`true` : sql`(td.created_at, td.id) > (${keys[0]}::timestamptz, ${keys[1]}::text)`}
      order by td.created_at, td.id`,
    keysOf: ({ createdAt, id }) => [new Date(createdAt).toISOString(), id],
    seen: (stored) => seen(reading, stored),
  });
}

async function findTransportDocument(reading: Reading, id: string): Promise<OwnedRow | null> {
  const stored = await reading
    .loader<Stored>('transport-document', async (ids) => {
      const rows = await reading.query<Stored>(sql`select ${columns(reading)} from transport_document td
        where td.id = any(${[...ids]}::text[]) and ${documentAccess(reading.view)}`);
      return new Map(rows.map((row) => [row.id, row]));
    })
    .load(id);
  return stored === undefined ? null : seen(reading, stored);
}

function columns({ view, caller }: Reading): Sql {
  return sql`td.id, td.controller_code as "controllerCode", td.document_type_code as "documentTypeCode",
    td.shipment_event_type_code as "shipmentEventTypeCode", to_char(td.issue_date, 'YYYY-MM-DD') as "issueDate", td.sha256,
    td.transport_document_reference as "transportDocumentReference", td.content_url as "contentURL",
    ${milliseconds(sql`td.created_at`)} as "createdAt", ${linkedConsignments('td', view, caller)} as linked`;
}

function seen({ owner, view, caller, ledger }: Reading, stored: Stored): OwnedRow | null {
  const recordClass = documentClassOf(stored.documentTypeCode);
  const conditions = conditionRow(stored.linked, stored.createdAt, caller);
  const mask = view.mask(recordClass, conditions);
  if (!mask.visible) return null;
  const row = {
    ...stored,
    __typename: `${owner.party.typePrefix}TransportDocument`,
    partyCode: owner.party.code,
    recordClass,
    mask,
    conditions,
  } as const;
  ledger.handOut(row);
  return row;
}
