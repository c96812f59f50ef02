import { ownerOfRegistryCode, type PartyCode, parseId, type Random } from '@corridor/schemas';
import { z } from 'zod';

/** What an owner may read of one look-up. Who asked is named by party, organisation and purpose, never by person, client or passport. */
export type OwnerLine = {
  readonly operation: string;
  readonly hit: boolean;
  readonly party: string | null;
  readonly org: string | null;
  readonly purpose: string | null;
  readonly gateway: string;
  readonly traceId: string;
  /** This owner's records alone. */
  readonly recordIds: readonly string[];
  /** What the owner's own staff asked for and did not find: as it was logged, references blinded. `null` for a hit. */
  readonly asked: Readonly<Record<string, unknown>> | null;
  readonly salt: string;
};

const lookup = z.looseObject({
  operation: z.string(),
  asked: z.record(z.string(), z.unknown()),
  party: z.string().nullable(),
  org: z.string().nullable(),
  purpose: z.string().nullable(),
  gateway: z.string(),
  traceId: z.string(),
  recordIds: z.array(z.string()),
  consignmentRecordIds: z.array(z.string()).optional(),
  hit: z.boolean(),
});

/**
 * The lines a row of the log gives to owners: one for each owner of whose records the answer told. A miss concerns no owner; the line goes to the
 * reader's own party, and only where its own staff asked, not a firm. What is no look-up gives none.
 */
export function linesOf(body: unknown, random: Random): readonly { readonly party: PartyCode; readonly body: OwnerLine }[] {
  const { success, data } = lookup.safeParse(body);
  if (!success) return [];
  const { operation, hit, party, org, purpose, gateway, traceId, asked } = data;
  const line = (recordIds: readonly string[], more: Pick<OwnerLine, 'asked'>): OwnerLine => ({
    operation,
    hit,
    party,
    org,
    purpose,
    gateway,
    traceId,
    recordIds,
    ...more,
    // Without it a hash could be guessed from what its line must have said.
    salt: Buffer.from(random(16)).toString('base64url'),
  });
  if (!hit) {
    const reader = party === null || org !== null ? undefined : ownerOfRegistryCode(party);
    return reader === undefined ? [] : [{ party: reader.code, body: line([], { asked }) }];
  }
  const byOwner = new Map<PartyCode, string[]>();
  for (const id of new Set([...data.recordIds, ...(data.consignmentRecordIds ?? [])])) {
    const owner = parseId(id)?.party;
    if (owner !== undefined) byOwner.set(owner, [...(byOwner.get(owner) ?? []), id]);
  }
  return [...byOwner].map(([owner, ids]) => ({ party: owner, body: line(ids.sort(), { asked: null }) }));
}
