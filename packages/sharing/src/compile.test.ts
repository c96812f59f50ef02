import { anonymous, type Caller, dataClassOf, fieldGroups, type RegistryCode } from '@corridor/schemas';
import { expect, test } from 'vitest';
import type { Clause } from './clause.ts';
import { compile, viewKey } from './compile.ts';
import { defaultClauses } from './default-clauses.ts';
import type { ConditionRow } from './where.ts';

const day = 86_400_000;
const midnight = Date.UTC(2026, 10, 24);
const at = midnight + 10 * 3_600_000;

const aCaller = (caller: Partial<Caller>): Caller => ({ ...anonymous, purpose: 'corridor-operations', ...caller });
const aRow = (row: Partial<ConditionRow> = {}): ConditionRow => ({
  routeParties: [],
  destinationParties: [],
  participations: [],
  at,
  ...row,
});
const aGrantee = (party: RegistryCode, org = '*', role = '*') => ({ party, org, role });
const aClause = (clause: Partial<Clause>): Clause => ({
  id: 'guangxi:sharing-agreement:k7q2m9x4c1zr8v5t',
  version: 3,
  grantee: aGrantee('CQ'),
  recordClass: 'CONSIGNMENT',
  grants: ['CONSIGNMENT'],
  condition: 'ANY',
  functions: [],
  purposes: [],
  validFrom: 0,
  validTo: null,
  historyDays: null,
  egressApproved: false,
  ...clause,
});

const cqOfficer = aCaller({ party: 'CQ', roles: ['corridor-member', 'customs'] });
const sgTerminal = aCaller({ party: 'SG' });

test('without a clause nothing is given', () => {
  const view = compile([], cqOfficer, at);
  expect(view.where('CONSIGNMENT')).toEqual({ is: 'none' });
  expect(view.mask('CONSIGNMENT', aRow())).toMatchObject({ visible: false, agreements: [] });
  expect(view.until).toBe(Number.POSITIVE_INFINITY);
});

test('a clause is for those who fit its party, organisation, role and purpose all together', () => {
  const clause = aClause({ grantee: aGrantee('CQ', 'CQ/bonded-yard', 'customs'), purposes: ['clearance', 'safety'] });
  const fitting = { party: 'CQ', org: 'CQ/bonded-yard', roles: ['customs'], purpose: 'clearance' };
  const sees = (caller: Partial<Caller>) => compile([clause], aCaller({ ...fitting, ...caller }), at).mask('CONSIGNMENT', aRow()).visible;
  expect(sees({})).toBe(true);
  expect(sees({ purpose: 'safety' })).toBe(true);
  expect(sees({ party: 'GX', org: 'GX/bonded-yard' })).toBe(false);
  expect(sees({ org: null })).toBe(false);
  expect(sees({ org: 'CQ/other' })).toBe(false);
  expect(sees({ roles: ['carrier'] })).toBe(false);
  expect(sees({ purpose: 'statistics' })).toBe(false);
  expect(sees({ purpose: null })).toBe(false);
});

test('a condition becomes a leaf with the reader filled in', () => {
  const firm = aCaller({ party: 'CQ', org: 'CQ/bonded-yard' });
  const conditions = ['ANY', 'ROUTED', 'DESTINED', 'PARTICIPANT', 'READER'] as const;
  const clauses = conditions.map((condition) => aClause({ condition, functions: condition === 'PARTICIPANT' ? ['CZ', 'CN'] : [] }));
  const leaf = { party: null, org: null, functions: [], since: null };
  expect(compile(clauses, firm, at).where('CONSIGNMENT')).toEqual({
    is: 'any',
    of: [
      { ...leaf, condition: 'ANY' },
      { ...leaf, condition: 'ROUTED', party: 'CQ' },
      { ...leaf, condition: 'DESTINED', party: 'CQ' },
      { ...leaf, condition: 'PARTICIPANT', org: 'CQ/bonded-yard', functions: ['CZ', 'CN'] },
      { ...leaf, condition: 'READER', party: 'CQ', org: 'CQ/bonded-yard' },
    ],
  });
});

test('clauses with one condition make one leaf', () => {
  const clauses = [
    aClause({ condition: 'PARTICIPANT', functions: ['CZ', 'CN'] }),
    aClause({ condition: 'PARTICIPANT', functions: ['CZ', 'CN'], grants: ['CONSIGNMENT', 'VALUE'] }),
  ];
  const view = compile(clauses, aCaller({ party: 'CQ', org: 'CQ/bonded-yard' }), at);
  expect(view.where('CONSIGNMENT')).toMatchObject({ is: 'any', of: [{ condition: 'PARTICIPANT' }] });
});

test('functions whose names hold a separator make leaves of their own', () => {
  const clauses = [['CN,CZ'], ['CN', 'CZ'], ['CN,CZ']].map((functions) => aClause({ condition: 'PARTICIPANT', functions }));
  const view = compile(clauses, aCaller({ party: 'CQ', org: 'CQ/bonded-yard' }), at);
  const seenAs = (code: string) => view.mask('CONSIGNMENT', aRow({ participations: [{ org: 'CQ/bonded-yard', function: code }] })).visible;
  expect(['CN,CZ', 'CN', 'CZ', 'FW'].map(seenAs)).toEqual([true, true, true, false]);
});

test('groups without the group of the record itself open no row, and add to one that is open', () => {
  const valueOfAll = aClause({ grants: ['VALUE'] });
  const routed = aClause({ condition: 'ROUTED', grants: ['CONSIGNMENT~'] });
  expect(compile([valueOfAll], cqOfficer, at).where('CONSIGNMENT')).toEqual({ is: 'none' });
  const view = compile([valueOfAll, routed], cqOfficer, at);
  expect(view.where('CONSIGNMENT')).toMatchObject({ is: 'any', of: [{ condition: 'ROUTED' }] });
  const verdicts = (row: ConditionRow) =>
    (['CONSIGNMENT', 'VALUE', 'GOODS'] as const).map((group) => view.mask('CONSIGNMENT', row).grants(group));
  expect(verdicts(aRow({ routeParties: ['CQ'] }))).toEqual(['coarse', 'full', 'none']);
  expect(verdicts(aRow())).toEqual(['none', 'none', 'none']);
});

test('the full form of a group outdoes its coarse form', () => {
  const view = compile([aClause({ grants: ['CONSIGNMENT', 'GOODS'] }), aClause({ grants: ['GOODS~'] })], cqOfficer, at);
  expect(view.mask('CONSIGNMENT', aRow()).grants('GOODS')).toBe('full');
});

test('a grant this release does not know gives nothing', () => {
  const stored: Clause['grants'] = JSON.parse('["CONSIGNMENT", "CUSTODY", "constructor", "GOODS~~"]');
  const mask = compile([aClause({ grants: stored })], cqOfficer, at).mask('CONSIGNMENT', aRow());
  expect(fieldGroups.filter((group) => mask.grants(group) !== 'none')).toEqual(['CONSIGNMENT']);
});

test('the rule that withholds or coarsens is a clause for the own party, else DEFAULT; agreements names all that gave', () => {
  const mine = aClause({ condition: 'ROUTED', grants: ['CONSIGNMENT', 'GOODS~'] });
  const everyones = aClause({
    id: 'guangxi:sharing-agreement:0000000000000000',
    grantee: aGrantee('MAINLAND'),
    grants: ['CONSIGNMENT', 'PARTIES~'],
  });
  const view = compile([...defaultClauses, everyones, mine], cqOfficer, at);
  const onRoute = view.mask('CONSIGNMENT', aRow({ routeParties: ['CQ'] }));
  const cited = 'guangxi:sharing-agreement:k7q2m9x4c1zr8v5t@3';
  expect(onRoute.rule('VALUE')).toBe(cited);
  expect(onRoute.rule('GOODS')).toBe(cited);
  expect(onRoute.rule('PARTIES')).toBe('DEFAULT');
  expect(onRoute.rule('CONSIGNMENT')).toBe('DEFAULT');
  expect(onRoute.agreements).toEqual(['DEFAULT', cited, 'guangxi:sharing-agreement:0000000000000000@3']);
  const elsewhere = view.mask('CONSIGNMENT', aRow());
  expect(elsewhere.rule('VALUE')).toBe('DEFAULT');
  expect(elsewhere.agreements).toEqual(['guangxi:sharing-agreement:0000000000000000@3']);
});

test('a view ends where any clause for the caller begins or ends, those not yet valid included', () => {
  const begins = aClause({ grantee: aGrantee('MAINLAND', '-'), validFrom: at + 5_000, grants: ['CONSIGNMENT', 'VALUE'] });
  const ends = aClause({ validTo: at + 9_000 });
  const notMine = aClause({ grantee: aGrantee('GZ'), validFrom: at + 1_000, validTo: at + 2_000 });
  const otherRole = aClause({ grantee: aGrantee('CQ', '*', 'carrier'), validFrom: at + 1_000 });
  const over = aClause({ validTo: at });
  const clauses = [begins, ends, notMine, otherRole, over];
  const valueAt = (now: number) => compile(clauses, cqOfficer, now).mask('CONSIGNMENT', aRow()).grants('VALUE');
  expect([at, at + 5_000, at + 9_000].map((now) => compile(clauses, cqOfficer, now).until)).toEqual([
    at + 5_000,
    at + 9_000,
    Number.POSITIVE_INFINITY,
  ]);
  expect([at + 4_999, at + 5_000].map(valueAt)).toEqual(['none', 'full']);
});

test('a clause holds from its first instant to before its last', () => {
  const clause = aClause({ validFrom: at, validTo: at + 10 });
  const visible = (now: number) => compile([clause], cqOfficer, now).mask('CONSIGNMENT', aRow()).visible;
  expect([at - 1, at, at + 9, at + 10].map(visible)).toEqual([false, true, true, false]);
});

test('a history limit counts whole UTC days, and the view ends at midnight', () => {
  const view = compile([aClause({ historyDays: 30 })], cqOfficer, at);
  const since = midnight - 30 * day;
  expect(view.where('CONSIGNMENT')).toMatchObject({ is: 'any', of: [{ condition: 'ANY', since }] });
  expect(view.until).toBe(midnight + day);
  expect([since - 1, since].map((rowAt) => view.mask('CONSIGNMENT', aRow({ at: rowAt })).visible)).toEqual([false, true]);
});

test('a clause for readers abroad gives neither regulatory groups nor, unless approved, commercial ones', () => {
  const given = (party: RegistryCode, egressApproved: boolean) => {
    const clause = aClause({ grantee: aGrantee(party), grants: [...fieldGroups], egressApproved });
    const mask = compile([clause], sgTerminal, at).mask('CONSIGNMENT', aRow());
    return new Set(fieldGroups.filter((group) => mask.grants(group) !== 'none').map((group) => dataClassOf[group]));
  };
  for (const party of ['SG', 'FOREIGN', 'PUBLIC']) {
    expect(given(party, false)).toEqual(new Set(['PUBLIC', 'GENERAL']));
    expect(given(party, true)).toEqual(new Set(['PUBLIC', 'GENERAL', 'COMMERCIAL']));
  }
});

test('a clause whose every group is struck at egress is not cited', () => {
  const struck = aClause({ grantee: aGrantee('SG'), grants: ['VALUE', 'INSPECTION'] });
  const mask = compile([...defaultClauses, struck], sgTerminal, at).mask('CONSIGNMENT', aRow({ routeParties: ['SG'] }));
  expect([mask.agreements, mask.rule('VALUE')]).toEqual([['DEFAULT'], 'DEFAULT']);
});

test('what is public is public to all: no public clause gives a mainland reader what may not leave', () => {
  const clause = aClause({ recordClass: 'INSPECTION', grantee: aGrantee('PUBLIC'), grants: ['INSPECTION'], egressApproved: true });
  expect(compile([clause], cqOfficer, at).where('INSPECTION')).toEqual({ is: 'none' });
});

test('law-enforcement from a foreign party gets what anybody gets, even where a clause names the purpose', () => {
  const caller = aCaller({ party: 'SG', purpose: 'law-enforcement' });
  const clauses = [
    ...defaultClauses,
    aClause({ grantee: aGrantee('SG'), purposes: ['law-enforcement'] }),
    aClause({ grantee: aGrantee('FOREIGN') }),
  ];
  const view = compile(clauses, caller, at);
  const row = aRow({ routeParties: ['SG'], destinationParties: ['SG'], reader: { party: 'SG', org: null } });
  const classes = ['FACILITY', 'PARTY', 'CONSIGNMENT', 'EQUIPMENT', 'EVENT', 'INSPECTION', 'CLEARANCE', 'ACCESS_LOG'] as const;
  expect(classes.filter((c) => view.mask(c, row).visible)).toEqual(['FACILITY', 'PARTY']);
  expect(view.tuples).toEqual([{ party: 'PUBLIC', org: '*', role: '*', purpose: '*' }]);
});

test('a purpose off the closed list has the defaults of the public alone, and what a clause gives it by name', () => {
  const clauses = [...defaultClauses, aClause({ purposes: ['law-enforcement'], recordClass: 'EQUIPMENT', grants: ['EQUIPMENT'] })];
  const view = compile(clauses, { ...cqOfficer, purpose: 'law-enforcement' }, at);
  const row = aRow({ routeParties: ['CQ'] });
  expect((['FACILITY', 'CONSIGNMENT', 'EQUIPMENT'] as const).map((c) => view.mask(c, row).visible)).toEqual([true, false, true]);
});

test('a purpose off the closed list has no public clause that looks at the caller', () => {
  const clauses = [aClause({ grantee: aGrantee('PUBLIC'), condition: 'ROUTED' })];
  const sees = (purpose: string) =>
    compile(clauses, { ...cqOfficer, purpose }, at).mask('CONSIGNMENT', aRow({ routeParties: ['CQ'] })).visible;
  expect(['clearance', 'marketing'].map(sees)).toEqual([true, false]);
});

test('a caller that does not fit together is nobody', () => {
  const clauses = [...defaultClauses, aClause({ grantee: aGrantee('MAINLAND') }), aClause({ grantee: aGrantee('FOREIGN') })];
  const row = aRow({ routeParties: ['GS', 'MAINLAND', 'PUBLIC'], participations: [{ org: 'GS/lz-forwarder', function: 'CZ' }] });
  for (const caller of [
    aCaller({ party: 'MAINLAND' }),
    aCaller({ party: 'PUBLIC' }),
    aCaller({ party: '' }),
    aCaller({ party: 'SG', org: 'GS/lz-forwarder' }),
    aCaller({ party: 'GS', org: '*' }),
    aCaller({ party: 'GS', org: 'lz-forwarder' }),
    aCaller({ party: null, org: 'GS/lz-forwarder', roles: ['customs'] }),
  ]) {
    expect(compile(clauses, caller, at).mask('CONSIGNMENT', row).visible).toBe(false);
  }
});

test('a party that nobody registered is reached by its code alone, as one abroad', () => {
  const directory = aCaller({ party: 'DIRECTORY' });
  const row = aRow({ routeParties: ['DIRECTORY'] });
  const visible = (clauses: readonly Clause[]) => compile(clauses, directory, at).mask('CONSIGNMENT', row).visible;
  expect(visible([...defaultClauses, aClause({ grantee: aGrantee('MAINLAND') }), aClause({ grantee: aGrantee('FOREIGN') })])).toBe(false);
  const byName = compile([aClause({ grantee: aGrantee('DIRECTORY'), grants: ['CONSIGNMENT', 'GOODS'] })], directory, at);
  expect([byName.mask('CONSIGNMENT', row).visible, byName.mask('CONSIGNMENT', row).grants('GOODS')]).toEqual([true, 'none']);
});

test('roles with separators and quotes do not collide, in a view or in its key', () => {
  const clause = aClause({ grantee: aGrantee('CQ', '*', 'customs'), grants: ['CONSIGNMENT', 'VALUE'] });
  const crafted = ['customs|', 'x,customs', 'x","customs', "customs'", ' customs', 'customs ', 'CUSTOMS', 'customs\u0000', '["customs"]'];
  const caller = aCaller({ party: 'CQ', roles: crafted });
  expect(compile([clause], caller, at).where('CONSIGNMENT')).toEqual({ is: 'none' });
  const keys = [['a', 'b'], ['a|b'], ['a,b'], ['a","b'], ['a"', '"b'], ['["a","b"]'], ['a'], []].map((roles) =>
    viewKey(aCaller({ party: 'CQ', roles }), 1),
  );
  expect(new Set(keys).size).toBe(keys.length);
  expect(viewKey(aCaller({ party: 'CQ', org: null }), 1)).not.toBe(viewKey(aCaller({ party: 'CQ', org: 'null' }), 1));
});

test('callers with the same rights share a key until the policy version moves', () => {
  const one = aCaller({ party: 'CQ', roles: ['b', 'a'], subject: 's1', client: 'c1' });
  const other = aCaller({ party: 'CQ', roles: ['a', 'b', 'a'], subject: 's2', permissions: ['consignment.read'] });
  expect(viewKey(one, 7)).toBe(viewKey(other, 7));
  expect(viewKey(one, 7)).not.toBe(viewKey(one, 8));
});
