import type { SqlTx } from '@corridor/exchange';
import type { ConsignmentStatus } from '../projection/consignment-status.ts';
import type { DocumentReference } from './document-reference.ts';
import type { DeclaredEquipment } from './equipment-record.ts';
import type { LinkConsignment, LinkEvent } from './link.ts';

/** A consignment record as links, trips and status see it. */
export type StoredConsignment = LinkConsignment & {
  readonly recordKey: string;
  readonly controllerCode: string;
  readonly cancelled: boolean;
  readonly status: ConsignmentStatus;
  readonly declared: readonly DeclaredEquipment[];
  /** UN/LOCODE of the place where it ends. */
  readonly destination: string | null;
};

/** Sender and own id of the sender, as a key. */
export function recordKeyOf(source: string, recordReference: string): string {
  return JSON.stringify([source, recordReference]);
}

/** The source of a record key. */
export function sourceOfRecordKey(recordKey: string): string {
  const parts: unknown = JSON.parse(recordKey);
  return Array.isArray(parts) ? String(parts[0] ?? '') : '';
}

/** The consignments these events and boxes may belong to: by a reference, by a trip of the box, and those named. Cancelled ones are left out. */
export async function consignmentsAround(
  tx: SqlTx,
  o: { readonly boxes: readonly string[]; readonly events: readonly LinkEvent[]; readonly recordIds: readonly string[] },
): Promise<StoredConsignment[]> {
  const rows = await tx.query<ConsignmentRow>(
    `select ${columns} from consignment_record c
      where not c.cancelled and c.id in (
        select unnest($1::text[])
        union select l.record_id from equipment_consignment l join equipment_record t on t.id = l.equipment_id where t.equipment_reference = any($2::text[])
        union select k.id from jsonb_array_elements($3::jsonb) r(value) join consignment_record k on k.document_references @> r.value)`,
    o.recordIds,
    o.boxes,
    JSON.stringify(referencesOf(o.events)),
  );
  return rows.map(consignmentOf);
}

/** The consignments with these ids, cancelled ones too. */
export async function consignmentsById(tx: SqlTx, ids: readonly string[]): Promise<StoredConsignment[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<ConsignmentRow>(`select ${columns} from consignment_record c where c.id = any($1::text[])`, ids);
  return rows.map(consignmentOf);
}

/** What the references of a stored consignment contain when one of these events names them: elements of `document_references`. */
function referencesOf(events: readonly LinkEvent[]): object[][] {
  const bookings = new Set(events.flatMap(({ carrierBookingReference }) => carrierBookingReference ?? []));
  const documents = new Set(events.flatMap(({ transportDocumentReference }) => transportDocumentReference ?? []));
  return [
    ...[...bookings].map((reference) => [{ referenceType: 'BOOKING', reference, level: 'HOUSE' }]),
    ...[...documents].map((reference) => [{ referenceType: 'TRANSPORT_DOCUMENT', reference, level: 'HOUSE' }]),
  ];
}

const columns = `c.id, c.record_key, c.controller_code, c.cancelled, c.consignment_status, c.document_references, c.declared_equipment,
  c.window_from, c.window_to, case when c.place_of_delivery is null then c.legs -> -1 -> 'to' else c.place_of_delivery end ->> 'UNLocationCode' as destination`;

type ConsignmentRow = {
  readonly id: string;
  readonly record_key: string;
  readonly controller_code: string;
  readonly cancelled: boolean;
  readonly consignment_status: ConsignmentStatus;
  readonly document_references: readonly DocumentReference[];
  readonly declared_equipment: readonly DeclaredEquipment[];
  readonly window_from: Date | null;
  readonly window_to: Date | null;
  readonly destination: string | null;
};

function consignmentOf(row: ConsignmentRow): StoredConsignment {
  return {
    id: row.id,
    recordKey: row.record_key,
    controllerCode: row.controller_code,
    cancelled: row.cancelled,
    status: row.consignment_status,
    references: row.document_references,
    declared: row.declared_equipment,
    equipmentReferences: row.declared_equipment.map(({ equipmentReference }) => equipmentReference),
    windowFrom: row.window_from?.getTime() ?? null,
    windowTo: row.window_to?.getTime() ?? null,
    destination: row.destination,
  };
}
