import { errors } from '@corridor/schemas';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  aBox,
  aConsignment,
  aSource,
  codeco,
  guangxiWithSources,
  type IngestUnderTest,
  openIngestUnderTest,
} from '../testing/ingest-under-test.ts';

let owner: IngestUnderTest;
beforeAll(async () => {
  owner = await openIngestUnderTest();
});
beforeEach(() => owner.empty());
afterAll(() => owner.close());

const events = () =>
  owner.rows<object>(`select line, equipment_event_type_code as type, event_at, equipment_reference as box, empty_indicator_code as empty, retracted,
    (select local_code from facility f where f.id = e.facility_id) as place, event_location ->> 'UNLocationCode' as code,
    controller_code as controller, transport, facts, carrier_booking_reference as booking, revision::int as revision
    from equipment_event e order by event_at, line`);
const standing = async () =>
  (
    await owner.rows<{
      state: string;
    }>(`select to_char(event_at at time zone 'UTC', 'DD HH24:MI') || case when retracted then ' retracted' else '' end as state
    from equipment_event order by event_at, retracted`)
  ).map(({ state }) => state);
const codes = (answer: { body: { findings: readonly { code: string }[] } }) => answer.body.findings.map(({ code }) => code);
const outcome = (answer: { status: number; body: { messages: readonly { outcome: string }[] } }) => [
  answer.status,
  ...answer.body.messages.map((each) => each.outcome),
];

test('a gate in becomes an event, with place, vessel, booking and seals, in UTC', async () => {
  const box = aBox('LSCU1000016', '202607261154', [
    'RFF+BN:BK 100',
    'NAD+CF+COSU:172:20',
    'TDT+20+024S+1++COSU:172:20+++3100007:146::HARMONY',
  ]);
  const { status, body } = await owner.edifact(
    codeco({ boxes: [[...box, 'MEA+AAE+VGM+KGM:28600', 'SEL+CN558811+SH', 'TDT+1++3+++++:::GUI N12345']] }),
  );
  expect({ status, messages: body.messages }).toEqual({
    status: 200,
    messages: [{ reference: '1', type: 'CODECO', function: 'ORIGINAL', outcome: 'TAKEN' }],
  });
  expect(await events()).toEqual([
    {
      line: 1,
      type: 'GTIN',
      event_at: new Date('2026-07-26T03:54:00Z'),
      box: 'LSCU1000016',
      empty: 'LADEN',
      retracted: false,
      place: 'qz-bict',
      code: 'CNQZH',
      controller: 'port-operator',
      transport: { vesselIMONumber: '3100007', vesselName: 'HARMONY', voyage: '024S', carrier: 'COSU' },
      facts: {
        ISOEquipmentCode: '45R1',
        seals: [{ sealNumber: 'CN558811', sealSource: 'SH' }],
        grossWeightKg: 28600,
        vehicleRegistrationNumber: 'GUI N12345',
        carrierCode: 'COSU',
        parties: [{ partyFunction: 'CF', partyCode: 'COSU', codeListProvider: '20' }],
      },
      booking: 'BK100',
      revision: 1,
    },
  ]);
});

test('an event without a consignment is kept for the owner alone, and says so', async () => {
  const answer = await owner.edifact(codeco());
  expect(answer.body.findings).toEqual([
    { code: 'EVENT_NOT_LINKED', severity: 'warning', message: errors.EVENT_NOT_LINKED.en, segment: 4, tag: 'EQD' },
  ]);
  expect(await owner.told()).toEqual(['equipment-record 1', 'equipment-event 1']);
});

test('the same bytes twice take effect once', async () => {
  await owner.edifact(codeco());
  await owner.told();
  const before = await owner.facts();
  const answer = await owner.edifact(codeco());
  expect(outcome(answer)).toEqual([200, 'DUPLICATE']);
  expect(answer.body.findings).toEqual([
    { code: 'MESSAGE_DUPLICATE', severity: 'info', message: errors.MESSAGE_DUPLICATE.en, segment: 2, tag: 'UNH' },
  ]);
  expect(await owner.told()).toEqual([]);
  expect(await owner.facts()).toEqual(before);
});

test('the same reference with other bytes is another message, with a finding', async () => {
  await owner.edifact(codeco({ document: 'GATE-1' }));
  const answer = await owner.edifact(codeco({ document: 'GATE-2', boxes: [aBox('LSCU1000021', '202607261300')] }));
  expect(outcome(answer)).toEqual([200, 'TAKEN']);
  expect(answer.body.findings[0]).toEqual({
    code: 'MESSAGE_REFERENCE_REUSED',
    severity: 'warning',
    message: errors.MESSAGE_REFERENCE_REUSED.en,
    segment: 2,
    tag: 'UNH',
    element: 1,
    value: '1',
  });
  expect(await standing()).toEqual(['26 03:54', '26 05:00']);
});

test('a replacement retracts what it corrects and names it', async () => {
  await owner.edifact(codeco());
  await owner.told();
  const answer = await owner.edifact(
    codeco({ function: '5', prepared: '260726:1210', interchange: '2', boxes: [aBox('LSCU1000016', '202607261148')] }),
  );
  expect([outcome(answer), codes(answer)]).toEqual([[200, 'TAKEN'], ['EVENT_NOT_LINKED']]);
  expect(await standing()).toEqual(['26 03:48', '26 03:54 retracted']);
  const [row] = await owner.rows<object>(
    'select n.retracted_event_id = o.id as names from equipment_event n, equipment_event o where o.retracted and not n.retracted',
  );
  expect(row).toEqual({ names: true });
  // The trip goes on under its id: its first event is another now, and that is all.
  expect(await owner.told()).toEqual(['equipment-record 2', 'equipment-event 1', 'equipment-event 2']);
});

test('a cancellation takes the events back; the trip of a box that nobody knows is gone with them', async () => {
  await owner.edifact(codeco());
  await owner.told();
  const answer = await owner.edifact(codeco({ function: '1', prepared: '260726:1230', interchange: '2' }));
  expect([outcome(answer), codes(answer)]).toEqual([[200, 'TAKEN'], []]);
  expect(await standing()).toEqual(['26 03:54 retracted']);
  expect(await owner.told()).toEqual(['equipment-record 2', 'equipment-event 2']);
  expect(await owner.rows('select id from equipment_record')).toEqual([]);
});

test('a cancellation that comes before its original is remembered', async () => {
  const early = await owner.edifact(codeco({ function: '1', prepared: '260726:1230', interchange: '2' }));
  expect([outcome(early), codes(early)]).toEqual([[200, 'TAKEN'], ['REPLACED_MESSAGE_NOT_FOUND']]);
  const late = await owner.edifact(codeco());
  expect([outcome(late), codes(late)]).toEqual([
    [200, 'TAKEN'],
    ['MESSAGE_CORRECTED_BEFORE', 'EVENT_NOT_LINKED'],
  ]);
  expect(await standing()).toEqual(['26 03:54 retracted']);
});

test('of several interchanges in one input, those of the registered sender take effect and those of strangers are refused', async () => {
  const answer = await owner.edifact(
    [
      codeco(),
      codeco({ sender: 'STRANGER', interchange: '2' }),
      codeco({ interchange: '3', document: 'GATE-3', boxes: [aBox('LSCU1000021')] }),
    ].join('\n'),
  );
  expect(answer.body.messages.map((message) => message.outcome)).toEqual(['TAKEN', 'REFUSED', 'TAKEN']);
  expect(codes(answer).filter((code) => code === 'SENDER_UNKNOWN')).toHaveLength(1);
  expect(
    await owner.rows(
      'select distinct source_key::jsonb ->> 0 as sender, source_key::jsonb ->> 2 as reference from source_message order by 2',
    ),
  ).toEqual([
    { sender: 'QZBICT', reference: '1' },
    { sender: 'QZBICT', reference: '3' },
  ]);
});

test('a cancellation of another sender takes nothing back', async () => {
  await owner.edifact(codeco());
  const answer = await owner.edifact(codeco({ sender: 'STRANGER', function: '1', prepared: '260726:1230', interchange: '2' }));
  expect([outcome(answer), codes(answer)]).toEqual([[422, 'REFUSED'], ['SENDER_UNKNOWN']]);
  expect(await standing()).toEqual(['26 03:54']);
});

test('a cancellation without a document number is refused: nothing says what it takes back', async () => {
  const answer = await owner.edifact(codeco({ function: '1', document: '' }));
  expect(outcome(answer)).toEqual([422, 'REFUSED']);
  expect(answer.body.findings).toContainEqual({
    code: 'ELEMENT_MISSING',
    severity: 'error',
    message: `${errors.ELEMENT_MISSING.en}: number of the document to cancel`,
    segment: 3,
    tag: 'BGM',
    element: 2,
  });
});

test.each<[string, string, object]>([
  [
    'another message type',
    codeco().replace('CODECO:D:95B', 'BAPLIE:D:95B'),
    { code: 'MESSAGE_TYPE_UNSUPPORTED', segment: 2, tag: 'UNH', element: 2 },
  ],
  [
    'a date that does not exist',
    codeco({ boxes: [aBox('LSCU1000016', '202602300800')] }),
    { code: 'DATE_TIME_INVALID', segment: 5, tag: 'DTM' },
  ],
  ['no time at all', codeco({ boxes: [['EQD+CN+LSCU1000016+45R1:102:5++2+5']] }), { code: 'SEGMENT_MISSING', segment: 4, tag: 'EQD' }],
  ['no box', codeco({ boxes: [] }), { code: 'SEGMENT_MISSING' }],
  ['a document that is neither in nor out', codeco({ name: '77' }), { code: 'CODE_UNKNOWN', segment: 3, tag: 'BGM', element: 1 }],
])('%s: the message is kept raw, answered by segment and element, and changes nothing', async (_, text, finding) => {
  const answer = await owner.edifact(text);
  expect(outcome(answer)).toEqual([422, 'REFUSED']);
  expect(answer.body.findings.filter(({ severity }) => severity === 'error')).toEqual([
    expect.objectContaining({ severity: 'error', ...finding }),
  ]);
  expect(await owner.told()).toEqual([]);
  expect(await owner.rows('select outcome from raw_message')).toEqual([{ outcome: 'REFUSED' }]);
});

test('a wrong check digit and a strange place are flagged, and the event is kept', async () => {
  const box = [
    'EQD+CN+LSCU1000017+45R1:102:5++2+5',
    'DTM+7:202607261154:203',
    'LOC+165+CNQIN:139:6+NOWHERE:TER:306',
    'TDT+20+024S+1++COSU:172:20+++3100008:146',
  ];
  const answer = await owner.edifact(codeco({ boxes: [box] }));
  expect(outcome(answer)).toEqual([200, 'TAKEN']);
  expect(answer.body.findings).toEqual([
    {
      code: 'EQUIPMENT_REFERENCE_CHECK_DIGIT',
      severity: 'warning',
      message: `${errors.EQUIPMENT_REFERENCE_CHECK_DIGIT.en}: 6 expected`,
      segment: 4,
      tag: 'EQD',
      element: 2,
      value: 'LSCU1000017',
    },
    { code: 'EVENT_NOT_LINKED', severity: 'warning', message: errors.EVENT_NOT_LINKED.en, segment: 4, tag: 'EQD' },
    {
      code: 'LOCATION_WITHDRAWN',
      severity: 'warning',
      message: `${errors.LOCATION_WITHDRAWN.en}: Qingdao; CNQZH may be meant`,
      segment: 6,
      tag: 'LOC',
      element: 2,
      value: 'CNQIN',
    },
    {
      code: 'LOCATION_UNKNOWN',
      severity: 'warning',
      message: errors.LOCATION_UNKNOWN.en,
      segment: 6,
      tag: 'LOC',
      element: 3,
      value: 'NOWHERE',
    },
    {
      code: 'VESSEL_IMO_NUMBER_CHECK_DIGIT',
      severity: 'warning',
      message: `${errors.VESSEL_IMO_NUMBER_CHECK_DIGIT.en}: 7 expected`,
      segment: 7,
      tag: 'TDT',
      element: 8,
      value: '3100008',
    },
  ]);
  expect(await events()).toMatchObject([{ box: 'LSCU1000017', place: null, code: null }]);
});

test.each([
  ["the partner's own terminal code", 'LOC+165+CNQZH:139:6+QZT1', 'qz-bict'],
  ['a code of SMDG', 'LOC+165+CNQZH:139:6+BICT:TER:306', 'qz-bict'],
  ['a place alone', 'LOC+165+CNYYG:139:6', 'youyiguan'],
])('%s finds the facility', async (_, location, place) => {
  await owner.edifact(codeco({ boxes: [['EQD+CN+LSCU1000016+45R1:102:5++2+5', 'DTM+7:202607261154:203', location]] }));
  expect(await events()).toMatchObject([{ place }]);
});

test('bare messages come under the name of the client that sent them', async () => {
  const bare = codeco().split('\n').slice(1, -1).join('\n');
  expect(outcome(await owner.edifact(bare))).toEqual([200, 'TAKEN']);
  expect(await owner.rows(`select source_key::jsonb ->> 0 as sender from source_message`)).toEqual([{ sender: 'client:qz-terminal' }]);
});

test('an event moves its consignment on, and its correction moves it back', async () => {
  await owner.send(aConsignment());
  const status = async () => (await owner.rows<{ s: string }>('select consignment_status as s from consignment_record'))[0]?.s;
  await owner.edifact(codeco());
  expect(await status()).toBe('AT_PORT');
  await owner.edifact(
    codeco({ name: '36', document: 'GATE-2', prepared: '260726:1800', interchange: '2', boxes: [aBox('LSCU1000016', '202607261730')] }),
  );
  expect(await status()).toBe('IN_TRANSIT');
  await owner.told();
  await owner.edifact(codeco({ name: '36', document: 'GATE-2', function: '1', prepared: '260726:1900', interchange: '3' }));
  expect(await status()).toBe('AT_PORT');
  expect(await owner.told()).toEqual(['consignment-record 4', 'equipment-event 2']);
});

test('a firm the sender means by a code of its own, which the registry does not know, is told once; all parties are kept with the event', async () => {
  const parties = [
    'NAD+FW+LZFWD',
    'NAD+CN+SOMEBODY::ZZZ',
    'NAD+CZ+SOMEBODY',
    'NAD+GA+4711::87',
    'NAD+CA+COSU',
    'NAD+NI+++LANZHOU SAMPLE FRUIT',
  ];
  const answer = await owner.edifact(codeco({ boxes: [aBox('LSCU1000016', '202607261154', parties)] }));
  expect(answer.body.findings.filter(({ code }) => code === 'ORGANISATION_UNKNOWN')).toEqual([
    {
      code: 'ORGANISATION_UNKNOWN',
      severity: 'info',
      message: errors.ORGANISATION_UNKNOWN.en,
      segment: 6,
      tag: 'NAD',
      element: 2,
      value: 'SOMEBODY',
    },
  ]);
  const [stored] = await owner.rows<{ parties: unknown }>("select facts -> 'parties' as parties from equipment_event");
  expect(stored?.parties).toEqual([
    { partyFunction: 'FW', partyCode: 'LZFWD' },
    { partyFunction: 'CN', partyCode: 'SOMEBODY', codeListProvider: 'ZZZ' },
    { partyFunction: 'CZ', partyCode: 'SOMEBODY' },
    { partyFunction: 'GA', partyCode: '4711', codeListProvider: '87' },
    { partyFunction: 'CA', partyCode: 'COSU' },
    { partyFunction: 'NI', partyName: 'LANZHOU SAMPLE FRUIT' },
  ]);
});

test('a firm that a message names gains no right by it: the event is the owner’s alone until a consignment of his own has it', async () => {
  await owner.edifact(codeco({ boxes: [aBox('LSCU1000016', '202607261154', ['NAD+FW+LZFWD'])] }));
  expect(await owner.rows('select 1 from event_consignment union all select 1 from participation')).toEqual([]);
});

test('a depot that is registered for gate reports sends no orders, and the rest of its interchange takes effect', async () => {
  const [gate, head, ...tail] = [
    codeco({ sender: 'QZDEPOT' }),
    'UNH+2+COPARN:D:95B:UN',
    'BGM+12+ORDER-1+9',
    'EQD+CN+LSCU1000016+45R1:102:5+++4',
    'UNT+4+2',
  ];
  const order = [head, ...tail].map((segment) => `${segment}'`).join('\n');
  const body = gate?.replace("UNZ+1+1'", `${order}\nUNZ+2+1'`) ?? '';
  const answer = await owner.post({ authorization: owner.keys.bearer(aSource('qz-depot'), guangxiWithSources.audience), body });
  expect(outcome(answer)).toEqual([200, 'TAKEN', 'REFUSED']);
  expect(answer.body.findings).toContainEqual({
    code: 'MESSAGE_TYPE_NOT_ALLOWED',
    severity: 'error',
    message: errors.MESSAGE_TYPE_NOT_ALLOWED.en,
    segment: 9,
    tag: 'UNH',
    element: 2,
    value: 'COPARN',
  });
});
