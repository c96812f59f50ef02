/**
 * The door for messages as it works: real database, real tokens; only clock, randomness and the issuer's network are ours. Long: with it stand the messages
 * that tests send and the facts they compare, which change together.
 */
import { createHash } from 'node:crypto';
import { createVerifier } from '@corridor/identity';
import type { Caller, ConsignmentMessage, Random, TransportCallMessage } from '@corridor/schemas';
import { type Store, sql } from '@corridor/store';
import { asAdministrator, openTestStore } from '@corridor/store/testing';
import { edifactMessageTypes, type PartyDefinition } from '../definition.ts';
import { createIngest, type IngestAnswer } from '../ingest/door.ts';
import { seedReference } from '../reference/seed.ts';
import { anOfficer, makeTestKeys, type TestKeys } from './callers.ts';

const always = { weekly: Array.from({ length: 7 }, () => ({ opens: '00:00', closes: '24:00' })) };

/** Guangxi with a port, a terminal that SMDG lists, a crossing, two firms and two sources. */
export const guangxiWithSources: PartyDefinition = {
  code: 'guangxi',
  audience: 'subgraph-gx',
  controllers: ['port-operator', 'customs', 'railway', 'logistics-office'],
  profileController: 'logistics-office',
  contacts: [{ contactName: { zh: '单一窗口热线', en: 'Single Window hotline' }, telephone: '95198' }],
  facilities: [
    {
      localCode: 'qinzhou',
      noun: 'port',
      controllerCode: 'port-operator',
      name: { zh: '钦州港', en: 'Qinzhou Port' },
      facilityTypeCode: 'POTE',
      timeZone: 'Asia/Shanghai',
      UNLocationCode: 'CNQZH',
      portCategory: 'SEA',
      openingRules: always,
    },
    {
      localCode: 'qz-bict',
      noun: 'terminal',
      controllerCode: 'port-operator',
      name: { zh: '北部湾国际集装箱码头', en: 'BICT' },
      facilityTypeCode: 'POTE',
      timeZone: 'Asia/Shanghai',
      UNLocationCode: 'CNQZH',
      facilityCode: 'BICT',
      facilityCodeListProvider: 'SMDG',
      port: 'qinzhou',
      openingRules: always,
    },
    {
      localCode: 'youyiguan',
      noun: 'border-crossing',
      controllerCode: 'customs',
      name: { zh: '友谊关', en: 'Youyiguan' },
      facilityTypeCode: 'BORD',
      timeZone: 'Asia/Shanghai',
      UNLocationCode: 'CNYYG',
      portCategory: 'LAND_ROAD',
      openingRules: always,
    },
  ],
  organisations: [
    {
      org: 'GS/lz-orchard',
      name: { zh: '兰州示例果品有限公司' },
      identifications: [{ scheme: 'USCC', identification: '91620100MA0000023P' }],
    },
    {
      org: 'GS/lz-forwarder',
      name: { zh: '兰州示例国际货运代理有限公司' },
      identifications: [{ scheme: 'USCC', identification: '91620100MA0000015W' }],
      aliases: [{ sender: 'QZBICT', code: 'LZFWD' }],
    },
    { org: 'SG/sg-importer', name: { en: 'Sample Fresh Imports' }, identifications: [{ scheme: 'UEN', identification: '202600001K' }] },
  ],
  sources: [
    {
      client: 'qz-terminal',
      formats: ['EDIFACT'],
      messageTypes: edifactMessageTypes,
      controllerCode: 'port-operator',
      profile: {
        sender: 'QZBICT',
        timeZone: 'Asia/Shanghai',
        documentNames: {},
        places: {},
        sizeTypes: {},
        facilities: { QZT1: 'qz-bict' },
      },
    },
    {
      client: 'qz-depot',
      formats: ['EDIFACT'],
      messageTypes: ['CODECO'],
      controllerCode: 'port-operator',
      profile: { sender: 'QZDEPOT', timeZone: 'Asia/Shanghai', documentNames: {}, places: {}, sizeTypes: {}, facilities: {} },
    },
    { client: 'gx-logistics', formats: ['consignment.v1'], controllerCode: 'logistics-office', profile: null },
    { client: 'gx-carrier', formats: ['dcsa-tnt-2.2'], controllerCode: 'port-operator', carrierCode: 'COSU', profile: null },
    { client: 'gx-railway', formats: ['consignment.v1', 'transport-call.v1'], controllerCode: 'railway', profile: null },
  ],
};

/** Rows and what the outbox was told, without what is random or counts: the same facts give the same, whatever came first. */
export type Facts = { readonly [table: string]: readonly object[] };

export type IngestUnderTest = {
  readonly store: Store<'party'>;
  readonly keys: TestKeys;
  readonly clock: { now: number };
  /** Posts as a registered source; anything may be replaced. */
  post(o: Partial<Posted>): Promise<{ readonly status: number; readonly body: IngestAnswer }>;
  /** Sends a consignment as `gx-logistics`, or as another source. */
  send(message: object, client?: string): Promise<{ readonly status: number; readonly body: IngestAnswer }>;
  /** Sends a call as `gx-railway`. */
  sendCall(message: object): Promise<{ readonly status: number; readonly body: IngestAnswer }>;
  /** Sends events of DCSA Track & Trace as `gx-carrier`, or as another source: one, an array, or an object with `events`. */
  sendEvents(events: object, client?: string): Promise<{ readonly status: number; readonly body: IngestAnswer }>;
  /** Sends EDIFACT as `qz-terminal`. */
  edifact(text: string): Promise<{ readonly status: number; readonly body: IngestAnswer }>;
  /** Rows of a statement. */
  rows<Row>(text: string): Promise<Row[]>;
  /** Subjects told to the outbox since the last call, as `noun revision`, in order. */
  told(): Promise<string[]>;
  /** The stored facts, comparable between two runs. */
  facts(): Promise<Facts>;
  /** Removes all but the places. */
  empty(): Promise<void>;
  close(): Promise<void>;
};

export type Posted = {
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly format: string;
  readonly language: string;
  readonly body: string | Uint8Array;
};

/** A client of a registered source. */
export function aSource(client: string, more: Partial<Caller> = {}): Caller {
  return anOfficer('GX', { client, permissions: ['ingest.write'], ...more });
}

/** @param random every run's the same when absent */
export async function openIngestUnderTest(
  definition: PartyDefinition = guangxiWithSources,
  random: Random = repeatable(),
): Promise<IngestUnderTest> {
  const clock = { now: Date.parse('2026-07-26T04:00:00.000Z') };
  const time = () => clock.now;
  const store = await openTestStore('party', definition.code);
  await seedReference(store, definition, () => Date.parse('2026-07-01T00:00:00.000Z'), random);
  const keys = makeTestKeys(definition.code, time, random);
  const verifier = createVerifier(keys.issuers, {
    audience: definition.audience,
    clock: time,
    fetch: keys.fetch as never,
    schedule: () => () => {},
  });
  const ingest = createIngest({ store, definition, verifier, clock: time, random, log: { info: () => undefined } });
  let toldUntil = 0n;

  const post: IngestUnderTest['post'] = (o) =>
    ingest.post({
      authorization: 'authorization' in o ? o.authorization : keys.bearer(aSource('qz-terminal'), definition.audience),
      contentType: 'contentType' in o ? o.contentType : 'application/EDIFACT',
      query: o.format === undefined ? {} : { format: o.format },
      acceptLanguage: o.language ?? 'en',
      body: typeof o.body === 'string' ? Buffer.from(o.body) : (o.body ?? new Uint8Array()),
      traceId: '0af7651916cd43dd8448eb211c80319c',
    });
  const rows = <Row>(text: string): Promise<Row[]> => store.query<Row>(sql([text] as unknown as TemplateStringsArray));
  const told = async (): Promise<string[]> => {
    const changes = await rows<{ id: bigint; told: string }>(
      `select id, noun || ' ' || revision as told from outbox where id > ${toldUntil} order by id`,
    );
    toldUntil = changes.at(-1)?.id ?? toldUntil;
    return changes.map((row) => row.told);
  };
  await told();

  return {
    store,
    keys,
    clock,
    post,
    send: (message, client = 'gx-logistics') =>
      post({
        authorization: keys.bearer(aSource(client), definition.audience),
        contentType: 'application/json',
        format: 'consignment.v1',
        body: JSON.stringify(message),
      }),
    sendCall: (message) =>
      post({
        authorization: keys.bearer(aSource('gx-railway'), definition.audience),
        contentType: 'application/json',
        format: 'transport-call.v1',
        body: JSON.stringify(message),
      }),
    sendEvents: (events, client = 'gx-carrier') =>
      post({
        authorization: keys.bearer(aSource(client), definition.audience),
        contentType: 'application/json',
        format: 'dcsa-tnt-2.2',
        body: JSON.stringify(events),
      }),
    edifact: (text) => post({ body: text }),
    rows,
    told,
    facts: async () =>
      Object.fromEntries(await Promise.all(Object.entries(comparable).map(async ([table, text]) => [table, await rows<object>(text)]))),
    async empty() {
      await asAdministrator(store, written.map((table) => `delete from ${table}`).join('; '));
      await told();
    },
    close: () => store.close(),
  };
}

function repeatable(): Random {
  let count = 0;
  return (bytes) => createHash('sha512').update(`${count++}`).digest().subarray(0, bytes);
}

const written = [
  'transport_document_consignment',
  'transport_document',
  'shipment_event_consignment',
  'shipment_event_retraction',
  'shipment_event',
  'transport_report',
  'transport_report_retraction',
  'external_event',
  'call_consignment',
  'transport_event',
  'transport_call',
  'event_consignment',
  'equipment_event',
  'equipment_consignment',
  'equipment_record',
  'participation',
  'consignment_record',
  'source_message',
  'raw_message',
  'outbox',
  'audit_log',
];

// Ids are random: records are named by the keys their senders gave them.
const comparable: { readonly [table: string]: string } = {
  consignments: `select record_key, message_revision, cancelled, consignment_status, route_parties, destination_party,
      (select jsonb_agg(jsonb_build_array(participant_function, org) order by ordinal) from participation p where p.record_id = c.id) as participants
    from consignment_record c order by record_key`,
  boxes: `select trip_key, equipment_reference, controller_code, iso_equipment_code, empty_indicator_code, seals, cargo_gross_weight_kg,
      (select jsonb_agg(jsonb_build_array(c.record_key, l.key_kind, l.asserted_by) order by c.record_key)
         from equipment_consignment l join consignment_record c on c.id = l.record_id where l.equipment_id = t.id) as consignments
    from equipment_record t order by trip_key`,
  events: `select e.source_key, e.line, e.equipment_event_type_code, e.event_classifier_code, e.event_at, e.equipment_reference, e.retracted, t.trip_key,
      (select jsonb_build_array(o.source_key, o.line) from equipment_event o where o.id = e.retracted_event_id) as stands_for,
      (select jsonb_build_array(o.source_key, o.line) from equipment_event o where o.id = e.corroborates) as corroborates,
      (select jsonb_agg(jsonb_build_array(c.record_key, l.key_kind, l.asserted_by) order by c.record_key)
         from event_consignment l join consignment_record c on c.id = l.record_id where l.event_id = e.id) as consignments
    from equipment_event e left join equipment_record t on t.id = e.equipment_id order by e.source_key, e.line`,
  calls: `select ca.noun, ca.record_key, ca.vessel_imo_number, ca.carrier_import_voyage_number, ca.carrier_export_voyage_number, ca.train_number,
      ca.vehicle_registration_number, ca.location ->> 'UNLocationCode' as place, ca.timestamps, ca.sort_day,
      (select jsonb_agg(jsonb_build_array(c.record_key, l.key_kind) order by c.record_key)
         from call_consignment l join consignment_record c on c.id = l.record_id where l.call_id = ca.id) as consignments
    from transport_call ca order by ca.noun, ca.train_number, ca.vehicle_registration_number, ca.vessel_imo_number, 5, 6, place, ca.sort_day, ca.timestamps::text`,
  movements: `select ca.noun, ca.train_number, ca.vessel_imo_number, e.transport_event_type_code, e.event_classifier_code, e.event_at, e.retracted,
      (select jsonb_build_array(oc.train_number, o.event_at) from transport_event o join transport_call oc on oc.id = o.call_id
        where o.id = e.retracted_event_id) as stands_for
    from transport_event e join transport_call ca on ca.id = e.call_id
    order by ca.noun, ca.train_number, ca.vessel_imo_number, e.transport_event_type_code, e.event_classifier_code, e.event_at, e.retracted, stands_for`,
  // One that was told once and taken back is as if it had never been told.
  documents: `select d.document_key, d.shipment_event_type_code, d.sha256, c.record_key
    from transport_document d join transport_document_consignment l on l.document_id = d.id join consignment_record c on c.id = l.record_id
    where not d.cancelled order by d.document_key`,
  messages: 'select source_key, message_function from source_message order by source_key',
};

/** Apples from Lanzhou by rail to Qinzhou and by sea to Singapore, in box LSCU1000016; anything may be replaced. */
export function aConsignment(more: Partial<ConsignmentMessage> = {}): ConsignmentMessage {
  return {
    recordReference: 'LZ-0001',
    revision: 1,
    cancelled: false,
    controllerCode: 'railway',
    references: [{ referenceType: 'BOOKING', reference: 'BK100', carrierCode: 'COSU', level: 'HOUSE' }],
    legs: [
      {
        sequence: 1,
        modeOfTransport: 'RAIL',
        from: { UNLocationCode: 'CNLAZ' },
        to: { UNLocationCode: 'CNQZH' },
        partyCode: 'GS',
        plannedDeparture: '2026-07-20T00:00:00Z',
        plannedArrival: '2026-07-26T00:00:00Z',
      },
      {
        sequence: 2,
        modeOfTransport: 'VESSEL',
        from: { UNLocationCode: 'CNQZH', facilityCode: 'BICT', facilityCodeListProvider: 'SMDG' },
        to: { UNLocationCode: 'SGSIN' },
        partyCode: 'SG',
        plannedDeparture: '2026-07-28T00:00:00Z',
        plannedArrival: '2026-08-03T00:00:00Z',
        vesselIMONumber: '3100007',
        voyageNumber: '024S',
      },
    ],
    participants: [
      {
        participantFunction: 'CZ',
        identificationScheme: 'USCC',
        identification: '91620100MA0000023P',
        partyName: { zh: '兰州示例果品有限公司' },
      },
      { participantFunction: 'CN', identificationScheme: 'UEN', identification: '202600001K', partyName: { en: 'Sample Fresh Imports' } },
      {
        participantFunction: 'FW',
        identificationScheme: 'USCC',
        identification: '91620100MA0000015W',
        partyName: { zh: '兰州示例国际货运代理有限公司' },
      },
    ],
    equipment: [
      {
        equipmentReference: 'LSCU1000016',
        ISOEquipmentCode: '45R1',
        emptyIndicatorCode: 'LADEN',
        seals: [{ sealNumber: 'CN558811', sealSource: 'SH' }],
        cargoGrossWeight: { value: 24.5, unitCode: 'TNE' },
      },
    ],
    goods: [
      { descriptionOfGoods: '鲜苹果', HSCode: '080810', numberOfPackages: 1200, cargoGrossWeight: { value: 24500, unitCode: 'KGM' } },
    ],
    declaredValue: { amount: '182000.50', currencyCode: 'CNY' },
    ...more,
  };
}

/** Bill of lading HBL1, issued, by its digest; anything may be replaced. */
export function aDocument(more: Partial<TransportDocumentMessage> = {}): TransportDocumentMessage {
  return {
    documentTypeCode: 'TRD',
    transportDocumentReference: 'HBL1',
    transportDocumentTypeCode: 'BOL',
    carrierCode: 'COSU',
    issueDate: '2026-07-24',
    shipmentEventTypeCode: 'ISSU',
    sha256: 'ab'.repeat(32),
    mediaType: 'application/pdf',
    sizeBytes: 48_211,
    ...more,
  };
}

type TransportDocumentMessage = NonNullable<ConsignmentMessage['transportDocuments']>[number];

/** Vessel 3100007 at Qinzhou's terminal, in by 023N and out by 024S, planned and estimated; anything may be replaced. */
export function aCall(more: Partial<TransportCallMessage> = {}): TransportCallMessage {
  return {
    recordReference: 'CALL-1',
    revision: 1,
    cancelled: false,
    controllerCode: 'port-operator',
    modeOfTransport: 'VESSEL',
    place: { UNLocationCode: 'CNQZH', facilityCode: 'BICT', facilityCodeListProvider: 'SMDG' },
    vesselIMONumber: '3100007',
    vesselName: 'LAND SEA SAMPLE',
    carrierImportVoyageNumber: '023N',
    carrierExportVoyageNumber: '024S',
    berthCode: 'QZ-7',
    rotation: ['SGSIN'],
    times: [
      { transportEventTypeCode: 'ARRI', eventClassifierCode: 'PLN', eventDateTime: '2026-07-27T20:00:00+08:00' },
      { transportEventTypeCode: 'ARRI', eventClassifierCode: 'EST', eventDateTime: '2026-07-27T22:00:00+08:00' },
      { transportEventTypeCode: 'DEPA', eventClassifierCode: 'PLN', eventDateTime: '2026-07-28T18:00:00+08:00' },
    ],
    ...more,
  };
}

/** What a CODECO made by `codeco` says; anything may be replaced. */
export type Codeco = {
  readonly sender: string;
  /** UNB date and time. */
  readonly prepared: string;
  readonly interchange: string;
  readonly reference: string;
  /** 34 gate in, 36 gate out. */
  readonly name: string;
  readonly document: string;
  /** 9 original, 5 replace, 4 change, 1 cancel. */
  readonly function: string;
  /** One group of segments per box. */
  readonly boxes: readonly (readonly string[])[];
};

/** Segments of one box at the gate of Qinzhou's terminal. */
export function aBox(equipmentReference = 'LSCU1000016', at = '202607261154', more: readonly string[] = []): string[] {
  return [`EQD+CN+${equipmentReference}+45R1:102:5++2+5`, ...more, `DTM+7:${at}:203`, 'LOC+165+CNQZH:139:6+BICT:TER:306'];
}

/** An interchange with one CODECO D.95B, gate in of LSCU1000016 at Qinzhou, 26 July 2026 11:54 local time. */
export function codeco(more: Partial<Codeco> = {}): string {
  const {
    sender,
    prepared,
    interchange,
    reference,
    name,
    document,
    function: as,
    boxes,
  }: Codeco = {
    sender: 'QZBICT',
    prepared: '260726:1200',
    interchange: '1',
    reference: '1',
    name: '34',
    document: 'GATE-1',
    function: '9',
    boxes: [aBox()],
    ...more,
  };
  const message = [`UNH+${reference}+CODECO:D:95B:UN:SMDG16`, `BGM+${name}+${document}+${as}`, ...boxes.flat(), `CNT+16:${boxes.length}`];
  const segments = [
    `UNB+UNOA:1+${sender}+GUANGXI+${prepared}+${interchange}`,
    ...message,
    `UNT+${message.length + 1}+${reference}`,
    `UNZ+1+${interchange}`,
  ];
  return segments.map((segment) => `${segment}'`).join('\n');
}
