import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type IngestUnderTest, openIngestUnderTest } from '../testing/ingest-under-test.ts';

let owner: IngestUnderTest;
beforeAll(async () => {
  owner = await openIngestUnderTest();
});
beforeEach(() => owner.empty());
afterAll(() => owner.close());

const events = () =>
  owner.rows<object>(`select equipment_event_type_code as type, event_at at time zone 'UTC' as at, equipment_reference as box, retracted,
    event_location ->> 'UNLocationCode' as place, transport, carrier_booking_reference as booking from equipment_event e order by event_at, line, retracted`);
const codes = ({ body }: { body: { findings: readonly { code: string }[] } }) => body.findings.map(({ code }) => code);
const outcome = ({ status, body }: { status: number; body: { messages: readonly { outcome: string }[] } }) => [
  status,
  ...body.messages.map((each) => each.outcome),
];

function interchange(reference: string, type: string, body: readonly string[]): string {
  return [`UNB+UNOA:1+QZBICT+GUANGXI+260726:1200+${reference}`, `UNH+1+${type}`, ...body, `UNT+${body.length + 2}+1`, `UNZ+1+${reference}`]
    .map((segment) => `${segment}'`)
    .join('\n');
}

const discharged = (reference: string, { at = '202607261205', as = '9' } = {}): string =>
  interchange(reference, 'COARRI:D:95B:UN:SMDG20', [
    `BGM+44+DR0001+${as}`,
    'TDT+20+126W+1++LSL:172:20+++3100007:146::BEIBU STAR',
    'NAD+CF+LSL:160:20',
    'EQD+CN+LSCU1000016+22G1:102:5++3+5',
    'RFF+BN:BK0001',
    `DTM+203:${at}:203`,
    'LOC+165+CNQZH:139:6+BICT:TER:ZZZ',
    'CNT+16:1',
  ]);

const status = (reference: string, code: string, box: readonly string[] = ['EQD+CN+LSCU1000016+22G1:102:5+++5']): string =>
  interchange(reference, 'IFTSTA:D:00B:UN', [
    `BGM+23+ST${reference}+9`,
    'DTM+137:202607261300:203',
    'NAD+CA+LSL:160:20',
    'CNI+1+WB0001',
    `STS+1+${code}`,
    'RFF+BN:BK0001',
    'DTM+334:202607270905:203',
    'LOC+175+CNQZH:139:6+BICT:TER:ZZZ',
    'TDT+30+X9502+2',
    ...box,
  ]);

test('a discharge report becomes a DISC event of its box, with the vessel it came off', async () => {
  expect(outcome(await owner.edifact(discharged('1')))).toEqual([200, 'TAKEN']);
  expect(await events()).toEqual([
    {
      type: 'DISC',
      at: new Date('2026-07-26T04:05:00Z'),
      box: 'LSCU1000016',
      retracted: false,
      place: 'CNQZH',
      transport: { vesselIMONumber: '3100007', vesselName: 'BEIBU STAR', voyage: '126W', carrier: 'LSL' },
      booking: 'BK0001',
    },
  ]);
});

test('a discharge report replaced and then cancelled leaves its events retracted, and the same one again is a duplicate', async () => {
  await owner.edifact(discharged('1'));
  expect(outcome(await owner.edifact(discharged('2', { at: '202607261305', as: '5' })))).toEqual([200, 'TAKEN']);
  expect(await events()).toMatchObject([
    { at: new Date('2026-07-26T04:05:00Z'), retracted: true },
    { at: new Date('2026-07-26T05:05:00Z'), retracted: false },
  ]);
  expect(outcome(await owner.edifact(discharged('3', { as: '1' })))).toEqual([200, 'TAKEN']);
  expect(await events()).toMatchObject([{ retracted: true }, { retracted: true }]);

  const again = await owner.edifact(discharged('1'));
  expect([outcome(again), codes(again)]).toEqual([[200, 'DUPLICATE'], expect.arrayContaining(['MESSAGE_DUPLICATE'])]);
  expect(await events()).toHaveLength(2);
});

test('a status of a container becomes the event the table has for it', async () => {
  const { body } = await owner.edifact(status('1', 'I'));
  expect(body.messages).toEqual([{ reference: '1', type: 'IFTSTA', function: 'ORIGINAL', outcome: 'TAKEN' }]);
  expect(await events()).toMatchObject([
    { type: 'GTIN', at: new Date('2026-07-27T01:05:00Z'), box: 'LSCU1000016', place: 'CNQZH', booking: 'BK0001' },
  ]);
});

test('statuses of which none makes an event are refused, and it is said of each why', async () => {
  const unknown = await owner.edifact(status('1', 'QQ'));
  const noBox = await owner.edifact(status('2', 'I', []));
  expect([unknown, noBox].map(outcome)).toEqual([
    [422, 'REFUSED'],
    [422, 'REFUSED'],
  ]);
  expect([codes(unknown), codes(noBox)]).toEqual([
    expect.arrayContaining(['CODE_UNKNOWN', 'ELEMENT_MISSING']),
    expect.arrayContaining(['ELEMENT_MISSING']),
  ]);
  expect(await events()).toEqual([]);
});

test('a discharge report tells of the call of its vessel, once however many boxes and messages name it', async () => {
  await owner.edifact(discharged('1'));
  await owner.edifact(discharged('2', { at: '202607261305', as: '5' }));
  expect(await owner.rows(`select mode_of_transport as mode, vessel_imo_number as imo, vessel_name as name from transport_call`)).toEqual([
    { mode: 'VESSEL', imo: '3100007', name: 'BEIBU STAR' },
  ]);
});
