/** The owner's view of one consignment. A cancelled one is gone. */
import { type Sql, sql } from '@corridor/store';
import type { PlaceReference } from '../definition.ts';
import type { ConsignmentStatus } from '../projection/consignment-status.ts';
import { carriedFor, consignmentAccess } from '../sharing/access-sql.ts';
import { type ConsignmentConditions, conditionColumns, conditionRow } from '../sharing/conditions.ts';
import { pageSize } from './arguments.ts';
import { milestonesOfConsignment } from './consignment-milestones.ts';
import { type StatusOfRecord, visibleStatus } from './consignment-status.ts';
import { equipmentOfConsignment } from './equipment-record.ts';
import { pageOfLinked } from './linked-list.ts';
import { location } from './location.ts';
import type { Page, PageArguments } from './page.ts';
import type { Reading } from './reading.ts';
import type { OwnedRow, RecordNoun } from './record.ts';
import { coarseTradeParty, type StoredTradeParty, tradeParty } from './trade-party.ts';
import { documentsOfConsignment } from './transport-document.ts';

/** A consignment record that the viewer may know of. */
export type ConsignmentRecordRow = OwnedRow & {
  readonly HSCode: string | null;
  readonly storedConsignor: StoredTradeParty | null;
  readonly storedConsignee: StoredTradeParty | null;
  readonly status: StatusOfRecord;
};

type Stored = ConsignmentConditions & {
  readonly id: string;
  readonly controllerCode: string;
  readonly storedStatus: ConsignmentStatus;
  readonly destination: string | null;
  readonly placeOfReceipt: PlaceReference | null;
  readonly placeOfDelivery: PlaceReference | null;
  readonly uniqueConsignmentReference: string | null;
  readonly transportDocumentReference: string | null;
  readonly carrierBookingReference: string | null;
  readonly numberOfPackages: number | null;
  readonly grossWeight: number | null;
  readonly grossWeightUnit: string | null;
  readonly descriptionOfGoods: string | null;
  readonly HSCode: string | null;
  readonly dangerousGoodsClass: string | null;
  readonly storedConsignor: StoredTradeParty | null;
  readonly storedConsignee: StoredTradeParty | null;
  readonly declaredAmount: string | null;
  readonly declaredCurrency: string | null;
};

/** Consignment records. */
export const consignmentRecord: RecordNoun<ConsignmentRecordRow> = {
  name: 'ConsignmentRecord',
  find: findConsignmentRecord,
  fields: {
    // The way to the consignment is the record's own id: the directory knows which consignment holds it.
    consignmentStatus: ({ status }, _arguments: object, reading) => visibleStatus(reading, status),
    consignment: ({ id }) => ({ __typename: 'ConsignmentRef', id }),
    equipment: (row, page: Parameters<typeof equipmentOfConsignment>[2], reading) => equipmentOfConsignment(reading, row.id, page),
    milestones: (row, page: Parameters<typeof milestonesOfConsignment>[2], reading) => milestonesOfConsignment(reading, row.id, page),
    transportDocuments: (row, page: Parameters<typeof documentsOfConsignment>[2], reading) => documentsOfConsignment(reading, row.id, page),
  },
  coarse: {
    HSCode: ({ HSCode }) => HSCode?.slice(0, 2) ?? null,
    descriptionOfGoods: () => null,
    consignor: ({ storedConsignor }, reading) => coarseTradeParty(storedConsignor, reading),
    consignee: ({ storedConsignee }, reading) => coarseTradeParty(storedConsignee, reading),
  },
  lists: {
    equipment: ['EQUIPMENT'],
    milestones: ['EVENT', 'INSPECTION', 'CLEARANCE', 'PRICE_DOCUMENT'],
    transportDocuments: ['DOCUMENT', 'PRICE_DOCUMENT'],
  },
};

/** The consignment records that come or go by a call, oldest first. */
export function consignmentsOfCall(
  reading: Reading,
  callId: string,
  { first, after }: PageArguments,
): Promise<Page<Promise<ConsignmentRecordRow | null>>> {
  return pageOfLinked<Stored, ConsignmentRecordRow>(reading, {
    name: 'TransportCall.consignmentRecords',
    parent: callId,
    size: pageSize(first),
    after,
    filter: '',
    select: (keys) => sql`select ${columns(reading)}, row_number() over (order by cr.created_at, cr.id) as ordinal
      from (${carriedFor(reading.view, sql`pa.id`) ?? sql`select record_id from call_consignment where call_id = pa.id`}) carried
        join consignment_record cr on cr.id = carried.record_id
      where ${consignmentAccess(reading.view.where('CONSIGNMENT'))}
        and ${keys === null ? sql`true` : sql`(cr.created_at, cr.id) > (${keys[0]}::timestamptz, ${keys[1]}::text)`}
      order by cr.created_at, cr.id`,
    keysOf: ({ createdAt, id }) => [new Date(createdAt).toISOString(), id],
    seen: (stored) => seen(reading, stored),
  });
}

async function findConsignmentRecord(reading: Reading, id: string): Promise<ConsignmentRecordRow | null> {
  const stored = await reading
    .loader<Stored>('consignment-record', async (ids) => {
      const rows = await reading.query<Stored>(sql`select ${columns(reading)} from consignment_record cr
        where cr.id = any(${[...ids]}::text[]) and ${consignmentAccess(reading.view.where('CONSIGNMENT'))}`);
      return new Map(rows.map((row) => [row.id, row]));
    })
    .load(id);
  return stored === undefined ? null : seen(reading, stored);
}

function columns({ caller }: Reading): Sql {
  return sql`cr.id, cr.controller_code as "controllerCode", cr.consignment_status as "storedStatus",
      case when cr.place_of_delivery is null then cr.legs -> -1 -> 'to' else cr.place_of_delivery end ->> 'UNLocationCode' as destination,
      cr.place_of_receipt as "placeOfReceipt", cr.place_of_delivery as "placeOfDelivery",
      cr.unique_consignment_reference as "uniqueConsignmentReference", cr.transport_document_reference as "transportDocumentReference",
      cr.carrier_booking_reference as "carrierBookingReference", cr.number_of_packages as "numberOfPackages",
      cr.cargo_gross_weight::float8 as "grossWeight", cr.cargo_gross_weight_unit as "grossWeightUnit",
      cr.description_of_goods as "descriptionOfGoods", cr.hs_code as "HSCode", cr.dangerous_goods_class as "dangerousGoodsClass",
      cr.consignor as "storedConsignor", cr.consignee as "storedConsignee",
      cr.declared_value_amount::text as "declaredAmount", cr.declared_value_currency as "declaredCurrency", ${conditionColumns(caller)}`;
}

function seen(reading: Reading, stored: Stored): ConsignmentRecordRow | null {
  const { owner, view, caller, ledger } = reading;
  const conditions = conditionRow([stored], stored.createdAt, caller);
  const mask = view.mask('CONSIGNMENT', conditions);
  if (!mask.visible) return null;
  const row = {
    ...stored,
    status: { recordId: stored.id, stored: stored.storedStatus, destination: stored.destination, conditions },
    __typename: `${owner.party.typePrefix}ConsignmentRecord`,
    partyCode: owner.party.code,
    recordClass: 'CONSIGNMENT',
    mask,
    conditions,
    placeOfReceipt: location(stored.placeOfReceipt),
    placeOfDelivery: location(stored.placeOfDelivery),
    cargoGrossWeight: stored.grossWeight === null ? null : { value: stored.grossWeight, unitCode: stored.grossWeightUnit ?? 'KGM' },
    consignor: tradeParty(stored.storedConsignor),
    consignee: tradeParty(stored.storedConsignee),
    declaredValue: stored.declaredAmount === null ? null : { amount: stored.declaredAmount, currencyCode: stored.declaredCurrency },
  } as const;
  ledger.handOut(row);
  return row;
}
