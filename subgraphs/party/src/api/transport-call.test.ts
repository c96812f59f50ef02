import { randomBytes } from 'node:crypto';
import type { Caller, TransportCallMessage } from '@corridor/schemas';
import { defaultClauses } from '@corridor/sharing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { indexEntryOf } from '../index-entry.ts';
import { takeConsignment } from '../ingest/consignment-message.ts';
import { organisationsOf } from '../ingest/organisations.ts';
import { takeTransportCall } from '../ingest/transport-call.ts';
import { aFirm, anOfficer, anonymous } from '../testing/callers.ts';
import { aCall, aConsignment, guangxiWithSources } from '../testing/ingest-under-test.ts';
import { type PartyUnderTest, startPartyUnderTest } from '../testing/party-under-test.ts';
import { idOfWord } from '../testing/rows.ts';

let party: PartyUnderTest;
let call: string;
let truck: string;
let event: string;
let record: string;

beforeAll(async () => {
  party = await startPartyUnderTest(guangxiWithSources);
  const context = {
    store: party.store,
    definition: guangxiWithSources,
    organisations: organisationsOf(guangxiWithSources.organisations),
    clock: () => Date.parse('2026-07-26T04:00:00.000Z'),
    random: (bytes: number) => new Uint8Array(randomBytes(bytes)),
    source: 'gx-logistics',
    rawMessageId: 'raw',
  };
  const bytes = (message: object): Uint8Array => Buffer.from(JSON.stringify(message));
  await party.store.transaction((tx) =>
    tx.execute(`insert into raw_message (id, sha256, received_at, client, format, content_type, bytes, outcome, trace_id)
                values ('raw', '', now(), 'gx-logistics', 'x', '', '', 'TAKEN', '')`),
  );
  const arrivals: TransportCallMessage['times'] = [
    { transportEventTypeCode: 'ARRI', eventClassifierCode: 'ACT', eventDateTime: '2026-07-27T22:10:00+08:00' },
    ...aCall().times,
  ];
  await takeConsignment(bytes(aConsignment()), context);
  await takeTransportCall(bytes(aCall({ times: arrivals })), context);
  const { vesselIMONumber: _, vesselName: __, rotation: ___, ...withoutVessel } = aCall({ recordReference: 'T', modeOfTransport: 'TRUCK' });
  await takeTransportCall(bytes({ ...withoutVessel, vehicleRegistrationNumber: '桂N 12345', times: [] }), context);
  const idOf = async (statement: string): Promise<string> =>
    (await party.store.transaction((tx) => tx.query<{ id: string }>(statement)))[0]?.id ?? '';
  call = await idOf(`select id from transport_call where noun = 'vessel-call'`);
  truck = await idOf(`select id from transport_call where noun = 'truck-call'`);
  event = await idOf(`select id from transport_event where event_classifier_code = 'ACT'`);
  record = await idOf('select id from consignment_record');
});
afterAll(() => party.close());

const fields = `... on VesselCall { __typename id partyCode controllerCode modeOfTransport facilityId vesselIMONumber vesselName carrierImportVoyageNumber
  carrierExportVoyageNumber berthCode location { UNLocationCode } timestamps { transportEventTypeCode eventClassifierCode eventDateTime } maskedFields
  consignmentRecords { nodes { id } } milestones { nodes { ... on TransportEvent { eventClassifierCode transportCallId consignments { id } } } } }`;
const entitiesOf = <Row>({ data }: { readonly data?: Record<string, unknown> | null }): (Row | null)[] =>
  (data?.['_entities'] ?? []) as (Row | null)[];
const seenBy = async (caller: Caller): Promise<Record<string, unknown> | null> => {
  const { body } = await party.entities(caller, [{ type: 'GuangxiVesselCall', id: call }], fields);
  expect(body.errors).toBeUndefined();
  return entitiesOf<Record<string, unknown>>(body)[0] ?? null;
};
const times = (seen: Record<string, unknown> | null): string[] =>
  ((seen?.['timestamps'] ?? []) as Record<string, string>[]).map((each) => Object.values(each).join(' '));

const hours = [
  'ARRI PLN 2026-07-27T12:00:00.000Z',
  'ARRI EST 2026-07-27T14:00:00.000Z',
  'ARRI ACT 2026-07-27T14:10:00.000Z',
  'DEPA PLN 2026-07-28T10:00:00.000Z',
];

test('a province that has cargo on the vessel reads the call, its times side by side, the cargo and its arrivals in order', async () => {
  const seen = await seenBy(anOfficer('GS'));
  expect(times(seen)).toEqual(hours);
  expect(seen).toMatchObject({
    __typename: 'GuangxiVesselCall',
    partyCode: 'guangxi',
    controllerCode: 'port-operator',
    modeOfTransport: 'VESSEL',
    facilityId: expect.stringMatching(/^guangxi:terminal:/),
    vesselIMONumber: '3100007',
    vesselName: 'LAND SEA SAMPLE',
    carrierImportVoyageNumber: '023N',
    carrierExportVoyageNumber: '024S',
    berthCode: 'QZ-7',
    location: { UNLocationCode: 'CNQZH' },
    maskedFields: [],
    consignmentRecords: { nodes: [{ id: record }] },
    milestones: {
      nodes: ['PLN', 'EST', 'ACT', 'PLN'].map((eventClassifierCode) => ({
        eventClassifierCode,
        transportCallId: call,
        consignments: [{ id: record }],
      })),
    },
  });
});

test('a province without cargo on it reads the schedule, and neither cargo nor events', async () => {
  const seen = await seenBy(anOfficer('CQ'));
  expect(times(seen)).toEqual(hours);
  expect(seen).toMatchObject({
    vesselIMONumber: '3100007',
    consignmentRecords: null,
    milestones: null,
    maskedFields: ['consignmentRecords', 'milestones'],
  });
});

test('a partner whose port is in the rotation reads the schedule in full; one elsewhere and the public read name, place and day', async () => {
  expect(times(await seenBy(anOfficer('SG')))).toEqual(hours);
  for (const caller of [anOfficer('VN'), anonymous]) {
    const seen = await seenBy(caller);
    // 27 and 28 July begin in Qinzhou.
    expect(times(seen)).toEqual([
      'ARRI PLN 2026-07-26T16:00:00.000Z',
      'ARRI EST 2026-07-26T16:00:00.000Z',
      'ARRI ACT 2026-07-26T16:00:00.000Z',
      'DEPA PLN 2026-07-27T16:00:00.000Z',
    ]);
    expect(seen).toMatchObject({
      vesselName: 'LAND SEA SAMPLE',
      location: { UNLocationCode: 'CNQZH' },
      vesselIMONumber: null,
      carrierImportVoyageNumber: null,
      carrierExportVoyageNumber: null,
      berthCode: null,
      consignmentRecords: null,
      milestones: null,
    });
    expect(seen?.['maskedFields']).toEqual(
      expect.arrayContaining(['timestamps', 'vesselIMONumber', 'carrierExportVoyageNumber', 'milestones']),
    );
  }
});

test('the plate of a truck is for the owner alone', async () => {
  const asked = '... on TruckCall { id vehicleRegistrationNumber maskedFields }';
  const { body } = await party.entities(aFirm('GS/lz-forwarder'), [{ type: 'GuangxiTruckCall', id: truck }], asked);
  expect(body.data?.['_entities']).toEqual([
    { id: truck, vehicleRegistrationNumber: null, maskedFields: expect.arrayContaining(['vehicleRegistrationNumber']) },
  ]);
  const own = await party.askOwner(anOfficer('GX'), `{ record(id: "${truck}") { ${asked} } }`);
  expect(own.body.data?.['record']).toEqual({ id: truck, vehicleRegistrationNumber: '桂N12345', maskedFields: [] });
});

test('an arrival is open to the readers of its cargo; to others it is like one that nobody has', async () => {
  const asked = '... on TransportEvent { transportEventTypeCode eventClassifierCode eventDateTime retracted transportCallId }';
  const ask = (caller: Caller, id: string) => party.entities(caller, [{ type: 'GuangxiTransportEvent', id }], asked);
  expect((await ask(anOfficer('GS'), event)).body.data?.['_entities']).toEqual([
    {
      transportEventTypeCode: 'ARRI',
      eventClassifierCode: 'ACT',
      eventDateTime: '2026-07-27T14:10:00.000Z',
      retracted: false,
      transportCallId: call,
    },
  ]);
  for (const caller of [anOfficer('CQ'), aFirm('CQ/cq-firm'), anonymous]) {
    const [hidden, unknown] = [await ask(caller, event), await ask(caller, idOfWord('transport-event', 'nobody'))];
    expect(hidden.text).toBe(unknown.text);
    expect(hidden.body.data?.['_entities']).toEqual([null]);
  }
});

test('the milestones of a consignment are those of its boxes and of its vessel, one page after the other, filtered alike', async () => {
  const page = async (
    args: string,
  ): Promise<{ nodes: { eventDateTime: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } }> => {
    const asked = `... on ConsignmentRecord { milestones(${args}) { nodes { eventDateTime } pageInfo { endCursor hasNextPage } } }`;
    const { body } = await party.entities(anOfficer('GS'), [{ type: 'GuangxiConsignmentRecord', id: record }], asked);
    return (
      entitiesOf<{ milestones: Awaited<ReturnType<typeof page>> }>(body)[0]?.milestones ?? {
        nodes: [],
        pageInfo: { endCursor: '', hasNextPage: false },
      }
    );
  };
  const first = await page('first: 3');
  const second = await page(`first: 3, after: ${JSON.stringify(first.pageInfo.endCursor)}`);
  expect([...first.nodes, ...second.nodes].map(({ eventDateTime }) => eventDateTime)).toEqual(hours.map((hour) => hour.slice(9)));
  expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
  expect((await page('first: 9, filter: { eventTypeCode: ["DEPA", "GTIN"] }')).nodes).toHaveLength(1);
  expect((await page('first: 9, filter: { eventClassifierCode: ["EST"] }')).nodes).toHaveLength(1);
});

test('reading a call is in the access log, under the schedule', async () => {
  await seenBy(anOfficer('CQ', { subject: 'reads-the-schedule' }));
  const rows = (await party.auditRows()) as { subject: string; recordClass: string; recordIds: string[]; fieldGroups: string[] }[];
  const read = rows.filter(({ subject }) => subject === 'reads-the-schedule');
  expect(read.map(({ recordClass, recordIds, fieldGroups }) => ({ recordClass, recordIds, fieldGroups }))).toEqual([
    { recordClass: 'SCHEDULE', recordIds: [call], fieldGroups: ['SCHEDULE'] },
  ]);
});

test('the directory is told the day of a call and its numbers under seal, and who may know of an arrival by its cargo', async () => {
  const at = new Date('2026-07-26T04:00:00.000Z');
  const told = await party.store.transaction((tx) =>
    indexEntryOf(
      tx,
      [
        { id: call, noun: 'vessel-call', revision: 1, at },
        { id: event, noun: 'transport-event', revision: 1, at },
      ],
      defaultClauses,
      at.getTime(),
    ),
  );
  expect(told.get(call)).toMatchObject({
    entry: { sortDateTime: '2026-07-26T16:00:00.000Z', withdrawn: false, attributes: { UNLocationCodes: ['CNQZH'] } },
    sealed: {
      references: [
        { kind: 'VESSEL', value: '3100007', joins: false },
        { kind: 'VOYAGE', value: '023N', joins: false },
        { kind: 'VOYAGE', value: '024S', joins: false },
      ],
      links: [{ recordId: record, keyKind: 'VOYAGE' }],
    },
  });
  const partiesOf = (id: string): string[] => [...new Set(told.get(id)?.sealed.audience.map((tuple) => tuple.party))].sort();
  expect(partiesOf(call)).toEqual(['MAINLAND', 'PUBLIC', 'SG']);
  expect(told.get(event)?.entry.sortDateTime).toBe('2026-07-27T14:10:00.000Z');
  expect(partiesOf(event)).toEqual(['GS', 'GX', 'SG']);
});
