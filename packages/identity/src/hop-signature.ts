/**
 * The signature of a hop from a gateway to an owner: HTTP Message Signatures (RFC 9421) with hmac-sha256 over a closed list of components, the
 * body by its digest (RFC 9530).
 *
 * One form of `signature-input` is written, and only that form is read: components and parameters in this order, one signature. A structured-field
 * parser would take more than is ever sent, and everything it takes would have to be judged.
 */
import { createHmac } from 'node:crypto';
import type { Clock, Random } from '@corridor/schemas';
import { contentDigest } from './content-digest.ts';

/** The secret of one (gateway, owner) pair; two are valid at once while one replaces the other. */
export type HopKey = {
  /** `<gateway>><owner>/<number>`: `gw1>guangxi/1`. */
  readonly id: string;
  /** 32 bytes, base64url. */
  readonly secret: string;
};

/** What the gateway is about to send. */
export type OutgoingHop = {
  readonly method: string;
  /** Host and port as the owner's configuration names them. */
  readonly authority: string;
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** The passport. */
  readonly caller: string;
  /** Milliseconds the owner has to answer, from when it gets the request: relative, so that clocks need not agree. */
  readonly deadlineMs: number;
  /** W3C Trace Context. */
  readonly traceparent: string;
};

/** Values of the covered components; `query` begins with `?`. */
export type Components = {
  readonly method: string;
  readonly authority: string;
  readonly path: string;
  readonly query: string;
  readonly contentType: string;
  readonly contentDigest: string;
  readonly caller: string;
  readonly deadline: string;
  readonly traceparent: string;
};

/** What `signature-input` says. */
export type SignatureInput = {
  /** Everything behind `hop=`: the value of `@signature-params`. */
  readonly params: string;
  /** Seconds since epoch. */
  readonly created: number;
  readonly keyId: string;
  readonly nonce: string;
};

const covered =
  '("@method" "@authority" "@path" "@query" "content-type" "content-digest" "corridor-caller" "corridor-deadline" "traceparent")';
const inputForm = new RegExp(
  `^hop=(${covered.replaceAll(/[()]/g, '\\$&')};created=(\\d{1,11});keyid="([a-z0-9-]{1,40}>[a-z]{2,20}/\\d{1,6})";alg="hmac-sha256";nonce="([\\w-]{22})";tag="corridor-hop")$`,
);
const signatureForm = /^hop=:([A-Za-z0-9+/]{43}=):$/;

/** Signs one request: all headers to send with it, `content-type` included. */
export function signHop(
  hop: OutgoingHop,
  key: HopKey,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Record<string, string> {
  const digest = contentDigest(hop.body);
  const deadline = String(Math.max(1, Math.round(hop.deadlineMs)));
  const created = Math.floor(clock() / 1_000);
  const nonce = Buffer.from(random(16)).toString('base64url');
  const params = `${covered};created=${created};keyid="${key.id}";alg="hmac-sha256";nonce="${nonce}";tag="corridor-hop"`;
  const { method, authority, path, contentType, caller, traceparent } = hop;
  const components = { method, authority, path, query: `?${hop.query}`, contentType, contentDigest: digest, caller, deadline, traceparent };
  const mac = macOf(components, params, hopSecret(key));
  return {
    'content-type': contentType,
    'content-digest': digest,
    'corridor-caller': caller,
    'corridor-deadline': deadline,
    traceparent,
    'signature-input': `hop=${params}`,
    signature: `hop=:${mac.toString('base64')}:`,
  };
}

/** Reads `signature-input`, or `undefined` for any other components, parameters or number of signatures. */
export function readSignatureInput(text: string): SignatureInput | undefined {
  const [, params, created, keyId, nonce] = inputForm.exec(text) ?? [];
  if (params === undefined || created === undefined || keyId === undefined || nonce === undefined) return undefined;
  return { params, created: Number(created), keyId, nonce };
}

/** The 32 bytes of `signature`, or `undefined` when it is not exactly one. */
export function readSignature(text: string): Buffer | undefined {
  const mac = signatureForm.exec(text)?.[1];
  return mac === undefined ? undefined : Buffer.from(mac, 'base64');
}

/** HMAC-SHA256 (RFC 9421 §3.3.3) over the signature base (§2.5). */
export function macOf(of: Components, params: string, secret: Uint8Array): Buffer {
  const base =
    `"@method": ${of.method}\n"@authority": ${of.authority}\n"@path": ${of.path}\n"@query": ${of.query}\n` +
    `"content-type": ${of.contentType}\n"content-digest": ${of.contentDigest}\n"corridor-caller": ${of.caller}\n` +
    `"corridor-deadline": ${of.deadline}\n"traceparent": ${of.traceparent}\n"@signature-params": ${params}`;
  return createHmac('sha256', secret).update(base).digest();
}

/** The bytes of a key's secret. */
export function hopSecret(key: HopKey): Buffer {
  return Buffer.from(key.secret, 'base64url');
}
