import { type Caller, makeId, type PartyCode, type Random } from '@corridor/schemas';
import type { ClassRead, Ledger } from './ledger.ts';

/** Who read, and under which request. */
export type ReadBy = {
  readonly caller: Caller;
  /** The passport the gateway sent, evidence that it vouched for the caller; null at the owner's own endpoint. */
  readonly passport: string | null;
  /** Name of the GraphQL operation, where it has one. */
  readonly operation: string | null;
  /** W3C trace id. */
  readonly traceId: string;
};

/** One entry of the access log, as `createAuditLog` appends it. It names records and groups of fields, never a value. */
export type AccessLogRow = { readonly entryId: string; readonly body: AccessLogBody };

/** `body` of an entry, sealed as it stands (RFC 8785). `salt` keeps a hash from being guessed from what its entry must have said. */
export type AccessLogBody = ClassRead & {
  readonly subject: string | null;
  readonly client: string | null;
  readonly party: string | null;
  readonly org: string | null;
  readonly roles: readonly string[];
  readonly purpose: string | null;
  readonly operation: string | null;
  readonly traceId: string;
  readonly passport: string | null;
  readonly salt: string;
};

/** The entries of one request: one per record class, none where nothing was read. */
export function accessLogRows(ledger: Ledger, by: ReadBy, owner: PartyCode, random: Random): AccessLogRow[] {
  const { subject, client, party, org, roles, purpose } = by.caller;
  return ledger.reads().map((read) => ({
    entryId: makeId(owner, 'access-log-entry', random),
    body: {
      subject,
      client,
      party,
      org,
      roles,
      purpose,
      operation: by.operation,
      traceId: by.traceId,
      ...read,
      passport: by.passport,
      salt: Buffer.from(random(16)).toString('base64url'),
    },
  }));
}
