import { createHash } from 'node:crypto';
import { type Caller, ownerOfRegistryCode, type PartyCode } from '@corridor/schemas';
import { viewerTuples } from '@corridor/sharing';
import { join, raw, type Sql, sql } from '@corridor/store';
import { audienceToken } from '../index/audience.ts';

/** Who asks, as the index knows it: by audience tokens. Whatever a statement reads, it reads through these. */
export type Viewer = {
  readonly caller: Caller;
  /** Tokens of every tuple the caller may be looked up by. */
  readonly tokens: readonly Buffer[];
  /** Those of them that are not everybody's: they know of a record by more than what the public is told of it. */
  readonly memberTokens: readonly Buffer[];
  /** Those of them that name the caller's organisation; empty for a caller without one. */
  readonly organisationTokens: readonly Buffer[];
  /** Owner id of the caller's own party; `null` for a caller without one. */
  readonly party: PartyCode | null;
  /** Equal for viewers who see the same: what a cursor is bound to. */
  readonly digest: string;
};

/** The viewer a caller is. */
export function viewerOf(caller: Caller, indexKey: Uint8Array): Viewer {
  const tuples = viewerTuples(caller);
  const tokenOf = (tuple: (typeof tuples)[number]): string => audienceToken(indexKey, tuple);
  const tokens = tuples.map(tokenOf).sort();
  const organisation = caller.org === null ? [] : tuples.filter(({ org }) => org === caller.org).map(tokenOf);
  const party = caller.party === null ? undefined : ownerOfRegistryCode(caller.party);
  return {
    caller,
    tokens: tokens.map((token) => Buffer.from(token, 'hex')),
    memberTokens: tuples.filter(({ party }) => party !== 'PUBLIC').map((tuple) => Buffer.from(tokenOf(tuple), 'hex')),
    organisationTokens: organisation.map((token) => Buffer.from(token, 'hex')),
    party: party?.code ?? null,
    digest: createHash('sha256').update(tokens.join('')).digest('base64url'),
  };
}

/**
 * Condition on an alias of `entry`: the viewer may know of it, and it is not withdrawn. It stands in every statement that reads the index, or what says the
 * same does: lists and journeys read set by set of the viewer (`consignment-order.ts`, `journey-pages.ts`).
 */
export function known(viewer: Viewer, alias: string): Sql {
  const e = raw(alias);
  return sql`(not ${e}.withdrawn and ${e}.audience_set_id in (select m.set_id from audience_member m where m.token = any(${viewer.tokens}::bytea[])))`;
}

/** Condition on an alias of `entry`: it is about the viewer itself. A caller's organisation takes part in it or, without one, the caller's party holds it. */
export function mine(viewer: Viewer, alias: string): Sql {
  const e = raw(alias);
  if (viewer.caller.org === null) return sql`${e}.party = ${viewer.party}`;
  return sql`${e}.audience_set_id in (select m.set_id from audience_member m where m.token = any(${viewer.organisationTokens}::bytea[]))`;
}

/** Conditions joined by `and`; none is `true`. */
export function all(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`true` : join([...conditions], ' and ');
}
