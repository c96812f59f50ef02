import type { Admitted } from '@corridor/identity';
import { correlationId } from '@corridor/runtime';
import { CorridorError, makeId, type PartyCode, type Random } from '@corridor/schemas';
import type { AuditLog } from '@corridor/store';

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

const owner: PartyCode = 'directory';

/** A log over the store's append-only table. */
export function createLookupLog(log: AuditLog, random: Random): LookupLog {
  return {
    async write(admitted, lookups) {
      if (lookups.length === 0) return;
      const rows = lookups.map((lookup) => ({
        entryId: makeId(owner, 'access-log-entry', random),
        body: bodyOf(admitted, lookup, random),
      }));
      try {
        await log.append(rows);
      } catch (cause) {
        throw new CorridorError('AUDIT_UNAVAILABLE', { owner, cause });
      }
    },
  };
}

function bodyOf({ caller, passport, gateway, traceparent }: Admitted, lookup: Lookup, random: Random): object {
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
    hit: lookup.recordIds.length > 0 || (lookup.consignmentIds ?? []).length > 0,
    // Hashes of neighbours stand in every proof: without this, a row could be guessed.
    salt: Buffer.from(random(16)).toString('base64url'),
  };
}
