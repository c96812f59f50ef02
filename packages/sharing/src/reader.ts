import { type Caller, purposes, type RegistryCode, regionOf } from '@corridor/schemas';
import { type Clause, isPartyName, partyOfOrganisation, purposesOf, regionWordOf } from './clause.ts';

/**
 * A caller as clauses see it: what it is (`party`, `org`; null = nobody known) and every word by which a clause may take it in. A clause takes it in
 * when each of its four words is among these: the same product that `viewerTuples` spells out for the directory.
 */
export type Reader = {
  readonly party: RegistryCode | null;
  readonly org: string | null;
  readonly parties: readonly string[];
  readonly orgs: readonly string[];
  readonly roles: readonly string[];
  readonly purposes: readonly string[];
};

/** Nobody known: the public audience, which every reader belongs to. */
export const nobody: Reader = { party: null, org: null, parties: ['PUBLIC'], orgs: ['*'], roles: ['*'], purposes: ['*'] };

/**
 * The reader a caller is. Nobody where it does not fit together (a word for many as its party, an organisation that bears another party) and where a
 * foreign party states `law-enforcement` (Data Security Law of the PRC, art. 36): no clause opens anything to that but what is public.
 */
export function readerOf(caller: Caller): Reader {
  const { party, org, purpose } = caller;
  if (party === null || !isPartyName(party)) return nobody;
  if (org !== null && partyOfOrganisation(org) !== party) return nobody;
  if (purpose === 'law-enforcement' && regionOf(party) === 'foreign') return nobody;
  const region = regionWordOf(party);
  return {
    party,
    org,
    parties: region === null ? [party, 'PUBLIC'] : [party, region, 'PUBLIC'],
    orgs: [org ?? '-', '*'],
    roles: caller.roles.includes('*') ? caller.roles : [...caller.roles, '*'],
    purposes: purposeWordsOf(purpose),
  };
}

/** Whether the clause is for this reader; says nothing about rows or time. */
export function isFor(clause: Clause, reader: Reader): boolean {
  const { party, org, role } = clause.grantee;
  if (reader.parties.includes(party) && reader.orgs.includes(org) && reader.roles.includes(role)) {
    for (const purpose of purposesOf(clause)) if (reader.purposes.includes(purpose)) return true;
  }
  return isForEverybody(clause);
}

/** Public without any condition: whatever a caller says about itself, it sees no less than one who says nothing. */
function isForEverybody(clause: Clause): boolean {
  const { party, org, role } = clause.grantee;
  return party === 'PUBLIC' && org === '*' && role === '*' && purposesOf(clause).includes('*') && clause.condition === 'ANY';
}

/** `*` stands for the purposes of the closed list and for none stated: a purpose off the list must be named by the clause. */
function purposeWordsOf(purpose: string | null): readonly string[] {
  if (purpose === null) return ['*'];
  if (listed.has(purpose)) return [purpose, '*'];
  return purpose === '*' ? [] : [purpose];
}

const listed: ReadonlySet<string> = new Set(purposes);
