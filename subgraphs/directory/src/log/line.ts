import { ownerOfRegistryCode, type PartyCode, parseId, type Random } from '@corridor/schemas';
import { z } from 'zod';

/** What an owner may read of one row of the log: of a look-up, or of a consignment that fell apart. */
export type OwnerLine = LookupLine | SplitLine;

/** What an owner may read of one look-up. Who asked is named by party, organisation and purpose, never by person, client or passport. */
export type LookupLine = {
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

/**
 * What an owner may read of a consignment that fell apart: where its own records are now. It is told where at least one of them bears another consignment's
 * id than before; of the others' records, and of a split that moved none of its own, it learns nothing.
 */
export type SplitLine = {
  readonly operation: 'split';
  /** The id before. */
  readonly consignmentId: string;
  readonly parts: readonly { readonly consignmentId: string; readonly recordIds: readonly string[] }[];
  /** The owner, where a change of its own was the cause; `null`: another's. */
  readonly source: PartyCode | null;
  /** This owner's records alone. */
  readonly recordIds: readonly string[];
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

const split = z.object({
  operation: z.literal('split'),
  consignmentId: z.string(),
  parts: z.array(z.object({ consignmentId: z.string(), recordIds: z.array(z.string()) })),
  source: z.string(),
});

/**
 * The lines a row of the log gives to owners: one for each owner of whose records the answer told. A miss concerns no owner; the line goes to the
 * reader's own party, and only where its own staff asked, not a firm. A split gives one to each owner that has a record which moved. What is neither
 * gives none.
 */
export function linesOf(body: unknown, random: Random): readonly { readonly party: PartyCode; readonly body: OwnerLine }[] {
  const apart = split.safeParse(body);
  if (apart.success) return linesOfSplit(apart.data, random);
  const { success, data } = lookup.safeParse(body);
  if (!success) return [];
  const { operation, hit, party, org, purpose, gateway, traceId, asked } = data;
  const line = (recordIds: readonly string[], more: Pick<LookupLine, 'asked'>): LookupLine => ({
    operation,
    hit,
    party,
    org,
    purpose,
    gateway,
    traceId,
    recordIds,
    ...more,
    salt: saltOf(random),
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

function linesOfSplit({ consignmentId, parts, source }: z.infer<typeof split>, random: Random): { party: PartyCode; body: SplitLine }[] {
  const moved = parts.filter((part) => part.consignmentId !== consignmentId).flatMap(({ recordIds }) => recordIds);
  return [...new Set(moved.flatMap((id) => parseId(id)?.party ?? []))].sort().map((owner) => {
    const own = parts
      .map((part) => ({ ...part, recordIds: part.recordIds.filter((id) => parseId(id)?.party === owner) }))
      .filter(({ recordIds }) => recordIds.length > 0);
    return {
      party: owner,
      body: {
        operation: 'split',
        consignmentId,
        parts: own,
        source: source === owner ? owner : null,
        recordIds: own.flatMap(({ recordIds }) => recordIds).sort(),
        salt: saltOf(random),
      },
    };
  });
}

// Without it a hash could be guessed from what its line must have said.
function saltOf(random: Random): string {
  return Buffer.from(random(16)).toString('base64url');
}
