import type { Admitted } from '@corridor/identity';
import { correlationId } from '@corridor/runtime';
import { type Caller, CorridorError, makeId, type PartyCode, type Random } from '@corridor/schemas';
import { type AuditLog, type Store, sql } from '@corridor/store';
import { known, viewerOf } from '../api/viewer.ts';

/** One look-up in the index, hit or miss. Nothing in it is a reference in clear: what was asked for stands blinded, or not at all. */
export type Lookup = {
  /** The field that was asked: `facilities`, `Consignment.timeline`, `_entities:FacilityEntry`. */
  readonly operation: string;
  readonly asked: Readonly<Record<string, unknown>>;
  /** Records whose entries the answer names. */
  readonly recordIds: readonly string[];
  /** Consignments the answer names. */
  readonly consignmentIds?: readonly string[];
};

/** The directory's own log of who looked up what. */
export type LookupLog = {
  /** Resolves once every look-up of a request is durable: only then may its answer leave. @throws AUDIT_UNAVAILABLE */
  write(admitted: Admitted, lookups: readonly Lookup[]): Promise<void>;
};

/** Records of these consignments that the caller may know of, by consignment: whose owners a named consignment concerns. */
export type KnownMembers = (caller: Caller, consignmentIds: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>;

const owner: PartyCode = 'directory';

/** A log over the store's append-only table. */
export function createLookupLog(log: AuditLog, knownMembers: KnownMembers, random: Random): LookupLog {
  return {
    async write(admitted, lookups) {
      if (lookups.length === 0) return;
      try {
        const named = [...new Set(lookups.flatMap(({ consignmentIds }) => consignmentIds ?? []))];
        const members = named.length === 0 ? none : await knownMembers(admitted.caller, named);
        const rows = lookups.map((lookup) => ({
          entryId: makeId(owner, 'access-log-entry', random),
          body: bodyOf(admitted, lookup, members, random),
        }));
        await log.append(rows);
      } catch (cause) {
        throw new CorridorError('AUDIT_UNAVAILABLE', { owner, cause });
      }
    },
  };
}

/** Reads members from the index. An owner whose record the caller may not know of learns nothing of the look-up, as the caller learns nothing of the record. */
export function knownMembersIn(store: Store<'directory'>, indexKey: Uint8Array): KnownMembers {
  return async (caller, consignmentIds) => {
    const rows = await store.query<{ consignment_id: string; ids: readonly string[] }>(
      sql`select e.consignment_id, array_agg(e.id order by e.id) as ids from entry e
           where e.consignment_id = any(${[...consignmentIds]}::text[]) and ${known(viewerOf(caller, indexKey), 'e')} group by e.consignment_id`,
    );
    return new Map(rows.map(({ consignment_id, ids }) => [consignment_id, ids]));
  };
}

const none: ReadonlyMap<string, readonly string[]> = new Map();

function bodyOf(
  { caller, passport, gateway, traceparent }: Admitted,
  lookup: Lookup,
  members: ReadonlyMap<string, readonly string[]>,
  random: Random,
): object {
  const { subject, client, party, org, roles, purpose, issuer } = caller;
  return {
    subject,
    client,
    party,
    org,
    roles,
    purpose,
    issuer,
    gateway,
    passport,
    traceId: correlationId(traceparent),
    ...lookup,
    ...(lookup.consignmentIds === undefined ? {} : { consignmentRecordIds: lookup.consignmentIds.flatMap((id) => members.get(id) ?? []) }),
    hit: lookup.recordIds.length > 0 || (lookup.consignmentIds ?? []).length > 0,
    // Hashes of neighbours stand in every proof: without this, a row could be guessed.
    salt: Buffer.from(random(16)).toString('base64url'),
  };
}
