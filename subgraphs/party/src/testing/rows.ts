/** Makers of rows, as ingest would have written them: everything not named is plausible. They insert in the order that keys need. Long: one maker a table, as flat as the tables. */

import { createHash } from 'node:crypto';
import { idOf, localOf, type Noun } from '@corridor/schemas';
import { insertRecords, type Store, type Tx } from '@corridor/store';

/** A record id of Guangxi with a local part that the word gives, always the same. */
export function idOfWord(noun: Noun, word: string, party = 'guangxi'): string {
  return idOf(party, noun, localOf(createHash('sha256').update(`${noun} ${word}`).digest()));
}

/** Somebody named on a consignment. */
type Named = {
  readonly as: string;
  readonly org?: string | null;
  readonly identification: string;
  readonly zh?: string;
  readonly en?: string;
};

/** A consignment record, `word` naming it in the test. */
export type ConsignmentOf = {
  readonly word: string;
  readonly route: readonly string[];
  readonly destination?: string | null;
  readonly named?: readonly Named[];
  readonly cancelled?: boolean;
  readonly createdAt?: string;
  readonly columns?: object;
};

/** A box on a trip; `in`: words of the consignments it carries. */
export type BoxOf = {
  readonly word: string;
  readonly equipmentReference: string;
  readonly in: readonly string[];
  readonly columns?: object;
};

/** An event; `of`: words of the consignments it is linked to, `box`: word of the trip. */
export type EventOf = {
  readonly word: string;
  readonly code?: string;
  readonly at?: string;
  readonly of?: readonly string[];
  readonly box?: string;
  readonly columns?: object;
};

/** A shipment event; `of`: words of the consignments it is linked to. */
export type ShipmentEventOf = {
  readonly word: string;
  readonly document?: string;
  readonly code?: string;
  readonly at?: string;
  readonly of?: readonly string[];
  readonly columns?: object;
};

/** A document; `of`: words of the consignments it is linked to. */
export type DocumentOf = { readonly word: string; readonly kind?: string; readonly of?: readonly string[]; readonly columns?: object };

const made = '2026-10-01T00:00:00.000Z';

/** Consignment records with their participants. */
export async function insertConsignments(store: Store<'party'>, consignments: readonly ConsignmentOf[]): Promise<void> {
  await store.transaction(async (tx) => {
    await insertRecords(
      tx,
      'consignment_record',
      consignmentColumns,
      consignments.map(({ word, route, destination = null, named = [], cancelled = false, createdAt = made, columns = {} }) => ({
        id: idOfWord('consignment-record', word),
        record_key: word,
        message_revision: 1,
        message_sha256: '00',
        cancelled,
        controller_code: 'port-operator',
        consignment_status: 'IN_TRANSIT',
        legs: [],
        goods: [],
        route_parties: [...route].sort(),
        destination_party: destination,
        consignor: tradePartyOf(named, 'CZ'),
        consignee: tradePartyOf(named, 'CN'),
        created_at: createdAt,
        changed_at: createdAt,
        document_references: [],
        declared_equipment: [],
        ...columns,
      })),
    );
    await insertRecords(
      tx,
      'participation',
      {
        record_id: 'text',
        ordinal: 'int',
        participant_function: 'text',
        org: 'text',
        identification_scheme: 'text',
        identification: 'text',
        name_zh: 'text',
        name_en: 'text',
      },
      consignments.flatMap(({ word, named = [] }) =>
        named.map(({ as, org = null, identification, zh = null, en = null }, ordinal) => ({
          record_id: idOfWord('consignment-record', word),
          ordinal,
          participant_function: as,
          org,
          identification_scheme: 'USCC',
          identification,
          name_zh: zh,
          name_en: en,
        })),
      ),
    );
  });
}

/** Boxes with their links. */
export async function insertBoxes(store: Store<'party'>, boxes: readonly BoxOf[]): Promise<void> {
  await store.transaction(async (tx) => {
    await insertRecords(
      tx,
      'equipment_record',
      {
        id: 'text',
        trip_key: 'text',
        equipment_reference: 'text',
        controller_code: 'text',
        iso_equipment_code: 'text',
        empty_indicator_code: 'text',
        seals: 'jsonb',
        cargo_gross_weight_kg: 'numeric',
        created_at: 'timestamptz',
        changed_at: 'timestamptz',
      },
      boxes.map(({ word, equipmentReference, columns = {} }) => ({
        id: idOfWord('equipment-record', word),
        trip_key: word,
        equipment_reference: equipmentReference,
        controller_code: 'port-operator',
        created_at: made,
        changed_at: made,
        ...columns,
      })),
    );
    await insertRecords(
      tx,
      'equipment_consignment',
      { equipment_id: 'text', record_id: 'text', key_kind: 'text', asserted_by: 'text' },
      boxes.flatMap((box) =>
        box.in.map((word) => ({
          equipment_id: idOfWord('equipment-record', box.word),
          record_id: idOfWord('consignment-record', word),
          key_kind: 'EQUIPMENT',
          asserted_by: 'qinzhou-terminal',
        })),
      ),
    );
  });
}

/** Events with their links, all of one message. */
export async function insertEvents(store: Store<'party'>, events: readonly EventOf[]): Promise<void> {
  await store.transaction(async (tx) => {
    await insertSource(tx);
    const [{ last = 0 } = {}] = await tx.query<{ last: number }>('select coalesce(max(line), 0)::int as last from equipment_event');
    await insertRecords(
      tx,
      'equipment_event',
      eventColumns,
      events.map(({ word, code = 'GTIN', at = '2026-10-02T08:00:00.000Z', box, columns = {} }, index) => ({
        id: idOfWord('equipment-event', word),
        source_key: 'source',
        line: last + index + 1,
        controller_code: 'port-operator',
        equipment_event_type_code: code,
        event_classifier_code: 'ACT',
        event_at: at,
        equipment_reference: 'LSCU1000016',
        equipment_id: box === undefined ? null : idOfWord('equipment-record', box),
        empty_indicator_code: 'LADEN',
        event_location: { locationName: { zh: '钦州港', en: 'Qinzhou' }, UNLocationCode: 'CNQZH' },
        retracted: false,
        created_at: made,
        changed_at: made,
        ...columns,
      })),
    );
    await insertRecords(
      tx,
      'event_consignment',
      { event_id: 'text', record_id: 'text', key_kind: 'text', asserted_by: 'text' },
      events.flatMap(({ word, of = [] }) =>
        of.map((consignment) => ({
          event_id: idOfWord('equipment-event', word),
          record_id: idOfWord('consignment-record', consignment),
          key_kind: 'BOOKING',
          asserted_by: 'qinzhou-terminal',
        })),
      ),
    );
  });
}

/** Shipment events with their links, all of one message. */
export async function insertShipmentEvents(store: Store<'party'>, events: readonly ShipmentEventOf[]): Promise<void> {
  await store.transaction(async (tx) => {
    await insertSource(tx);
    await insertRecords(
      tx,
      'shipment_event',
      shipmentEventColumns,
      events.map(({ word, document = 'TRD', code = 'ISSU', at = '2026-10-02T09:00:00.000Z', columns = {} }, index) => ({
        id: idOfWord('shipment-event', word),
        source_key: 'source',
        line: index + 1,
        source: 'qinzhou-carrier',
        external_event_id: word,
        controller_code: 'port-operator',
        shipment_event_type_code: code,
        event_classifier_code: 'ACT',
        document_type_code: document,
        document_id: `NO-${word}`,
        event_at: at,
        told_at: made,
        retracted: false,
        created_at: made,
        changed_at: made,
        ...columns,
      })),
    );
    await insertRecords(
      tx,
      'shipment_event_consignment',
      { event_id: 'text', record_id: 'text', key_kind: 'text', asserted_by: 'text' },
      events.flatMap(({ word, of = [] }) =>
        of.map((consignment) => ({
          event_id: idOfWord('shipment-event', word),
          record_id: idOfWord('consignment-record', consignment),
          key_kind: 'TRANSPORT_DOCUMENT',
          asserted_by: 'qinzhou-carrier',
        })),
      ),
    );
  });
}

/** Documents with their links, all of one message. */
export async function insertDocuments(store: Store<'party'>, documents: readonly DocumentOf[]): Promise<void> {
  await store.transaction(async (tx) => {
    await insertSource(tx);
    await insertRecords(
      tx,
      'transport_document',
      documentColumns,
      documents.map(({ word, kind = 'TRD', columns = {} }) => ({
        id: idOfWord('transport-document', word),
        document_key: word,
        source_key: 'source',
        controller_code: 'port-operator',
        document_type_code: kind,
        transport_document_reference: `NO-${word}`,
        shipment_event_type_code: 'ISSU',
        issue_date: '2026-10-01',
        sha256: createHash('sha256').update(word).digest('hex'),
        cancelled: false,
        created_at: made,
        changed_at: made,
        ...columns,
      })),
    );
    await insertRecords(
      tx,
      'transport_document_consignment',
      { document_id: 'text', record_id: 'text', key_kind: 'text', asserted_by: 'text' },
      documents.flatMap(({ word, of = [] }) =>
        of.map((consignment) => ({
          document_id: idOfWord('transport-document', word),
          record_id: idOfWord('consignment-record', consignment),
          key_kind: 'TRANSPORT_DOCUMENT',
          asserted_by: 'gx-logistics',
        })),
      ),
    );
  });
}

/** The one message all made rows come from. */
async function insertSource(tx: Tx): Promise<void> {
  await insertRecords(
    tx,
    'raw_message',
    {
      id: 'text',
      sha256: 'text',
      received_at: 'timestamptz',
      client: 'text',
      format: 'text',
      content_type: 'text',
      bytes: 'bytea',
      outcome: 'text',
      findings: 'jsonb',
      trace_id: 'text',
    },
    [
      {
        id: 'raw',
        sha256: '00',
        received_at: made,
        client: 'qinzhou-terminal',
        format: 'EDIFACT',
        content_type: 'application/EDIFACT',
        bytes: '\\x00',
        outcome: 'TAKEN',
        findings: [],
        trace_id: '0',
      },
    ],
    { onConflict: '(id) do nothing' },
  );
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
    [
      {
        source_key: 'source',
        message_key: 'm',
        message_type: 'CODECO',
        message_function: 'ORIGINAL',
        raw_message_id: 'raw',
        applied_at: made,
      },
    ],
    { onConflict: '(source_key) do nothing' },
  );
}

function tradePartyOf(named: readonly Named[], as: string): object | null {
  const found = named.find((each) => each.as === as);
  if (found === undefined) return null;
  const { org = null, identification, zh, en } = found;
  return {
    partyName: { ...(zh === undefined ? {} : { zh }), ...(en === undefined ? {} : { en }) },
    identificationScheme: 'USCC',
    identification,
    org,
  };
}

const consignmentColumns = {
  id: 'text',
  record_key: 'text',
  message_revision: 'int',
  message_sha256: 'text',
  cancelled: 'boolean',
  controller_code: 'text',
  consignment_status: 'text',
  unique_consignment_reference: 'text',
  transport_document_reference: 'text',
  carrier_booking_reference: 'text',
  number_of_packages: 'int',
  cargo_gross_weight: 'numeric',
  cargo_gross_weight_unit: 'text',
  description_of_goods: 'text',
  hs_code: 'text',
  dangerous_goods_class: 'text',
  consignor: 'jsonb',
  consignee: 'jsonb',
  declared_value_amount: 'numeric',
  declared_value_currency: 'text',
  place_of_receipt: 'jsonb',
  place_of_delivery: 'jsonb',
  legs: 'jsonb',
  goods: 'jsonb',
  route_parties: 'text[]',
  destination_party: 'text',
  created_at: 'timestamptz',
  changed_at: 'timestamptz',
  document_references: 'jsonb',
  declared_equipment: 'jsonb',
} as const;

const eventColumns = {
  id: 'text',
  source_key: 'text',
  line: 'int',
  controller_code: 'text',
  equipment_event_type_code: 'text',
  event_classifier_code: 'text',
  event_at: 'timestamptz',
  equipment_reference: 'text',
  equipment_id: 'text',
  empty_indicator_code: 'text',
  facility_id: 'text',
  event_location: 'jsonb',
  retracted_event_id: 'text',
  corroborates: 'text',
  retracted: 'boolean',
  created_at: 'timestamptz',
  changed_at: 'timestamptz',
} as const;

const shipmentEventColumns = {
  id: 'text',
  source_key: 'text',
  line: 'int',
  source: 'text',
  external_event_id: 'text',
  controller_code: 'text',
  shipment_event_type_code: 'text',
  event_classifier_code: 'text',
  document_type_code: 'text',
  document_id: 'text',
  event_at: 'timestamptz',
  told_at: 'timestamptz',
  retracted_event_id: 'text',
  retracted: 'boolean',
  created_at: 'timestamptz',
  changed_at: 'timestamptz',
} as const;

const documentColumns = {
  id: 'text',
  document_key: 'text',
  source_key: 'text',
  controller_code: 'text',
  document_type_code: 'text',
  transport_document_reference: 'text',
  shipment_event_type_code: 'text',
  issue_date: 'date',
  sha256: 'text',
  content_url: 'text',
  cancelled: 'boolean',
  created_at: 'timestamptz',
  changed_at: 'timestamptz',
} as const;
