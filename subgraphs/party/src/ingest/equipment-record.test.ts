import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DeclaredEquipment, type TripConsignment, type TripEvent, tripsOf } from './equipment-record.ts';

const box = 'LSCU1000016';
const day = (text: string): number => Date.parse(`2026-${text}T00:00:00Z`);
const declared = (more: Partial<DeclaredEquipment> = {}): DeclaredEquipment => ({
  equipmentReference: box,
  ISOEquipmentCode: '45R1',
  emptyIndicatorCode: 'LADEN',
  seals: [],
  cargoGrossWeightKg: 1000,
  ...more,
});
const consignment = (id: string, from: string, to: string, more: Partial<TripConsignment> = {}): TripConsignment => ({
  id,
  recordKey: `key-${id}`,
  source: 'gx-logistics',
  controllerCode: 'railway',
  windowFrom: day(from),
  windowTo: day(to),
  declared: declared(),
  ...more,
});
const gate = (id: string, type: 'GTIN' | 'GTOT', at: string, more: Partial<TripEvent> = {}): TripEvent => ({
  id,
  sourceKey: `message-${id}`,
  line: 1,
  sender: 'QZBICT',
  at: day(at),
  equipmentEventTypeCode: type,
  eventClassifierCode: 'ACT',
  controllerCode: 'port-operator',
  retracted: false,
  retractedEventID: null,
  corroborates: null,
  emptyIndicatorCode: null,
  ISOEquipmentCode: null,
  seals: [],
  links: [],
  ...more,
});
const linkedTo = (...ids: string[]) => ids.map((recordId) => ({ recordId, keyKind: 'BOOKING' }) as const);
const shapeOf = (...args: Parameters<typeof tripsOf>) =>
  tripsOf(...args).map(({ consignments, eventIds }) => [consignments.map(({ recordId }) => recordId), eventIds]);

test('a box with a consignment is one trip, with what was seen at the gate before what was planned', () => {
  const seals = [{ sealNumber: 'GX1', sealSource: 'CU' }];
  const seen = gate('e1', 'GTIN', '07-26', { links: linkedTo('c1'), ISOEquipmentCode: '45R5', seals });
  expect(tripsOf(box, [consignment('c1', '07-20', '08-03')], [seen])).toEqual([
    {
      tripKey: '["LSCU1000016","key-c1"]',
      equipmentReference: box,
      controllerCode: 'railway',
      ISOEquipmentCode: '45R5',
      emptyIndicatorCode: 'LADEN',
      seals,
      cargoGrossWeightKg: 1000,
      consignments: [{ recordId: 'c1', keyKind: 'EQUIPMENT', assertedBy: 'gx-logistics' }],
      eventIds: ['e1'],
    },
  ]);
});

test('groupage: consignments in one box at the same time are one trip, their weights added', () => {
  const [trip, ...more] = tripsOf(box, [consignment('c1', '07-20', '08-03'), consignment('c2', '07-22', '08-01')], []);
  expect(more).toEqual([]);
  expect(trip).toMatchObject({ cargoGrossWeightKg: 2000, consignments: [{ recordId: 'c1' }, { recordId: 'c2' }] });
});

test('one trip after the other of the same box are two', () => {
  const consignments = [consignment('c1', '06-01', '06-20'), consignment('c2', '06-20', '07-20')];
  expect(shapeOf(box, consignments, [gate('e1', 'GTIN', '06-10', { links: linkedTo('c1') })])).toEqual([
    [['c1'], ['e1']],
    [['c2'], []],
  ]);
});

test('a consignment that does not list the box is on the trip by its event, which says so', () => {
  const booked = consignment('c1', '07-20', '08-03', { declared: undefined });
  expect(tripsOf(box, [booked], [gate('e1', 'GTIN', '07-26', { links: linkedTo('c1') })])).toMatchObject([
    { consignments: [{ recordId: 'c1', keyKind: 'BOOKING', assertedBy: 'QZBICT' }], cargoGrossWeightKg: null },
  ]);
});

test('without a consignment a gate cycle is a trip: in, out; the next time in begins another', () => {
  const events = [
    gate('e1', 'GTIN', '07-01'),
    gate('e2', 'GTOT', '07-03'),
    gate('e3', 'GTIN', '07-20'),
    gate('e4', 'GTOT', '07-21'),
    gate('e5', 'GTOT', '07-25'),
  ];
  expect(shapeOf(box, [], events)).toEqual([
    [[], ['e1', 'e2']],
    [[], ['e3', 'e4']],
    [[], ['e5']],
  ]);
});

test('a retracted event goes with the one that replaced it; taken back altogether it belongs to no trip', () => {
  const replaced = [gate('e1', 'GTIN', '07-01', { retracted: true }), gate('e2', 'GTIN', '07-02', { retractedEventID: 'e1' })];
  expect(shapeOf(box, [], replaced)).toEqual([[[], ['e2', 'e1']]]);
  expect(shapeOf(box, [], [gate('e1', 'GTIN', '07-01', { retracted: true })])).toEqual([]);
});

test('two reports of one gate-in begin one trip, in the middle of which the second stands, and the leading one says first what the box is', () => {
  const events = [
    gate('carrier', 'GTIN', '07-01', { corroborates: 'terminal', ISOEquipmentCode: '22G1', emptyIndicatorCode: 'LADEN' }),
    gate('terminal', 'GTIN', '07-02', { ISOEquipmentCode: '45R1' }),
    gate('out', 'GTOT', '07-03'),
  ];
  expect(tripsOf(box, [], events)).toMatchObject([
    {
      tripKey: JSON.stringify([box, 'message-terminal', 1]),
      eventIds: ['terminal', 'out', 'carrier'],
      ISOEquipmentCode: '45R1',
      emptyIndicatorCode: 'LADEN',
    },
  ]);
});

test('an event is on the trip of the consignments that any of its reports is linked to', () => {
  const events = [
    gate('terminal', 'GTIN', '07-26'),
    gate('carrier', 'GTIN', '07-26', { corroborates: 'terminal', links: linkedTo('c1') }),
    gate('railway', 'GTIN', '07-26', { corroborates: 'terminal', links: linkedTo('c2') }),
  ];
  const consignments = [consignment('c1', '07-20', '08-03'), consignment('c2', '07-20', '08-03', { declared: undefined })];
  expect(shapeOf(box, consignments, events)).toEqual([
    [
      ['c1', 'c2'],
      ['carrier', 'railway', 'terminal'],
    ],
  ]);
});

test('a retracted event says nothing of the box', () => {
  const events = [gate('e1', 'GTIN', '07-26', { retracted: true, links: linkedTo('c1'), ISOEquipmentCode: '22G1' })];
  expect(tripsOf(box, [consignment('c1', '07-20', '08-03')], events)).toMatchObject([{ ISOEquipmentCode: '45R1', eventIds: ['e1'] }]);
});

test('a plan makes no trip, cuts none and says nothing of the box; it goes with the gate cycle open at its time', () => {
  const plan = (id: string, type: 'GTIN' | 'GTOT', at: string) =>
    gate(id, type, at, { eventClassifierCode: 'PLN', ISOEquipmentCode: '22G1' });
  const events = [
    plan('p1', 'GTOT', '06-30'),
    gate('e1', 'GTIN', '07-01', { ISOEquipmentCode: '45R1' }),
    plan('p2', 'GTIN', '07-02'),
    plan('p3', 'GTOT', '07-02'),
    gate('e2', 'GTOT', '07-03'),
    plan('p4', 'GTIN', '07-20'),
  ];
  expect(tripsOf(box, [], events)).toMatchObject([{ eventIds: ['e1', 'p2', 'p3', 'e2'], ISOEquipmentCode: '45R1' }]);
  expect(tripsOf(box, [], [plan('p1', 'GTIN', '07-01')])).toEqual([]);
});

test('a plan linked to a consignment is on its trip, and the box is as the consignment declares it', () => {
  const plan = gate('p1', 'GTIN', '07-26', { links: linkedTo('c1'), eventClassifierCode: 'PLN', ISOEquipmentCode: '22G1' });
  expect(tripsOf(box, [consignment('c1', '07-20', '08-03')], [plan])).toMatchObject([{ ISOEquipmentCode: '45R1', eventIds: ['p1'] }]);
});

test('neither the order of consignments nor of events decides', () => {
  const consignments = [consignment('c1', '07-01', '07-10'), consignment('c2', '07-05', '07-12'), consignment('c3', '08-01', '08-10')];
  const events = [
    gate('e1', 'GTIN', '07-06', { links: linkedTo('c1', 'c2') }),
    gate('e2', 'GTOT', '07-07'),
    gate('e3', 'GTIN', '07-09'),
    gate('e4', 'GTOT', '07-09'),
    gate('e5', 'GTIN', '08-02', { links: linkedTo('c3') }),
  ];
  const expected = tripsOf(box, consignments, events);
  fc.assert(
    fc.property(fc.shuffledSubarray(consignments, { minLength: 3 }), fc.shuffledSubarray(events, { minLength: 5 }), (some, seen) => {
      expect(tripsOf(box, some, seen)).toEqual(expected);
    }),
  );
});
