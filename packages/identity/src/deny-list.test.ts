import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DenyEntry, denyListFile, denyListOf, type Identified } from './deny-list.ts';
import { noon, realm } from './testing/tokens.ts';

const who: Identified = { issuer: realm, subject: 's-1', client: 'lz-forwarder', tokenId: 't-1', tokenDigest: 'AAECAwQFBgcICQoLDA0ODw' };
const at = (entries: readonly DenyEntry[], now = noon): boolean => denyListOf(entries, () => now)(who);

test.each<[DenyEntry, boolean]>([
  [{ issuer: realm }, true],
  [{ issuer: realm, subject: 's-1' }, true],
  [{ issuer: realm, client: 'lz-forwarder' }, true],
  [{ issuer: realm, tokenId: 't-1' }, true],
  [{ tokenDigest: 'AAECAwQFBgcICQoLDA0ODw' }, true],
  [{ issuer: 'https://id.elsewhere.example' }, false],
  [{ issuer: 'https://id.elsewhere.example', subject: 's-1' }, false],
  [{ issuer: realm, subject: 'lz-forwarder' }, false],
  [{ issuer: realm, client: 's-1' }, false],
  [{ issuer: realm, tokenId: 's-1' }, false],
  [{ tokenDigest: 'AAECAwQFBgcICQoLDA0ODg' }, false],
])('%j denies: %s', (entry, denies) => {
  expect(denyListFile.safeParse([entry]).success).toBe(true);
  expect(at([entry])).toBe(denies);
});

test('an entry with an end holds until then, and the later of two ends counts', () => {
  const entry = { issuer: realm, subject: 's-1', until: '2026-03-02T12:30:00+08:00', reason: 'left the company' };
  const end = Date.UTC(2026, 2, 2, 4, 30);
  expect([at([entry], end - 1), at([entry], end)]).toEqual([true, false]);
  const longer = { ...entry, until: '2026-03-02T05:00:00Z' };
  expect([at([longer, entry], end), at([entry, longer], end), at([entry, { issuer: realm, subject: 's-1' }], end)]).toEqual([
    true,
    true,
    true,
  ]);
});

test('a token without an id is not denied as one whose id is unknown', () => {
  expect(denyListOf([{ issuer: realm, tokenId: 'null' }], () => noon)({ ...who, tokenId: null })).toBe(false);
});

test.each<[string, unknown]>([
  ['nobody', {}],
  ['a subject without its issuer', { subject: 's-1' }],
  ['two at once', { issuer: realm, subject: 's-1', client: 'lz-forwarder' }],
  ['a misspelt name', { issuer: realm, subjects: 's-1' }],
  ['an end that is no instant', { issuer: realm, until: 'tomorrow' }],
  ['an end without offset', { issuer: realm, until: '2026-03-02T12:30:00' }],
  ['a digest of another length', { tokenDigest: 'AAEC' }],
])('a line that names %s is refused', (_, entry) => {
  expect(denyListFile.safeParse([entry]).success).toBe(false);
});

test('names are compared whole: none can be spelt so that it is another', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', '[', ']', '\\', 'null', ' '), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(name, name, name, name, (issuer, subject, otherIssuer, otherSubject) => {
      const list = denyListOf([{ issuer: otherIssuer, subject: otherSubject }], () => noon);
      expect(list({ ...who, issuer, subject })).toBe(issuer === otherIssuer && subject === otherSubject);
    }),
  );
});
