import { refusal } from './refusal.ts';

/** Longest token taken, in characters. */
const longestToken = 8_192;

const form = /^(bearer|dpop) ([A-Za-z0-9._~+/-]+=*)$/i;

/** The token of one `Authorization` header (RFC 6750 §2.1, RFC 9449 §7.1). @throws UNAUTHENTICATED for anything else, two tokens included. */
export function readAuthorization(header: string): { readonly scheme: 'bearer' | 'dpop'; readonly token: string } {
  if (header.length > longestToken + 'Bearer '.length) throw refusal('UNAUTHENTICATED', 'token too long');
  const match = form.exec(header);
  const token = match?.[2];
  if (token === undefined) throw refusal('UNAUTHENTICATED', 'authorization is not one bearer token');
  if (token.length > longestToken) throw refusal('UNAUTHENTICATED', 'token too long');
  return { scheme: match?.[1]?.toLowerCase() === 'dpop' ? 'dpop' : 'bearer', token };
}
