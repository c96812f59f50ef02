import { createVerifier } from '@corridor/identity';
import type { Caller } from '@corridor/schemas';
import { sql } from '@corridor/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIngest, type IngestAnswer } from '../ingest/door.ts';
import { anOfficer } from '../testing/callers.ts';
import { anEquipmentEvent, aShipmentEvent, aTransportEvent, eventID } from '../testing/dcsa-events.ts';
import { aConsignment, aSource, guangxiWithSources } from '../testing/ingest-under-test.ts';
import { type PartyUnderTest, startPartyUnderTest } from '../testing/party-under-test.ts';

// Events of Track & Trace as they come in by the door, asked for as the gateway asks.
let party: PartyUnderTest;
let send: (client: string, format: string, message: object) => Promise<IngestAnswer>;

beforeAll(async () => {
  party = await startPartyUnderTest(guangxiWithSources);
  party.clock.now = Date.parse('2026-07-28T00:00:00Z');
  const { store, definition, keys } = party;
  const clock = (): number => party.clock.now;
  const verifier = createVerifier(keys.issuers, {
    audience: definition.audience,
    clock,
    fetch: keys.fetch as never,
    schedule: () => () => {},
  });
  const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes));
  const ingest = createIngest({ store, definition, verifier, clock, random, log: { info: () => undefined } });
  send = async (client, format, message) => {
    const { status, body } = await ingest.post({
      authorization: keys.bearer(aSource(client), definition.audience),
      contentType: 'application/json',
      query: { format },
      acceptLanguage: 'en',
      body: Buffer.from(JSON.stringify(message)),
      traceId: '0af7651916cd43dd8448eb211c80319c',
    });
    expect([status, body.messages.map(({ outcome }) => outcome)]).toEqual([200, body.messages.map(() => 'TAKEN')]);
    return body;
  };
  await send('gx-logistics', 'consignment.v1', aConsignment());
  await send('gx-carrier', 'dcsa-tnt-2.2', [
    aShipmentEvent(),
    anEquipmentEvent({ eventID: eventID('planned'), eventClassifierCode: 'PLN', eventDateTime: '2026-07-26T10:00:00+08:00' }),
    anEquipmentEvent({ eventID: eventID('expected'), eventClassifierCode: 'EST', eventDateTime: '2026-07-26T11:00:00+08:00' }),
    anEquipmentEvent(),
    aTransportEvent({ eventID: eventID('arrival planned'), eventClassifierCode: 'PLN', eventDateTime: '2026-07-27T19:00:00+08:00' }),
    aTransportEvent(),
    anEquipmentEvent({ eventID: eventID('wrong'), equipmentEventTypeCode: 'LOAD', eventDateTime: '2026-07-27T22:00:00+08:00' }),
    anEquipmentEvent({
      eventID: eventID('right'),
      retractedEventID: eventID('wrong'),
      equipmentEventTypeCode: 'LOAD',
      eventDateTime: '2026-07-27T23:00:00+08:00',
    }),
  ]);
}, 60_000);
afterAll(() => party.close());

const milestones = `nodes { ... on Milestone { eventClassifierCode eventDateTime retracted retractedEventID id }
  ... on GuangxiEquipmentEvent { equipmentEventTypeCode } ... on GuangxiTransportEvent { transportEventTypeCode } ... on GuangxiShipmentEvent { shipmentEventTypeCode } }`;

type Node = { readonly [field: string]: string | boolean | null };

async function seen(caller: Caller, noun: 'ConsignmentRecord' | 'EquipmentRecord', filter: string): Promise<Node[]> {
  const table = noun === 'ConsignmentRecord' ? sql`select id from consignment_record` : sql`select id from equipment_record`;
  const [row] = await party.store.query<{ id: string }>(table);
  const { body } = await party.entities(
    caller,
    [{ type: `Guangxi${noun}`, id: row?.id ?? '' }],
    `... on Guangxi${noun} { milestones(first: 20${filter}) { ${milestones} } }`,
  );
  expect(body.errors).toBeUndefined();
  const entities = body.data?.['_entities'] as ({ milestones: { nodes: Node[] } } | null)[] | undefined;
  return entities?.[0]?.milestones.nodes ?? [];
}

const line = (node: Node): string =>
  [
    node['eventClassifierCode'],
    node['equipmentEventTypeCode'] ?? node['transportEventTypeCode'] ?? node['shipmentEventTypeCode'],
    String(node['eventDateTime']).slice(5, 16),
    ...(node['retracted'] === true ? ['retracted'] : []),
  ].join(' ');

test('a consignment shows the events of all three kinds, planned, expected and actual apart, and what was taken back as such', async () => {
  expect((await seen(anOfficer('SG'), 'ConsignmentRecord', '')).map(line)).toEqual([
    'ACT CONF 07-18T01:00',
    'PLN GTIN 07-26T02:00',
    'EST GTIN 07-26T03:00',
    'ACT GTIN 07-26T03:54',
    'PLN ARRI 07-27T11:00',
    'ACT ARRI 07-27T12:00',
    'ACT LOAD 07-27T14:00 retracted',
    'ACT LOAD 07-27T15:00',
  ]);
});

test('the later event names the one it takes back', async () => {
  const loads = (await seen(anOfficer('SG'), 'ConsignmentRecord', ', filter: { eventTypeCode: ["LOAD"] }')) as [Node, Node];
  expect(loads[1]['retractedEventID']).toBe(loads[0]['id']);
  expect(loads[0]['retractedEventID']).toBeNull();
});

test.each([
  ['PLN', ['PLN GTIN 07-26T02:00', 'PLN ARRI 07-27T11:00']],
  ['EST', ['EST GTIN 07-26T03:00']],
  [
    'ACT',
    ['ACT CONF 07-18T01:00', 'ACT GTIN 07-26T03:54', 'ACT ARRI 07-27T12:00', 'ACT LOAD 07-27T14:00 retracted', 'ACT LOAD 07-27T15:00'],
  ],
])('asked for %s it shows those alone', async (code, lines) => {
  expect((await seen(anOfficer('SG'), 'ConsignmentRecord', `, filter: { eventClassifierCode: ["${code}"] }`)).map(line)).toEqual(lines);
});

test('the trip of the box has its plans beside its facts, and says of the box what the facts say', async () => {
  expect((await seen(anOfficer('SG'), 'EquipmentRecord', '')).map(line)).toEqual([
    'PLN GTIN 07-26T02:00',
    'EST GTIN 07-26T03:00',
    'ACT GTIN 07-26T03:54',
    'ACT LOAD 07-27T14:00 retracted',
    'ACT LOAD 07-27T15:00',
  ]);
});

test('a partner off the route sees none of it', async () => {
  expect(await seen(anOfficer('VN'), 'ConsignmentRecord', '')).toEqual([]);
});
