import fc from 'fast-check';
import { expect, test } from 'vitest';
import { components, type Member } from './component.ts';
import { consignmentIdOf, consignmentReference, isConsignmentId } from './consignment-id.ts';

const aRecord = (id: string, keys: readonly string[], over: Partial<Member> = {}): Member => ({
  id,
  createdAt: '2026-11-24T00:00:00.000Z',
  withdrawn: false,
  keys,
  ...over,
});

/** Who is with whom, whatever the ids: record ids by consignment. */
const groups = (members: readonly Member[]): string[][] => {
  const of = components(members);
  const ids = [...new Set(of.values())];
  return ids.map((consignment) => [...of.keys()].filter((id) => of.get(id) === consignment).sort()).sort();
};

test('records that share a house-level key are one consignment, also through others', () => {
  expect(groups([aRecord('a', ['1']), aRecord('b', ['1', '2']), aRecord('c', ['2']), aRecord('d', ['3'])])).toEqual([
    ['a', 'b', 'c'],
    ['d'],
  ]);
});

test('the oldest member gives the consignment its id; of two equally old, the smaller id', () => {
  const young = aRecord('a', ['1'], { createdAt: '2026-11-24T00:00:00.001Z' });
  expect(components([young, aRecord('c', ['1']), aRecord('b', ['1'])]).get('a')).toBe(consignmentIdOf('b'));
});

test('a record without the key that held two others together splits them', () => {
  expect(groups([aRecord('a', ['1']), aRecord('b', ['1', '2']), aRecord('c', ['2'])])).toEqual([['a', 'b', 'c']]);
  expect(groups([aRecord('a', ['1']), aRecord('b', []), aRecord('c', ['2'])])).toEqual([['a'], ['b'], ['c']]);
});

test('a cancelled record holds nobody together, and is led to the oldest record it shared a key with', () => {
  const members = [
    aRecord('a', ['1']),
    aRecord('b', ['1', '2'], { withdrawn: true, createdAt: '2026-01-01T00:00:00.000Z' }),
    aRecord('c', ['2']),
  ];
  expect(Object.fromEntries(components(members))).toEqual({ a: consignmentIdOf('a'), b: consignmentIdOf('a'), c: consignmentIdOf('c') });
});

test('an id has 80 bits in the alphabet of record ids; the number for people is made from it', () => {
  const id = consignmentIdOf('guangxi:consignment-record:0123456789abcdef');
  expect(id).toMatch(/^directory:consignment:[0-9a-hjkmnp-tv-z]{16}$/);
  expect(isConsignmentId(id)).toBe(true);
  expect(isConsignmentId('directory:consignment:short')).toBe(false);
  expect(consignmentReference('directory:consignment:3f9k7q2m00000000')).toBe('ILSTC-3F9K-7Q2M');
});

const records = fc
  .array(
    fc.record({ keys: fc.array(fc.constantFrom('1', '2', '3', '4', '5', '6'), { maxLength: 3 }), age: fc.nat(2), withdrawn: fc.boolean() }),
    {
      maxLength: 14,
    },
  )
  .map((drafts) =>
    drafts.map(({ keys, age, withdrawn }, at) => aRecord(`r${at}`, keys, { createdAt: `2026-11-24T00:00:0${age}.000Z`, withdrawn })),
  );

test('whatever the order of arrival, the consignments and their ids are the same', () => {
  fc.assert(
    fc.property(
      records.chain((members) => fc.tuple(fc.constant(members), fc.shuffledSubarray(members, { minLength: members.length }))),
      ([members, shuffled]) => {
        expect(new Map([...components(shuffled)].sort())).toEqual(new Map([...components(members)].sort()));
      },
    ),
  );
});

test('two live records are one consignment exactly when a chain of shared keys leads from one to the other', () => {
  fc.assert(
    fc.property(records, (members) => {
      const live = members.filter(({ withdrawn }) => !withdrawn);
      const of = components(members);
      for (const from of live) {
        // the oracle: walk from record to record until nobody new is met
        const met = new Set([from]);
        for (const member of met) for (const other of live) if (other.keys.some((key) => member.keys.includes(key))) met.add(other);
        expect(live.filter(({ id }) => of.get(id) === of.get(from.id)).map(({ id }) => id)).toEqual(
          live.filter((other) => met.has(other)).map(({ id }) => id),
        );
      }
    }),
  );
});
