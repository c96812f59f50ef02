import fc from 'fast-check';
import { expect, test } from 'vitest';
import { correlationId, traceparentOf } from './trace.ts';

const zeros = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(7);
const fresh = '00-07070707070707070707070707070707-0707070707070707-01';
const given = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'; // W3C Trace Context, section 3.2

test('a trace goes on under its id, and its id is what the caller quotes', () => {
  expect([traceparentOf(given, zeros), correlationId(given)]).toEqual([given, '0af7651916cd43dd8448eb211c80319c']);
});

test.each([
  ['none', undefined],
  ['an empty one', ''],
  ['upper case', given.toUpperCase()],
  ['a trace id of zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
  ['a parent of zeros', `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`],
  ['the forbidden version', `ff${given.slice(2)}`],
  ['version 00 with more', `${given}-more`],
])('%s makes a new trace', (_case, header) => {
  expect(traceparentOf(header, zeros)).toBe(fresh);
});

test('a later version is carried on as version 00', () => {
  expect(traceparentOf(`01${given.slice(2)}-more`, zeros)).toBe(given);
});

test('whatever comes in, what goes out has the form of the standard', () => {
  const header = fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/));
  fc.assert(
    fc.property(header, (text) => {
      expect(traceparentOf(text, zeros)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);
    }),
  );
});
