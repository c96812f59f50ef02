/** A party's database filled with a population in the shape that messages leave behind. */
import { type ColumnType, insertRecords, type Store, type Tx } from '../packages/store/src/index.ts';
import { batches, makeHappenings, sender } from './happenings.ts';
import { dayMs, type MadeCall, type MadeConsignment, madeId, type Population, voyageOf } from './population.ts';
import { type Progress, quickly } from './quickly.ts';

/** Fills a party that has its places and nothing else, and gives every change its position in the outbox. All messages share one of no content. */
export async function fillParty(store: Store<'party'>, population: Population, progress: Progress): Promise<void> {
  await quickly(store, progress, async (tx) => {
    const [port] = await tx.query<{ id: string }>(`select id from facility where noun = 'port'`);
    const place = { locationName: { zh: '钦州港', en: 'Qinzhou Port' }, UNLocationCode: 'CNQZH', facilityId: port?.id ?? null };
    await makeHappenings(tx, population);
    await messages(tx);
    for (const batch of batches(population.consignments)) {
      await insertRecords(tx, 'consignment_record', consignmentColumns, batch.map(consignmentRow));
      await insertRecords(tx, 'participation', participationColumns, batch.flatMap(participationRows));
    }
    // changed with its events: told once, and again with each that gave it another status
    await tx.execute('update consignment_record c set changed_at = m.changed_at, revision = 5 from made m where m.id = c.id');
    progress(`${population.consignments.length} consignments`);
    await trips(tx);
    await calls(tx, population.calls, place);
    // triggers do it, but for what a fill leaves out
    await tx.query('select derive_call_readers(array(select record_id from call_consignment))');
    await events(tx, place);
    progress('events');
    await outbox(tx);
    progress('outbox');
  });
}

async function messages(tx: Tx): Promise<void> {
  await tx.execute(
    `insert into raw_message (id, sha256, received_at, client, format, content_type, bytes, outcome, trace_id)
     values ('bench', repeat('0', 64), '2026-04-01T00:00:00Z', $1, 'consignment.v1', 'application/json', '{}', 'TAKEN', repeat('0', 32))`,
    sender,
  );
  await tx.execute(
    `insert into source_message (source_key, message_key, message_type, message_function, raw_message_id, applied_at)
     select jsonb_build_array($1::text, '', m.word, '1', md5(m.word))::text, jsonb_build_array($1::text, 'consignment.v1', m.word, 1)::text,
            'consignment.v1', 'ORIGINAL', 'bench', m.told_at from made m`,
    sender,
  );
  await tx.execute(
    `insert into source_message (source_key, message_key, document_key, message_type, message_function, raw_message_id, applied_at)
     select ${sourceKey}, jsonb_build_array('BENCH', 'CODECO', block.number, '1')::text, ${documentKey}, 'CODECO', 'ORIGINAL', 'bench', block.told_at
       from (select (place - 1) / 100 as number, max(told_at) as told_at from happening group by 1) block`,
  );
}

// A hundred boxes a message.
const sourceKey = `jsonb_build_array('BENCH', '260401:0000', block.number, '1', md5('message ' || block.number))::text`;
const documentKey = `jsonb_build_array('BENCH', 'CODECO', 'GATE-' || block.number)::text`;

function consignmentRow(made: MadeConsignment): object {
  const { route, destination, participants, toldAt, callWord } = made;
  const [shipper, consignee] = participants;
  const at = (days: number): string => new Date(toldAt + days * dayMs).toISOString();
  const place = (UNLocationCode: string, en: string): object => ({ UNLocationCode, locationName: { en } });
  const firm = (each: typeof shipper): object | null =>
    each === undefined
      ? null
      : { org: each.org, partyName: { en: each.org }, identification: each.identification, identificationScheme: each.scheme };
  const goods = {
    HSCode: '080810',
    descriptionOfGoods: 'apples',
    numberOfPackages: 1_200,
    cargoGrossWeight: { value: 24_500, unitCode: 'KGM' },
  };
  return {
    id: made.id,
    record_key: JSON.stringify([sender, made.word]),
    message_revision: 1,
    message_sha256: '0'.repeat(64),
    controller_code: 'port-operator',
    consignment_status: 'IN_TRANSIT',
    cancelled: false,
    unique_consignment_reference: made.reference,
    carrier_booking_reference: made.carrierBookingReference,
    number_of_packages: 1_200,
    cargo_gross_weight: 24_500,
    cargo_gross_weight_unit: 'KGM',
    description_of_goods: 'apples',
    hs_code: '080810',
    consignor: firm(shipper),
    consignee: firm(consignee),
    legs: [
      {
        sequence: 1,
        modeOfTransport: 'RAIL',
        partyCode: route[0],
        from: place('CNCKG', 'Chongqing'),
        to: place('CNQZH', 'Qinzhou'),
        plannedDeparture: at(0),
        plannedArrival: at(2),
      },
      {
        sequence: 2,
        modeOfTransport: 'VESSEL',
        partyCode: destination,
        from: place('CNQZH', 'Qinzhou'),
        to: place('SGSIN', 'Singapore'),
        plannedDeparture: at(5),
        plannedArrival: at(9),
        ...voyageOf(callWord),
      },
    ],
    goods: [goods],
    route_parties: route,
    destination_party: destination,
    window_from: at(0),
    window_to: at(9),
    created_at: at(0),
    changed_at: at(0),
    document_references: [
      { level: 'HOUSE', reference: made.reference, carrierCode: null, referenceType: 'UCR' },
      { level: 'HOUSE', reference: made.carrierBookingReference, carrierCode: 'COSU', referenceType: 'BOOKING' },
    ],
    declared_equipment: [
      {
        equipmentReference: made.equipmentReference,
        ISOEquipmentCode: '45R1',
        emptyIndicatorCode: 'LADEN',
        cargoGrossWeightKg: 24_500,
        seals: [{ sealNumber: 'CN558811', sealSource: 'SH' }],
      },
    ],
  };
}

function participationRows({ id, participants }: MadeConsignment): object[] {
  return participants.map(({ as, org, scheme, identification }, at) => ({
    record_id: id,
    ordinal: at + 1,
    participant_function: as,
    org,
    identification_scheme: scheme,
    identification,
    name_en: org,
  }));
}

async function trips(tx: Tx): Promise<void> {
  await tx.execute(
    `insert into equipment_record (id, trip_key, equipment_reference, controller_code, iso_equipment_code, empty_indicator_code, seals,
            cargo_gross_weight_kg, created_at, changed_at)
     select m.equipment_id, jsonb_build_array(m.box, jsonb_build_array($1::text, m.word)::text)::text, m.box, 'port-operator', '45R1', 'LADEN',
            '[{"sealNumber": "CN558811", "sealSource": "SH"}]', 24500, m.told_at, m.told_at from made m order by m.n`,
    sender,
  );
  await tx.execute(
    `insert into equipment_consignment (equipment_id, record_id, key_kind, asserted_by) select m.equipment_id, m.id, 'EQUIPMENT', $1 from made m`,
    sender,
  );
}

/** What is told of a call: event code, classifier, hours after it was to arrive. */
const callTimes = [
  ['ARRI', 'PLN', 0],
  ['ARRI', 'ACT', 2],
  ['DEPA', 'PLN', 20],
  ['DEPA', 'ACT', 25],
] as const;

/** When a call was told, ms since the epoch. */
export function callToldAt({ arrivesAt }: MadeCall): number {
  return arrivesAt - 3 * dayMs;
}

/** The beginning of a call's day at Qinzhou, which is eight hours ahead of UTC. */
export function callDay({ arrivesAt }: MadeCall): Date {
  return new Date(Math.floor((arrivesAt + 8 * hourMs) / dayMs) * dayMs - 8 * hourMs);
}

/** An event of a call. */
export function callEvents(
  call: MadeCall,
): { readonly id: string; readonly code: string; readonly classifier: string; readonly at: Date }[] {
  return callTimes.map(([code, classifier, hours]) => ({
    id: madeId('transport-event', `${call.word} ${code} ${classifier}`),
    code,
    classifier,
    at: new Date(call.arrivesAt + hours * hourMs),
  }));
}

const hourMs = 60 * 60 * 1_000;

async function calls(tx: Tx, made: readonly MadeCall[], place: { readonly facilityId: string | null }): Promise<void> {
  const told = made.map((call) => ({
    call,
    at: new Date(callToldAt(call)),
    key: JSON.stringify([sender, 'transport-call.v1', call.word]),
  }));
  await insertRecords(
    tx,
    'source_message',
    {
      source_key: 'text',
      message_key: 'text',
      message_type: 'text',
      message_function: 'text',
      raw_message_id: 'text',
      applied_at: 'timestamptz',
    },
    told.map(({ at, key }) => ({
      source_key: key,
      message_key: key,
      message_type: 'transport-call.v1',
      message_function: 'ORIGINAL',
      raw_message_id: 'bench',
      applied_at: at,
    })),
  );
  await insertRecords(
    tx,
    'transport_call',
    callColumns,
    told.map(({ call, at }) => ({
      id: call.id,
      noun: 'vessel-call',
      record_key: JSON.stringify([sender, call.word]),
      message_revision: 1,
      message_sha256: '0'.repeat(64),
      controller_code: 'port-operator',
      mode_of_transport: 'VESSEL',
      facility_id: place.facilityId,
      location: place,
      time_zone: 'Asia/Shanghai',
      vessel_imo_number: call.vesselIMONumber,
      vessel_name: 'LAND SEA SAMPLE',
      carrier_export_voyage_number: call.voyageNumber,
      rotation_parties: [],
      timestamps: callEvents(call).map(({ code, classifier, at }) => ({
        transportEventTypeCode: code,
        eventClassifierCode: classifier,
        eventDateTime: at.toISOString(),
      })),
      sort_day: callDay(call),
      cancelled: false,
      created_at: at,
      changed_at: at,
    })),
  );
  await tx.execute(
    `insert into call_consignment (call_id, record_id, key_kind, asserted_by) select m.call_id, m.id, 'VOYAGE', $1 from made m order by m.n`,
    sender,
  );
  await insertRecords(
    tx,
    'transport_event',
    transportEventColumns,
    told.flatMap(({ call, at, key }) =>
      callEvents(call).map((event, line) => ({
        id: event.id,
        source_key: key,
        line: line + 1,
        document_key: JSON.stringify([sender, call.word]),
        call_id: call.id,
        controller_code: 'port-operator',
        transport_event_type_code: event.code,
        event_classifier_code: event.classifier,
        event_at: event.at,
        told_at: at,
        facility_id: place.facilityId,
        event_location: place,
        retracted: false,
        created_at: at,
        changed_at: at,
      })),
    ),
  );
}

async function events(tx: Tx, place: { readonly facilityId: string | null }): Promise<void> {
  await tx.execute(
    `insert into equipment_event (id, source_key, line, document_key, controller_code, equipment_event_type_code, event_classifier_code, event_at,
            equipment_reference, equipment_id, empty_indicator_code, facility_id, event_location, facts, carrier_booking_reference, created_at, changed_at)
     select h.id, ${sourceKey}, (h.place - 1) % 100 + 1, ${documentKey}, 'port-operator', h.code, h.classifier, h.at, h.box, h.equipment_id, 'LADEN', $1,
            $2::jsonb, '{"ISOEquipmentCode": "45R1"}', h.booking, h.told_at, h.told_at
       from happening h cross join lateral (select (h.place - 1) / 100 as number) block order by h.place`,
    place.facilityId,
    place,
  );
  await tx.execute(
    `insert into event_consignment (event_id, record_id, key_kind, asserted_by) select h.id, h.record_id, 'BOOKING', 'BENCH' from happening h order by h.place`,
  );
}

async function outbox(tx: Tx): Promise<void> {
  await tx.execute('update outbox set position = id where position is null');
  await tx.execute(
    `insert into outbox (position, event_id, type, subject, noun, revision, at)
     select b.last + row_number() over (order by t.at, t.id), md5('change ' || t.id)::uuid, 'cn.corridor.' || t.noun || '.changed.v1', t.id, t.noun,
            t.revision, t.at
       from (select id, 'consignment-record' as noun, revision, changed_at as at from consignment_record
             union all select id, 'equipment-record', revision, changed_at from equipment_record
             union all select id, 'equipment-event', revision, changed_at from equipment_event
             union all select id, noun, revision, changed_at from transport_call
             union all select id, 'transport-event', revision, changed_at from transport_event) t
       cross join (select coalesce(max(position), 0) as last from outbox) b order by 1`,
  );
  await tx.execute('update outbox_head set last = (select max(position) from outbox)');
}

type Columns = { readonly [column: string]: ColumnType };

const consignmentColumns: Columns = {
  id: 'text',
  record_key: 'text',
  message_revision: 'int',
  message_sha256: 'text',
  cancelled: 'boolean',
  controller_code: 'text',
  consignment_status: 'text',
  unique_consignment_reference: 'text',
  carrier_booking_reference: 'text',
  number_of_packages: 'int',
  cargo_gross_weight: 'numeric',
  cargo_gross_weight_unit: 'text',
  description_of_goods: 'text',
  hs_code: 'text',
  consignor: 'jsonb',
  consignee: 'jsonb',
  legs: 'jsonb',
  goods: 'jsonb',
  route_parties: 'text[]',
  destination_party: 'text',
  window_from: 'timestamptz',
  window_to: 'timestamptz',
  created_at: 'timestamptz',
  changed_at: 'timestamptz',
  document_references: 'jsonb',
  declared_equipment: 'jsonb',
};

const participationColumns: Columns = {
  record_id: 'text',
  ordinal: 'int',
  participant_function: 'text',
  org: 'text',
  identification_scheme: 'text',
  identification: 'text',
  name_en: 'text',
};

const callColumns: Columns = {
  id: 'text',
  noun: 'text',
  record_key: 'text',
  message_revision: 'int',
  message_sha256: 'text',
  cancelled: 'boolean',
  controller_code: 'text',
  mode_of_transport: 'text',
  facility_id: 'text',
  location: 'jsonb',
  time_zone: 'text',
  vessel_imo_number: 'text',
  vessel_name: 'text',
  carrier_export_voyage_number: 'text',
  rotation_parties: 'text[]',
  timestamps: 'jsonb',
  sort_day: 'timestamptz',
  created_at: 'timestamptz',
  changed_at: 'timestamptz',
};

const transportEventColumns: Columns = {
  id: 'text',
  source_key: 'text',
  line: 'int',
  document_key: 'text',
  call_id: 'text',
  controller_code: 'text',
  transport_event_type_code: 'text',
  event_classifier_code: 'text',
  event_at: 'timestamptz',
  told_at: 'timestamptz',
  facility_id: 'text',
  event_location: 'jsonb',
  retracted: 'boolean',
  created_at: 'timestamptz',
  changed_at: 'timestamptz',
};
