/** What the tests of hidden records ask, about what, and what they hide. */
import type { GraphQLSchema } from 'graphql';
import { expect } from 'vitest';
import { type Corridor, eventually, type Part } from '../setup/corridor.ts';
import { leavesOf, type Question } from '../setup/graph-questions.ts';
import { codeco, consignment } from '../setup/messages.ts';

/** Cargo of the demo that some viewers know of. */
export const cargo = {
  parts: { ucr: '4CN91500000MA0000000X-000123', box: 'LSCU1000016', booking: 'LSB2600123' },
  apples: { ucr: '4CN91620100MA0000023P-000207', box: 'LSCU1000021', booking: 'LSB2600207' },
} as const;

/** A consignment from Chongqing to Qinzhou: of two provinces alone, and of two firms that nobody here asks as. */
export type HiddenCargo = { readonly reference: string; readonly box: string; readonly booking: string; readonly ucr?: string };

/** Tells Guangxi of these consignments, their documents, trains and gate moves, and Chongqing of every second one; waits until the directory knows. */
export async function hide(
  corridor: Corridor,
  hidden: readonly HiddenCargo[],
  { revision = 1, cancelled = false, box }: { readonly revision?: number; readonly cancelled?: boolean; readonly box?: string } = {},
): Promise<void> {
  const message = ({ reference, booking, ucr, box: own }: HiddenCargo): string =>
    consignment({
      recordReference: reference,
      revision,
      cancelled,
      ucr: ucr ?? `4CN91500000MA0000099X-${reference}`,
      booking,
      box: box ?? own,
      route: [
        ['CNCQI', 'CQ'],
        ['CNQZH', 'GX'],
      ],
      over: {
        // by a train whose call everybody knows of
        legs: [
          {
            sequence: 1,
            modeOfTransport: 'RAIL',
            from: { UNLocationCode: 'CNCQI' },
            to: { UNLocationCode: 'CNQZH' },
            partyCode: 'CQ',
            plannedDeparture: hoursFromNow(-192),
            plannedArrival: hoursFromNow(-146),
            trainNumber: 'X9571',
          },
        ],
        placeOfDelivery: { UNLocationCode: 'CNQZH' },
        transportDocuments: ['TRD', 'CEO'].slice(0, revision === 2 ? 1 : 2).map((documentTypeCode) => ({
          documentTypeCode,
          transportDocumentReference: `${reference}-${documentTypeCode}`,
          issueDate: '2026-11-01',
          sha256: 'ab'.repeat(32),
          shipmentEventTypeCode: 'ISSU',
        })),
      },
    });
  const json = { contentType: 'application/json', format: 'consignment.v1' } as const;
  const posts: [party: string, client: string, message: Parameters<Corridor['post']>[2]][] = [
    ['guangxi', 'gx-terminal-system', { ...json, body: `[${hidden.map(message).join()}]` }],
    [
      'chongqing',
      'cq-terminal-system',
      {
        ...json,
        body: `[${hidden
          .filter((_, at) => at % 2 === 0)
          .map(message)
          .join()}]`,
      },
    ],
    ...hidden.map(({ booking, reference, box: own }): (typeof posts)[number] => [
      'guangxi',
      'gx-terminal-system',
      {
        contentType: 'application/EDIFACT',
        body: codeco({
          document: `G${reference.replace('-', '')}`.slice(0, 14),
          box: own,
          booking,
          type: 'GTIN',
          function: cancelled ? '1' : revision === 1 ? '9' : '5',
          at: gateMove,
        }),
      },
    ]),
  ];
  for (const [party, client, body] of posts) {
    const answer = await eventually(async () => {
      const reply = await corridor.post(party, client, body).catch(() => undefined);
      return reply?.status === 200 ? reply : undefined;
    }, 20_000);
    expect([...new Set(answer?.body.messages.map(({ outcome }: Part) => outcome))]).toEqual(['TAKEN']);
  }
  await corridor.caughtUp();
}

const hoursFromNow = (hours: number): string =>
  `${new Date(Math.floor(Date.now() / 3_600_000 + hours) * 3_600_000).toISOString().slice(0, 19)}Z`;
const gateMove = Math.floor(Date.now() / 60_000) * 60_000 - 30 * 86_400_000;

/** Ids of what there is to ask about. */
export type Known = {
  readonly facility: string;
  readonly calls: readonly string[];
  readonly consignments: readonly string[];
  /** Consignment records, boxes, events and documents. */
  readonly records: readonly string[];
};

/** Finds them, as those who may see them. */
export async function knownOf(corridor: Corridor): Promise<Known> {
  const all = `query ($ucr: String!, $facilities: Boolean = true) {
    facilities(first: 1, filter: { UNLocationCode: ["CNQZH"], facilityTypeCode: ["POTE"] }) @include(if: $facilities) { nodes { id } }
    transportCalls(first: 100) @include(if: $facilities) { nodes { id } }
    consignments(first: 3, filter: { key: { referenceType: "UCR", reference: $ucr } }) { nodes { id
      records(first: 3) { nodes { id record { equipment(first: 1) { nodes { id } } transportDocuments(first: 1) { nodes { id } } } } }
      timeline(first: 2) { nodes { id } } } } }`;
  const apples = (await corridor.ask('lz-forwarder', all, { ucr: cargo.apples.ucr })).data;
  const parts = (await corridor.ask('sg-terminal', all, { ucr: cargo.parts.ucr, facilities: false })).data;
  const found = [...apples.consignments.nodes, ...parts.consignments.nodes];
  expect([apples.facilities.nodes.length, apples.transportCalls.nodes.length > 1, found.length]).toEqual([1, true, 2]);
  const idsOf = (nodes: Part): string[] => (nodes ?? []).map(({ id }: Part) => id);
  return {
    facility: apples.facilities.nodes[0].id,
    calls: idsOf(apples.transportCalls.nodes).slice(0, 2),
    consignments: idsOf(found),
    records: found.flatMap(({ records, timeline }: Part) => [
      ...idsOf(timeline.nodes),
      ...records.nodes.flatMap(({ id, record }: Part) => [
        id,
        ...idsOf(record?.equipment?.nodes),
        ...idsOf(record?.transportDocuments?.nodes),
      ]),
    ]),
  };
}

/** The interface of the record that an id names. */
function interfaceOf(id: string): string {
  return (id.split(':')[1] ?? '').replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

const page = 'pageInfo { hasNextPage endCursor }';

/** Questions that ask every root field with every argument. `until`: the access log is read up to there. */
export function questionsAbout(schema: GraphQLSchema, known: Known, until: string): readonly Question[] {
  const of = (type: string): string => leavesOf(schema, type);
  const milestones = (variables = '$first: Int, $after: String, $filter: MilestoneFilter'): [string, string] => [
    variables,
    `milestones(first: $first, after: $after, filter: $filter) { nodes { ${of('Milestone')} } ${page} }`,
  ];
  const [listed, ofMilestones] = milestones();
  const spans = { from: '2026-01-01T00:00:00Z', to: '2027-12-31T00:00:00Z' };
  const entry = (field: string, type: string): string => `id party { code } ${field} { ${of(type)} }`;
  const facility = { first: 20, filter: { partyCode: ['guangxi', 'chongqing'] } };
  const consignments = `query ($first: Int, $after: String, $filter: ConsignmentFilter) {
    consignments(first: $first, after: $after, filter: $filter) { nodes { id reference records(first: 2) { nodes { ${entry('record', 'ConsignmentRecord')} } } } ${page} } }`;
  const calls = `query ($first: Int, $after: String, $filter: TransportCallIndexFilter) {
    transportCalls(first: $first, after: $after, filter: $filter) { nodes { ${entry('transportCall', 'TransportCall')} } ${page} } }`;
  const { apples, parts } = cargo;
  const keys = [
    { referenceType: 'UCR', reference: apples.ucr },
    { referenceType: 'BOOKING', reference: parts.booking, carrierCode: 'LSCL' },
    { referenceType: 'RAIL_WAYBILL', reference: 'LZ26000207' },
    // of the hidden
    { referenceType: 'BOOKING', reference: 'LSB269981', carrierCode: 'LSCL' },
    { referenceType: 'UCR', reference: '4CN91500000MA0000088X-000005' },
    { referenceType: 'TRANSPORT_DOCUMENT', reference: 'HID-1-TRD', carrierCode: 'LSCL' },
  ];
  const journey = `equipmentReference records(first: 3) { ${entry('record', 'EquipmentRecord')} } timeline(first: $first, after: $after) { nodes { ${entry('milestone', 'Milestone')} } ${page} }`;
  const filters: object[] = [
    ...keys.map((key) => ({ key })),
    { equipmentReference: apples.box },
    { partyCode: ['guangxi', 'chongqing'] },
    { mine: true },
    { changedSince: '2026-01-01T00:00:00Z' },
    { changedSince: '2026-01-01T00:00:00Z', mine: true, partyCode: ['guangxi'] },
  ];
  const log = (filter: object): object => ({ code: 'guangxi', first: 5, filter: { to: until, ...filter } });
  const logOf = `query ($code: ID!, $first: Int, $after: String, $filter: AccessLogFilter) {
    party(code: $code) { profile { accessLog(first: $first, after: $after, filter: $filter) { nodes { ${of('AccessLogEntry')} } ${page} } } } }`;
  const of1 = (id: string): string => id.split(':')[1] ?? '';
  const lists: readonly (readonly [string, string, string])[] = [
    ['consignment-record', 'ConsignmentRecord', `equipment(first: $first, after: $after) { nodes { ${of('EquipmentRecord')} } ${page} }`],
    [
      'consignment-record',
      'ConsignmentRecord',
      `transportDocuments(first: $first, after: $after) { nodes { ${of('TransportDocument')} } ${page} }`,
    ],
  ];
  return [
    { name: 'parties', document: `{ parties { code name { zh en } lag { state secondsBehind } profile { ${of('PartyProfile')} } } }` },
    {
      name: 'facilities of a profile',
      document: `query ($code: ID!, $first: Int, $after: String) { party(code: $code) { profile { facilities(first: $first, after: $after) { nodes { ${of('Facility')} } ${page} } } } }`,
      variables: { code: 'guangxi', first: 20 },
      pages: ['party', 'profile', 'facilities'],
    },
    ...[
      { from: '2026-01-01T00:00:00Z', readerPartyCode: ['CQ', 'GS', 'SG', 'DIRECTORY'] },
      { purpose: ['corridor-operations'] },
      ...known.records.slice(0, 2).map((recordId) => ({ recordId })),
    ].map((filter) => ({
      name: `access log ${JSON.stringify(filter)}`,
      document: logOf,
      variables: { ...log(filter) },
      pages: ['party', 'profile', 'accessLog'],
    })),
    ...[facility, { first: 50, filter: { facilityTypeCode: ['POTE'], UNLocationCode: ['CNQZH', 'CNCQI'] } }].map((variables) => ({
      name: `facilities ${JSON.stringify(variables)}`,
      document: `query ($first: Int, $after: String, $filter: FacilityFilter) { facilities(first: $first, after: $after, filter: $filter) { nodes { ${entry('facility', 'Facility')} } ${page} } }`,
      variables,
      pages: ['facilities'],
    })),
    {
      name: 'a facility, its hours and calls',
      document: `query ($id: ID!, $from: Date!, $to: Date!, $first: Int, $after: String, $filter: TransportCallFilter) { facility(id: $id) { id facility { ${of('Facility')}
        openingHours(from: $from, to: $to) { ${of('OpeningHours')} }
        transportCalls(first: $first, after: $after, filter: $filter) { nodes { ${of('TransportCall')} } ${page} } } } }`,
      variables: {
        id: known.facility,
        from: '2026-11-01',
        to: '2026-11-02',
        first: 2,
        filter: { modeOfTransport: ['RAIL', 'VESSEL'], ...spans },
      },
      pages: ['facility', 'facility', 'transportCalls'],
    },
    ...[
      { partyCode: ['guangxi'] },
      { UNLocationCode: ['CNQZH'], ...spans },
      { vesselIMONumber: '3100007', voyageNumber: '024S' },
      { trainNumber: 'X9571' },
    ].map((filter) => ({
      name: `calls ${JSON.stringify(filter)}`,
      document: calls,
      variables: { first: 3, filter },
      pages: ['transportCalls'],
    })),
    ...known.calls.flatMap((id, at) => [
      {
        name: `call ${at}, its consignments`,
        document: `query ($id: ID!, $first: Int, $after: String) { transportCall(id: $id) { id transportCall { consignmentRecords(first: $first, after: $after) { nodes { ${of('ConsignmentRecord')} } ${page} } } } }`,
        variables: { id, first: 1 },
        pages: ['transportCall', 'transportCall', 'consignmentRecords'],
      },
      {
        name: `call ${at}, its milestones`,
        document: `query ($id: ID!, ${listed}) { transportCall(id: $id) { id transportCall { ${ofMilestones} } } }`,
        variables: { id, first: 2, filter: { eventClassifierCode: ['ACT', 'EST', 'PLN'], eventTypeCode: ['ARRI', 'DEPA'], ...spans } },
        pages: ['transportCall', 'transportCall', 'milestones'],
      },
    ]),
    ...known.consignments.flatMap((id, at) => [
      {
        name: `consignment ${at}, its records`,
        document: `query ($id: ID!, $first: Int, $after: String) { consignment(id: $id) { id reference records(first: $first, after: $after) { nodes { ${entry('record', 'ConsignmentRecord')} } ${page} } } }`,
        variables: { id, first: 1 },
        pages: ['consignment', 'records'],
      },
      {
        name: `consignment ${at}, its timeline`,
        document: `query ($id: ID!, $first: Int, $after: String) { consignment(id: $id) { id timeline(first: $first, after: $after) { nodes { ${entry('milestone', 'Milestone')} } ${page} } } }`,
        variables: { id, first: 3 },
        pages: ['consignment', 'timeline'],
      },
    ]),
    ...filters.map((filter) => ({
      name: `consignments ${JSON.stringify(filter)}`,
      document: consignments,
      variables: { first: 1, filter },
      pages: ['consignments'],
    })),
    {
      name: 'consignments by key',
      document:
        'query ($keys: [ConsignmentKey!]!, $first: Int) { consignmentsByKey(keys: $keys) { consignments(first: $first) { id reference } } }',
      variables: { keys, first: 3 },
    },
    ...[apples.box, parts.box].map((equipmentReference) => ({
      name: `journey of ${equipmentReference}`,
      document: `query ($equipmentReference: String!, $from: DateTime, $to: DateTime, $first: Int, $after: String) { equipmentJourney(equipmentReference: $equipmentReference, from: $from, to: $to) { ${journey} } }`,
      variables: { equipmentReference, ...spans, first: 2 },
      pages: ['equipmentJourney', 'timeline'],
    })),
    {
      name: 'journeys',
      document: `query ($equipmentReferences: [String!]!, $from: DateTime, $to: DateTime, $first: Int, $after: String) { equipmentJourneys(equipmentReferences: $equipmentReferences, from: $from, to: $to) { ${journey} } }`,
      variables: { equipmentReferences: [apples.box, parts.box, 'LSCU8800013'], ...spans, first: 20 },
    },
    ...known.records.map((id, at) => ({
      name: `record ${at}`,
      document: `query ($id: ID!) { record(id: $id) { __typename id ... on ${interfaceOf(id)} { ${of(interfaceOf(id))} } } }`,
      variables: { id },
    })),
    ...known.records
      .filter((id) => of1(id) === 'consignment-record')
      .flatMap((id, at) =>
        lists.map(([, type, list]) => ({
          name: `record ${at}, ${list.slice(0, list.indexOf('('))}`,
          document: `query ($id: ID!, $first: Int, $after: String) { record(id: $id) { ... on ${type} { ${list} } } }`,
          variables: { id, first: 1 },
          pages: ['record', list.slice(0, list.indexOf('('))],
        })),
      ),
    ...known.records
      .filter((id) => ['consignment-record', 'equipment-record'].includes(of1(id)))
      .map((id, at) => ({
        name: `record ${at}, milestones`,
        document: `query ($id: ID!, ${listed}) { record(id: $id) { ... on ConsignmentRecord { ${ofMilestones} } ... on EquipmentRecord { ${ofMilestones} } } }`,
        variables: {
          id,
          first: 2,
          filter: { eventClassifierCode: ['ACT', 'EST', 'PLN'], eventTypeCode: ['GTIN', 'GTOT', 'ISSU', 'CONF'], ...spans },
        },
        pages: ['record', 'milestones'],
      })),
  ];
}
