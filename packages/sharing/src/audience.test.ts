import { anonymous, type Caller } from '@corridor/schemas';
import { expect, test } from 'vitest';
import { audienceOf, viewerTuples } from './audience.ts';
import { defaultClauses } from './default-clauses.ts';
import type { ConditionRow } from './where.ts';

const at = Date.UTC(2026, 10, 24, 10);
const aRow = (row: Partial<ConditionRow>): ConditionRow => ({ routeParties: [], destinationParties: [], participations: [], at, ...row });
const aCaller = (caller: Partial<Caller>): Caller => ({ ...anonymous, ...caller });

test('a consignment is told to each party on its route and to each firm named on it', () => {
  const row = aRow({
    routeParties: ['GS', 'CQ', 'SG'],
    destinationParties: ['SG'],
    participations: [
      { org: 'GS/lz-forwarder', function: 'FW' },
      { org: 'SG/importer', function: 'CN' },
    ],
  });
  expect(audienceOf(defaultClauses, 'CONSIGNMENT', row, at)).toEqual([
    { party: 'CQ', org: '-', role: '*', purpose: '*' },
    { party: 'GS', org: '-', role: '*', purpose: '*' },
    { party: 'GS', org: 'GS/lz-forwarder', role: '*', purpose: '*' },
    { party: 'SG', org: '*', role: '*', purpose: '*' },
  ]);
});

test('an inspection is told to the firms named on its consignment alone, and a port to everybody', () => {
  const row = aRow({ routeParties: ['GS', 'CQ', 'SG'], participations: [{ org: 'GS/lz-forwarder', function: 'GA' }] });
  expect(audienceOf(defaultClauses, 'INSPECTION', row, at)).toEqual([{ party: 'GS', org: 'GS/lz-forwarder', role: '*', purpose: '*' }]);
  expect(audienceOf(defaultClauses, 'FACILITY', aRow({}), at)).toEqual([{ party: 'PUBLIC', org: '*', role: '*', purpose: '*' }]);
});

test('an event that is linked to no consignment is told to nobody', () => {
  expect(audienceOf(defaultClauses, 'EVENT', aRow({}), at)).toEqual([]);
});

test('the audience does not depend on the order of clauses, route or participants', () => {
  const row = aRow({ routeParties: ['GS', 'CQ', 'GS'], participations: ['GS/a', 'CQ/b', 'GS/a'].map((org) => ({ org, function: 'CZ' })) });
  const turned = aRow({ routeParties: ['CQ', 'GS'], participations: [...row.participations].reverse() });
  expect(audienceOf([...defaultClauses].reverse(), 'EVENT', turned, at)).toEqual(audienceOf(defaultClauses, 'EVENT', row, at));
});

test('an anonymous caller is looked up as the public alone', () => {
  expect(viewerTuples(anonymous)).toEqual([{ party: 'PUBLIC', org: '*', role: '*', purpose: '*' }]);
});

test('a caller is looked up by its party, region and the public, with and without organisation, role and purpose', () => {
  const tuples = viewerTuples(
    aCaller({ party: 'GS', org: 'GS/lz-forwarder', roles: ['corridor-member', 'forwarder'], purpose: 'clearance' }),
  );
  expect(tuples).toHaveLength(3 * 2 * 3 * 2);
  expect(tuples).toContainEqual({ party: 'MAINLAND', org: 'GS/lz-forwarder', role: 'forwarder', purpose: 'clearance' });
  expect(tuples).toContainEqual({ party: 'GS', org: '*', role: '*', purpose: '*' });
  expect(tuples.filter((tuple) => tuple.org === '-')).toEqual([]);
  expect(viewerTuples(aCaller({ party: 'SG' }))).toContainEqual({ party: 'FOREIGN', org: '-', role: '*', purpose: '*' });
});
