import type { JWTPayload } from 'jose';
import { refusal } from './refusal.ts';

/** The key of its sender that a token is bound to: `cnf` (RFC 7800 §3.1). Where both are named, both must be shown. */
export type Confirmation = {
  /** SHA-256 thumbprint of a DPoP key (RFC 9449 §6.1, RFC 7638), base64url; null: none. */
  readonly keyThumbprint: string | null;
  /** SHA-256 of a client certificate's DER (RFC 8705 §3.1), base64url; null: none. */
  readonly certificateThumbprint: string | null;
};

const thumbprintForm = /^[\w-]{43}$/;

/**
 * What a token is bound to, or null for a bearer token. A binding that is not known here is refused: left unread, it would make a bound token one that
 * anybody can use. @throws UNAUTHENTICATED
 */
export function confirmationOf(payload: JWTPayload): Confirmation | null {
  const cnf = payload['cnf'];
  const isDpop = payload['typ'] === 'DPoP';
  if (cnf === undefined && !isDpop) return null;
  const { jkt = null, 'x5t#S256': x5t = null, ...others }: Readonly<Record<string, unknown>> = isRecord(cnf) ? cnf : {};
  if (Object.keys(others).length > 0 || !isThumbprint(jkt) || !isThumbprint(x5t) || (jkt === null && (isDpop || x5t === null)))
    throw refusal('UNAUTHENTICATED', 'bound to its sender in a way that is not known here');
  return { keyThumbprint: jkt, certificateThumbprint: x5t };
}

function isThumbprint(value: unknown): value is string | null {
  return value === null || (typeof value === 'string' && thumbprintForm.test(value));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
