import { randomBytes } from 'node:crypto';
import { type Caller, invariant } from '@corridor/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeConsignment } from '../ingest/consignment-message.ts';
import { takeInterchange } from '../ingest/edifact-message.ts';
import { organisationsOf } from '../ingest/organisations.ts';
import { takeTransportCall } from '../ingest/transport-call.ts';
import { anOfficer, anonymous } from '../testing/callers.ts';
import { aCall, aConsignment, guangxiWithSources } from '../testing/ingest-under-test.ts';
import { type PartyUnderTest, startPartyUnderTest } from '../testing/party-under-test.ts';

let party: PartyUnderTest;
const facility: Record<string, string> = {};
const call: Record<string, string> = {};
let loading = '';

beforeAll(async () => {
  party = await startPartyUnderTest(guangxiWithSources);
  const rows = <Row>(statement: string): Promise<Row[]> => party.store.transaction((tx) => tx.query<Row>(statement));
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
  const arrival = (day: string) =>
    [{ transportEventTypeCode: 'ARRI', eventClassifierCode: 'PLN', eventDateTime: `${day}T12:00:00+08:00` }] as const;
  const { vesselIMONumber: _, vesselName: __, rotation: ___, ...withoutVessel } = aCall();
  await takeConsignment(bytes(aConsignment()), context);
  await takeTransportCall(
    bytes([
      aCall({ recordReference: 'terminal' }),
      aCall({
        recordReference: 'port',
        carrierExportVoyageNumber: '025S',
        place: { UNLocationCode: 'CNQZH' },
        times: [...arrival('2026-08-04')],
      }),
      {
        ...withoutVessel,
        recordReference: 'train',
        modeOfTransport: 'RAIL',
        trainNumber: 'X1',
        place: { UNLocationCode: 'CNQZH' },
        times: arrival('2026-07-20'),
      },
      {
        ...withoutVessel,
        recordReference: 'truck',
        modeOfTransport: 'TRUCK',
        vehicleRegistrationNumber: 'SAMPLE 1',
        place: { UNLocationCode: 'CNYYG' },
        times: arrival('2026-07-25'),
      },
    ]),
    context,
  );
  const terminal = guangxiWithSources.sources.find(({ client }) => client === 'qz-terminal');
  invariant(terminal?.profile != null, 'the terminal has a profile');
  const segments = [
    'UNB+UNOA:1+QZBICT+GUANGXI+260728:1000+9',
    'UNH+1+COARRI:D:95B:UN:SMDG20',
    'BGM+46+LR0001+9',
    'TDT+20+024S+1++COSU:172:20+++3100007:146::LAND SEA SAMPLE',
    'EQD+CN+LSCU1000016+45R1:102:5++2+5',
    'DTM+203:202607280900:203',
    'LOC+165+CNQZH:139:6+BICT:TER:306',
    'CNT+16:1',
    'UNT+8+1',
    'UNZ+1+9',
  ];
  await takeInterchange(
    Buffer.from(segments.map((segment) => `${segment}'`).join('')),
    { ...terminal, profile: terminal.profile },
    context,
  );
  for (const { id, record_key } of await rows<{ id: string; record_key: string }>('select id, record_key from transport_call'))
    call[JSON.parse(record_key)[1]] = id;
  for (const { id, local_code } of await rows<{ id: string; local_code: string }>('select id, local_code from facility'))
    facility[local_code] = id;
  loading = (await rows<{ id: string }>(`select id from equipment_event where equipment_event_type_code = 'LOAD'`))[0]?.id ?? '';
}, 60_000);
afterAll(() => party.close());

const typeOf: Readonly<Record<string, string>> = {
  qinzhou: 'GuangxiPort',
  'qz-bict': 'GuangxiTerminal',
  youyiguan: 'GuangxiBorderCrossing',
};
type Seen = {
  readonly nodes: readonly ({ readonly id: string } | null)[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
};
const callsAt = async (localCode: string, args = '', caller: Caller = anOfficer('GS')): Promise<Seen> => {
  const asked = `... on Facility { transportCalls${args} { nodes { id } pageInfo { hasNextPage endCursor } } }`;
  const { body } = await party.entities(caller, [{ type: typeOf[localCode] ?? '', id: facility[localCode] ?? '' }], asked);
  expect(body.errors).toBeUndefined();
  const [seen] = (body.data?.['_entities'] ?? []) as { transportCalls: Seen }[];
  invariant(seen !== undefined, 'a facility is public');
  return seen.transportCalls;
};
const names = ({ nodes }: Seen): (string | undefined)[] => nodes.map((node) => Object.keys(call).find((name) => call[name] === node?.id));

test('a port lists the calls at its terminals and those told by its UN/LOCODE, by day; a terminal and a crossing their own', async () => {
  expect(names(await callsAt('qinzhou'))).toEqual(['train', 'terminal', 'port']);
  expect(names(await callsAt('qz-bict'))).toEqual(['terminal']);
  expect(names(await callsAt('youyiguan'))).toEqual(['truck']);
});

test('calls at a facility are filtered by mode and day, and come page by page', async () => {
  expect(names(await callsAt('qinzhou', '(filter: { modeOfTransport: ["VESSEL"] })'))).toEqual(['terminal', 'port']);
  const span = '(filter: { from: "2026-07-21T00:00:00Z", to: "2026-08-01T00:00:00Z" })';
  expect(names(await callsAt('qinzhou', span))).toEqual(['terminal']);
  const first = await callsAt('qinzhou', '(first: 2)');
  const second = await callsAt('qinzhou', `(first: 2, after: ${JSON.stringify(first.pageInfo.endCursor)})`);
  expect([names(first), first.pageInfo.hasNextPage, names(second), second.pageInfo.hasNextPage]).toEqual([
    ['train', 'terminal'],
    true,
    ['port'],
    false,
  ]);
});

test('a mode that is none is refused, naming the argument', async () => {
  const asked = '... on Facility { transportCalls(filter: { modeOfTransport: ["ROCKET"] }) { nodes { id } } }';
  const { body } = await party.entities(anonymous, [{ type: 'GuangxiPort', id: facility['qinzhou'] ?? '' }], asked);
  expect(body.errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['BAD_USER_INPUT']);
});

test('of the calls at a facility the public reads name, place and day, as of each call', async () => {
  const asked =
    '... on Port { transportCalls { nodes { ... on VesselCall { vesselName vesselIMONumber timestamps { eventDateTime } } } } }';
  const { body } = await party.entities(anonymous, [{ type: 'GuangxiPort', id: facility['qinzhou'] ?? '' }], asked);
  const [port] = (body.data?.['_entities'] ?? []) as { transportCalls: { nodes: { timestamps?: { eventDateTime: string }[] }[] } }[];
  expect(port?.transportCalls.nodes.at(-1)).toEqual({
    vesselName: 'LAND SEA SAMPLE',
    vesselIMONumber: null,
    timestamps: [{ eventDateTime: '2026-08-03T16:00:00.000Z' }],
  });
});

test('a loading names the call of its vessel, to those who may know of the call', async () => {
  const asked = '... on EquipmentEvent { equipmentEventTypeCode transportCallId }';
  const seen = async (caller: Caller): Promise<unknown> =>
    (await party.entities(caller, [{ type: 'GuangxiEquipmentEvent', id: loading }], asked)).body.data?.['_entities'];
  expect(await seen(anOfficer('GS'))).toEqual([{ equipmentEventTypeCode: 'LOAD', transportCallId: call['terminal'] }]);
  await party.store.transaction((tx) => tx.execute('update transport_call set cancelled = true where id = $1', call['terminal']));
  expect(await seen(anOfficer('GS'))).toEqual([{ equipmentEventTypeCode: 'LOAD', transportCallId: null }]);
});
