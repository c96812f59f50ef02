import type { SqlTx } from '@corridor/exchange';
import { makeId } from '@corridor/schemas';
import { insertRecords } from '@corridor/store';
import type { DerivingContext } from './derive.ts';
import { type Seal, type Trip, type TripConsignment, tripsOf } from './equipment-record.ts';
import { type StoredConsignment, sourceOfRecordKey } from './stored-consignment.ts';
import type { BoxEvent } from './stored-event.ts';
import { writeIds, writeRows } from './write-rows.ts';

/** The facts around some boxes: all their events, and the consignments that list them or that those events are linked to. */
export type TripFacts = {
  readonly boxes: readonly string[];
  readonly events: readonly BoxEvent[];
  readonly consignments: readonly StoredConsignment[];
};

/** What became of the trips: which one each event is on, and those that nothing stands behind any more. */
export type StoredTrips = { readonly tripOf: ReadonlyMap<string, string>; readonly orphans: readonly StoredTrip[] };

/**
 * Writes the trips of the boxes where they differ from what is stored. A trip goes on under its id while its key, or else one of its events or consignments,
 * stays: an id handed out goes on resolving when a consignment turns up for a gate cycle. A trip that nothing stands behind any more is left to `dropTrips`,
 * once no event points to it.
 */
export async function storeTrips(tx: SqlTx, { boxes, events, consignments }: TripFacts, context: DerivingContext): Promise<StoredTrips> {
  const stored = await storedTrips(tx, boxes);
  const eventsByBox = grouped(events, ({ equipmentReference }) => equipmentReference);
  const storedByBox = grouped(stored, ({ equipmentReference }) => equipmentReference);
  const declaring = candidatesByBox(consignments);
  const byId = new Map(consignments.map((consignment) => [consignment.id, consignment]));
  const plans: Plan[] = [];
  const left: StoredTrip[] = [];
  for (const box of boxes) {
    const ofBox = eventsByBox.get(box) ?? [];
    const linked = ofBox.flatMap(({ links }) => links.flatMap(({ recordId }) => byId.get(recordId) ?? []));
    const trips = tripsOf(box, tripConsignments(box, new Set([...(declaring.get(box) ?? []), ...linked])), ofBox);
    const { adopted, orphans } = adopt(trips, storedByBox.get(box) ?? [], ofBox);
    plans.push(...adopted);
    left.push(...orphans);
  }
  const rows = await write(tx, plans, left, context);
  return { tripOf: new Map(rows.flatMap(({ id, trip }) => trip.eventIds.map((eventId) => [eventId, id]))), orphans: left };
}

/** Deletes trips that no event points to any more. */
export async function dropTrips(tx: SqlTx, orphans: readonly StoredTrip[], changes: DerivingContext['changes']): Promise<void> {
  await writeIds(
    tx,
    'delete from equipment_record where id = any($1::text[])',
    orphans.map(({ id }) => id),
  );
  for (const { id, revision } of orphans) changes.gone('equipment-record', id, revision + 1);
}

type StoredTrip = Omit<Trip, 'eventIds'> & { readonly id: string; readonly revision: number };
type Plan = { readonly trip: Trip; readonly stored: StoredTrip | undefined };

function candidatesByBox(consignments: readonly StoredConsignment[]): Map<string, StoredConsignment[]> {
  const byBox = new Map<string, StoredConsignment[]>();
  for (const consignment of consignments) {
    for (const box of consignment.equipmentReferences) byBox.set(box, [...(byBox.get(box) ?? []), consignment]);
  }
  return byBox;
}

function tripConsignments(box: string, consignments: ReadonlySet<StoredConsignment>): TripConsignment[] {
  return [...consignments].map(({ id, recordKey, controllerCode, windowFrom, windowTo, declared }) => ({
    id,
    recordKey,
    source: sourceOfRecordKey(recordKey),
    controllerCode,
    windowFrom,
    windowTo,
    declared: declared.find(({ equipmentReference }) => equipmentReference === box),
  }));
}

/** Which stored trip each trip goes on from: the one with its key, else the first that shares a consignment or an event with it. */
function adopt(
  trips: readonly Trip[],
  stored: readonly StoredTrip[],
  events: readonly BoxEvent[],
): { adopted: Plan[]; orphans: StoredTrip[] } {
  const free = new Map(stored.map((each) => [each.id, each]));
  const take = (trip: Trip, fits: (each: StoredTrip) => boolean): Plan | undefined => {
    const found = [...free.values()].find(fits);
    if (found === undefined) return undefined;
    free.delete(found.id);
    return { trip, stored: found };
  };
  const byKey = trips.map((trip) => take(trip, ({ tripKey }) => tripKey === trip.tripKey));
  const tripOfEvent = new Map(events.map(({ id, equipmentId }) => [id, equipmentId]));
  const adopted = trips.map((trip, index) => {
    const shares = (each: StoredTrip): boolean =>
      each.consignments.some(({ recordId }) => trip.consignments.some((other) => other.recordId === recordId)) ||
      trip.eventIds.some((id) => tripOfEvent.get(id) === each.id);
    return byKey[index] ?? take(trip, shares) ?? { trip, stored: undefined };
  });
  return { adopted, orphans: [...free.values()] };
}

async function write(
  tx: SqlTx,
  plans: readonly Plan[],
  orphans: readonly StoredTrip[],
  { changes, party, random, now }: DerivingContext,
): Promise<Row[]> {
  const rows = plans.map(({ trip, stored }) => ({ id: stored?.id ?? makeId(party, 'equipment-record', random), trip, stored }));
  const different = rows.filter(({ trip, stored }) => stored !== undefined && contentOf(trip) !== contentOf(stored));
  const fresh = rows.filter(({ stored }) => stored === undefined);

  // Keys are unique: a trip that changes its key may take the one another trip has until then.
  await writeIds(tx, `update equipment_record set trip_key = 'moving:' || id where id = any($1::text[])`, [
    ...different.map(({ id }) => id),
    ...orphans.map(({ id }) => id),
  ]);
  await writeRows(
    tx,
    `update equipment_record t set trip_key = r.trip_key, controller_code = r.controller_code, iso_equipment_code = r.iso_equipment_code,
            empty_indicator_code = r.empty_indicator_code, seals = r.seals, cargo_gross_weight_kg = r.cargo_gross_weight_kg
       from jsonb_to_recordset($1::jsonb) as r(id text, trip_key text, controller_code text, iso_equipment_code text, empty_indicator_code text,
            seals jsonb, cargo_gross_weight_kg numeric) where t.id = r.id`,
    different.map(({ id, trip }) => columnsOf(id, trip)),
  );
  await insertRecords(
    tx,
    'equipment_record',
    { ...columnTypes, equipment_reference: 'text', created_at: 'timestamptz', changed_at: 'timestamptz' },
    fresh.map(({ id, trip }) => ({
      ...columnsOf(id, trip),
      equipment_reference: trip.equipmentReference,
      created_at: now,
      changed_at: now,
    })),
  );
  for (const { id } of fresh) changes.created('equipment-record', id);
  for (const { id } of different) changes.touched('equipment-record', id);

  await writeLinks(tx, rows, orphans, changes);
  return rows;
}

type Row = { readonly id: string; readonly trip: Trip; readonly stored: StoredTrip | undefined };

async function writeLinks(
  tx: SqlTx,
  rows: readonly Row[],
  orphans: readonly StoredTrip[],
  changes: DerivingContext['changes'],
): Promise<void> {
  const before = linksBy([...rows.flatMap(({ stored }) => stored ?? []), ...orphans].map(({ id, consignments }) => ({ id, consignments })));
  const after = linksBy(rows.map(({ id, trip }) => ({ id, consignments: trip.consignments })));
  const gone = [...before].flatMap(([key, link]) => (after.has(key) ? [] : [link]));
  const set = [...after].flatMap(([key, link]) => (JSON.stringify(before.get(key)) === JSON.stringify(link) ? [] : [link]));
  await writeRows(
    tx,
    `delete from equipment_consignment l using jsonb_to_recordset($1::jsonb) as r(equipment_id text, record_id text)
      where l.equipment_id = r.equipment_id and l.record_id = r.record_id`,
    gone,
  );
  await writeRows(
    tx,
    `insert into equipment_consignment (equipment_id, record_id, key_kind, asserted_by)
     select equipment_id, record_id, key_kind, asserted_by
       from jsonb_to_recordset($1::jsonb) as r(equipment_id text, record_id text, key_kind text, asserted_by text)
     on conflict (equipment_id, record_id) do update set key_kind = excluded.key_kind, asserted_by = excluded.asserted_by`,
    set,
  );
  const kept = new Set(rows.map(({ id }) => id));
  for (const { equipment_id, record_id } of [...gone, ...set]) {
    if (kept.has(equipment_id)) changes.touched('equipment-record', equipment_id);
    // A consignment is found by its boxes: the directory has to hear of one more or less.
    changes.touched('consignment-record', record_id);
  }
}

type LinkRow = { readonly equipment_id: string; readonly record_id: string; readonly key_kind: string; readonly asserted_by: string };

function linksBy(trips: readonly { readonly id: string; readonly consignments: Trip['consignments'] }[]): Map<string, LinkRow> {
  return new Map(
    trips.flatMap(({ id, consignments }) =>
      consignments.map(({ recordId, keyKind, assertedBy }) => [
        `${id} ${recordId}`,
        { equipment_id: id, record_id: recordId, key_kind: keyKind, asserted_by: assertedBy },
      ]),
    ),
  );
}

const columnTypes = {
  id: 'text',
  trip_key: 'text',
  controller_code: 'text',
  iso_equipment_code: 'text',
  empty_indicator_code: 'text',
  seals: 'jsonb',
  cargo_gross_weight_kg: 'numeric',
} as const;

function columnsOf(id: string, trip: Trip): { readonly [column in keyof typeof columnTypes]: unknown } {
  return {
    id,
    trip_key: trip.tripKey,
    controller_code: trip.controllerCode,
    iso_equipment_code: trip.ISOEquipmentCode,
    empty_indicator_code: trip.emptyIndicatorCode,
    seals: trip.seals,
    cargo_gross_weight_kg: trip.cargoGrossWeightKg,
  };
}

function contentOf({
  tripKey,
  controllerCode,
  ISOEquipmentCode,
  emptyIndicatorCode,
  seals,
  cargoGrossWeightKg,
}: Omit<Trip, 'eventIds'>): string {
  const sealed = seals?.map(({ sealNumber, sealSource }) => [sealNumber, sealSource]) ?? null;
  return JSON.stringify([tripKey, controllerCode, ISOEquipmentCode, emptyIndicatorCode, sealed, cargoGrossWeightKg]);
}

async function storedTrips(tx: SqlTx, boxes: readonly string[]): Promise<StoredTrip[]> {
  const rows = await tx.query<TripRow>(
    `select t.id, t.trip_key, t.equipment_reference, t.controller_code, t.iso_equipment_code, t.empty_indicator_code, t.seals,
            t.cargo_gross_weight_kg, t.revision,
            coalesce((select jsonb_agg(jsonb_build_object('recordId', l.record_id, 'keyKind', l.key_kind, 'assertedBy', l.asserted_by))
                        from equipment_consignment l where l.equipment_id = t.id), '[]') as consignments
       from equipment_record t where t.equipment_reference = any($1::text[]) order by t.created_at, t.id`,
    boxes,
  );
  return rows.map((row) => ({
    id: row.id,
    revision: Number(row.revision),
    tripKey: row.trip_key,
    equipmentReference: row.equipment_reference,
    controllerCode: row.controller_code,
    ISOEquipmentCode: row.iso_equipment_code,
    emptyIndicatorCode: row.empty_indicator_code,
    seals: row.seals,
    cargoGrossWeightKg: row.cargo_gross_weight_kg === null ? null : Number(row.cargo_gross_weight_kg),
    consignments: row.consignments,
  }));
}

type TripRow = {
  readonly id: string;
  readonly trip_key: string;
  readonly equipment_reference: string;
  readonly controller_code: string;
  readonly iso_equipment_code: string | null;
  readonly empty_indicator_code: 'EMPTY' | 'LADEN' | null;
  readonly seals: readonly Seal[] | null;
  readonly cargo_gross_weight_kg: string | null;
  readonly revision: bigint;
  readonly consignments: Trip['consignments'];
};

function grouped<T>(items: readonly T[], by: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(by(item));
    if (group === undefined) groups.set(by(item), [item]);
    else group.push(item);
  }
  return groups;
}
