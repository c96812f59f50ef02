import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aCall, aConsignment, type IngestUnderTest, openIngestUnderTest } from '../testing/ingest-under-test.ts';

let owner: IngestUnderTest;
beforeAll(async () => {
  owner = await openIngestUnderTest();
});
beforeEach(async () => {
  owner.clock.now = Date.parse('2026-07-28T00:00:00Z');
  await owner.empty();
});
afterAll(() => owner.close());

type Status = {
  readonly document: string;
  readonly as: string;
  /** UNB minute: which of two was told last. */
  readonly minute: number;
  readonly code: string;
  /** Local time of Qinzhou. */
  readonly at: string;
  readonly train: string;
  readonly place: string;
  readonly booking: string;
  readonly boxes: readonly string[];
};

/** An IFTSTA: train X9502 has left Qinzhou; anything may be replaced. */
function status(more: Partial<Status> = {}): string {
  const { document, as, minute, code, at, train, place, booking, boxes }: Status = {
    document: 'ST-1',
    as: '9',
    minute: 0,
    code: 'RL',
    at: '202607261000',
    train: 'TDT+30+X9502+2',
    place: 'LOC+175+CNQZH:139:6+BICT:TER:306',
    booking: '',
    boxes: [],
    ...more,
  };
  const body = [
    `BGM+23+${document}+${as}`,
    'CNI+1',
    `STS+1+${code}`,
    ...(booking === '' ? [] : [`RFF+BN:${booking}`]),
    `DTM+334:${at}:203`,
    ...(place === '' ? [] : [place]),
    ...(train === '' ? [] : [train]),
    ...boxes.map((box) => `EQD+CN+${box}+45R1:102:5+++5`),
  ];
  return [
    `UNB+UNOA:1+QZBICT+GUANGXI+260726:12${String(minute).padStart(2, '0')}+${document}${minute}`,
    'UNH+1+IFTSTA:D:00B:UN',
    ...body,
    `UNT+${body.length + 2}+1`,
    `UNZ+1+${document}${minute}`,
  ]
    .map((segment) => `${segment}'`)
    .join('\n');
}

const said = ({ status: code, body }: Awaited<ReturnType<IngestUnderTest['edifact']>>) => [
  code,
  body.messages.map(({ outcome }) => outcome),
  body.findings.map((finding) => `${finding.code} ${finding.severity} ${finding.tag}`),
];
const movements = async () =>
  (
    await owner.rows<{
      said: string;
    }>(`select concat_ws(' ', ca.train_number, ca.vehicle_registration_number, ca.vessel_imo_number, e.transport_event_type_code,
        e.event_classifier_code, to_char(e.event_at at time zone 'UTC', 'DD HH24:MI'), case when e.retracted then 'retracted' end,
        (select 'for ' || to_char(o.event_at at time zone 'UTC', 'HH24:MI') from transport_event o where o.id = e.retracted_event_id)) as said
      from transport_event e join transport_call ca on ca.id = e.call_id order by e.event_at, e.retracted desc, ca.train_number`)
  ).map((row) => row.said);
const links = async () =>
  (
    await owner.rows<{
      link: string;
    }>(`select concat_ws(' ', ca.train_number, l.key_kind, c.record_key ->> 1) as link from call_consignment l
      join transport_call ca on ca.id = l.call_id join (select id, record_key::jsonb as record_key from consignment_record) c on c.id = l.record_id order by 1`)
  ).map(({ link }) => link);

test('a train that has left is an actual departure of its call, at the place and in the time told', async () => {
  expect(said(await owner.edifact(status()))).toEqual([200, ['TAKEN'], ['EVENT_NOT_LINKED warning STS']]);
  expect(await owner.told()).toEqual(['train-call 1', 'transport-event 1']);
  expect(
    await owner.rows(`select noun, mode_of_transport as mode, train_number as train, controller_code as controller, time_zone as zone,
      (select local_code from facility f where f.id = facility_id) as place, timestamps from transport_call`),
  ).toEqual([
    {
      noun: 'train-call',
      mode: 'RAIL',
      train: 'X9502',
      controller: 'port-operator',
      zone: 'Asia/Shanghai',
      place: 'qz-bict',
      timestamps: [{ transportEventTypeCode: 'DEPA', eventClassifierCode: 'ACT', eventDateTime: '2026-07-26T02:00:00.000Z' }],
    },
  ]);
});

test.each([
  ['a truck by its plate', 'TDT+10++3+++++GXN12345', 'GXN12345 DEPA ACT 26 02:00'],
  ['a vessel by its IMO number and voyage', 'TDT+20+024S+1+++++3100007:146::LAND SEA SAMPLE', '3100007 DEPA ACT 26 02:00'],
])('so is %s', async (_, transport, movement) => {
  await owner.edifact(status({ train: transport, code: 'P' }));
  expect(await movements()).toEqual([movement]);
});

test('one train reported box by box has left once, and carries the consignments of all its boxes', async () => {
  await owner.send(aConsignment());
  await owner.send(aConsignment({ recordReference: 'LZ-0002', references: [], equipment: [{ equipmentReference: 'LSCU1000021' }] }));
  const first = await owner.edifact(status({ booking: 'BK100', boxes: ['LSCU1000016'] }));
  const second = await owner.edifact(status({ document: 'ST-2', boxes: ['LSCU1000021'] }));
  expect([said(first), said(second)]).toEqual([
    [200, ['TAKEN'], []],
    [200, ['TAKEN'], []],
  ]);
  expect(await movements()).toEqual(['X9502 DEPA ACT 26 02:00']);
  expect(await links()).toEqual(['X9502 BOOKING LZ-0001', 'X9502 EQUIPMENT LZ-0002']);
});

test('the departure stands as long as one report of it does; taken back it keeps its readers, who see that', async () => {
  await owner.send(aConsignment());
  await owner.edifact(status({ booking: 'BK100', boxes: ['LSCU1000016'] }));
  await owner.edifact(status({ document: 'ST-2', boxes: ['LSCU1000021'] }));
  expect(said(await owner.edifact(status({ as: '1', minute: 5, booking: 'BK100' })))).toEqual([200, ['TAKEN'], []]);
  expect([await movements(), await links()]).toEqual([['X9502 DEPA ACT 26 02:00'], []]);
  expect(said(await owner.edifact(status({ document: 'ST-2', as: '1', minute: 6 })))).toEqual([200, ['TAKEN'], []]);
  expect([await movements(), await links()]).toEqual([['X9502 DEPA ACT 26 02:00 retracted'], ['X9502 BOOKING LZ-0001']]);
  expect(await owner.rows('select timestamps from transport_call')).toEqual([{ timestamps: [] }]);
});

test('a box whose train was told wrong goes over to the right one, and sees no more of the other', async () => {
  await owner.send(aConsignment());
  await owner.edifact(status({ booking: 'BK100', boxes: ['LSCU1000016'] }));
  await owner.edifact(status({ document: 'ST-2', boxes: ['LSCU1000021'] }));
  await owner.edifact(status({ as: '5', minute: 5, booking: 'BK100', boxes: ['LSCU1000016'], train: 'TDT+30+X9504+2' }));
  expect([await movements(), await links()]).toEqual([['X9502 DEPA ACT 26 02:00', 'X9504 DEPA ACT 26 02:00'], ['X9504 BOOKING LZ-0001']]);
});

test('a corrected time stands for the one it corrects, and a correction that comes first waits for it', async () => {
  const late = status({ as: '5', minute: 5, at: '202607261040' });
  expect(said(await owner.edifact(late))).toEqual([
    200,
    ['TAKEN'],
    ['REPLACED_MESSAGE_NOT_FOUND warning BGM', 'EVENT_NOT_LINKED warning STS'],
  ]);
  expect(said(await owner.edifact(status()))).toEqual([
    200,
    ['TAKEN'],
    ['MESSAGE_CORRECTED_BEFORE info BGM', 'EVENT_NOT_LINKED warning STS'],
  ]);
  expect(await movements()).toEqual(['X9502 DEPA ACT 26 02:00 retracted', 'X9502 DEPA ACT 26 02:40 for 02:00']);
});

test('of two standing reports of one departure the call shows the one its sender made last, whichever came last', async () => {
  await owner.edifact(status({ document: 'ST-2', minute: 9, at: '202607261020' }));
  await owner.edifact(status({ minute: 0 }));
  expect(await owner.rows(`select timestamps -> 0 ->> 'eventDateTime' as at from transport_call`)).toEqual([
    { at: '2026-07-26T02:20:00.000Z' },
  ]);
});

test('a consignment that comes later finds the train by its booking, and one whose leg names the train by that', async () => {
  await owner.edifact(status({ booking: 'BK100', boxes: ['LSCU1000016'] }));
  await owner.send(aConsignment());
  const leg = {
    sequence: 1,
    modeOfTransport: 'RAIL' as const,
    from: { UNLocationCode: 'CNQZH' },
    to: { UNLocationCode: 'CNCQI' },
    partyCode: 'CQ',
    plannedDeparture: '2026-07-26T00:00:00Z',
    trainNumber: 'X9502',
  };
  await owner.send(aConsignment({ recordReference: 'LZ-0003', references: [], equipment: [], legs: [leg] }));
  expect(await links()).toEqual(['X9502 BOOKING LZ-0001', 'X9502 TRAIN LZ-0003']);
});

test('a train number is used again the next day; the same day, the railway takes over the call that was mentioned', async () => {
  await owner.edifact(status());
  await owner.edifact(status({ document: 'ST-2', at: '202607271000' }));
  await owner.edifact(status({ document: 'ST-3', code: 'AR', at: '202607260800' }));
  const {
    vesselIMONumber: _,
    vesselName: __,
    carrierImportVoyageNumber: ___,
    carrierExportVoyageNumber: ____,
    ...train
  } = aCall({
    recordReference: 'T-26',
    modeOfTransport: 'RAIL',
    trainNumber: 'X9502',
    controllerCode: 'railway',
    times: [{ transportEventTypeCode: 'ARRI', eventClassifierCode: 'PLN', eventDateTime: '2026-07-26T07:30:00+08:00' }],
  });
  await owner.sendCall(train);
  expect(
    await owner.rows(
      `select record_key, (select count(*)::int from transport_event e where e.call_id = ca.id) as events from transport_call ca order by 2`,
    ),
  ).toEqual([
    { record_key: null, events: 1 },
    { record_key: '["gx-railway","T-26"]', events: 3 },
  ]);
});

test('a train without a number is known by its minute to its sender alone; a word for no number is none', async () => {
  await owner.edifact(status({ train: 'TDT+30++2', boxes: ['LSCU1000016'] }));
  await owner.edifact(status({ document: 'ST-2', train: 'TDT+30+UNKNOWN+2', boxes: ['LSCU1000021'] }));
  await owner.edifact(status({ document: 'ST-3', train: 'TDT+30++2', boxes: ['LSCU1000037'], at: '202607261001' }));
  expect(await owner.rows('select train_number from transport_call')).toEqual([{ train_number: null }, { train_number: null }]);
  expect(await movements()).toEqual(['DEPA ACT 26 02:00', 'DEPA ACT 26 02:01']);
});

test.each([
  ['where it left', { place: '' }, ['SEGMENT_MISSING warning STS', 'ELEMENT_MISSING warning LOC']],
  ['what left', { train: '', booking: 'BK100' }, ['ELEMENT_MISSING warning TDT']],
])('a departure that does not say %s is refused, and it is said why', async (_, more, found) => {
  expect(said(await owner.edifact(status(more)))).toEqual([422, ['REFUSED'], expect.arrayContaining(found)]);
  expect(await movements()).toEqual([]);
});
