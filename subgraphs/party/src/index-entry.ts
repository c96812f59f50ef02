/**
 * What the directory is told of a record: that it is there, who may know of it, and, sealed, by what it can be found and to which consignments it belongs.
 *
 * References and joins. A reference lets a record be looked up; one that *joins* makes the records of several owners one consignment. Only what stands for
 * one consignment joins: a UCR; a house transport document with its carrier; a house rail waybill; a house booking together with the shipper who booked
 * (function CZ), since one booking number may serve several shippers. The joining booking is a reference of its own, `<carrier>/<number>/<scheme>:<id>`,
 * beside the one for look-up. Transport documents and bookings without a carrier are not told: numbers of different carriers coincide. Customs
 * declarations and container numbers only look up. Master references are told for look-up and never join; nor do words that stand for no number.
 *
 * A call is told by the day, never the hour, and found by its vessel's IMO number, its voyage numbers or its train number: look-up keys, none joins.
 *
 * The file is long because each noun has its one statement here, side by side with the others.
 *
 * Order of reading: the record first, then what its audience hangs on. What changes in between reaches the directory again with a higher revision.
 */
import type { SqlTx } from '@corridor/exchange';
import type { IndexEntry, IndexLink, IndexReference, Noun, SealedPart } from '@corridor/schemas';
import { audienceOf, type Clause, type ConditionRow, eventClassOf } from '@corridor/sharing';
import { type DocumentReference, isPlaceholder, tidyReference } from './ingest/document-reference.ts';

/** A record that an outbox row names; `revision` and `at` tell of one that is gone since. */
export type Subject = { readonly id: string; readonly noun: Noun; readonly revision: number; readonly at: Date };

/** What is told of one record. */
export type IndexedRecord = { readonly entry: IndexEntry; readonly sealed: SealedPart };

/** Entries of the records by id, from the clauses in force at `at` (ms since the epoch). */
export async function indexEntryOf(
  tx: SqlTx,
  subjects: readonly Subject[],
  clauses: readonly Clause[],
  at: number,
): Promise<ReadonlyMap<string, IndexedRecord>> {
  const idsOf = (...nouns: readonly Noun[]): string[] => subjects.filter(({ noun }) => nouns.includes(noun)).map(({ id }) => id);
  const records = [
    ...(await facilities(tx, idsOf('port', 'terminal', 'border-crossing'))),
    ...(await profiles(tx, idsOf('party-profile'))),
    ...(await consignments(tx, idsOf('consignment-record'))),
    ...(await boxes(tx, idsOf('equipment-record'))),
    ...(await events(tx, idsOf('equipment-event'))),
    ...(await calls(tx, idsOf('vessel-call', 'train-call', 'truck-call'))),
    ...(await transportEvents(tx, idsOf('transport-event'))),
  ];
  const found = new Map(records.map((record) => [record.entry.id, { entry: record.entry, sealed: sealedOf(record, clauses, at) }]));
  return new Map(subjects.map((subject) => [subject.id, found.get(subject.id) ?? goneRecord(subject)]));
}

type Told = {
  readonly entry: IndexEntry;
  readonly recordClass: Parameters<typeof audienceOf>[1];
  readonly conditions: ConditionRow;
  readonly references: readonly IndexReference[];
  readonly links: readonly IndexLink[];
};

function sealedOf({ entry, recordClass, conditions, references, links }: Told, clauses: readonly Clause[], at: number): SealedPart {
  // A withdrawn record is told to nobody new. What joined it to others stays, so that an id a consignment bore through it goes on resolving.
  if (entry.withdrawn) return { audience: [], references: references.filter(({ joins }) => joins), links: [] };
  return {
    audience: audienceOf(clauses, recordClass, conditions, at),
    references: references.slice(0, 1_000),
    links: links.slice(0, 10_000),
  };
}

function goneRecord({ id, noun, revision, at }: Subject): IndexedRecord {
  const time = at.toISOString();
  return {
    entry: { id, noun, revision, createdDateTime: time, changedDateTime: time, sortDateTime: null, withdrawn: true, attributes: {} },
    sealed: { audience: [], references: [], links: [] },
  };
}

type Row = { readonly id: string; readonly revision: bigint; readonly created_at: Date; readonly changed_at: Date };

function entryOf(row: Row, noun: Noun, more: Partial<IndexEntry> = {}): IndexEntry {
  return {
    id: row.id,
    noun,
    revision: Number(row.revision),
    createdDateTime: row.created_at.toISOString(),
    changedDateTime: row.changed_at.toISOString(),
    sortDateTime: null,
    withdrawn: false,
    attributes: {},
    ...more,
  };
}

function openTo(at: Date): ConditionRow {
  return { routeParties: [], destinationParties: [], participations: [], at: at.getTime() };
}

async function facilities(tx: SqlTx, ids: readonly string[]): Promise<Told[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<
    Row & {
      readonly noun: Noun;
      readonly facility_type_code: string;
      readonly un_location_code: string | null;
      readonly un_location_code_aliases: string[];
    }
  >(
    `select id, noun, revision, created_at, changed_at, facility_type_code, un_location_code, un_location_code_aliases
       from facility where id = any($1::text[])`,
    ids,
  );
  return rows.map((row) => {
    const codes = [...(row.un_location_code === null ? [] : [row.un_location_code]), ...row.un_location_code_aliases];
    const attributes = { facilityTypeCode: row.facility_type_code, ...(codes.length === 0 ? {} : { UNLocationCodes: codes }) };
    return {
      entry: entryOf(row, row.noun, { attributes }),
      recordClass: 'FACILITY',
      conditions: openTo(row.created_at),
      references: [],
      links: [],
    };
  });
}

async function profiles(tx: SqlTx, ids: readonly string[]): Promise<Told[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<Row>('select id, revision, created_at, changed_at from party_profile where id = any($1::text[])', ids);
  return rows.map((row) => ({
    entry: entryOf(row, 'party-profile'),
    recordClass: 'PARTY',
    conditions: openTo(row.created_at),
    references: [],
    links: [],
  }));
}

async function consignments(tx: SqlTx, ids: readonly string[]): Promise<Told[]> {
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

type LinkedRow = Row & { readonly equipment_reference: string; readonly links: readonly IndexLink[] };

async function boxes(tx: SqlTx, ids: readonly string[]): Promise<Told[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<LinkedRow>(
    `select t.id, t.revision, t.created_at, t.changed_at, t.equipment_reference, coalesce((
              select jsonb_agg(jsonb_build_object('recordId', l.record_id, 'keyKind', l.key_kind) order by l.record_id)
                from equipment_consignment l where l.equipment_id = t.id), '[]') as links
       from equipment_record t where t.id = any($1::text[])`,
    ids,
  );
  const conditions = await conditionsOf(
    tx,
    rows.map(({ id, links }) => ({ id, recordIds: links.map(({ recordId }) => recordId) })),
  );
  return rows.map((row) => ({
    entry: entryOf(row, 'equipment-record'),
    recordClass: 'EQUIPMENT',
    conditions: conditionRow(conditions.get(row.id) ?? [], row.created_at),
    references: [{ kind: 'EQUIPMENT', value: row.equipment_reference, joins: false }],
    links: row.links,
  }));
}

async function events(tx: SqlTx, ids: readonly string[]): Promise<Told[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<
    LinkedRow & {
      readonly event_at: Date;
      readonly equipment_event_type_code: string;
      readonly event_classifier_code: string;
      readonly UNLocationCode: string | null;
    }
  >(
    `select e.id, e.revision, e.created_at, e.changed_at, e.equipment_reference, e.event_at, e.equipment_event_type_code, e.event_classifier_code,
            e.event_location ->> 'UNLocationCode' as "UNLocationCode", coalesce((
              select jsonb_agg(jsonb_build_object('recordId', l.record_id, 'keyKind', l.key_kind) order by l.record_id)
                from event_consignment l where l.event_id = e.id), '[]') as links
       from equipment_event e where e.id = any($1::text[])`,
    ids,
  );
  const conditions = await conditionsOf(
    tx,
    rows.map(({ id, links }) => ({ id, recordIds: links.map(({ recordId }) => recordId) })),
  );
  return rows.map((row) => ({
    entry: entryOf(row, 'equipment-event', {
      sortDateTime: row.event_at.toISOString(),
      attributes: {
        eventClassifierCode: row.event_classifier_code,
        ...(row.UNLocationCode === null ? {} : { UNLocationCodes: [row.UNLocationCode] }),
      },
    }),
    recordClass: eventClassOf(row.equipment_event_type_code),
    conditions: conditionRow(conditions.get(row.id) ?? [], row.event_at),
    references: [{ kind: 'EQUIPMENT', value: row.equipment_reference, joins: false }],
    links: row.links,
  }));
}

type CallRow = Row & {
  readonly noun: Noun;
  readonly cancelled: boolean;
  readonly sort_day: Date | null;
  readonly rotation_parties: string[];
  readonly UNLocationCode: string | null;
  readonly vessel: string | null;
  readonly train: string | null;
  readonly voyages: string[];
  readonly links: readonly IndexLink[];
};

async function calls(tx: SqlTx, ids: readonly string[]): Promise<Told[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<CallRow>(
    `select c.id, c.noun, c.revision, c.created_at, c.changed_at, c.cancelled, c.sort_day, c.rotation_parties, c.location ->> 'UNLocationCode' as "UNLocationCode",
            c.vessel_imo_number as vessel, c.train_number as train,
            array_remove(array[c.carrier_import_voyage_number, c.carrier_export_voyage_number, c.universal_voyage_reference], null) as voyages,
            ${linksOfCall('c.id')} as links
       from transport_call c where c.id = any($1::text[])`,
    ids,
  );
  const conditions = await conditionsOf(
    tx,
    rows.map(({ id, links }) => ({ id, recordIds: links.map(({ recordId }) => recordId) })),
  );
  return rows.map((row) => {
    const byCargo = conditionRow(conditions.get(row.id) ?? [], row.created_at);
    return {
      entry: entryOf(row, row.noun, {
        // Not everybody may know the hour: the directory sorts and filters by the day alone.
        sortDateTime: row.sort_day?.toISOString() ?? null,
        withdrawn: row.cancelled,
        attributes: row.UNLocationCode === null ? {} : { UNLocationCodes: [row.UNLocationCode] },
      }),
      recordClass: 'SCHEDULE',
      conditions: { ...byCargo, routeParties: [...new Set([...byCargo.routeParties, ...row.rotation_parties])] },
      references: [
        ...(row.vessel === null ? [] : [{ kind: 'VESSEL', value: row.vessel, joins: false } as const]),
        ...(row.train === null ? [] : [{ kind: 'TRAIN', value: row.train, joins: false } as const]),
        ...[...new Set(row.voyages)].map((value) => ({ kind: 'VOYAGE', value, joins: false }) as const),
      ],
      links: row.links,
    };
  });
}

async function transportEvents(tx: SqlTx, ids: readonly string[]): Promise<Told[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<
    Row & {
      readonly event_at: Date;
      readonly event_classifier_code: string;
      readonly UNLocationCode: string | null;
      readonly links: readonly IndexLink[];
    }
  >(
    `select e.id, e.revision, e.created_at, e.changed_at, e.event_at, e.event_classifier_code, e.event_location ->> 'UNLocationCode' as "UNLocationCode",
            ${linksOfCall('e.call_id')} as links
       from transport_event e where e.id = any($1::text[])`,
    ids,
  );
  const conditions = await conditionsOf(
    tx,
    rows.map(({ id, links }) => ({ id, recordIds: links.map(({ recordId }) => recordId) })),
  );
  return rows.map((row) => ({
    entry: entryOf(row, 'transport-event', {
      sortDateTime: row.event_at.toISOString(),
      attributes: {
        eventClassifierCode: row.event_classifier_code,
        ...(row.UNLocationCode === null ? {} : { UNLocationCodes: [row.UNLocationCode] }),
      },
    }),
    recordClass: 'EVENT',
    conditions: conditionRow(conditions.get(row.id) ?? [], row.event_at),
    references: [],
    links: row.links,
  }));
}

function linksOfCall(callId: string): string {
  return `coalesce((select jsonb_agg(jsonb_build_object('recordId', l.record_id, 'keyKind', l.key_kind) order by l.record_id)
             from call_consignment l where l.call_id = ${callId}), '[]')`;
}

type Conditions = {
  readonly route_parties: string[];
  readonly destination_party: string | null;
  readonly participations: { org: string; function: string }[];
};

/** Route, destination and participants of the consignments behind each record; cancelled ones give nothing. */
async function conditionsOf(
  tx: SqlTx,
  records: readonly { readonly id: string; readonly recordIds: readonly string[] }[],
): Promise<Map<string, Conditions[]>> {
  const ids = [...new Set(records.flatMap(({ recordIds }) => recordIds))];
  if (ids.length === 0) return new Map();
  const rows = await tx.query<Conditions & { readonly id: string }>(
    `select c.id, c.route_parties, c.destination_party, coalesce((
              select jsonb_agg(jsonb_build_object('org', p.org, 'function', p.participant_function) order by p.ordinal)
                from participation p where p.record_id = c.id and p.org is not null), '[]') as participations
       from consignment_record c where c.id = any($1::text[]) and not c.cancelled`,
    ids,
  );
  const known = new Map(rows.map((row) => [row.id, row]));
  return new Map(records.map(({ id, recordIds }) => [id, recordIds.flatMap((recordId) => known.get(recordId) ?? [])]));
}

function conditionRow(conditions: readonly Conditions[], at: Date): ConditionRow {
  return {
    routeParties: [...new Set(conditions.flatMap(({ route_parties }) => route_parties))],
    destinationParties: [...new Set(conditions.flatMap(({ destination_party }) => destination_party ?? []))],
    participations: conditions.flatMap(({ participations }) => participations),
    at: at.getTime(),
  };
}
