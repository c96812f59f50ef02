// Long: three kinds of events through one door, each taken, repeated, taken back and refused.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { anEquipmentEvent, aShipmentEvent, aTransportEvent, eventID, qinzhouCall } from '../testing/dcsa-events.ts';
import { aConsignment, codeco, guangxiWithSources, type IngestUnderTest, openIngestUnderTest } from '../testing/ingest-under-test.ts';

let owner: IngestUnderTest;
beforeAll(async () => {
  owner = await openIngestUnderTest();
}, 60_000);
beforeEach(() => owner.empty());
afterAll(() => owner.close());

type Answer = Awaited<ReturnType<IngestUnderTest['sendEvents']>>;
const outcomes = ({ body }: Answer) => body.messages.map(({ outcome }) => outcome);
const found = ({ body }: Answer) => body.findings.map(({ code, severity, path, value }) => [code, severity, path, value]);
const boxEvents = () =>
  owner.rows<object>(
    `select x.external_event_id as id, e.equipment_event_type_code as type, e.event_classifier_code as classifier, e.retracted,
            (select o.external_event_id from external_event o where o.event_id = e.retracted_event_id) as stands_for,
            e.equipment_id is not null as on_a_trip, exists (select 1 from event_consignment l where l.event_id = e.id) as linked
       from equipment_event e join external_event x on x.event_id = e.id order by e.event_at, x.told_at`,
  );

test('an equipment event is kept with all it says, and finds its consignment by the booking', async () => {
  await owner.send(aConsignment());
  const answer = await owner.sendEvents(
    anEquipmentEvent({
      transportCall: qinzhouCall,
      seals: [{ sealNumber: 'CN1', sealSource: 'CUS', sealType: 'BLT' }],
      references: [{ referenceType: 'FF', referenceValue: 'F-1' }],
      aMemberOfSomeLaterVersion: { a: [1] },
    }),
  );
  expect({ status: answer.status, messages: answer.body.messages, findings: answer.body.findings }).toEqual({
    status: 200,
    messages: [{ reference: eventID('gate in'), type: 'dcsa-tnt-2.2', function: 'ORIGINAL', outcome: 'TAKEN' }],
    findings: [],
  });
  const [row] = await owner.rows<object>(
    `select controller_code, equipment_event_type_code, event_classifier_code, event_at, equipment_reference, empty_indicator_code,
            (select local_code from facility f where f.id = e.facility_id) as facility, event_location ->> 'UNLocationCode' as place, transport, facts,
            carrier_booking_reference, transport_document_reference,
            (select jsonb_agg(l.key_kind) from event_consignment l where l.event_id = e.id) as links from equipment_event e`,
  );
  expect(row).toEqual({
    controller_code: 'port-operator',
    equipment_event_type_code: 'GTIN',
    event_classifier_code: 'ACT',
    event_at: new Date('2026-07-26T03:54:00Z'),
    equipment_reference: 'LSCU1000016',
    empty_indicator_code: 'LADEN',
    facility: 'qz-bict',
    place: 'CNQZH',
    transport: { vesselIMONumber: '3100007', vesselName: 'LAND SEA SAMPLE', voyage: '024S' },
    facts: { ISOEquipmentCode: '45R1', seals: [{ sealNumber: 'CN1', sealSource: 'CU' }], carrierCode: 'COSU' },
    carrier_booking_reference: 'BK100',
    transport_document_reference: null,
    links: ['BOOKING'],
  });
  expect(
    await owner.rows('select vessel_imo_number, carrier_import_voyage_number, carrier_export_voyage_number from transport_call'),
  ).toEqual([{ vessel_imo_number: '3100007', carrier_import_voyage_number: '023N', carrier_export_voyage_number: '024S' }]);
});

test('the booking of another carrier links nothing', async () => {
  const equipment = [{ equipmentReference: 'LSCU1000021' }];
  await owner.send(
    aConsignment({ equipment, references: [{ referenceType: 'BOOKING', reference: 'BK100', carrierCode: 'OOLU', level: 'HOUSE' }] }),
  );
  expect(found(await owner.sendEvents(anEquipmentEvent()))).toEqual([['EVENT_NOT_LINKED', 'warning', '', undefined]]);
});

test.each([
  ['an array', (events: (object | string)[]): object => events, ''],
  ['an object with events', (events: (object | string)[]): object => ({ events }), 'events.'],
])('of %s each event is a message; a wrong one stops no other', async (_, wrap, path) => {
  await owner.send(aConsignment());
  const answer = await owner.sendEvents(
    wrap([
      anEquipmentEvent(),
      anEquipmentEvent({ eventID: eventID('wrong'), equipmentEventTypeCode: 'XXXX' }),
      { eventID: 'iot-1', eventType: 'IOT' },
      { eventID: 'evt-1', eventClassification: { eventTypeCode: 'EQUIPMENT' } },
      'no event',
      aTransportEvent({ transportCall: { ...qinzhouCall, vessel: { vesselIMONumber: '3100008' } } }),
      aShipmentEvent(),
    ]),
  );
  expect(answer.status).toBe(200);
  expect(answer.body.messages.map(({ reference, outcome }) => [reference, outcome])).toEqual([
    [eventID('gate in'), 'TAKEN'],
    [eventID('wrong'), 'REFUSED'],
    ['iot-1', 'REFUSED'],
    ['evt-1', 'REFUSED'],
    [null, 'REFUSED'],
    [eventID('arrival'), 'TAKEN'],
    [eventID('confirmation'), 'TAKEN'],
  ]);
  expect(found(answer)).toEqual([
    ['FIELD_INVALID', 'error', `${path}1.equipmentEventTypeCode`, 'XXXX'],
    ['MESSAGE_TYPE_UNSUPPORTED', 'error', `${path}2.eventType`, 'IOT'],
    ['MESSAGE_TYPE_UNSUPPORTED', 'error', `${path}3.eventClassification`, undefined],
    ['FIELD_INVALID', 'error', `${path}4`, 'no event'],
    ['VESSEL_IMO_NUMBER_CHECK_DIGIT', 'warning', `${path}5.transportCall.vessel.vesselIMONumber`, '3100008'],
  ]);
});

test('more than a few dozen events take effect, each once, those that came twice in one body too', async () => {
  const events = Array.from({ length: 60 }, (_, index) =>
    anEquipmentEvent({ eventID: eventID(`event ${index}`), eventDateTime: `2026-07-26T11:${String(index % 60).padStart(2, '0')}:00Z` }),
  );
  const answer = await owner.sendEvents([...events, ...events.slice(0, 3)]);
  expect(outcomes(answer)).toEqual([...Array.from({ length: 60 }, () => 'TAKEN'), 'DUPLICATE', 'DUPLICATE', 'DUPLICATE']);
  expect(await owner.rows('select count(*)::int as events from equipment_event')).toEqual([{ events: 60 }]);
});

test('nothing is taken of an empty array, of more than 1,000 events, or of what is no JSON', async () => {
  for (const [events, code] of [
    [[], 'FIELD_INVALID'],
    [{ events: [] }, 'FIELD_INVALID'],
    [Array.from({ length: 1001 }, () => anEquipmentEvent()), 'LIMIT_EXCEEDED'],
  ] as const) {
    const { status, body } = await owner.sendEvents(events);
    expect([status, body.messages.length, body.findings.map((each) => each.code)]).toEqual([422, 1, [code]]);
  }
});

test('an event that came before changes nothing; without an id its content says which it is', async () => {
  const { eventID: _, ...nameless } = anEquipmentEvent() as { eventID: string };
  await owner.sendEvents([anEquipmentEvent(), nameless]);
  const before = await owner.facts();
  const again = await owner.sendEvents([anEquipmentEvent(), nameless]);
  expect([again.status, outcomes(again)]).toEqual([200, ['DUPLICATE', 'DUPLICATE']]);
  expect(again.body.findings.map(({ code }) => code)).toEqual(['MESSAGE_DUPLICATE', 'MESSAGE_DUPLICATE']);
  expect(await owner.facts()).toEqual(before);
});

test.each([
  ['equipment', anEquipmentEvent],
  ['transport', aTransportEvent],
  ['shipment', aShipmentEvent],
])('another %s event under a used id is refused, and changes nothing', async (_, event) => {
  await owner.send(aConsignment());
  await owner.sendEvents(event());
  const before = await owner.facts();
  const answer = await owner.sendEvents(event({ eventDateTime: '2026-07-29T00:00:00Z' }));
  const id = (event() as { eventID: string }).eventID;
  expect([answer.status, outcomes(answer), found(answer)]).toEqual([
    422,
    ['REFUSED'],
    [['MESSAGE_REFERENCE_REUSED', 'error', 'eventID', id.slice(0, 35)]],
  ]);
  expect(await owner.facts()).toEqual(before);
});

test('ids of two sources are not the same, and neither takes back what the other told', async () => {
  const second = await openIngestUnderTest({
    ...guangxiWithSources,
    sources: [
      ...guangxiWithSources.sources,
      { client: 'gx-feeder', formats: ['dcsa-tnt-2.2'], controllerCode: 'port-operator', profile: null },
    ],
  });
  try {
    await second.sendEvents(anEquipmentEvent());
    expect(outcomes(await second.sendEvents(anEquipmentEvent(), 'gx-feeder'))).toEqual(['TAKEN']);
    await second.sendEvents(
      anEquipmentEvent({ eventID: eventID('other'), retractedEventID: eventID('gate in'), eventDateTime: '2026-07-26T12:00:00Z' }),
      'gx-feeder',
    );
    const rows = await second.rows(
      'select e.source_key::jsonb ->> 0 as source, e.retracted from equipment_event e order by e.event_at, source',
    );
    expect(rows).toEqual([
      { source: 'gx-carrier', retracted: false },
      { source: 'gx-feeder', retracted: true },
      { source: 'gx-feeder', retracted: false },
    ]);
  } finally {
    await second.close();
  }
});

const corrected = { eventID: eventID('corrected'), retractedEventID: eventID('gate in'), eventDateTime: '2026-07-26T13:00:00+08:00' };

test('what an event takes back stays, retracted, with its consignment; the later event stands for it, whichever came first', async () => {
  const rows = [
    { id: eventID('gate in'), type: 'GTIN', classifier: 'ACT', retracted: true, stands_for: null, on_a_trip: true, linked: true },
    {
      id: eventID('corrected'),
      type: 'GTIN',
      classifier: 'ACT',
      retracted: false,
      stands_for: eventID('gate in'),
      on_a_trip: true,
      linked: true,
    },
  ];
  await owner.send(aConsignment());
  await owner.sendEvents(anEquipmentEvent());
  const correction = await owner.sendEvents(anEquipmentEvent(corrected));
  expect([correction.body.messages[0]?.function, found(correction)]).toEqual(['REPLACE', []]);
  expect(await boxEvents()).toEqual(rows);
  const facts = await owner.facts();

  await owner.empty();
  await owner.send(aConsignment());
  expect(found(await owner.sendEvents(anEquipmentEvent(corrected)))).toEqual([
    ['REPLACED_MESSAGE_NOT_FOUND', 'warning', 'retractedEventID', eventID('gate in').slice(0, 35)],
  ]);
  await owner.told();
  expect(found(await owner.sendEvents(anEquipmentEvent()))).toEqual([
    ['MESSAGE_CORRECTED_BEFORE', 'info', 'eventID', eventID('gate in').slice(0, 35)],
  ]);
  expect(await owner.told()).toEqual(['equipment-event 1', 'equipment-event 2']);
  expect(await boxEvents()).toEqual(rows);
  expect(await owner.facts()).toEqual(facts);
});

test('an event that repeats what it takes back stands for nothing: both are retracted, whichever came first', async () => {
  const repeats = { eventID: eventID('echo'), eventCreatedDateTime: '2026-07-27T00:00:00Z', retractedEventID: eventID('gate in') };
  await owner.send(aConsignment());
  await owner.sendEvents(anEquipmentEvent());
  expect(await owner.rows('select consignment_status from consignment_record')).toEqual([{ consignment_status: 'AT_PORT' }]);
  await owner.sendEvents(anEquipmentEvent(repeats));
  expect(await owner.rows('select retracted from equipment_event')).toEqual([{ retracted: true }, { retracted: true }]);
  expect(await owner.rows('select consignment_status from consignment_record')).toEqual([{ consignment_status: 'BOOKED' }]);
  const facts = await owner.facts();
  await owner.empty();
  await owner.send(aConsignment());
  await owner.sendEvents([anEquipmentEvent(repeats), anEquipmentEvent()]);
  expect(await owner.facts()).toEqual(facts);
});

const elsewhere = { eventDateTime: '2026-07-28T00:00:00Z' };
test.each([
  ['a transport event', 'another of its kind', aTransportEvent, aTransportEvent(elsewhere), 'transport_event', [false]],
  ['a transport event', 'its repetition', aTransportEvent, aTransportEvent(), 'transport_event', [true]],
  ['a transport event', 'one of another kind', aTransportEvent, anEquipmentEvent(), 'transport_event', []],
  ['a shipment event', 'another of its kind', aShipmentEvent, aShipmentEvent(elsewhere), 'shipment_event', [false]],
  ['a shipment event', 'its repetition', aShipmentEvent, aShipmentEvent(), 'shipment_event', [true]],
  ['a shipment event', 'one of another kind', aShipmentEvent, anEquipmentEvent(), 'shipment_event', []],
])('%s is taken back by %s, whichever came first', async (_, __, event, later, table, laterIsRetracted) => {
  const earlier = event({ eventID: eventID('earlier') });
  const taking = { ...later, eventID: eventID('later'), retractedEventID: eventID('earlier') };
  const retracted = (name: string) =>
    owner.rows<{ retracted: boolean }>(
      `select e.retracted from ${table} e join external_event x on x.event_id = e.id where x.external_event_id = '${eventID(name)}'`,
    );
  for (const order of [
    [earlier, taking],
    [taking, earlier],
  ]) {
    await owner.empty();
    for (const each of order) expect(outcomes(await owner.sendEvents(each))).toEqual(['TAKEN']);
    expect(await retracted('earlier')).toEqual([{ retracted: true }]);
    expect((await retracted('later')).map((row) => row.retracted)).toEqual(laterIsRetracted);
  }
});

test('an event takes back neither itself nor, in a circle, what takes it back', async () => {
  const [a, b, c] = ['a', 'b', 'c'].map(eventID);
  expect(found(await owner.sendEvents(anEquipmentEvent({ eventID: a, retractedEventID: a })))).toEqual([
    ['FIELD_INVALID', 'error', 'retractedEventID', a?.slice(0, 35)],
  ]);
  const answer = await owner.sendEvents([
    anEquipmentEvent({ eventID: a, retractedEventID: b }),
    anEquipmentEvent({ eventID: b, retractedEventID: c, eventDateTime: '2026-07-26T01:00:00Z' }),
    anEquipmentEvent({ eventID: c, retractedEventID: a, eventDateTime: '2026-07-26T02:00:00Z' }),
  ]);
  expect(outcomes(answer)).toEqual(['TAKEN', 'TAKEN', 'REFUSED']);
  expect(answer.body.findings.at(-1)).toMatchObject({ code: 'FIELD_INVALID', path: '2.retractedEventID' });
});

test('an event that takes back another has an id of its own', async () => {
  const { eventID: _, ...nameless } = anEquipmentEvent({ retractedEventID: eventID('gate in') }) as { eventID: string };
  expect(found(await owner.sendEvents(nameless))).toEqual([['FIELD_INVALID', 'error', 'eventID', undefined]]);
});

test('planned and expected events make no trip and no status; the actual one does', async () => {
  await owner.sendEvents([
    anEquipmentEvent({ eventID: eventID('planned'), eventClassifierCode: 'PLN', documentReferences: [] }),
    anEquipmentEvent({ eventID: eventID('expected'), eventClassifierCode: 'EST', documentReferences: [] }),
  ]);
  expect(await owner.rows('select 1 from equipment_record')).toEqual([]);
  await owner.sendEvents(anEquipmentEvent({ documentReferences: [] }));
  expect(await owner.rows('select equipment_reference, iso_equipment_code from equipment_record')).toEqual([
    { equipment_reference: 'LSCU1000016', iso_equipment_code: '45R1' },
  ]);
});

test('a transport event makes the call with its time, once for many, and the last told of two counts', async () => {
  await owner.send(aConsignment());
  const answer = await owner.sendEvents([
    aTransportEvent({
      eventID: eventID('new'),
      eventClassifierCode: 'EST',
      eventCreatedDateTime: '2026-07-26T00:00:00Z',
      eventDateTime: '2026-07-27T16:00:00Z',
      delayReasonCode: 'WEA',
    }),
    aTransportEvent({
      eventID: eventID('old'),
      eventClassifierCode: 'EST',
      eventCreatedDateTime: '2026-07-25T00:00:00Z',
      eventDateTime: '2026-07-27T10:00:00Z',
    }),
    aTransportEvent(),
  ]);
  expect([outcomes(answer), found(answer)]).toEqual([['TAKEN', 'TAKEN', 'TAKEN'], []]);
  expect(await owner.rows('select noun, vessel_imo_number, timestamps from transport_call')).toEqual([
    {
      noun: 'vessel-call',
      vessel_imo_number: '3100007',
      timestamps: [
        { transportEventTypeCode: 'ARRI', eventClassifierCode: 'EST', eventDateTime: '2026-07-27T16:00:00.000Z' },
        { transportEventTypeCode: 'ARRI', eventClassifierCode: 'ACT', eventDateTime: '2026-07-27T12:00:00.000Z' },
      ],
    },
  ]);
  expect(
    await owner.rows('select event_classifier_code, delay_reason_code, told_at from transport_event where delay_reason_code is not null'),
  ).toEqual([{ event_classifier_code: 'EST', delay_reason_code: 'WEA', told_at: new Date('2026-07-26T00:00:00Z') }]);
});

test('a train and a truck have calls too; a place that words alone name is kept in words', async () => {
  const rail = { modeOfTransport: 'RAIL', transportCallID: 'R-1', exportVoyageNumber: 'X8001', location: { UNLocationCode: 'CNQZH' } };
  const truck = { modeOfTransport: 'TRUCK', transportCallID: 'T-1', otherFacility: '友谊关货场' };
  const answer = await owner.sendEvents([
    aTransportEvent({ eventID: eventID('train'), transportCall: rail }),
    aTransportEvent({ eventID: eventID('truck'), transportCall: truck }),
    aTransportEvent({ eventID: eventID('nowhere'), transportCall: { modeOfTransport: 'TRUCK', transportCallID: 'T-2' } }),
  ]);
  expect(outcomes(answer)).toEqual(['TAKEN', 'TAKEN', 'REFUSED']);
  expect(found(answer).at(-1)).toEqual(['FIELD_INVALID', 'error', '2.transportCall.UNLocationCode', undefined]);
  expect(
    await owner.rows(
      "select noun, train_number, location ->> 'UNLocationCode' as place, location -> 'locationName' ->> 'zh' as words from transport_call order by noun",
    ),
  ).toEqual([
    { noun: 'train-call', train_number: 'X8001', place: 'CNQZH', words: expect.any(String) },
    { noun: 'truck-call', train_number: null, place: null, words: '友谊关货场' },
  ]);
});

test('a shipment event is kept and linked by the document it is about', async () => {
  await owner.send(aConsignment());
  expect(found(await owner.sendEvents(aShipmentEvent()))).toEqual([]);
  expect(await owner.rows('select shipment_event_type_code, document_type_code, document_id, told_at from shipment_event')).toEqual([
    { shipment_event_type_code: 'CONF', document_type_code: 'BKG', document_id: 'BK100', told_at: new Date('2026-07-18T01:00:00Z') },
  ]);
  expect(found(await owner.sendEvents(aShipmentEvent({ eventID: eventID('b'), documentID: 'BK999' })))).toEqual([
    ['EVENT_NOT_LINKED', 'warning', '', undefined],
  ]);
});

test('the gate of a terminal and its carrier, which report one gate-in, make one trip of it', async () => {
  await owner.edifact(codeco());
  await owner.sendEvents(anEquipmentEvent({ documentReferences: [] }));
  expect(await owner.rows('select count(*)::int as trips from equipment_record')).toEqual([{ trips: 1 }]);
});

test('the events of the examples are taken in, and all but what is taken back hold', async () => {
  const example = readFileSync(new URL('../../../../examples/dcsa-events.json', import.meta.url), 'utf8');
  const answer = await owner.sendEvents(JSON.parse(example));
  expect(outcomes(answer)).toEqual(['TAKEN', 'TAKEN', 'TAKEN', 'TAKEN']);
  expect(answer.body.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(await owner.rows('select retracted from equipment_event order by event_at')).toEqual([{ retracted: true }, { retracted: false }]);
});

test('what is strange is flagged and kept', async () => {
  const answer = await owner.sendEvents(
    anEquipmentEvent({
      equipmentReference: 'LSCU1000017',
      ISOEquipmentCode: '40HC',
      eventLocation: { UNLocationCode: 'XYABC', facilityCode: 'DEPOT' },
    }),
  );
  expect(outcomes(answer)).toEqual(['TAKEN']);
  expect(found(answer)).toEqual(
    expect.arrayContaining([
      ['EQUIPMENT_REFERENCE_CHECK_DIGIT', 'warning', 'equipmentReference', 'LSCU1000017'],
      ['LOCATION_UNKNOWN', 'warning', 'eventLocation.UNLocationCode', 'XYABC'],
      ['LOCATION_UNKNOWN', 'warning', 'eventLocation.facilityCode', 'DEPOT'],
      ['EVENT_NOT_LINKED', 'warning', '', undefined],
    ]),
  );
});
