import { CorridorError, type SealedPart, sealedParts } from '@corridor/schemas';
import { CompactEncrypt, compactDecrypt, importJWK, type JWK } from 'jose';

const alg = 'ECDH-ES';
const enc = 'A256GCM';

/**
 * Encrypts what only the directory may read of a page (references, links, audiences), one JWE for all its events.
 * @param parts by event id
 * @param key the directory's public key, P-256
 * Source: RFC 7516 section 7.1; RFC 7518 sections 4.6 (ECDH-ES) and 5.3 (A256GCM).
 */
export async function sealParts(parts: Readonly<Record<string, SealedPart>>, key: JWK): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify(parts));
  const header = key.kid === undefined ? { alg, enc } : { alg, enc, kid: key.kid };
  return new CompactEncrypt(text).setProtectedHeader(header).encrypt(await importP256(key));
}

/**
 * Decrypts and checks the sealed part of a page.
 * @param keys the directory's private keys, P-256: one, or two while owners go over from the older to the newer
 * @throws FEED_PAGE_INVALID when it was sealed for another key, altered, or holds something else
 */
export async function openParts(jwe: string, keys: readonly JWK[]): Promise<Record<string, SealedPart>> {
  const opening = await Promise.all(keys.map(importP256));
  try {
    // Whichever fits: nothing is told by a page that none of two opens.
    const plaintext = await Promise.any(
      opening.map(async (key) => {
        const opened = await compactDecrypt(jwe, key, { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [enc] });
        return opened.plaintext;
      }),
    );
    return sealedParts.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext)));
  } catch (cause) {
    throw new CorridorError('FEED_PAGE_INVALID', { detail: 'the sealed part cannot be opened', cause });
  }
}

function importP256(key: JWK): ReturnType<typeof importJWK> {
  if (key.kty !== 'EC' || key.crv !== 'P-256')
    throw new CorridorError('CONFIG_INVALID', { detail: 'the sealing key is an EC key on P-256' });
  return importJWK(key, alg);
}
