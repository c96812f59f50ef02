import { type Grant, ownerOfRegistryCode, type RecordClass, type RegistryCode } from '@corridor/schemas';

/** Whom a clause is for: a conjunction. `party` a registry code or a word for many; `org` one firm, `*` with or without one, `-` only callers without one. */
export type Grantee = {
  readonly party: RegistryCode | 'MAINLAND' | 'FOREIGN' | 'PUBLIC';
  readonly org: string | '*' | '-';
  readonly role: string | '*';
};

/** Which rows: a closed list, no free expressions. `ConditionRow` says what each looks at. */
export type Condition = 'ANY' | 'ROUTED' | 'DESTINED' | 'PARTICIPANT' | 'READER';

/**
 * One clause of a sharing agreement: who may see which groups of which class of records, on which rows, for what, how long. Clauses only add up.
 * Of an agreement with several versions the caller passes the one in force.
 */
export type Clause = {
  /** Id of the agreement; `DEFAULT` for the rows every member starts with. */
  readonly id: string;
  readonly version: number;
  readonly grantee: Grantee;
  readonly recordClass: RecordClass;
  readonly grants: readonly Grant[];
  readonly condition: Condition;
  /** PARTICIPANT: the UN/EDIFACT 3035 functions that count; empty = any. */
  readonly functions: readonly string[];
  /** Empty (or `*`) = any purpose of the members' closed list; a purpose off that list must be named. */
  readonly purposes: readonly string[];
  /** Milliseconds since the epoch, inclusive. */
  readonly validFrom: number;
  /** Milliseconds since the epoch, exclusive; null = no end. */
  readonly validTo: number | null;
  /** Rows of today and of this many UTC days before; null = all. Whole days, so that a compiled view stays right until midnight. */
  readonly historyDays: number | null;
  /** Whether the owner approved that COMMERCIAL groups of this clause leave the mainland. */
  readonly egressApproved: boolean;
};

/** Milliseconds of the day in which history limits are counted. */
export const dayMs = 86_400_000;

/** Whether the clause holds at this instant. */
export function isInForce(clause: Clause, at: number): boolean {
  return clause.validFrom <= at && (clause.validTo === null || at < clause.validTo);
}

/** The instant from which on rows count, or null without a limit: the UTC midnight `historyDays` before the one that `at` follows. */
export function historyStart(clause: Clause, at: number): number | null {
  return clause.historyDays === null ? null : startOfDay(at) - clause.historyDays * dayMs;
}

/** The UTC midnight at or before `at`. */
export function startOfDay(at: number): number {
  return Math.floor(at / dayMs) * dayMs;
}

/** How masks and logs cite a clause: `<agreement id>@<version>`, or `DEFAULT`. */
export function referenceOf(clause: Clause): string {
  return clause.id === 'DEFAULT' ? 'DEFAULT' : `${clause.id}@${clause.version}`;
}

/** The purposes a clause asks for, as audience tuples bear them. */
export function purposesOf(clause: Clause): readonly string[] {
  return clause.purposes.length === 0 ? anyPurpose : clause.purposes;
}

const anyPurpose = ['*'] as const;

/** The word that stands for all parties of the code's region. None for a code nobody registered: it is given what names it, and nothing by region. */
export function regionWordOf(code: RegistryCode): 'MAINLAND' | 'FOREIGN' | null {
  const owner = ownerOfRegistryCode(code);
  if (owner === undefined) return null;
  return owner.region === 'mainland' ? 'MAINLAND' : 'FOREIGN';
}

/** Whether the grantee's party takes in a party, by its code or by a word. A word is never a code: data that names a party `PUBLIC` reaches nobody. */
export function takesIn(grantee: Grantee, party: RegistryCode): boolean {
  if (!isPartyName(party)) return false;
  return grantee.party === party || grantee.party === 'PUBLIC' || grantee.party === regionWordOf(party);
}

/** Whether a text can name a party: not empty, not a word for many, and without the slash that parts a party from its organisation. */
export function isPartyName(text: string): boolean {
  return text !== '' && !text.includes('/') && text !== 'MAINLAND' && text !== 'FOREIGN' && text !== 'PUBLIC';
}

/** The party an organisation bears in front (`GS/lz-forwarder` → `GS`), or null where it bears none. */
export function partyOfOrganisation(org: string): RegistryCode | null {
  const end = org.indexOf('/');
  return end <= 0 || end === org.length - 1 ? null : org.slice(0, end);
}
