/**
 * Properties of the compiled view over random clauses, callers and rows, hostile ones included: roles with separators, words for many where a party
 * should stand, organisations of another party. The oracle is @casl/ability, fed by a reading of the rules of its own.
 */
import { AbilityBuilder, createMongoAbility, type MongoAbility, subject } from '@casl/ability';
import { permittedFieldsOf } from '@casl/ability/extra';
import {
  type AudienceTuple,
  anonymous,
  type Caller,
  dataClassOf,
  type FieldGroup,
  fieldGroups,
  parties,
  purposes,
  type RecordClass,
} from '@corridor/schemas';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { audienceOf, viewerTuples } from './audience.ts';
import type { Clause } from './clause.ts';
import { compile, viewKey } from './compile.ts';
import { defaultClauses } from './default-clauses.ts';
import { type ConditionRow, holds } from './where.ts';

const runs = 5_000;
const day = 86_400_000;
const midnight = Date.UTC(2026, 10, 24);
const at = midnight + 10 * 3_600_000;

const partyCode = fc.constantFrom('GX', 'CQ', 'GS', 'GS', 'SG', 'SG', 'VN', 'DIRECTORY');
const orgName = fc.constantFrom('GS/lz-forwarder', 'GS/lz-forwarder', 'CQ/yard', 'SG/terminal', 'SG/lz-forwarder', 'DIRECTORY/x');
const hostile = fc.constantFrom('MAINLAND', 'FOREIGN', 'PUBLIC', '*', '-', '', '/', 'GS/', '/firm', 'PUBLIC/firm', 'MAINLAND/firm', 'GS');
const role = fc.constantFrom('customs', 'forwarder', 'a|b', 'a","b', '*', '-');
const purpose = fc.constantFrom(...purposes, 'law-enforcement', 'law-enforcement', 'marketing', '*');
const code = fc.constantFrom('CZ', 'CN', 'FW', 'GA');
const recordClass = fc.constantFrom<RecordClass[]>('CONSIGNMENT', 'CONSIGNMENT', 'EVENT', 'INSPECTION', 'CLEARANCE', 'ACCESS_LOG');
const moment = fc.constantFrom(at - 40 * day, at - 1, at, at + 1, at + 3 * day);
const often = <T>(value: fc.Arbitrary<T>, rare: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: rare });

/** A clause of the class most of the time, so that rows meet several; the class's own group is among its grants most of the time. */
const clauseOf = (c: RecordClass): fc.Arbitrary<Clause> =>
  fc
    .record({
      id: fc.constantFrom('guangxi:sharing-agreement:1', 'guangxi:sharing-agreement:2', 'DEFAULT'),
      version: fc.integer({ min: 1, max: 3 }),
      grantee: fc.record({
        party: fc.oneof(partyCode, fc.constantFrom('MAINLAND', 'FOREIGN', 'PUBLIC')),
        org: fc.oneof(
          { weight: 4, arbitrary: fc.constant('*') },
          { weight: 1, arbitrary: fc.constant('-') },
          { weight: 2, arbitrary: orgName },
        ),
        role: often(fc.constant('*'), role),
      }),
      recordClass: often(fc.constant(c), recordClass),
      grants: fc.subarray([...fieldGroups, ...fieldGroups.map((group) => `${group}~` as const)]),
      condition: fc.constantFrom<Clause['condition'][]>('ANY', 'ROUTED', 'DESTINED', 'PARTICIPANT', 'READER'),
      functions: often(fc.constant<string[]>([]), fc.subarray(['CZ', 'CN', 'FW'])),
      purposes: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(purpose, { maxLength: 2 }) }),
      validFrom: often(fc.constant(0), moment),
      validTo: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: moment }),
      historyDays: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom(0, 1, 30) }),
      egressApproved: fc.boolean(),
      opens: often(fc.constant(true), fc.constant(false)),
    })
    .map(({ opens, ...clause }) => (opens ? { ...clause, grants: [...clause.grants, clause.recordClass] } : clause));

const caller: fc.Arbitrary<Caller> = fc
  .record({
    party: often(partyCode, fc.oneof(hostile, fc.constant(null))),
    firm: fc.oneof(fc.constant(null), fc.constantFrom('lz-forwarder', 'yard', 'terminal')),
    orgAsSent: often(fc.constant(null), fc.oneof(orgName, hostile)),
    roles: fc.subarray(['customs', 'forwarder', 'a|b', 'a","b', '*']),
    purpose: often(fc.oneof(fc.constantFrom(...purposes), fc.constant(null)), purpose),
  })
  .map(({ party, firm, orgAsSent, roles, purpose: stated }) => ({
    ...anonymous,
    party,
    org: orgAsSent ?? (firm === null ? null : `${party}/${firm}`),
    roles,
    purpose: stated,
  }));

const row: fc.Arbitrary<ConditionRow> = fc.record({
  routeParties: fc.array(often(partyCode, hostile), { maxLength: 4 }),
  destinationParties: fc.array(often(partyCode, hostile), { maxLength: 2 }),
  participations: fc.array(fc.record({ org: often(orgName, hostile), function: code }), { maxLength: 4 }),
  at: fc.constantFrom(at, midnight, midnight - 1, midnight - 30 * day, midnight - 30 * day - 1),
  reader: fc.record({ party: fc.oneof(partyCode, fc.constant(null)), org: fc.oneof(orgName, fc.constant(null)) }),
});

const situation = recordClass.chain((c) =>
  fc.record({
    c: fc.constant(c),
    clauses: fc.oneof(
      fc.array(clauseOf(c), { maxLength: 12 }),
      fc.array(clauseOf(c), { maxLength: 6 }).map((own) => [...defaultClauses, ...own]),
    ),
    caller,
    row,
  }),
);

/** Found by chance: an organisation of a “party” that holds a slash itself reads as one of no party at all. */
const partyWithSlash = {
  c: 'CONSIGNMENT' as const,
  clauses: [
    {
      id: 'guangxi:sharing-agreement:1',
      version: 1,
      grantee: { party: 'PUBLIC', org: '*', role: 'customs' },
      recordClass: 'CONSIGNMENT' as const,
      grants: ['CONSIGNMENT' as const],
      condition: 'ANY' as const,
      functions: [],
      purposes: [],
      validFrom: 0,
      validTo: null,
      historyDays: null,
      egressApproved: false,
    },
  ],
  caller: { ...anonymous, party: '/', org: '//lz-forwarder', roles: ['customs'] },
  row: { routeParties: [], destinationParties: [], participations: [], at, reader: { party: null, org: null } },
};

test('a mask is what @casl/ability permits: no difference in any group, nor in whether the row is seen', () => {
  const reached = new Map<string, number>();
  fc.assert(
    fc.property(situation, (s) => {
      const mask = compile(s.clauses, s.caller, at).mask(s.c, s.row);
      const given = fieldGroups.map((group) => mask.grants(group));
      const permitted = permittedByCasl(s.clauses, s.caller, s.c, s.row);
      for (const verdict of [mask.visible ? 'seen' : 'unseen', ...given]) reached.set(verdict, (reached.get(verdict) ?? 0) + 1);
      expect({ visible: mask.visible, given }).toEqual(permitted);
    }),
    { numRuns: runs, examples: [[partyWithSlash]] },
  );
  // Both sides of every verdict must have been reached often, else the property says little.
  for (const verdict of ['seen', 'unseen', 'full', 'coarse', 'none']) expect(reached.get(verdict)).toBeGreaterThan(runs / 10);
});

test('the where of a class holds on a row exactly when its mask shows the row', () => {
  fc.assert(
    fc.property(situation, (s) => {
      const view = compile(s.clauses, s.caller, at);
      expect(whereHolds(view, s.c, s.row)).toBe(view.mask(s.c, s.row).visible);
    }),
    { numRuns: runs },
  );
});

test('the directory finds a row for a caller exactly when the owner shows it, at the instant the audience was told, READER clauses apart', () => {
  let found = 0;
  fc.assert(
    fc.property(situation, (s) => {
      const clauses = s.clauses.filter((clause) => clause.condition !== 'READER');
      const known = meet(audienceOf(clauses, s.c, s.row, at), viewerTuples(s.caller));
      if (known) found++;
      expect(known).toBe(whereHolds(compile(clauses, s.caller, at), s.c, s.row));
    }),
    { numRuns: runs },
  );
  expect(found).toBeGreaterThan(runs / 10);
});

test('a READER clause opens a row to its reader alone, and never through the directory', () => {
  fc.assert(
    fc.property(situation, (s) => {
      const clauses = s.clauses.filter((clause) => clause.condition === 'READER');
      expect(audienceOf(clauses, s.c, s.row, at)).toEqual([]);
      if (!compile(clauses, s.caller, at).mask(s.c, s.row).visible) return;
      expect(s.row.reader).toEqual({ party: s.caller.party, org: s.caller.org });
    }),
    { numRuns: 1_000 },
  );
});

test('an audience told earlier never misses a reader because a history limit ran on', () => {
  fc.assert(
    fc.property(situation, fc.integer({ min: 0, max: 40 }), (s, days) => {
      const clauses = s.clauses
        .map((clause) => ({ ...clause, validFrom: 0, validTo: null }))
        .filter((clause) => clause.condition !== 'READER');
      const shownLater = whereHolds(compile(clauses, s.caller, at + days * day), s.c, s.row);
      if (shownLater) expect(meet(audienceOf(clauses, s.c, s.row, at), viewerTuples(s.caller))).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('a view says the same at every instant before its until', () => {
  fc.assert(
    fc.property(situation, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (s, share) => {
      const view = compile(s.clauses, s.caller, at);
      const end = Number.isFinite(view.until) ? view.until : at + 1_000 * day;
      expect(end).toBeGreaterThan(at);
      const later = Math.min(at + Math.floor((end - at) * share), end - 1);
      for (const now of [later, end - 1]) {
        const then = compile(s.clauses, s.caller, now);
        expect(then.until).toBe(view.until);
        expect(then.where(s.c)).toEqual(view.where(s.c));
        expect(fieldGroups.map((group) => then.mask(s.c, s.row).grants(group))).toEqual(
          fieldGroups.map((group) => view.mask(s.c, s.row).grants(group)),
        );
      }
    }),
    { numRuns: 1_000 },
  );
});

test('no clause gives a reader abroad what is regulatory, or commercial without approval', () => {
  fc.assert(
    fc.property(situation, (s) => {
      const region = parties.find((party) => party.registryCodes.includes(s.caller.party ?? ''))?.region ?? 'foreign';
      fc.pre(region === 'foreign');
      const mask = compile(s.clauses, s.caller, at).mask(s.c, s.row);
      const unapproved = compile(
        s.clauses.map((clause) => ({ ...clause, egressApproved: false })),
        s.caller,
        at,
      ).mask(s.c, s.row);
      const classesOf = (grants: (group: FieldGroup) => string) =>
        fieldGroups.filter((group) => grants(group) !== 'none').map((group) => dataClassOf[group]);
      expect(classesOf((group) => mask.grants(group)).filter((name) => !['PUBLIC', 'GENERAL', 'COMMERCIAL'].includes(name))).toEqual([]);
      expect(classesOf((group) => unapproved.grants(group)).filter((name) => !['PUBLIC', 'GENERAL'].includes(name))).toEqual([]);
    }),
    { numRuns: runs },
  );
});

test('a firm never sees by the route under the defaults: only a row that names it, or its own reads', () => {
  const firm = fc
    .constantFrom('GS/lz-forwarder', 'CQ/yard')
    .map((org): Caller => ({ ...anonymous, party: org.slice(0, 2), org, purpose: 'clearance' }));
  fc.assert(
    fc.property(firm, recordClass, row, (who, c, r) => {
      if (!compile(defaultClauses, who, at).mask(c, r).visible) return;
      const isNamed = r.participations.some((participation) => participation.org === who.org);
      const isReader = c === 'ACCESS_LOG' && r.reader?.org === who.org;
      expect(isNamed || isReader).toBe(true);
    }),
    { numRuns: runs },
  );
});

test('whoever asks sees at least what anonymous sees, and more clauses never show less', () => {
  fc.assert(
    fc.property(situation, (s) => {
      const rank = { none: 0, coarse: 1, full: 2 };
      const ranks = (clauses: readonly Clause[], who: Caller) => {
        const mask = compile(clauses, who, at).mask(s.c, s.row);
        return fieldGroups.map((group) => rank[mask.grants(group)]);
      };
      const mine = ranks(s.clauses, s.caller);
      const public_ = ranks(s.clauses, anonymous);
      const fewer = ranks(s.clauses.slice(1), s.caller);
      expect(mine.every((value, i) => value >= (public_[i] ?? 0) && value >= (fewer[i] ?? 0))).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('two callers share a cache key exactly when their roles are the same set', () => {
  const crafted = fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', '|', '[', '\\'), maxLength: 4 }), { maxLength: 3 });
  fc.assert(
    fc.property(crafted, crafted, (a, b) => {
      const key = (roles: readonly string[]) => viewKey({ ...anonymous, party: 'CQ', roles }, 1);
      const isSameSet = a.every((name) => b.includes(name)) && b.every((name) => a.includes(name));
      expect(key(a) === key(b)).toBe(isSameSet);
      expect(key(a)).toBe(key([...a, ...a].reverse()));
    }),
    { numRuns: runs },
  );
});

function whereHolds(view: ReturnType<typeof compile>, c: RecordClass, r: ConditionRow): boolean {
  const where = view.where(c);
  return where.is === 'any' && where.of.some((leaf) => holds(leaf, r));
}

function meet(audience: readonly AudienceTuple[], viewer: readonly AudienceTuple[]): boolean {
  return audience.some((a) => viewer.some((v) => a.party === v.party && a.org === v.org && a.role === v.role && a.purpose === v.purpose));
}

// --- the oracle: CASL rules, one per clause and form

function permittedByCasl(clauses: readonly Clause[], who: Caller, c: RecordClass, r: ConditionRow): { visible: boolean; given: string[] } {
  const { can, build } = new AbilityBuilder<MongoAbility>(createMongoAbility);
  for (const clause of clauses) {
    const conditions = appliesTo(clause, who) ? conditionsOf(clause, who) : null;
    if (conditions === null) continue;
    const passing = fieldGroups.filter((group) => mayGoTo(clause.grantee.party, group, clause.egressApproved));
    const full = passing.filter((group) => clause.grants.includes(group));
    const coarse = passing.filter((group) => clause.grants.includes(`${group}~`));
    if (full.length > 0) can('read', clause.recordClass, full, conditions);
    if (full.length + coarse.length > 0) can('glimpse', clause.recordClass, [...full, ...coarse], conditions);
  }
  const ability = build();
  const record = subject(c, structuredClone(r));
  const fields = (action: string) => permittedFieldsOf(ability, action, record, { fieldsFrom: (rule) => rule.fields ?? [] });
  const [read, glimpse] = [fields('read'), fields('glimpse')];
  const visible = glimpse.includes(c);
  const verdictOn = (group: FieldGroup) => (read.includes(group) ? 'full' : glimpse.includes(group) ? 'coarse' : 'none');
  return { visible, given: fieldGroups.map((group) => (visible ? verdictOn(group) : 'none')) };
}

function appliesTo({ grantee, purposes: named, condition, validFrom, validTo }: Clause, who: Caller): boolean {
  if (at < validFrom || (validTo !== null && at >= validTo)) return false;
  const isAnyPurpose = named.length === 0 || named.includes('*');
  if (grantee.party === 'PUBLIC' && grantee.org === '*' && grantee.role === '*' && isAnyPurpose && condition === 'ANY') return true;
  const home = parties.find((party) => party.registryCodes.includes(who.party ?? ''));
  const isWord = ['MAINLAND', 'FOREIGN', 'PUBLIC', ''].includes(who.party ?? '') || (who.party ?? '').includes('/');
  const isUnsound = who.org !== null && !(who.org.startsWith(`${who.party}/`) && who.org.length > `${who.party}/`.length);
  if (isWord || isUnsound || (home?.region !== 'mainland' && who.purpose === 'law-enforcement')) return false;
  const isParty =
    grantee.party === 'PUBLIC' ||
    grantee.party === who.party ||
    (grantee.party === 'MAINLAND' && home?.region === 'mainland') ||
    (grantee.party === 'FOREIGN' && home?.region === 'foreign');
  const isOrg = grantee.org === '*' || (grantee.org === '-' ? who.org === null : grantee.org === who.org);
  const isRole = grantee.role === '*' || who.roles.includes(grantee.role);
  const isListed = who.purpose === null || purposes.some((listed) => listed === who.purpose);
  const isPurpose = isListed
    ? isAnyPurpose || named.includes(who.purpose ?? '*')
    : who.purpose !== '*' && named.includes(who.purpose ?? '*');
  return isParty && isOrg && isRole && isPurpose;
}

function conditionsOf(clause: Clause, who: Caller): Record<string, unknown> | null {
  const since = clause.historyDays === null ? {} : { at: { $gte: midnight - clause.historyDays * day } };
  switch (clause.condition) {
    case 'ANY':
      return since;
    case 'ROUTED':
      return who.party === null ? null : { ...since, routeParties: { $all: [who.party] } };
    case 'DESTINED':
      return who.party === null ? null : { ...since, destinationParties: { $all: [who.party] } };
    case 'PARTICIPANT': {
      if (who.org === null) return null;
      const as = clause.functions.length === 0 ? {} : { function: { $in: [...clause.functions] } };
      return { ...since, participations: { $elemMatch: { org: who.org, ...as } } };
    }
    case 'READER':
      return who.party === null ? null : { ...since, 'reader.party': who.party, 'reader.org': who.org };
  }
}

function mayGoTo(grantee: string, group: FieldGroup, isApproved: boolean): boolean {
  const isMainland = grantee === 'MAINLAND' || ['GX', 'CQ', 'GZ', 'GS'].includes(grantee);
  const allowed = isApproved ? ['PUBLIC', 'GENERAL', 'COMMERCIAL'] : ['PUBLIC', 'GENERAL'];
  return isMainland || allowed.includes(dataClassOf[group]);
}
