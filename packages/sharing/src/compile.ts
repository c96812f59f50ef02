import type { AudienceTuple, Caller, RecordClass } from '@corridor/schemas';
import { viewerTuples } from './audience.ts';
import { type Clause, dayMs, historyStart, isInForce, referenceOf, startOfDay } from './clause.ts';
import { grantedBits, opens } from './grants.ts';
import { type CitedClause, type Mask, maskOf, type Rule } from './mask.ts';
import { isFor, type Reader, readerOf } from './reader.ts';
import type { ConditionRow, Leaf, Where } from './where.ts';

/** One caller's rights at one owner, compiled: right for any row, until `until`. */
export type View = {
  /**
   * The instant (ms since the epoch) up to which the view says the same: the nearest begin or end of any clause for this caller, those not yet valid
   * included, or the next UTC midnight where a history limit counts. `Infinity` if nothing is to come.
   */
  readonly until: number;
  /** Which rows of a class the caller may know of. */
  where(c: RecordClass): Where;
  /** What the caller gets of a row. */
  mask(c: RecordClass, row: ConditionRow): Mask;
  /** By which tuples the directory finds what the caller may know of. */
  readonly tuples: readonly AudienceTuple[];
};

/**
 * Compiles an owner's clauses for one caller at one instant. Deny by default: what no clause gives is not given. Cache the view by `viewKey` until its
 * `until`.
 */
export function compile(clauses: readonly Clause[], caller: Caller, at: number): View {
  const reader = readerOf(caller);
  const rules = new Map<RecordClass, Draft[]>();
  let until = Number.POSITIVE_INFINITY;
  for (const clause of clauses) {
    if (!isFor(clause, reader)) continue;
    if (clause.validFrom > at && clause.validFrom < until) until = clause.validFrom;
    if (clause.validTo !== null && clause.validTo > at && clause.validTo < until) until = clause.validTo;
    if (!isInForce(clause, at)) continue;
    const bits = grantedBits(clause);
    const leaf = leafOf(clause, reader, at);
    if (leaf === null || bits.coarse === 0) continue;
    if (leaf.since !== null) until = Math.min(until, startOfDay(at) + dayMs);
    add(rules, clause, leaf, { reference: referenceOf(clause), named: clause.grantee.party === reader.party, bits });
  }
  let tuples: readonly AudienceTuple[] | undefined;
  return {
    until,
    where: (c) => whereOf(rules.get(c) ?? []),
    mask: (c, row) => maskOf(rules.get(c) ?? [], row),
    get tuples() {
      tuples ??= viewerTuples(caller);
      return tuples;
    },
  };
}

/**
 * Under which key a view may be cached: callers with the same party, organisation, roles and purpose under the same policy version share one. Canonical
 * JSON, not joined text: no role, however crafted, makes two callers share a key.
 */
export function viewKey(caller: Caller, policyVersion: number): string {
  return JSON.stringify([caller.party, caller.org, [...new Set(caller.roles)].sort(), caller.purpose, policyVersion]);
}

type Draft = { readonly leaf: Leaf; opens: boolean; readonly bits: { full: number; coarse: number }; readonly clauses: CitedClause[] };

/** Adds a clause to the rule that has its condition, or begins one: rows are decided per condition, however many clauses share it. */
function add(rules: Map<RecordClass, Draft[]>, { recordClass }: Clause, leaf: Leaf, cited: CitedClause): void {
  const ofClass = rules.get(recordClass) ?? [];
  if (ofClass.length === 0) rules.set(recordClass, ofClass);
  const rule = ruleOf(ofClass, leaf);
  rule.opens ||= opens(cited.bits, recordClass);
  rule.bits.full |= cited.bits.full;
  rule.bits.coarse |= cited.bits.coarse;
  rule.clauses.push(cited);
}

function ruleOf(rules: Draft[], leaf: Leaf): Draft {
  for (const rule of rules) if (isSameCondition(rule.leaf, leaf)) return rule;
  const rule: Draft = { leaf, opens: false, bits: { full: 0, coarse: 0 }, clauses: [] };
  rules.push(rule);
  return rule;
}

/** Whether two leaves of one reader are one condition. Functions in another order make a rule of their own, which is no less right. */
function isSameCondition(a: Leaf, b: Leaf): boolean {
  if (a.condition !== b.condition || a.since !== b.since || a.functions.length !== b.functions.length) return false;
  for (let i = 0; i < a.functions.length; i++) if (a.functions[i] !== b.functions[i]) return false;
  return true;
}

/** The clause's condition with the reader filled in; null where it holds on no row, since the reader has no party or no organisation. */
function leafOf(clause: Clause, reader: Reader, at: number): Leaf | null {
  const { condition } = clause;
  const { party, org } = reader;
  const since = historyStart(clause, at);
  switch (condition) {
    case 'ANY':
      return { condition, party: null, org: null, functions: none, since };
    case 'ROUTED':
    case 'DESTINED':
      return party === null ? null : { condition, party, org: null, functions: none, since };
    case 'PARTICIPANT':
      return org === null ? null : { condition, party: null, org, functions: clause.functions, since };
    case 'READER':
      return party === null ? null : { condition, party, org, functions: none, since };
  }
}

const none: readonly string[] = [];

function whereOf(rules: readonly Rule[]): Where {
  const of = rules.filter((rule) => rule.opens).map((rule) => rule.leaf);
  return of.length === 0 ? { is: 'none' } : { is: 'any', of };
}
