/** Signs releases and checks their signatures: Ed25519 (RFC 8032) over the canonical bytes. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { CorridorError } from '../errors.ts';
import { canonicalRelease, type Release, type ReleaseContent } from './release.ts';

/** A key whose signature is accepted, by the name that a release bears. */
export type ReleaseKey = z.infer<typeof releaseKey>;

const member = z.string().regex(/^[\w-]{43}$/);
const releaseKey = z.object({
  id: z.string().regex(/^[\w./-]{1,64}$/),
  key: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: member }),
});

/** File of accepted keys: one, or two while the key is being changed. Public keys alone: a private member is dropped when it is read. */
export const releaseKeysFile = z
  .array(releaseKey)
  .min(1)
  .max(2)
  .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, 'two keys bear the same id');

/** Ids of keys made for a local corridor begin so; production accepts none of them. */
export const developmentKeyPrefix = 'development/';

/** A key that signs: a file of its own, readable by whoever publishes and by nobody else. */
export const signingKeyFile: z.ZodType<SigningKey> = z.object({
  id: z.string().regex(/^[\w./-]{1,64}$/),
  key: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: member, d: member }),
});
/** A private key with the name that its releases bear. */
export type SigningKey = {
  readonly id: string;
  readonly key: { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string; readonly d: string };
};

/** Makes a new key that signs. */
export function makeSigningKey(id: string): SigningKey {
  return signingKeyFile.parse({ id, key: generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) });
}

/** What gateways hold of a key that signs. */
export function publicReleaseKey({ id, key: { kty, crv, x } }: SigningKey): ReleaseKey {
  return { id, key: { kty, crv, x } };
}

/** Signs what a release is to hold; the key's name goes under the signature. */
export function signRelease(content: Omit<ReleaseContent, 'keyId'>, { id, key }: SigningKey): Release {
  const signed: ReleaseContent = { ...content, keyId: id };
  const signature = sign(null, canonicalRelease(signed), keyOf(createPrivateKey, key));
  return { ...signed, signature: signature.toString('base64url') };
}

/**
 * Checks who signed a release and that it is as it was then.
 * @throws RELEASE_KEY_UNKNOWN where none of the keys bears its name; RELEASE_SIGNATURE_INVALID where content, name or signature was altered
 */
export function verifyRelease(release: Release, keys: readonly ReleaseKey[]): void {
  const known = keys.find(({ id }) => id === release.keyId);
  if (known === undefined) throw new CorridorError('RELEASE_KEY_UNKNOWN', { detail: release.keyId });
  const signature = Buffer.from(release.signature, 'base64url');
  if (!verify(null, canonicalRelease(release), keyOf(createPublicKey, known.key), signature))
    throw new CorridorError('RELEASE_SIGNATURE_INVALID', { detail: `version ${release.version}, key ${release.keyId}` });
}

function keyOf(make: (input: { key: JsonWebKey; format: 'jwk' }) => KeyObject, key: JsonWebKey): KeyObject {
  return make({ key, format: 'jwk' });
}
