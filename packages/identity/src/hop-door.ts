/**
 * The owner's door for gateways. Checks, in this order, before anything of the body is parsed:
 * exactly one signature over exactly the known components → `created` ± 60 s → key id known → digest over the raw bytes → MAC, timing-safe → nonce
 * unseen → passport: signature, type, its gateway owns the key id, its audience is this owner, times → the issuer may speak for the party by this
 * owner's own table → deny list.
 *
 * The nonce comes after the MAC, so that strangers cannot fill the memory. Each replica has a memory of its own: hops are reads, and mutations carry
 * idempotency keys.
 */
import { timingSafeEqual } from 'node:crypto';
import { type Caller, type Clock, CorridorError } from '@corridor/schemas';
import { type Changing, latest } from './changing.ts';
import { contentDigest } from './content-digest.ts';
import type { DenyList } from './deny-list.ts';
import { HopRefused } from './hop-refused.ts';
import { type HopKey, hopSecret, macOf, readSignature, readSignatureInput } from './hop-signature.ts';
import { type IssuerRow, issuerTable } from './issuer-table.ts';
import { createNonces } from './nonces.ts';
import { createPassportReader, type GatewayKey } from './passport-reader.ts';
import { skewSeconds } from './token-claims.ts';

/** A request as it came in. `authority` is not looked at: what counts is the owner's configuration, not what a proxy put into `Host`. */
export type HopRequest = {
  readonly method: string;
  readonly authority: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly contentType: string;
  /** The raw bytes. */
  readonly body: Uint8Array;
  /** Names in lower case, as Node gives them. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};

/** A hop that was let in. */
export type Admitted = {
  readonly caller: Caller;
  /** The passport as sent: the evidence kept with the audit row. */
  readonly passport: string;
  /** Id of the gateway that signed. */
  readonly gateway: string;
  /** Until when the answer is awaited, milliseconds since epoch on this owner's clock. */
  readonly deadlineAt: number;
  readonly traceparent: string;
};

/** Lets hops in. */
export type HopDoor = {
  /** @throws HopRefused: answer 401 with an empty body and log the reason */
  admit(request: HopRequest): Promise<Admitted>;
};

/** The owner, its secrets and whom it trusts. */
export type HopDoorOptions = {
  readonly owner: string;
  /** Host and port as the gateways know them. */
  readonly authority: string;
  /** Two of one gateway are valid at once while one replaces the other. */
  readonly keys: Changing<readonly HopKey[]>;
  readonly gateways: Changing<readonly GatewayKey[]>;
  /** This owner's own issuer table. */
  readonly issuers: readonly IssuerRow[];
  readonly clock: Clock;
  readonly denied?: DenyList;
  /** How many nonces are remembered, two minutes each: 500,000 allow some 4,000 requests a second. */
  readonly nonceCapacity?: number;
};

// A signature can be made for 60 s ahead and is taken until 60 s after; one second more, since both ends count.
const nonceMs = (2 * skewSeconds + 1) * 1_000;
const keyIdForm = /^([a-z0-9-]{1,40})>([a-z]{2,20})\/\d{1,6}$/;
const traceparentForm = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;
const deadlineForm = /^[1-9]\d{0,4}$/;

/** A door for one owner. @throws CONFIG_INVALID for a key that is not this owner's, is listed twice or has not 32 bytes. */
export function createHopDoor(options: HopDoorOptions): HopDoor {
  const { owner, authority, clock, denied } = options;
  const keys = latest(options.keys, (list) => hopKeyTable(list, owner));
  const nonces = createNonces({ capacity: options.nonceCapacity ?? 500_000, keepMs: nonceMs, clock });
  const passports = createPassportReader({ owner, gateways: options.gateways, issuers: issuerTable(options.issuers), clock, denied });

  return {
    async admit({ method, path, query, contentType, body, headers }) {
      const input = readSignatureInput(one(headers, 'signature-input', 'signature-missing'));
      const mac = readSignature(one(headers, 'signature', 'signature-missing'));
      if (input === undefined || mac === undefined) throw new HopRefused('signature-form');
      const caller = one(headers, 'corridor-caller', 'signature-form');
      const deadline = one(headers, 'corridor-deadline', 'signature-form');
      const traceparent = one(headers, 'traceparent', 'signature-form');
      const digest = one(headers, 'content-digest', 'signature-form');

      if (Math.abs(Math.floor(clock() / 1_000) - input.created) > skewSeconds) throw new HopRefused('created-outside-window');
      const key = keys().get(input.keyId);
      if (key === undefined) throw new HopRefused('key-unknown');
      if (digest !== contentDigest(body)) throw new HopRefused('content-digest');
      const components = { method, authority, path, query: `?${query}`, contentType, contentDigest: digest, caller, deadline, traceparent };
      if (!timingSafeEqual(mac, macOf(components, input.params, key.secret))) throw new HopRefused('signature-wrong');
      const nonce = nonces.take(`${input.keyId} ${input.nonce}`);
      if (nonce !== 'new') throw new HopRefused(nonce === 'seen' ? 'nonce-seen' : 'nonces-full');
      if (!deadlineForm.test(deadline)) throw new HopRefused('deadline-form');
      if (!traceparentForm.test(traceparent)) throw new HopRefused('traceparent-form');

      const deadlineAt = clock() + Number(deadline);
      return { caller: await passports.read(caller, key.gateway), passport: caller, gateway: key.gateway, deadlineAt, traceparent };
    },
  };
}

function one(headers: HopRequest['headers'], name: string, reason: HopRefused['reason']): string {
  const value = headers[name];
  if (typeof value !== 'string') throw new HopRefused(value === undefined ? reason : 'signature-form');
  return value;
}

/** The keys of `owner` by their ids. @throws CONFIG_INVALID for a key that is not this owner's, is listed twice or has not 32 bytes */
export function hopKeyTable(
  keys: readonly HopKey[],
  owner: string,
): ReadonlyMap<string, { readonly gateway: string; readonly secret: Uint8Array }> {
  const table = new Map<string, { gateway: string; secret: Uint8Array }>();
  for (const key of keys) {
    const [, gateway, of] = keyIdForm.exec(key.id) ?? [];
    const secret = hopSecret(key);
    if (gateway === undefined || of !== owner)
      throw new CorridorError('CONFIG_INVALID', { detail: `hop key ${key.id} is not a key for ${owner}` });
    if (secret.byteLength !== 32) throw new CorridorError('CONFIG_INVALID', { detail: `hop key ${key.id} has not 32 bytes` });
    if (table.has(key.id)) throw new CorridorError('CONFIG_INVALID', { detail: `hop key ${key.id} is listed twice` });
    table.set(key.id, { gateway, secret });
  }
  return table;
}
