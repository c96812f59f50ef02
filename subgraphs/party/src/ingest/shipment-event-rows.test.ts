import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aConsignment, type IngestUnderTest, openIngestUnderTest } from '../testing/ingest-under-test.ts';
import { aShipmentEvent, tellAs, tellShipmentEvents } from '../testing/shipment-telling.ts';
import { retractShipmentEvents, type ToldShipmentEvent } from './shipment-event-rows.ts';

let door: IngestUnderTest;
beforeAll(async () => {
  door = await openIngestUnderTest();
});
beforeEach(() => door.empty());
afterAll(() => door.close());

const bill = { referenceType: 'TRANSPORT_DOCUMENT', reference: 'HBL 1', carrierCode: 'COSU', level: 'HOUSE' } as const;
const booking = { referenceType: 'BOOKING', reference: 'BK100', carrierCode: 'COSU', level: 'HOUSE' } as const;
const tell = (message: string, ...events: readonly Partial<ToldShipmentEvent>[]) =>
  tellShipmentEvents(door.store, message, events.map(aShipmentEvent));
const stored = (): Promise<object[]> =>
  door.rows(`select e.external_event_id as event, e.retracted,
      (select o.external_event_id from shipment_event o where o.id = e.retracted_event_id) as stands_for,
      (select jsonb_agg(c.record_key || ' ' || l.key_kind order by c.record_key)
         from shipment_event_consignment l join consignment_record c on c.id = l.record_id where l.event_id = e.id) as consignments
    from shipment_event e order by e.external_event_id`);
const apples = '["gx-logistics","LZ-0001"]';

test('an event finds the consignment that bears the number of its document, whichever comes first', async () => {
  const linked = [{ event: 'E-1', retracted: false, stands_for: null, consignments: [`${apples} TRANSPORT_DOCUMENT`] }];
  await door.send(aConsignment({ references: [bill] }));
  expect(await tell('M1', {})).toEqual([
    { id: expect.stringMatching(/^guangxi:shipment-event:/), is: 'NEW', linked: true, retracted: false },
  ]);
  expect(await stored()).toEqual(linked);
  await door.empty();
  expect(await tell('M1', {})).toMatchObject([{ is: 'NEW', linked: false }]);
  await door.send(aConsignment({ references: [bill] }));
  expect(await stored()).toEqual(linked);
  expect(await door.told()).toEqual(['shipment-event 1', 'consignment-record 1', 'equipment-record 1', 'shipment-event 2']);
});

test.each<[string, Partial<ToldShipmentEvent>, string[] | null]>([
  ['the booking of a confirmation', { documentTypeCode: 'BKG', documentID: 'bk 100' }, ['BOOKING']],
  [
    'a booking that shipping instructions name beside their own number',
    { documentTypeCode: 'SHI', documentID: 'SI-9', references: [{ ...booking }] },
    ['BOOKING'],
  ],
  ['a bill whose carrier the event does not know', { carrierCode: null }, ['TRANSPORT_DOCUMENT']],
  ['the bill of another carrier', { carrierCode: 'MSCU' }, null],
  ['a number of a document of another kind', { documentTypeCode: 'INV' }, null],
  ['a number used again half a year later', { eventAt: Date.parse('2027-02-01T00:00:00Z') }, null],
  ['no number', { documentID: null }, null],
])('%s links as it should', async (_, event, kinds) => {
  await door.send(aConsignment({ references: [bill, booking] }));
  await tell('M1', event);
  expect(await stored()).toMatchObject([{ consignments: kinds === null ? null : kinds.map((kind) => `${apples} ${kind}`) }]);
});

test('neither a word that stands for no number links, nor a master document', async () => {
  await door.send(
    aConsignment({
      references: [
        { ...bill, reference: 'UNKNOWN' },
        { ...bill, reference: 'MBL1', level: 'MASTER' },
      ],
    }),
  );
  await tell('M1', { documentID: 'Unknown' }, { externalEventID: 'E-2', documentID: 'MBL1' });
  expect(await stored()).toMatchObject([{ consignments: null }, { consignments: null }]);
});

test('a revision that bears another number lets the event go, and so does a cancelled consignment; a later one takes it back', async () => {
  await tell('M1', {});
  const linkedTo = async (): Promise<unknown> => (await stored()).map((row) => Reflect.get(row, 'consignments'));
  const seen: unknown[] = [];
  for (const more of [{ references: [bill] }, { references: [booking] }, { references: [bill] }, { references: [bill], cancelled: true }]) {
    await door.send(aConsignment({ revision: seen.length + 1, ...more }));
    seen.push(await linkedTo());
  }
  const mine = [[`${apples} TRANSPORT_DOCUMENT`]];
  expect(seen).toEqual([mine, [null], mine, [null]]);
});

test('an event is told to the outbox again when its consignment has other readers', async () => {
  await door.send(aConsignment({ references: [bill] }));
  await tell('M1', {});
  await door.told();
  await door.send(aConsignment({ references: [bill], revision: 2, participants: [] }));
  expect(await door.told()).toContain('shipment-event 2');
  await door.send(aConsignment({ references: [bill], revision: 3, participants: [], goods: [] }));
  expect(await door.told()).not.toContain('shipment-event 3');
});

test('the same event a second time is one event, told otherwise it stays as it was, and of another source it is another', async () => {
  expect((await tell('M1', {}, {})).map(({ is }) => is)).toEqual(['NEW', 'KNOWN']);
  expect((await tell('M2', {}, { shipmentEventTypeCode: 'SURR' })).map(({ is }) => is)).toEqual(['KNOWN', 'DIFFERENT']);
  expect(await tellShipmentEvents(door.store, 'M3', [aShipmentEvent()], 'another-carrier')).toMatchObject([{ is: 'NEW' }]);
  expect(await door.rows('select source, shipment_event_type_code as code from shipment_event order by source')).toEqual([
    { source: 'another-carrier', code: 'ISSU' },
    { source: 'carrier', code: 'ISSU' },
  ]);
});

test('events without ids of their own are one per line of their message', async () => {
  await tell('M1', { externalEventID: null }, { externalEventID: null });
  expect(await stored()).toHaveLength(2);
});

test.each([
  ['after it', ['event', 'correction']],
  ['before it', ['correction', 'event']],
])('an event that takes another back, told %s, stands for it', async (_, order) => {
  for (const which of order) {
    if (which === 'event') await tell('M1', {});
    else await tell('M2', { externalEventID: 'E-2', eventAt: Date.parse('2026-07-25T02:00:00Z'), retractsEventID: 'E-1' });
  }
  expect(await stored()).toEqual([
    { event: 'E-1', retracted: true, stands_for: null, consignments: null },
    { event: 'E-2', retracted: false, stands_for: 'E-1', consignments: null },
  ]);
});

test.each([
  ['after it', ['event', 'retraction']],
  ['before it', ['retraction', 'event']],
])('a retraction told %s marks the event of its own source alone', async (_, order) => {
  for (const which of order) {
    if (which === 'event') {
      await tell('M1', {});
      await tellShipmentEvents(door.store, 'M2', [aShipmentEvent()], 'another-carrier');
    } else {
      await tellAs(door.store, { message: 'M3' }, (tx, telling, changes) => retractShipmentEvents(tx, ['E-1'], telling, changes));
    }
  }
  expect(await door.rows('select source, retracted from shipment_event order by source')).toEqual([
    { source: 'another-carrier', retracted: false },
    { source: 'carrier', retracted: true },
  ]);
});
