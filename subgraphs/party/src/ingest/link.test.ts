import { expect, test } from 'vitest';
import { candidatesAmong, type LinkConsignment, type LinkEvent, linksOf } from './link.ts';

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);
const atTheGate: LinkEvent = {
  at: day('2026-07-26'),
  equipmentReference: 'LSCU1000016',
  carrierBookingReference: null,
  transportDocumentReference: null,
  carrierCode: null,
};
const consignment = (id: string, more: Partial<LinkConsignment> = {}): LinkConsignment => ({
  id,
  references: [],
  equipmentReferences: [],
  windowFrom: day('2026-07-20'),
  windowTo: day('2026-08-03'),
  ...more,
});
const booking = (reference: string, carrierCode: string | null = 'COSU', level: 'HOUSE' | 'MASTER' = 'HOUSE') =>
  ({ referenceType: 'BOOKING', reference, carrierCode, level }) as const;
const document = (reference: string, level: 'HOUSE' | 'MASTER' = 'HOUSE') =>
  ({ referenceType: 'TRANSPORT_DOCUMENT', reference, carrierCode: 'COSU', level }) as const;

test('a booking links its consignment, whatever boxes it lists', () => {
  const booked = consignment('c1', { references: [booking('BK100')], equipmentReferences: ['LSCU2000010'] });
  expect(linksOf({ ...atTheGate, carrierBookingReference: 'BK100', carrierCode: 'COSU' }, [booked])).toEqual([
    { recordId: 'c1', keyKind: 'BOOKING' },
  ]);
});

test('the same booking number of another carrier links nothing', () => {
  const booked = consignment('c1', { references: [booking('BK100', 'COSU')] });
  expect(linksOf({ ...atTheGate, carrierBookingReference: 'BK100', carrierCode: 'MSCU' }, [booked])).toEqual([]);
});

test.each([
  ['the event', null, 'COSU'],
  ['the consignment', 'COSU', null],
])('a carrier that %s does not know does not stand against a link', (_, ofEvent, ofConsignment) => {
  const booked = consignment('c1', { references: [booking('BK100', ofConsignment)] });
  expect(linksOf({ ...atTheGate, carrierBookingReference: 'BK100', carrierCode: ofEvent }, [booked])).toEqual([
    { recordId: 'c1', keyKind: 'BOOKING' },
  ]);
});

test('a house transport document links, a master document never does', () => {
  const sent = { ...atTheGate, transportDocumentReference: 'BL7' };
  expect(linksOf(sent, [consignment('c1', { references: [document('BL7')] })])).toEqual([
    { recordId: 'c1', keyKind: 'TRANSPORT_DOCUMENT' },
  ]);
  expect(linksOf(sent, [consignment('c1', { references: [document('BL7', 'MASTER')] })])).toEqual([]);
});

test('a number used again half a year later links nothing', () => {
  const booked = consignment('c1', { references: [booking('BK100')], windowFrom: day('2026-01-01'), windowTo: day('2026-01-20') });
  expect(linksOf({ ...atTheGate, carrierBookingReference: 'BK100' }, [booked])).toEqual([]);
});

test('a box links the consignment that lists it, within the planned window and a week around it', () => {
  const listed = consignment('c1', { equipmentReferences: ['LSCU1000016'] });
  const links = [{ recordId: 'c1', keyKind: 'EQUIPMENT' }];
  expect(linksOf(atTheGate, [listed])).toEqual(links);
  expect(linksOf({ ...atTheGate, at: day('2026-07-13') }, [listed])).toEqual(links);
  expect(linksOf({ ...atTheGate, at: day('2026-07-12') }, [listed])).toEqual([]);
  expect(linksOf({ ...atTheGate, at: day('2026-08-11') }, [listed])).toEqual([]);
});

test('a box in a consignment without planned times links nothing: it is reused for years', () => {
  const listed = consignment('c1', { equipmentReferences: ['LSCU1000016'], windowFrom: null, windowTo: null });
  expect(linksOf(atTheGate, [listed])).toEqual([]);
});

test('two consignments in one box both get the event', () => {
  const groupage = ['c1', 'c2'].map((id) => consignment(id, { equipmentReferences: ['LSCU1000016'] }));
  expect(linksOf(atTheGate, groupage)).toEqual([
    { recordId: 'c1', keyKind: 'EQUIPMENT' },
    { recordId: 'c2', keyKind: 'EQUIPMENT' },
  ]);
});

test('between two trips of one box the event goes to the nearer one alone', () => {
  const trips = [
    consignment('c1', { equipmentReferences: ['LSCU1000016'], windowFrom: day('2026-07-01'), windowTo: day('2026-07-24') }),
    consignment('c2', { equipmentReferences: ['LSCU1000016'], windowFrom: day('2026-07-27'), windowTo: day('2026-08-10') }),
  ];
  expect(linksOf(atTheGate, trips)).toEqual([{ recordId: 'c2', keyKind: 'EQUIPMENT' }]);
});

test('candidates are those that share a key, each once, and no other', () => {
  const consignments = [
    consignment('c1', { references: [booking('BK100'), document('BL7')], equipmentReferences: ['LSCU1000016'] }),
    consignment('c2', { equipmentReferences: ['LSCU1000016'] }),
    consignment('c3', { equipmentReferences: ['LSCU2000010'] }),
  ];
  const candidates = candidatesAmong(consignments)({ ...atTheGate, carrierBookingReference: 'BK100', transportDocumentReference: 'BL7' });
  expect(candidates.map(({ id }) => id)).toEqual(['c1', 'c2']);
});
