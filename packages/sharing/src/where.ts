import type { Condition } from './clause.ts';

/** Which rows of a class a reader may know of: none, or those where any of the leaves holds. The step `api/` makes SQL of it. */
export type Where = { readonly is: 'none' } | { readonly is: 'any'; readonly of: readonly Leaf[] };

/**
 * One condition with the reader filled in. ROUTED, DESTINED: `party`. PARTICIPANT: `org`, and `functions` unless empty. READER: `party` and `org`, null
 * meaning a reader without one. `since`: only rows at or after that instant (ms since the epoch); null = no limit.
 */
export type Leaf = {
  readonly condition: Condition;
  readonly party: string | null;
  readonly org: string | null;
  readonly functions: readonly string[];
  readonly since: number | null;
};

/** What conditions look at. All of it comes from the owner's own records: an event has route and participants of the consignments it is linked to. */
export type ConditionRow = {
  /** Registry codes of the parties in the transport plan. */
  readonly routeParties: readonly string[];
  /** Registry codes of the parties in which destinations lie. */
  readonly destinationParties: readonly string[];
  /** Who takes part, with UN/EDIFACT 3035 function. */
  readonly participations: readonly { readonly org: string; readonly function: string }[];
  /** The instant history limits compare with, in ms since the epoch. */
  readonly at: number;
  /** ACCESS_LOG: who read. */
  readonly reader?: { readonly party: string | null; readonly org: string | null };
};

/** Whether a leaf holds on a row: the predicate beside the SQL of `api/`. A leaf without its reader holds on none: nobody is not a party, nor an org. */
export function holds(leaf: Leaf, row: ConditionRow): boolean {
  if (leaf.since !== null && row.at < leaf.since) return false;
  const { party, org } = leaf;
  switch (leaf.condition) {
    case 'ANY':
      return true;
    case 'ROUTED':
      return party !== null && row.routeParties.includes(party);
    case 'DESTINED':
      return party !== null && row.destinationParties.includes(party);
    case 'PARTICIPANT':
      return org !== null && takesPart(row, org, leaf.functions);
    case 'READER':
      return party !== null && row.reader !== undefined && row.reader.party === party && row.reader.org === org;
  }
}

function takesPart(row: ConditionRow, org: string, functions: readonly string[]): boolean {
  for (const participation of row.participations) {
    if (participation.org === org && (functions.length === 0 || functions.includes(participation.function))) return true;
  }
  return false;
}
