/**
 * A release of the supergraph: the composed SDL with a version, its predecessor and a signature, in one JSON file. Whoever holds an accepted key
 * can tell that it is whole, who made it, and that it is newer than another. `docs/releases.md` has the whole story.
 */
import { createHash } from 'node:crypto';
import { parse } from 'graphql';
import { z } from 'zod';
import { CorridorError } from '../errors.ts';

const loneSurrogate = /\p{Surrogate}/u;

const releaseFile = z.strictObject({
  version: z.int().positive(),
  createdAt: z.iso.datetime(),
  previousDigest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .nullable(),
  sdl: z
    .string()
    .min(1)
    .refine((text) => !loneSurrogate.test(text), 'not Unicode text'),
  keyId: z.string().regex(/^[\w./-]{1,64}$/),
  signature: z.string().regex(/^[\w-]{86}$/),
});

/** A release as it lies in a file. `version` counts up, `createdAt` is an instant with `Z`, `signature` Ed25519 in base64url. */
export type Release = Readonly<z.infer<typeof releaseFile>>;
/** What is signed: everything but the signature. */
export type ReleaseContent = Omit<Release, 'signature'>;

/** Bytes a release file may have. */
export const maxReleaseBytes = 8 * 1024 * 1024;

/**
 * Reads a release file. It says nothing yet about the signature: see `verifyRelease`.
 * @throws RELEASE_UNREADABLE for what is no release; RELEASE_UNSIGNED for a bare supergraph, and for a release without key or signature
 */
export function readRelease(bytes: Uint8Array): Release {
  if (bytes.length > maxReleaseBytes) throw unreadable(`more than ${maxReleaseBytes} bytes`);
  const text = Buffer.from(bytes).toString('utf8');
  if (text.trim() === '') throw unreadable('empty');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw isGraphql(text) ? new CorridorError('RELEASE_UNSIGNED', { detail: 'a bare schema' }) : unreadable('not JSON');
  }
  const read = releaseFile.safeParse(value);
  if (read.success) return read.data;
  const at = read.error.issues.map(({ path, message }) => (path.length === 0 ? message : path.map(String).join('.')));
  const members = typeof value === 'object' && value !== null ? value : {};
  if ('sdl' in members && !('signature' in members && 'keyId' in members)) throw new CorridorError('RELEASE_UNSIGNED');
  throw unreadable([...new Set(at)].join(', '));
}

/** A release as it is written to a file. */
export function writeRelease(release: Release): string {
  return `${JSON.stringify(release, null, 2)}\n`;
}

/**
 * The bytes that are signed: the content as JSON in the form of RFC 8785. Its members are text and one integer, so that sorting them by name is all
 * that this form asks for beyond what ECMAScript writes (sections 3.2.2 and 3.2.3).
 */
export function canonicalRelease({ createdAt, keyId, previousDigest, sdl, version }: ReleaseContent): Uint8Array {
  return Buffer.from(JSON.stringify({ createdAt, keyId, previousDigest, sdl, version }), 'utf8');
}

/** What names a release for ever, and what its successor bears as `previousDigest`: SHA-256 over the bytes that are signed. */
export function releaseDigest(release: ReleaseContent): string {
  return `sha256:${createHash('sha256').update(canonicalRelease(release)).digest('hex')}`;
}

function isGraphql(text: string): boolean {
  try {
    parse(text, { noLocation: true });
    return true;
  } catch {
    return false;
  }
}

function unreadable(detail: string): CorridorError {
  return new CorridorError('RELEASE_UNREADABLE', { detail });
}
