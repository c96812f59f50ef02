/**
 * What the directory holds of an owner, by which evidence it is linked, and who looked it up: three routes for that owner alone, without the framework around them.
 *
 * 1. Who asks: a token for the directory, of a party of the corridor and no firm, by an auditor of it (realm role `corridor-auditor`) or a program of it
 *    (permission `feed.read` at the directory). Whoever else is let in nowhere and told the same words.
 * 2. The question: which owner is asked about stands in the token alone; no argument can name another.
 * 3. One row in the log, durable before the answer.
 */
import { hasPermission, hasRole, type Sender, type Verifier } from '@corridor/identity';
import { type Caller, type Clock, CorridorError, makeId, ownerOfRegistryCode, type PartyCode, type Random } from '@corridor/schemas';
import type { AuditLog, Store } from '@corridor/store';
import type { FeedStatus } from '../feed/follow-owners.ts';
import { sealAll } from '../log/seal.ts';
import { type LogPage, readLines } from './lines.ts';
import { type LinksPage, readLinks } from './links.ts';
import { type MinePage, readMine } from './mine.ts';

/** A request as the server hands it in. */
export type OwnerRequest = {
  readonly authorization: string | undefined;
  readonly query: { readonly after?: string | undefined; readonly limit?: string | undefined; readonly of?: string | undefined };
  /** W3C trace id. */
  readonly traceId: string;
  /** What shows that a token bound to its sender is the sender's; absent: none is taken. */
  readonly sender?: Sender;
};

/** What the door needs. */
export type OwnerDoorOptions = {
  readonly store: Store<'directory'>;
  /** Takes tokens whose audience is the directory. */
  readonly verifier: Verifier;
  readonly auditLog: Pick<AuditLog, 'append'>;
  readonly indexKey: Uint8Array;
  readonly feeds: () => readonly FeedStatus[];
  readonly clock: Clock;
  readonly random: Random;
};

/**
 * The door of owners. All @throws UNAUTHENTICATED and its kin, OWNER_STAFF_ONLY, BAD_USER_INPUT, CURSOR_INVALID, AUDIT_UNAVAILABLE
 */
export type OwnerDoor = {
  /** `GET /directory/log`: lines about the owner's entries behind position `after` (0 when absent), at most `limit` (1,000). */
  log(request: OwnerRequest): Promise<LogPage>;
  /** `GET /directory/mine`: the owner's entries behind id `after`, at most `limit` (1,000). */
  mine(request: OwnerRequest): Promise<MinePage>;
  /** `GET /directory/links`: the evidence of the owner's linked entries behind id `after`, at most `limit` (1,000), or of the entry `of` alone. */
  links(request: OwnerRequest): Promise<LinksPage>;
};

const pageLimit = 1_000;

/** The audience of tokens an owner shows here. */
export const directoryAudience = 'subgraph-directory';

/** The door of owners. */
export function createOwnerDoor(options: OwnerDoorOptions): OwnerDoor {
  const { store, verifier, auditLog, indexKey, feeds, clock, random } = options;

  async function admit({ authorization, sender }: OwnerRequest): Promise<{ readonly caller: Caller; readonly owner: PartyCode }> {
    const { caller } = await verifier.verify(authorization, undefined, sender);
    if (caller.party === null) throw new CorridorError('UNAUTHENTICATED');
    const owner = ownerOfRegistryCode(caller.party);
    const mayRead = hasRole(caller, 'corridor-auditor') || hasPermission(caller, 'feed.read');
    if (owner === undefined || caller.org !== null || !mayRead) throw new CorridorError('OWNER_STAFF_ONLY');
    return { caller, owner: owner.code };
  }

  async function record(operation: string, caller: Caller, { query, traceId }: OwnerRequest): Promise<void> {
    const { subject, client, party, org, roles, purpose, issuer } = caller;
    const salt = Buffer.from(random(16)).toString('base64url');
    const asked = { after: query.after ?? null, limit: query.limit ?? null, ...(query.of === undefined ? {} : { of: query.of }) };
    const body = { subject, client, party, org, roles, purpose, issuer, traceId, operation, asked, salt };
    try {
      await auditLog.append([{ entryId: makeId('directory', 'access-log-entry', random), body }]);
    } catch (cause) {
      throw new CorridorError('AUDIT_UNAVAILABLE', { owner: 'directory', cause });
    }
  }

  return {
    async log(request) {
      const { caller, owner } = await admit(request);
      const limit = readLimit(request.query.limit);
      const after = readPosition(request.query.after);
      await record('GET /directory/log', caller, request);
      await sealAll(store, random);
      return readLines(store, owner, after, limit);
    },
    async mine(request) {
      const { caller, owner } = await admit(request);
      const limit = readLimit(request.query.limit);
      const after = readId(request.query.after, 'CURSOR_INVALID');
      await record('GET /directory/mine', caller, request);
      return readMine({ store, owner, after, limit, indexKey, status: feeds().find(({ party }) => party === owner), clock });
    },
    async links(request) {
      const { caller, owner } = await admit(request);
      const limit = readLimit(request.query.limit);
      const after = readId(request.query.after, 'CURSOR_INVALID');
      const of = readId(request.query.of, 'BAD_USER_INPUT');
      await record('GET /directory/links', caller, request);
      return readLinks({ store, owner, caller, after, of, limit, indexKey });
    },
  };
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return pageLimit;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 1 && value <= pageLimit)) throw new CorridorError('BAD_USER_INPUT', { detail: `limit: 1 to ${pageLimit}` });
  return value;
}

function readId(text: string | undefined, code: 'CURSOR_INVALID' | 'BAD_USER_INPUT'): string | null {
  if (text === undefined) return null;
  if (!/^[\x21-\x7e]{1,100}$/.test(text)) throw new CorridorError(code);
  return text;
}

function readPosition(text: string | undefined): bigint {
  if (text === undefined) return 0n;
  if (!/^\d{1,18}$/.test(text)) throw new CorridorError('CURSOR_INVALID');
  return BigInt(text);
}
