import { createHmac } from 'node:crypto';
import { type Caller, localOf } from '@corridor/schemas';

/**
 * Sixteen characters (80 bits of HMAC-SHA256) that stand for a firm towards one grantee: the same in every answer to that grantee, another for every
 * other, so that two of them cannot join what they see. Nobody without the owner's secret can compute it from a list of firms.
 */
export function pseudonymOf(secret: Uint8Array, grantee: string, firm: string): string {
  return localOf(
    createHmac('sha256', secret)
      .update(JSON.stringify(['pseudonym', grantee, firm]))
      .digest(),
  );
}

/** To whom a pseudonym is given: the caller's firm (which bears its party), else its party, else the public. */
export function granteeOf(caller: Caller): string {
  return caller.org ?? caller.party ?? 'PUBLIC';
}
