import { CompactEncrypt } from 'jose';
import { expect, test } from 'vitest';
import { checkEpoch, createFeedCursors } from './cursor.ts';
import { createOpaqueText, type OpaqueKey, readCursorKeys } from './opaque-text.ts';

const aKey = (id: string, fill: number): OpaqueKey => ({ id, key: new Uint8Array(32).fill(fill) });
const oldKey = aKey('old', 1);
const newKey = aKey('new', 2);
const place = { epoch: 'e1', position: 9_007_199_254_740_993n, event: '0f8fad5b-d9cb-469f-a165-70867728950e' };
const refused = expect.objectContaining({ code: 'CURSOR_INVALID' });

test('a cursor gives its subscriber the epoch and position it was written with', async () => {
  const cursors = createFeedCursors([newKey]);
  const text = await cursors.write({ ...place, subscriber: 'feed-directory-gx' });
  expect(await cursors.read(text, 'feed-directory-gx')).toEqual(place);
});

test('a cursor says nothing: the same place is written differently each time, and bears no digit of it', async () => {
  const cursors = createFeedCursors([newKey]);
  const [one, two] = await Promise.all([cursors.write({ ...place, subscriber: 's' }), cursors.write({ ...place, subscriber: 's' })]);
  expect(one).not.toBe(two);
  expect(Buffer.from(one ?? '', 'base64url').toString('latin1')).not.toContain('9007199254740993');
});

test('two keys are valid at once, a third is not', async () => {
  const text = await createFeedCursors([oldKey]).write({ ...place, subscriber: 's' });
  expect(await createFeedCursors([newKey, oldKey]).read(text, 's')).toEqual(place);
  await expect(createFeedCursors([newKey]).read(text, 's')).rejects.toEqual(refused);
  // the same key id over another key is a forgery
  await expect(createFeedCursors([aKey('old', 3)]).read(text, 's')).rejects.toEqual(refused);
});

test('the cursor of another subscriber is refused', async () => {
  const cursors = createFeedCursors([newKey]);
  const text = await cursors.write({ ...place, subscriber: 'feed-directory-gx' });
  await expect(cursors.read(text, 'feed-cq-gx')).rejects.toEqual(refused);
});

// The lowest bit of a character: in the last one it carries nothing, and still two texts must not be one cursor.
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const neighbour = (character: string): string => (character === '.' ? 'A' : alphabet.charAt(alphabet.indexOf(character) ^ 1));

test('a cursor altered in any one character is refused', async () => {
  const cursors = createFeedCursors([newKey]);
  const text = await cursors.write({ ...place, subscriber: 's' });
  const outcomes = await Promise.all(
    [...text].map(async (character, at) => {
      const altered = `${text.slice(0, at)}${neighbour(character)}${text.slice(at + 1)}`;
      return cursors.read(altered, 's').then(
        () => `accepted at ${at}`,
        (error: { code?: string }) => error.code,
      );
    }),
  );
  expect(new Set(outcomes)).toEqual(new Set(['CURSOR_INVALID']));
});

test.each([
  ['nothing', ''],
  ['words', 'position 5'],
  ['too few parts', 'a.b.c'],
  ['a very long text', 'A'.repeat(100_000)],
  ['a number', '42'],
])('%s is no cursor', async (_, text) => {
  await expect(createFeedCursors([newKey]).read(text, 's')).rejects.toEqual(refused);
});

test('a text encrypted under the right key but with other contents, or by another algorithm, is no cursor', async () => {
  const cursors = createFeedCursors([newKey]);
  await expect(cursors.read(await createOpaqueText([newKey]).write({ e: 'e1', p: '-1', s: 's' }), 's')).rejects.toEqual(refused);
  await expect(cursors.read(await createOpaqueText([newKey]).write(null), 's')).rejects.toEqual(refused);
  const wrapped = await new CompactEncrypt(new TextEncoder().encode('{"e":"e1","p":"1","s":"s"}'))
    .setProtectedHeader({ alg: 'A256KW', enc: 'A256GCM', kid: 'new' })
    .encrypt(newKey.key);
  await expect(cursors.read(wrapped, 's')).rejects.toEqual(refused);
});

test('a cursor of another epoch, beyond every position given, or behind another event, tells that the feed has begun anew', () => {
  const changed = expect.objectContaining({ code: 'FEED_EPOCH_CHANGED' });
  const outbox = { epoch: 'e1', last: 5n, event: 'a' };
  const cursor = { epoch: 'e1', position: 5n, event: 'a' };
  expect(() => checkEpoch({ ...cursor, epoch: 'e0', position: 1n }, outbox)).toThrow(changed);
  expect(() => checkEpoch({ ...cursor, position: 6n }, outbox)).toThrow(changed);
  // a database set back has given the position to another event, or to none yet
  expect(() => checkEpoch({ ...cursor, event: 'b' }, outbox)).toThrow(changed);
  expect(() => checkEpoch(cursor, { ...outbox, event: null })).toThrow(changed);
  expect(() => checkEpoch(cursor, outbox)).not.toThrow();
  expect(() => checkEpoch({ epoch: 'e1', position: 0n, event: null }, { ...outbox, event: null })).not.toThrow();
});

test('a cursor from before the first event, or of an earlier release, names none', async () => {
  const cursors = createFeedCursors([newKey]);
  const start = { epoch: 'e1', position: 0n, event: null };
  expect(await cursors.read(await cursors.write({ ...start, subscriber: 's' }), 's')).toEqual(start);
  const earlier = await createOpaqueText([newKey]).write({ e: 'e1', p: '7', s: 's' });
  expect(await cursors.read(earlier, 's')).toEqual({ epoch: 'e1', position: 7n, event: null });
});

test('a key file holds one or two keys of 32 bytes, the first of which writes', async () => {
  const line = (fill: number): string => Buffer.alloc(32, fill).toString('base64url');
  const text = await createFeedCursors(readCursorKeys(`${line(1)}\n`)).write({ ...place, subscriber: 's' });
  expect(await createFeedCursors(readCursorKeys(`${line(2)}\n${line(1)}\n`)).read(text, 's')).toEqual(place);
  for (const wrong of ['', 'short', `${line(1)}\n${line(2)}\n${line(3)}`]) {
    expect(() => readCursorKeys(wrong)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  }
});
