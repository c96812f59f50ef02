import { hash } from 'node:crypto';

/** The value of `Content-Digest` over the bytes as sent: `sha-256=:…:` (RFC 9530 §2). */
export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${hash('sha256', body, 'base64')}:`;
}
