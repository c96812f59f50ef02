import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idOf, localOf, makeId, nouns, parseId } from './ids.ts';

test('an id is read back into the parts it was made of', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), fc.constantFrom(...nouns), (bytes, noun) => {
      const id = makeId('guangxi', noun, () => bytes);
      expect(parseId(id)).toEqual({ party: 'guangxi', noun, local: localOf(bytes) });
    }),
  );
});

test('80 random bits become sixteen characters without loss', () => {
  expect(localOf(new Uint8Array(10))).toBe('0000000000000000');
  expect(localOf(new Uint8Array(10).fill(255))).toBe('zzzzzzzzzzzzzzzz');
  expect(localOf(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 1))).toBe('0000000000000001');
});

test.each([
  '',
  'guangxi:port',
  'atlantis:port:0000000000000000',
  'guangxi:cargo:0000000000000000',
  'guangxi:port:000000000000000U',
  `guangxi:port:${'0'.repeat(17)}`,
])('%j is no id, and that is all there is to say', (text) => {
  expect(parseId(text)).toBeUndefined();
});

test('data with fixed ids bears the same form', () => {
  expect(parseId(idOf('gansu', 'party-profile', '0000000000000000'))?.party).toBe('gansu');
});
