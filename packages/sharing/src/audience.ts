import type { AudienceTuple, Caller, RecordClass } from '@corridor/schemas';
import { type Clause, historyStart, isInForce, partyOfOrganisation, purposesOf, takesIn } from './clause.ts';
import { grantedBits, opens } from './grants.ts';
import { nobody, type Reader, readerOf } from './reader.ts';
import type { ConditionRow } from './where.ts';

/**
 * Every tuple that may know of a row at this instant: what an owner tells the directory, without repeats, in an order of its own (not the clauses').
 * A reader may know of the row exactly when one of these is among its `viewerTuples`; only READER has no tuples, since what it opens (own reads in an
 * access log) is not in the directory. It is right for `at`: when a clause begins or ends, the owner tells anew. A history limit that runs out meanwhile
 * leaves a tuple too many, never one too few: the owner, which decides each read, then shows nothing.
 */
export function audienceOf(clauses: readonly Clause[], c: RecordClass, row: ConditionRow, at: number): AudienceTuple[] {
  const tuples = new Map<string, AudienceTuple>();
  for (const clause of clauses) {
    if (clause.recordClass !== c || !isInForce(clause, at) || !opens(grantedBits(clause), c)) continue;
    const since = historyStart(clause, at);
    if (since !== null && row.at < since) continue;
    const { role } = clause.grantee;
    for (const { party, org } of readersOf(clause, row)) {
      for (const purpose of purposesOf(clause)) put(tuples, { party, org, role, purpose });
    }
  }
  return sorted(tuples);
}

/**
 * Every tuple a caller is looked up by: its party, the word for its region and PUBLIC × its organisation or `-`, and `*` × each role and `*` × its purpose
 * and `*` (`*` only for a purpose of the closed list, or none). Always with PUBLIC and three times `*`, which is all that an anonymous caller has.
 */
export function viewerTuples(caller: Caller): AudienceTuple[] {
  const tuples = new Map<string, AudienceTuple>();
  spell(tuples, nobody);
  spell(tuples, readerOf(caller));
  return [...tuples.values()];
}

/** The readers a clause takes in on this row, one by one where its condition names them. */
function readersOf(clause: Clause, row: ConditionRow): readonly { party: string; org: string }[] {
  const { grantee } = clause;
  switch (clause.condition) {
    case 'ANY':
      return [grantee];
    case 'ROUTED':
    case 'DESTINED': {
      const parties = clause.condition === 'ROUTED' ? row.routeParties : row.destinationParties;
      return parties.filter((party) => takesIn(grantee, party)).map((party) => ({ party, org: grantee.org }));
    }
    case 'PARTICIPANT':
      return row.participations.flatMap(({ org, function: as }) => {
        const party = partyOfOrganisation(org);
        if (party === null || !takesIn(grantee, party)) return [];
        if (grantee.org !== '*' && grantee.org !== org) return [];
        return clause.functions.length === 0 || clause.functions.includes(as) ? [{ party, org }] : [];
      });
    case 'READER':
      return [];
  }
}

function spell(tuples: Map<string, AudienceTuple>, reader: Reader): void {
  for (const party of reader.parties) {
    for (const org of reader.orgs) {
      for (const role of reader.roles) {
        for (const purpose of reader.purposes) put(tuples, { party, org, role, purpose });
      }
    }
  }
}

function put(tuples: Map<string, AudienceTuple>, tuple: AudienceTuple): void {
  tuples.set(keyOf(tuple), tuple);
}

function keyOf({ party, org, role, purpose }: AudienceTuple): string {
  return JSON.stringify([party, org, role, purpose]);
}

function sorted(tuples: Map<string, AudienceTuple>): AudienceTuple[] {
  return [...tuples.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tuple]) => tuple);
}
