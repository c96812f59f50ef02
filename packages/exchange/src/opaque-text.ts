import { createHash } from 'node:crypto';
import { CorridorError } from '@corridor/schemas';
import { base64url, CompactEncrypt, compactDecrypt } from 'jose';

/** A key of 32 bytes with its id. Of two, the first writes; both read, so that one can follow the other. */
export type OpaqueKey = { readonly id: string; readonly key: Uint8Array };

/** Texts only their writer can read: cursors. */
export type OpaqueText = {
  write(value: unknown): Promise<string>;
  /** What was written. @throws CURSOR_INVALID for anything this writer did not write, letter for letter */
  read(text: string): Promise<unknown>;
};

const longest = 4_096;

/** Encrypts small JSON values into opaque texts: a compact JWE, `dir` with A256GCM (RFC 7516 section 7.1, RFC 7518 sections 4.5 and 5.3). */
export function createOpaqueText(keys: readonly OpaqueKey[]): OpaqueText {
  const [writing] = keys;
  if (writing === undefined || keys.some(({ key }) => key.length !== 32))
    throw new CorridorError('CONFIG_INVALID', { detail: 'a cursor key has 32 bytes' });
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  return {
    write(value) {
      const text = new TextEncoder().encode(JSON.stringify(value));
      return new CompactEncrypt(text).setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: writing.id }).encrypt(writing.key);
    },
    async read(text) {
      if (text.length > longest || !isCanonical(text)) throw new CorridorError('CURSOR_INVALID');
      try {
        const { plaintext } = await compactDecrypt(
          text,
          ({ kid }) => {
            const key = byId.get(kid ?? '');
            if (key === undefined) throw new CorridorError('CURSOR_INVALID');
            return key;
          },
          { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
        );
        return JSON.parse(new TextDecoder().decode(plaintext));
      } catch (cause) {
        throw new CorridorError('CURSOR_INVALID', { cause });
      }
    },
  };
}

/**
 * The keys of a cursor key file: one per line, 32 bytes as base64url each; the first writes, a second one still reads. Their ids are taken from
 * the keys themselves. @throws CONFIG_INVALID
 */
export function readCursorKeys(text: string): OpaqueKey[] {
  const lines = text.split('\n').map((line) => line.trim());
  const keys = lines.filter((line) => line !== '').map((line) => new Uint8Array(Buffer.from(line, 'base64url')));
  if (keys.length === 0 || keys.length > 2 || keys.some((key) => key.length !== 32)) {
    throw new CorridorError('CONFIG_INVALID', { detail: 'a cursor key file holds one or two lines of 32 bytes, base64url' });
  }
  return keys.map((key) => ({ id: createHash('sha256').update('cursor key id').update(key).digest('base64url').slice(0, 8), key }));
}

// base64url leaves unused bits in a last character: two texts could stand for the same bytes.
function isCanonical(text: string): boolean {
  return text.split('.').every((part) => {
    try {
      return base64url.encode(base64url.decode(part)) === part;
    } catch {
      return false;
    }
  });
}
