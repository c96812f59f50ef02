import type { SealedPart } from '@corridor/schemas';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { expect, test } from 'vitest';
import { openParts, sealParts } from './sealed.ts';

const eventId = '0f8fad5b-d9cb-469f-a165-70867728950e';
const part: SealedPart = {
  audience: [{ party: 'CQ', org: '*', role: '*', purpose: '*' }],
  references: [{ kind: 'UCR', value: '6CN123456789', joins: true }],
  links: [{ recordId: 'guangxi:consignment-record:0123456789abcdef', keyKind: 'BOOKING' }],
};
const invalid = expect.objectContaining({ code: 'FEED_PAGE_INVALID' });

async function aKeyPair(): Promise<{ publicKey: JWK; privateKey: JWK }> {
  const pair = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  return { publicKey: await exportJWK(pair.publicKey), privateKey: await exportJWK(pair.privateKey) };
}

test('what is sealed to the directory opens with its private key, and holds no reference in clear', async () => {
  const { publicKey, privateKey } = await aKeyPair();
  const jwe = await sealParts({ [eventId]: part }, publicKey);
  expect(await openParts(jwe, [privateKey])).toEqual({ [eventId]: part });
  expect(
    jwe
      .split('.')
      .map((text) => Buffer.from(text, 'base64url').toString('latin1'))
      .join(),
  ).not.toContain('6CN123456789');
});

test('another key does not open it, nor does an altered text', async () => {
  const [directory, stranger] = await Promise.all([aKeyPair(), aKeyPair()]);
  const jwe = await sealParts({ [eventId]: part }, directory.publicKey);
  await expect(openParts(jwe, [stranger.privateKey])).rejects.toEqual(invalid);
  await expect(
    openParts(
      jwe.replace(/.(?=[^.]*$)/, (last) => (last === 'A' ? 'B' : 'A')),
      [directory.privateKey],
    ),
  ).rejects.toEqual(invalid);
});

test('of two keys either opens what was sealed for it, in whatever order they stand', async () => {
  const [older, newer] = await Promise.all([aKeyPair(), aKeyPair()]);
  for (const { publicKey } of [older, newer]) {
    const jwe = await sealParts({ [eventId]: part }, publicKey);
    expect(await openParts(jwe, [newer.privateKey, older.privateKey])).toEqual({ [eventId]: part });
    expect(await openParts(jwe, [older.privateKey, newer.privateKey])).toEqual({ [eventId]: part });
  }
});

test('contents that are no sealed parts are refused', async () => {
  const { publicKey, privateKey } = await aKeyPair();
  const wrong: Record<string, SealedPart> = { [eventId]: { ...part, links: [{ recordId: 'elsewhere', keyKind: 'UCR' }] } };
  await expect(openParts(await sealParts(wrong, publicKey), [privateKey])).rejects.toEqual(invalid);
});

test('a key on another curve is a fault of the configuration', async () => {
  const pair = await generateKeyPair('ECDH-ES', { crv: 'P-384', extractable: true });
  await expect(sealParts({}, await exportJWK(pair.publicKey))).rejects.toEqual(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
