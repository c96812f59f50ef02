/** One box on one trip. */
import { type Sql, sql } from '@corridor/store';
import { equipmentAccess } from '../sharing/access-sql.ts';
import { conditionRow, type LinkedConsignment, linkedConsignments, milliseconds } from '../sharing/conditions.ts';
import { pageSize } from './arguments.ts';
import { consignmentRefs } from './consignment-ref.ts';
import { milestonesOfEquipment } from './equipment-event.ts';
import { pageOfLinked } from './linked-list.ts';
import type { Page, PageArguments } from './page.ts';
import type { Reading } from './reading.ts';
import type { OwnedRow, RecordNoun } from './record.ts';

/** A box on a trip that the viewer may know of. */
export type EquipmentRecordRow = OwnedRow & { readonly linked: readonly LinkedConsignment[] };

type Stored = {
  readonly id: string;
  readonly controllerCode: string;
  readonly equipmentReference: string;
  readonly ISOEquipmentCode: string | null;
  readonly emptyIndicatorCode: string | null;
  readonly storedSeals: readonly { readonly sealNumber: string; readonly sealSource?: string }[] | null;
  readonly grossWeightKg: number | null;
  readonly createdAt: number;
  readonly linked: readonly LinkedConsignment[];
};

/** Boxes on trips. */
export const equipmentRecord: RecordNoun<EquipmentRecordRow> = {
  name: 'EquipmentRecord',
  find: findEquipmentRecord,
  fields: {
    consignments: ({ linked }, _arguments: object, reading) => consignmentRefs(reading, linked),
    milestones: (row, page: Parameters<typeof milestonesOfEquipment>[2], reading) => milestonesOfEquipment(reading, row.id, page),
  },
  coarse: {},
  lists: { milestones: ['EVENT', 'INSPECTION', 'CLEARANCE'] },
};

/** The boxes of a consignment record, by container number. */
export async function equipmentOfConsignment(
  reading: Reading,
  recordId: string,
  { first, after }: PageArguments,
): Promise<Page<Promise<EquipmentRecordRow | null>>> {
  return pageOfLinked<Stored, EquipmentRecordRow>(reading, {
    name: 'ConsignmentRecord.equipment',
    parent: recordId,
    size: pageSize(first),
    after,
    filter: '',
    select: (keys) => sql`select ${columns(reading)}, row_number() over (order by eq.equipment_reference, eq.id) as ordinal
      from equipment_consignment loaded join equipment_record eq on eq.id = loaded.equipment_id
      where loaded.record_id = pa.id and ${equipmentAccess(reading.view.where('EQUIPMENT'))}
        and ${keys === null ? sql`true` : sql`(eq.equipment_reference, eq.id) > (${keys[0]}::text, ${keys[1]}::text)`}
      order by eq.equipment_reference, eq.id`,
    keysOf: ({ equipmentReference, id }) => [equipmentReference, id],
    seen: (stored) => seen(reading, stored),
  });
}

async function findEquipmentRecord(reading: Reading, id: string): Promise<EquipmentRecordRow | null> {
  const stored = await reading
    .loader<Stored>('equipment-record', async (ids) => {
      const rows = await reading.query<Stored>(sql`select ${columns(reading)} from equipment_record eq
        where eq.id = any(${[...ids]}::text[]) and ${equipmentAccess(reading.view.where('EQUIPMENT'))}`);
      return new Map(rows.map((row) => [row.id, row]));
    })
    .load(id);
  return stored === undefined ? null : seen(reading, stored);
}

function columns({ view, caller }: Reading): Sql {
  return sql`eq.id, eq.controller_code as "controllerCode", eq.equipment_reference as "equipmentReference",
    eq.iso_equipment_code as "ISOEquipmentCode", eq.empty_indicator_code as "emptyIndicatorCode", eq.seals as "storedSeals",
    eq.cargo_gross_weight_kg::float8 as "grossWeightKg", ${milliseconds(sql`eq.created_at`)} as "createdAt",
    ${linkedConsignments('eq', view, caller)} as linked`;
}

function seen({ owner, view, caller, ledger }: Reading, stored: Stored): EquipmentRecordRow | null {
  const conditions = conditionRow(stored.linked, stored.createdAt, caller);
  const mask = view.mask('EQUIPMENT', conditions);
  if (!mask.visible) return null;
  const row = {
    ...stored,
    __typename: `${owner.party.typePrefix}EquipmentRecord`,
    partyCode: owner.party.code,
    recordClass: 'EQUIPMENT',
    mask,
    conditions,
    seals: stored.storedSeals?.map(({ sealNumber, sealSource }) => ({ sealNumber, sealSource: sealSource ?? null })) ?? null,
    cargoGrossWeight: stored.grossWeightKg === null ? null : { value: stored.grossWeightKg, unitCode: 'KGM' },
  } as const;
  ledger.handOut(row);
  return row;
}
