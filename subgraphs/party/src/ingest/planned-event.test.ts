import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aConsignment, codeco, type IngestUnderTest, openIngestUnderTest } from '../testing/ingest-under-test.ts';

let owner: IngestUnderTest;
beforeAll(async () => {
  owner = await openIngestUnderTest();
});
beforeEach(() => owner.empty());
afterAll(() => owner.close());

const events = () =>
  owner.rows<object>(`select equipment_event_type_code as type, event_classifier_code as classifier, to_char(event_at at time zone 'UTC', 'DD HH24:MI') as at,
    equipment_reference as box, retracted, empty_indicator_code as empty, (select local_code from facility f where f.id = e.facility_id) as place,
    carrier_booking_reference as booking, facts ->> 'validUntil' as "validUntil", (select count(*)::int from event_consignment l where l.event_id = e.id) as links
    from equipment_event e order by event_at, retracted desc`);
const said = ({ status, body }: Awaited<ReturnType<IngestUnderTest['edifact']>>) => [
  status,
  body.messages.map(({ outcome }) => outcome),
  body.findings.map(({ code, severity }) => `${code} ${severity}`),
];

/** Segments of an order for a box at Qinzhou's terminal, from the morning of 25 July to the last minute of 31 July. */
const aBoxOrdered = (box = 'LSCU1000016', when = ['DTM+201:202607250800:203', 'DTM+36:20260731:102']): string[] => [
  `EQD+CN+${box}+45R1:102:5+++4`,
  'RFF+BN:BK100',
  ...when,
  'LOC+165+CNQZH:139:6+BICT:TER:306',
];

function order({ name = '12', as = '9', reference = '1', lines = [aBoxOrdered()] } = {}): string {
  const body = [`BGM+${name}+ORDER-1+${as}`, 'NAD+CA+COSU:160:20', ...lines.flat(), `CNT+16:${lines.length}`];
  return [
    `UNB+UNOA:1+QZBICT+GUANGXI+260724:090${reference}+${reference}`,
    'UNH+1+COPARN:D:95B:UN:SMDG16',
    ...body,
    `UNT+${body.length + 2}+1`,
    `UNZ+1+${reference}`,
  ]
    .map((segment) => `${segment}'`)
    .join('\n');
}

const planned = {
  type: 'GTOT',
  classifier: 'PLN',
  at: '25 00:00',
  box: 'LSCU1000016',
  retracted: false,
  empty: 'EMPTY',
  place: 'qz-bict',
  booking: 'BK100',
  validUntil: '2026-07-31T15:59:00.000Z',
  links: 1,
};

test.each([
  ['a release order', '12', 'GTOT'],
  ['an acceptance order', '11', 'GTIN'],
  ['a pre-advice', '126', 'GTIN'],
])('%s of a named box is a planned event at the place and on the first day ordered', async (_, name, type) => {
  await owner.send(aConsignment());
  expect(said(await owner.edifact(order({ name })))).toEqual([200, ['TAKEN'], []]);
  expect(await events()).toEqual([{ ...planned, type }]);
});

test('a plan moves nothing: neither the trip of the box nor the consignment; the fact comes and stands beside it', async () => {
  await owner.send(aConsignment());
  const state = () =>
    owner.rows<object>(
      `select c.consignment_status as status, (select count(*)::int from equipment_event e where e.equipment_id is not null) as "onTrips" from consignment_record c`,
    );
  const before = await state();
  await owner.edifact(order({ name: '11' }));
  expect(await state()).toMatchObject([{ status: (before[0] as { status: string }).status }]);
  await owner.edifact(codeco());
  expect((await events()).map((row) => ('classifier' in row ? row.classifier : ''))).toEqual(['PLN', 'ACT']);
  expect(await state()).toMatchObject([{ status: 'AT_PORT' }]);
});

test('a changed order strikes the plan of the box it names, a replaced one all of them, a cancelled one what is left', async () => {
  const [first, second] = ['LSCU1000016', 'LSCU1000021'];
  const standing = async () =>
    (await events()).flatMap((row) =>
      'retracted' in row && row.retracted === false && 'box' in row && 'at' in row ? [`${row.box} ${row.at}`] : [],
    );
  await owner.edifact(order({ lines: [aBoxOrdered(first), aBoxOrdered(second)] }));
  await owner.edifact(order({ as: '4', reference: '2', lines: [aBoxOrdered(first, ['DTM+201:202607261000:203'])] }));
  expect(await standing()).toEqual([`${second} 25 00:00`, `${first} 26 02:00`]);
  expect(said(await owner.edifact(order({ as: '5', reference: '3', lines: [aBoxOrdered(second)] })))).toEqual([
    200,
    ['TAKEN'],
    ['EVENT_NOT_LINKED warning'],
  ]);
  expect(await standing()).toEqual([`${second} 25 00:00`]);
  expect(said(await owner.edifact(order({ as: '1', reference: '4' })))).toEqual([200, ['TAKEN'], []]);
  expect(await standing()).toEqual([]);
});

test('an order for any box of a kind plans no event, is told so and kept; the one that names the boxes stands for it', async () => {
  const kind = ['EQD+CN++45G1:102:5+++4', 'RFF+BN:BK100', 'EQN+3', 'DTM+201:202607250800:203', 'LOC+165+CNQZH:139:6+BICT:TER:306'];
  const answer = await owner.edifact(order({ lines: [kind] }));
  expect(said(answer)).toEqual([200, ['TAKEN'], ['ORDER_WITHOUT_EVENT info']]);
  expect(answer.body.findings[0]).toMatchObject({
    segment: 7,
    value: 'RELEASE',
    message: expect.stringMatching(/: no container number, 3 x 45G1$/),
  });
  expect(await events()).toEqual([]);
  expect(said(await owner.edifact(order({ as: '5', reference: '2' })))).toEqual([200, ['TAKEN'], ['EVENT_NOT_LINKED warning']]);
  expect(await events()).toEqual([{ ...planned, links: 0 }]);
});

test('an order without a date plans no event: none is made up', async () => {
  expect(said(await owner.edifact(order({ lines: [aBoxOrdered('LSCU1000016', [])] })))).toEqual([
    200,
    ['TAKEN'],
    ['ORDER_WITHOUT_EVENT warning'],
  ]);
  expect(await events()).toEqual([]);
});

test('a replacement of an order that never came is told', async () => {
  expect(said(await owner.edifact(order({ as: '5' })))).toEqual([
    200,
    ['TAKEN'],
    ['REPLACED_MESSAGE_NOT_FOUND warning', 'EVENT_NOT_LINKED warning'],
  ]);
});
