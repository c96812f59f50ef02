/**
 * Consignment records. References let a record be looked up; one that *joins* makes the records of several owners one consignment. Only what stands for
 * one consignment joins: a UCR; a house transport document with its carrier; a house rail waybill; a house booking together with the shipper who booked
 * (function CZ), since one booking number may serve several shippers. The joining booking is a reference of its own, `<carrier>/<number>/<scheme>:<id>`,
 * beside the one for look-up. Transport documents and bookings without a carrier are not told: numbers of different carriers coincide. Customs
 * declarations and container numbers only look up. Master references are told for look-up and never join; nor do words that stand for no number.
 */
import type { SqlTx } from '@corridor/exchange';
import type { IndexReference } from '@corridor/schemas';
import { type DocumentReference, isPlaceholder, tidyReference } from '../ingest/document-reference.ts';
import { conditionRow, conditionsOf } from './linked.ts';
import { entryOf, type Row, type Told } from './told.ts';

/** Consignment records, with their references and boxes. */
export async function consignments(tx: SqlTx, ids: readonly string[]): Promise<Told[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<Row & { readonly cancelled: boolean; readonly document_references: readonly DocumentReference[] }>(
    `select id, revision, created_at, changed_at, cancelled, document_references from consignment_record where id = any($1::text[])`,
    ids,
  );
  const conditions = await conditionsOf(
    tx,
    rows.map(({ id }) => ({ id, recordIds: [id] })),
  );
  const boxes = await tx.query<{ id: string; boxes: string[] }>(
    `select c.id, array(select distinct b.box from (
              select t.equipment_reference as box from equipment_consignment l join equipment_record t on t.id = l.equipment_id where l.record_id = c.id
              union select d.value ->> 'equipmentReference' from jsonb_array_elements(c.declared_equipment) d(value)) b order by 1) as boxes
       from consignment_record c where c.id = any($1::text[])`,
    ids,
  );
  const boxesOf = new Map(boxes.map((row) => [row.id, row.boxes]));
  const shippers = await shippersOf(tx, ids);
  return rows.map((row) => ({
    entry: entryOf(row, 'consignment-record', { withdrawn: row.cancelled }),
    recordClass: 'CONSIGNMENT',
    conditions: conditionRow(conditions.get(row.id) ?? [], row.created_at),
    references: [
      ...row.document_references.flatMap((reference) => indexReferences(reference, shippers.get(row.id) ?? [])),
      ...(boxesOf.get(row.id) ?? []).map((value) => ({ kind: 'EQUIPMENT', value, joins: false }) as const),
    ],
    links: [],
  }));
}

/** How one reference of a consignment is told; see the head of this file. */
export function indexReferences(reference: DocumentReference, shippers: readonly string[]): IndexReference[] {
  const { referenceType: kind, reference: number, carrierCode, level } = reference;
  const isHouse = level === 'HOUSE' && !isPlaceholder(number);
  switch (kind) {
    case 'UCR':
    case 'RAIL_WAYBILL':
      return [{ kind, value: number, joins: isHouse }];
    case 'CUSTOMS_DECLARATION':
      return [{ kind, value: number, joins: false }];
    case 'TRANSPORT_DOCUMENT':
      return carrierCode === null ? [] : [{ kind, value: `${carrierCode}/${number}`, joins: isHouse }];
    case 'BOOKING':
      if (carrierCode === null) return [];
      return [
        { kind, value: `${carrierCode}/${number}`, joins: false },
        ...(isHouse ? shippers.map((shipper) => ({ kind, value: `${carrierCode}/${number}/${shipper}`, joins: true })) : []),
      ];
  }
}

async function shippersOf(tx: SqlTx, ids: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await tx.query<{ record_id: string; identification_scheme: string; identification: string }>(
    `select distinct record_id, identification_scheme, identification from participation
      where record_id = any($1::text[]) and participant_function = 'CZ' order by 1, 2, 3`,
    ids,
  );
  const shippers = new Map<string, string[]>();
  for (const { record_id, identification_scheme, identification } of rows) {
    shippers.set(record_id, [...(shippers.get(record_id) ?? []), `${identification_scheme}:${tidyReference(identification)}`]);
  }
  return shippers;
}
