import type { TransportCallMessage } from '@corridor/schemas';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aCall, aConsignment, guangxiWithSources, type IngestUnderTest, openIngestUnderTest } from '../testing/ingest-under-test.ts';
import { createChangeSet } from './change-set.ts';
import type { MentionedVesselCall } from './mentioned-calls.ts';
import { noteCalls } from './note-calls.ts';
import { noteMessage, takeEffect } from './source-message.ts';

let door: IngestUnderTest;
beforeAll(async () => {
  door = await openIngestUnderTest();
});
beforeEach(async () => {
  await door.empty();
  door.clock.now = Date.parse('2026-07-26T04:00:00.000Z');
});
afterAll(() => door.close());

type Time = TransportCallMessage['times'][number];
const time = (
  transportEventTypeCode: Time['transportEventTypeCode'],
  eventClassifierCode: Time['eventClassifierCode'],
  at: string,
): Time => ({
  transportEventTypeCode,
  eventClassifierCode,
  eventDateTime: at,
});
const shown = async (): Promise<unknown> => {
  const rows = await door.rows<{ timestamps: { [field: string]: string }[]; day: string | null; cancelled: boolean }>(
    `select timestamps, cancelled, to_char(sort_day at time zone 'UTC', 'MM-DD HH24:MI') as day from transport_call order by created_at`,
  );
  return rows.map(({ timestamps, day, cancelled }) => ({
    times: timestamps.map((each) => `${each['transportEventTypeCode']} ${each['eventClassifierCode']} ${each['eventDateTime']}`),
    day,
    ...(cancelled && { cancelled }),
  }));
};
const events = (): Promise<object[]> =>
  door.rows(
    `select e.transport_event_type_code || ' ' || e.event_classifier_code || ' ' || to_char(e.event_at at time zone 'UTC', 'DD HH24:MI') as event, e.retracted,
            (select to_char(o.event_at at time zone 'UTC', 'DD HH24:MI') from transport_event o where o.id = e.retracted_event_id) as stands_for
       from transport_event e order by e.created_at, e.line`,
  );
const codesOf = (answer: { body: { findings: readonly { code: string; path?: string }[] } }): string[] =>
  answer.body.findings.map(({ code, path }) => `${code} ${path}`);

test('a call is kept with an event for each of its times, and stands on the day of its estimated arrival', async () => {
  const answer = await door.sendCall(aCall());
  expect([answer.status, answer.body.messages, answer.body.findings]).toEqual([
    200,
    [{ reference: 'CALL-1', type: 'transport-call.v1', function: 'ORIGINAL', outcome: 'TAKEN' }],
    [],
  ]);
  expect(await shown()).toEqual([
    {
      times: ['ARRI PLN 2026-07-27T12:00:00.000Z', 'ARRI EST 2026-07-27T14:00:00.000Z', 'DEPA PLN 2026-07-28T10:00:00.000Z'],
      day: '07-26 16:00',
    },
  ]);
  expect(await door.told()).toEqual(['vessel-call 1', 'transport-event 1', 'transport-event 1', 'transport-event 1']);
  expect(
    await door.rows(
      `select f.local_code, c.time_zone, c.vessel_imo_number, c.carrier_export_voyage_number, c.rotation_parties
         from transport_call c join facility f on f.id = c.facility_id`,
    ),
  ).toEqual([
    {
      local_code: 'qz-bict',
      time_zone: 'Asia/Shanghai',
      vessel_imo_number: '3100007',
      carrier_export_voyage_number: '024S',
      rotation_parties: ['SG'],
    },
  ]);
});

test('a new estimate stands beside the plan; the earlier estimate was no mistake, an earlier actual time is retracted', async () => {
  await door.sendCall(aCall({ times: [time('ARRI', 'PLN', '2026-07-27T12:00:00Z'), time('ARRI', 'EST', '2026-07-27T14:00:00Z')] }));
  door.clock.now += 1;
  const later = [time('ARRI', 'PLN', '2026-07-27T12:00:00Z'), time('ARRI', 'EST', '2026-07-27T13:00:00Z')];
  await door.sendCall(aCall({ revision: 2, times: [...later, time('ARRI', 'ACT', '2026-07-27T13:30:00Z')] }));
  door.clock.now += 1;
  await door.sendCall(aCall({ revision: 3, times: [...later, time('ARRI', 'ACT', '2026-07-27T13:40:00Z')] }));
  expect(await shown()).toEqual([
    {
      times: ['ARRI PLN 2026-07-27T12:00:00.000Z', 'ARRI EST 2026-07-27T13:00:00.000Z', 'ARRI ACT 2026-07-27T13:40:00.000Z'],
      day: '07-26 16:00',
    },
  ]);
  expect(await events()).toEqual([
    { event: 'ARRI PLN 27 12:00', retracted: false, stands_for: null },
    { event: 'ARRI EST 27 14:00', retracted: false, stands_for: null },
    { event: 'ARRI EST 27 13:00', retracted: false, stands_for: null },
    { event: 'ARRI ACT 27 13:30', retracted: true, stands_for: null },
    { event: 'ARRI ACT 27 13:40', retracted: false, stands_for: '27 13:30' },
  ]);
});

test('a revision without a time takes it back, whatever was estimated before', async () => {
  await door.sendCall(aCall({ times: [time('ARRI', 'EST', '2026-07-27T14:00:00Z')] }));
  await door.sendCall(aCall({ revision: 2, times: [time('ARRI', 'EST', '2026-07-27T15:00:00Z')] }));
  await door.sendCall(aCall({ revision: 3, times: [] }));
  expect(await shown()).toEqual([{ times: [], day: null }]);
  expect(await door.rows('select 1 from transport_event where not retracted')).toEqual([]);
});

test('the same message again changes nothing, a lower revision neither, other content under the same revision is refused', async () => {
  await door.sendCall(aCall({ revision: 2 }));
  await door.told();
  const again = await door.sendCall(aCall({ revision: 2 }));
  const lower = await door.sendCall(aCall({ revision: 1 }));
  const other = await door.sendCall(aCall({ revision: 2, berthCode: 'QZ-8' }));
  expect([again, lower, other].map((answer) => [answer.status, ...codesOf(answer)])).toEqual([
    [200, 'MESSAGE_DUPLICATE undefined'],
    [200, 'REVISION_SUPERSEDED revision'],
    [422, 'REVISION_CONFLICT revision'],
  ]);
  expect(await door.told()).toEqual([]);
});

test('a cancelled call takes its times back; a later revision may take it up again', async () => {
  await door.sendCall(aCall());
  await door.told();
  await door.sendCall(aCall({ revision: 2, cancelled: true }));
  expect(await shown()).toEqual([{ times: [], day: null, cancelled: true }]);
  expect(await door.told()).toEqual(['vessel-call 2', 'transport-event 2', 'transport-event 2', 'transport-event 2']);
  await door.sendCall(aCall({ revision: 3 }));
  expect(await shown()).toEqual([expect.objectContaining({ day: '07-26 16:00' })]);
});

test('what is wrong in a call is named: a check digit and a place are flagged, an unknown controller and a missing vessel refuse it', async () => {
  const flagged = await door.sendCall(aCall({ vesselIMONumber: '3100008', rotation: ['XXXXX'] }));
  expect([flagged.status, ...codesOf(flagged)]).toEqual([
    200,
    'VESSEL_IMO_NUMBER_CHECK_DIGIT vesselIMONumber',
    'LOCATION_UNKNOWN rotation.0',
  ]);
  const { vesselIMONumber: _, vesselName: __, ...nameless } = aCall({ recordReference: 'CALL-2' });
  const refused = [await door.sendCall(nameless), await door.sendCall(aCall({ recordReference: 'CALL-3', controllerCode: 'nobody' }))];
  expect(refused.map((answer) => [answer.status, ...codesOf(answer)])).toEqual([
    [422, 'FIELD_INVALID vesselIMONumber'],
    [422, 'CONTROLLER_UNKNOWN controllerCode'],
  ]);
});

test.each([
  ['the consignment first', true],
  ['the call first', false],
])('a call and the consignment whose leg names its voyage are linked, %s', async (_, consignmentFirst) => {
  const sends = [() => door.send(aConsignment()), () => door.sendCall(aCall())];
  for (const send of consignmentFirst ? sends : sends.reverse()) await send();
  const links = () => door.rows('select l.key_kind, c.record_key from call_consignment l join consignment_record c on c.id = l.record_id');
  expect(await links()).toEqual([{ key_kind: 'VOYAGE', record_key: '["gx-logistics","LZ-0001"]' }]);
  await door.told();
  // Another voyage: the consignment leaves the call, and who knew of the call and its events by it must no longer.
  const [rail, sea] = aConsignment().legs;
  if (rail === undefined || sea === undefined) throw new Error('two legs');
  await door.send(aConsignment({ revision: 2, legs: [rail, { ...sea, voyageNumber: '026S' }] }));
  expect(await links()).toEqual([]);
  expect((await door.told()).filter((each) => !each.startsWith('equipment'))).toEqual([
    'consignment-record 2',
    expect.stringMatching(/^vessel-call/),
    ...Array.from({ length: 3 }, () => expect.stringMatching(/^transport-event/)),
  ]);
});

test('the same voyage elsewhere or months apart is another call', async () => {
  await door.send(aConsignment());
  await door.sendCall(aCall({ recordReference: 'ELSEWHERE', place: { UNLocationCode: 'CNBIH' } }));
  await door.sendCall(aCall({ recordReference: 'LATER', times: [time('DEPA', 'PLN', '2026-12-28T10:00:00Z')] }));
  expect(await door.rows('select 1 from call_consignment')).toEqual([]);
});

test('a train is linked by its number on its day: the same number comes every week', async () => {
  const legs = aConsignment().legs.map((leg) => (leg.modeOfTransport === 'RAIL' ? { ...leg, trainNumber: 'x 9521' } : leg));
  await door.send(aConsignment({ legs }));
  const train = (recordReference: string, day: string): object => {
    const {
      vesselIMONumber: _,
      vesselName: __,
      carrierImportVoyageNumber: ___,
      carrierExportVoyageNumber: ____,
      ...rest
    } = aCall({
      recordReference,
      modeOfTransport: 'RAIL',
      trainNumber: 'X9521',
      controllerCode: 'railway',
      times: [time('ARRI', 'PLN', `${day}T03:00:00Z`)],
    });
    return rest;
  };
  await door.sendCall(train('T-26', '2026-07-26'));
  await door.sendCall(train('T-02', '2026-08-02'));
  expect(
    await door.rows('select c.noun, c.record_key, l.key_kind from call_consignment l join transport_call c on c.id = l.call_id'),
  ).toEqual([{ noun: 'train-call', record_key: '["gx-railway","T-26"]', key_kind: 'TRAIN' }]);
});

const mention = async (call: Partial<MentionedVesselCall>, sourceKey: string): Promise<string[]> =>
  takeEffect(door.store, async (tx) => {
    const now = new Date(door.clock.now);
    const changes = createChangeSet();
    await tx.execute(
      `insert into raw_message (id, sha256, received_at, client, format, content_type, bytes, outcome, trace_id)
       values ('raw', '', now(), 'qz-terminal', 'EDIFACT', '', '', 'TAKEN', '') on conflict do nothing`,
    );
    await noteMessage(
      tx,
      { sourceKey, messageKey: sourceKey, documentKey: null, messageType: 'COARRI', messageFunction: 'ORIGINAL', rawMessageId: 'raw' },
      now,
    );
    const ids = await noteCalls(
      tx,
      [
        {
          modeOfTransport: 'VESSEL',
          vesselIMONumber: 'IMO 3100007',
          vesselName: null,
          importVoyage: '023N',
          exportVoyage: null,
          place: { UNLocationCode: 'CNQZH' },
          facilityId: null,
          at: now.getTime(),
          times: [],
          ...call,
        },
      ],
      { sourceKey, sender: 'QZBICT', controllerCode: 'port-operator', toldAt: now, now },
      { definition: guangxiWithSources, random: (bytes) => new Uint8Array(bytes).fill(sourceKey.length) },
      changes,
    );
    await changes.settle(tx, now);
    return ids;
  });

test('a vessel that messages mention is one call, completed by each, and taken over by the message that tells of it', async () => {
  const [first] = await mention({}, 'm');
  const [second] = await mention(
    {
      vesselName: 'LAND SEA SAMPLE',
      exportVoyage: '024S',
      times: [
        { transportEventTypeCode: 'ARRI', eventClassifierCode: 'ACT', eventAt: Date.parse('2026-07-27T14:05:00Z'), delayReasonCode: null },
      ],
    },
    'mm',
  );
  expect(second).toBe(first);
  await door.sendCall(aCall({ place: { UNLocationCode: 'CNQZH' } }));
  expect(
    await door.rows('select id, vessel_name, carrier_import_voyage_number, carrier_export_voyage_number, berth_code from transport_call'),
  ).toEqual([
    {
      id: first,
      vessel_name: 'LAND SEA SAMPLE',
      carrier_import_voyage_number: '023N',
      carrier_export_voyage_number: '024S',
      berth_code: 'QZ-7',
    },
  ]);
  expect(await shown()).toEqual([
    {
      times: [
        'ARRI PLN 2026-07-27T12:00:00.000Z',
        'ARRI EST 2026-07-27T14:00:00.000Z',
        'ARRI ACT 2026-07-27T14:05:00.000Z',
        'DEPA PLN 2026-07-28T10:00:00.000Z',
      ],
      day: '07-26 16:00',
    },
  ]);
  expect(await mention({}, 'mmm')).toEqual([first]);
});
