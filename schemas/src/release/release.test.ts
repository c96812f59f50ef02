import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CorridorError } from '../errors.ts';
import { canonicalRelease, maxReleaseBytes, readRelease, releaseDigest, writeRelease } from './release.ts';
import { makeSigningKey, publicReleaseKey, releaseKeysFile, signRelease, verifyRelease } from './signature.ts';

const key = makeSigningKey('2026-a');
const content = { version: 7, createdAt: '2026-11-24T05:48:00Z', previousDigest: null, sdl: 'type Query { a: Int } # 港口' };
const release = signRelease(content, key);
const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'accepted';
  } catch (error) {
    if (!(error instanceof CorridorError)) throw error;
    return error.code;
  }
};

test('a release reads back as it was written, and its signature holds', () => {
  const read = readRelease(bytes(writeRelease(release)));
  expect(read).toEqual(release);
  verifyRelease(read, [publicReleaseKey(key)]);
});

test('the signed bytes are the content in the form of RFC 8785: members by name, no white space, the signature not among them', () => {
  expect(Buffer.from(canonicalRelease(release)).toString('utf8')).toBe(
    '{"createdAt":"2026-11-24T05:48:00Z","keyId":"2026-a","previousDigest":null,"sdl":"type Query { a: Int } # 港口","version":7}',
  );
  expect(releaseDigest(release)).toMatch(/^sha256:[0-9a-f]{64}$/);
});

const without = (...members: string[]): string =>
  JSON.stringify(Object.fromEntries(Object.entries(release).filter(([name]) => !members.includes(name))));
test.each<[string, string, string]>([
  ['nothing', '', 'RELEASE_UNREADABLE'],
  ['white space', ' \n', 'RELEASE_UNREADABLE'],
  ['garbage', '\u0000\u0001\ufffd{]', 'RELEASE_UNREADABLE'],
  ['half a file', writeRelease(release).slice(0, 200), 'RELEASE_UNREADABLE'],
  ['other JSON', '[]', 'RELEASE_UNREADABLE'],
  ['a member more', JSON.stringify({ ...release, url: 'https://impostor.example' }), 'RELEASE_UNREADABLE'],
  ['a version that counts down', JSON.stringify({ ...release, version: -7 }), 'RELEASE_UNREADABLE'],
  ['a bare schema', 'type Query { a: Int }', 'RELEASE_UNSIGNED'],
  ['no signature', without('signature'), 'RELEASE_UNSIGNED'],
  ['neither key nor signature', without('signature', 'keyId'), 'RELEASE_UNSIGNED'],
])('a file that holds %s is refused as %s', (_, text, code) => {
  expect(codeOf(() => readRelease(bytes(text)))).toBe(code);
});

test('a file beyond the size of any release is refused before it is read', () => {
  expect(codeOf(() => readRelease(new Uint8Array(maxReleaseBytes + 1)))).toBe('RELEASE_UNREADABLE');
});

test('whatever is altered after signing, the signature no longer holds', () => {
  const altered = fc.oneof(
    fc.integer({ min: 1 }).map((version) => ({ version })),
    fc.constantFrom('2026-11-24T05:48:01Z', '2027-11-24T05:48:00Z').map((createdAt) => ({ createdAt })),
    fc.constant({ previousDigest: releaseDigest(release) }),
    fc.string({ minLength: 1 }).map((sdl) => ({ sdl })),
    fc.nat(511).map((bit) => ({ signature: flipped(release.signature, bit) })),
  );
  fc.assert(
    fc.property(altered, (change) => {
      const other = { ...release, ...change };
      const same = JSON.stringify(other) === JSON.stringify(release);
      expect(codeOf(() => verifyRelease(other, [publicReleaseKey(key)]))).toBe(same ? 'accepted' : 'RELEASE_SIGNATURE_INVALID');
    }),
    { numRuns: 100 },
  );
});

function flipped(signature: string, bit: number): string {
  const raw = Buffer.from(signature, 'base64url');
  raw[bit >> 3] = (raw[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return raw.toString('base64url');
}

test('two keys are valid at once; one that is not among them, or signs under the name of one, is refused', () => {
  const next = makeSigningKey('2026-b');
  const keys = [publicReleaseKey(key), publicReleaseKey(next)];
  const signedBy = (signer: typeof key): ReturnType<typeof signRelease> => signRelease(content, signer);
  expect([
    codeOf(() => verifyRelease(signedBy(key), keys)),
    codeOf(() => verifyRelease(signedBy(next), keys)),
    codeOf(() => verifyRelease(signedBy(makeSigningKey('2026-c')), keys)),
    codeOf(() => verifyRelease(signedBy(makeSigningKey('2026-a')), keys)),
    codeOf(() => verifyRelease({ ...signedBy(next), keyId: '2026-a' }, keys)),
  ]).toEqual(['accepted', 'accepted', 'RELEASE_KEY_UNKNOWN', 'RELEASE_SIGNATURE_INVALID', 'RELEASE_SIGNATURE_INVALID']);
});

test('a file of accepted keys holds one or two, by different names, and keeps no private part', () => {
  const rows = [key, makeSigningKey('2026-b'), makeSigningKey('2026-c')];
  expect(releaseKeysFile.parse([key])).toEqual([publicReleaseKey(key)]);
  expect([[], [key, key], rows].map((file) => releaseKeysFile.safeParse(file).success)).toEqual([false, false, false]);
});
