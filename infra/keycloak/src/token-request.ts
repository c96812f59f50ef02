import type { Credentials } from './client-authentication.ts';

/** Why a token request is not answered with a token: an error code of RFC 6749 §5.2. */
export type TokenError = 'invalid_request' | 'invalid_client' | 'unsupported_grant_type';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Reads a request for a token by client credentials (RFC 6749 §4.4): the form, and the Authorization header beside it. */
export function readTokenRequest(body: string, authorization: string | undefined): Credentials | TokenError {
  const form = new URLSearchParams(body);
  const repeated = [...form.keys()].some((name) => form.getAll(name).length > 1);
  if (repeated) return 'invalid_request';
  const grant = form.get('grant_type');
  if (grant === null) return 'invalid_request';
  if (grant !== 'client_credentials') return 'unsupported_grant_type';

  const clientId = form.get('client_id') ?? undefined;
  const secret = form.get('client_secret');
  const assertion = form.get('client_assertion');
  const ways = [authorization !== undefined, secret !== null, assertion !== null].filter(Boolean).length;
  // One way at a time (RFC 6749 §2.3).
  if (ways > 1) return 'invalid_request';
  if (authorization !== undefined) {
    const basic = readBasic(authorization);
    return basic !== undefined && (clientId === undefined || clientId === basic.clientId) ? basic : 'invalid_client';
  }
  if (assertion !== null)
    return form.get('client_assertion_type') === assertionType ? { kind: 'assertion', assertion, clientId } : 'invalid_request';
  return clientId !== undefined && secret !== null ? { kind: 'secret', clientId, secret } : 'invalid_client';
}

function readBasic(authorization: string): (Credentials & { readonly kind: 'secret' }) | undefined {
  const encoded = /^basic ([A-Za-z0-9+/]+=*)$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return id === undefined || secret === undefined ? undefined : { kind: 'secret', clientId: formDecoded(id), secret: formDecoded(secret) };
}

function formDecoded(text: string): string {
  return new URLSearchParams(`v=${text.replaceAll('&', '%26')}`).get('v') ?? '';
}
