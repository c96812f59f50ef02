import {
  anonymous,
  type Caller,
  dataClassOf,
  type FieldGroup,
  fieldGroups,
  participantFunctions,
  type RecordClass,
  recordClasses,
} from '@corridor/schemas';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { defaultClauses } from './default-clauses.ts';
import type { ConditionRow } from './where.ts';

const at = Date.UTC(2026, 10, 24, 10);
const functions = Object.keys(participantFunctions);

const aCaller = (caller: Partial<Caller>): Caller => ({ ...anonymous, purpose: 'corridor-operations', ...caller });
const aRow = (row: Partial<ConditionRow>): ConditionRow => ({ routeParties: [], destinationParties: [], participations: [], at, ...row });

const cqOfficer = aCaller({ party: 'CQ', roles: ['corridor-member', 'port-operator'] });
const lzForwarder = aCaller({ party: 'GS', org: 'GS/lz-forwarder', roles: ['corridor-member', 'forwarder'] });
const sgTerminal = aCaller({ party: 'SG', org: 'SG/sg-terminal', roles: ['corridor-member', 'port-operator'] });

test('the default cells are those of the committed matrix', async () => {
  await expect(printMatrix()).toMatchFileSnapshot('./default-matrix.txt');
});

test('a province sees a consignment on its route without references and value, goods and parties in coarse form', () => {
  expect(seen(cqOfficer, 'CONSIGNMENT', { routeParties: ['GS', 'CQ', 'GX', 'SG'] })).toEqual({
    full: ['CONSIGNMENT', 'EVENT', 'EQUIPMENT', 'QUANTITY', 'DANGEROUS_GOODS', 'SEAL'],
    coarse: ['GOODS', 'PARTIES'],
  });
});

test('a consignment that passes a province by is nothing to it', () => {
  expect(seen(cqOfficer, 'CONSIGNMENT', { routeParties: ['GS', 'GX'], destinationParties: ['GX'] })).toBe('no trace');
});

test('a consignor sees goods, references, parties and value of its own consignment', () => {
  expect(seen(lzForwarder, 'CONSIGNMENT', { participations: [{ org: 'GS/lz-forwarder', function: 'CZ' }] })).toEqual({
    full: ['CONSIGNMENT', 'EVENT', 'EQUIPMENT', 'QUANTITY', 'DANGEROUS_GOODS', 'GOODS', 'REFERENCES', 'PARTIES', 'VALUE', 'SEAL'],
    coarse: [],
  });
});

test('a forwarder sees the parties in full and no value, a road carrier neither', () => {
  const as = (code: string) => seen(lzForwarder, 'CONSIGNMENT', { participations: [{ org: 'GS/lz-forwarder', function: code }] });
  const common = ['CONSIGNMENT', 'EVENT', 'EQUIPMENT', 'QUANTITY', 'DANGEROUS_GOODS', 'GOODS', 'REFERENCES'];
  expect(as('FW')).toEqual({ full: [...common, 'PARTIES', 'SEAL'], coarse: [] });
  expect(as('GA')).toEqual({ full: [...common, 'SEAL'], coarse: ['PARTIES'] });
});

test('a firm never sees by the route or the destination of its province', () => {
  for (const c of recordClasses) {
    const rivalsCargo: Partial<ConditionRow> = {
      routeParties: ['GS', 'CQ', 'GX'],
      destinationParties: ['GS'],
      participations: [{ org: 'GS/rival', function: 'CZ' }],
      reader: { party: 'GS', org: 'GS/rival' },
    };
    expect([c, seen(lzForwarder, c, rivalsCargo)]).toEqual([
      c,
      ['FACILITY', 'PARTY', 'SCHEDULE'].includes(c) ? { full: [c], coarse: [] } : 'no trace',
    ]);
  }
});

test('a firm of the same name in another province takes part in nothing', () => {
  const namesake = aCaller({ party: 'GX', org: 'GX/lz-forwarder' });
  expect(seen(namesake, 'CONSIGNMENT', { participations: [{ org: 'GS/lz-forwarder', function: 'CZ' }] })).toBe('no trace');
});

test('a partner abroad sees what the next terminal needs, parties as pseudonyms, no goods, references, value or seals', () => {
  const expected = { full: ['CONSIGNMENT', 'EVENT', 'EQUIPMENT', 'QUANTITY', 'DANGEROUS_GOODS'], coarse: ['PARTIES'] };
  expect(seen(sgTerminal, 'CONSIGNMENT', { destinationParties: ['SG'] })).toEqual(expected);
  expect(seen({ ...sgTerminal, org: null }, 'CONSIGNMENT', { destinationParties: ['SG'] })).toEqual(expected);
});

test('an inspection is for the firms of the consignment alone, a release is told to the route as a bare status', () => {
  const row = {
    routeParties: ['GS', 'CQ', 'SG'],
    destinationParties: ['SG'],
    participations: [{ org: 'GS/lz-forwarder', function: 'FW' }],
  };
  expect([cqOfficer, lzForwarder, sgTerminal, anonymous].map((caller) => seen(caller, 'INSPECTION', row))).toEqual([
    'no trace',
    { full: ['EQUIPMENT', 'REFERENCES', 'INSPECTION'], coarse: [] },
    'no trace',
    'no trace',
  ]);
  expect([cqOfficer, lzForwarder, sgTerminal, anonymous].map((caller) => seen(caller, 'CLEARANCE', row))).toEqual([
    { full: [], coarse: ['CLEARANCE'] },
    { full: ['EQUIPMENT', 'REFERENCES', 'CLEARANCE'], coarse: [] },
    { full: [], coarse: ['CLEARANCE'] },
    'no trace',
  ]);
});

test('a document is for the firms of the consignment, what says a price for those who see its value, and its content for nobody', () => {
  const row = (as: string) => ({
    routeParties: ['GS', 'CQ', 'SG'],
    destinationParties: ['SG'],
    participations: [{ org: 'GS/lz-forwarder', function: as }],
  });
  const readers = [cqOfficer, sgTerminal, anonymous];
  for (const c of ['DOCUMENT', 'PRICE_DOCUMENT'] as const) {
    expect(readers.map((caller) => seen(caller, c, row('CZ')))).toEqual(readers.map(() => 'no trace'));
  }
  expect(functions.map((as) => [as, seen(lzForwarder, 'DOCUMENT', row(as))])).toEqual(
    functions.map((as) => [as, { full: ['REFERENCES', 'DOCUMENT'], coarse: [] }]),
  );
  expect(functions.filter((as) => seen(lzForwarder, 'PRICE_DOCUMENT', row(as)) !== 'no trace')).toEqual(['CZ', 'CN', 'DT']);
});

test('readers see their own reads, and a firm the reads of its consignments, but nobody anonymous reads', () => {
  const whole = { full: ['ACCESS_LOG'], coarse: [] };
  const read = (caller: Caller, party: string | null, org: string | null) => seen(caller, 'ACCESS_LOG', { reader: { party, org } });
  expect(read(cqOfficer, 'CQ', null)).toEqual(whole);
  expect(read(cqOfficer, 'CQ', 'CQ/firm')).toBe('no trace');
  expect(read(lzForwarder, 'GS', 'GS/lz-forwarder')).toEqual(whole);
  expect(read(lzForwarder, 'GS', null)).toBe('no trace');
  expect(read(sgTerminal, 'SG', 'SG/sg-terminal')).toEqual(whole);
  expect(read(anonymous, null, null)).toBe('no trace');
  const othersRead = { reader: { party: 'CQ', org: null }, participations: [{ org: 'GS/lz-forwarder', function: 'NI' }] };
  expect(seen(lzForwarder, 'ACCESS_LOG', othersRead)).toEqual(whole);
  expect(seen(sgTerminal, 'ACCESS_LOG', { ...othersRead, participations: [{ org: 'SG/sg-terminal', function: 'TR' }] })).toBe('no trace');
});

test('calls are for the mainland and, where its port or cargo is concerned, for a partner in full, and for everybody else name, place and day', () => {
  const [full, coarse] = [
    { full: ['SCHEDULE'], coarse: [] },
    { full: [], coarse: ['SCHEDULE'] },
  ];
  expect([cqOfficer, lzForwarder, sgTerminal, anonymous].map((caller) => seen(caller, 'SCHEDULE', {}))).toEqual([
    full,
    full,
    coarse,
    coarse,
  ]);
  expect(seen(sgTerminal, 'SCHEDULE', { routeParties: ['SG'] })).toEqual(full);
  expect(seen(anonymous, 'SCHEDULE', { routeParties: ['SG'] })).toEqual(coarse);
});

test('places and parties are public, yard figures are not', () => {
  for (const caller of [anonymous, cqOfficer, lzForwarder, sgTerminal]) {
    expect(seen(caller, 'FACILITY', {})).toEqual({ full: ['FACILITY'], coarse: [] });
    expect(seen(caller, 'PARTY', {})).toEqual({ full: ['PARTY'], coarse: [] });
  }
});

test('the defaults send nothing regulatory, and of commercial data only pseudonyms and own reads, abroad', () => {
  const abroad = defaultClauses.filter((clause) => clause.grantee.party === 'FOREIGN' || clause.grantee.party === 'PUBLIC');
  const sensitive = abroad.flatMap((clause) =>
    clause.grants
      .filter((grant) => !['PUBLIC', 'GENERAL'].includes(dataClassOf[groupOf(grant)]))
      .map((grant) => `${clause.condition} ${grant}`),
  );
  expect(new Set(sensitive)).toEqual(new Set(['ROUTED PARTIES~', 'DESTINED PARTIES~', 'READER ACCESS_LOG']));
});

function groupOf(grant: string): FieldGroup {
  const group = fieldGroups.find((name) => name === grant.replace('~', ''));
  if (group === undefined) throw new Error(`${grant} is no grant`);
  return group;
}

/** What a caller gets of a row by the defaults, groups in the order of `fieldGroups`. */
function seen(caller: Caller, c: RecordClass, row: Partial<ConditionRow>): { full: FieldGroup[]; coarse: FieldGroup[] } | 'no trace' {
  const mask = compile(defaultClauses, caller, at).mask(c, aRow(row));
  const groups = (verdict: string) => fieldGroups.filter((group) => mask.grants(group) === verdict);
  return mask.visible ? { full: groups('full'), coarse: groups('coarse') } : 'no trace';
}

/** The matrix as the running decision gives it: reader kind × class × group, each asked about a row of every kind. */
function printMatrix(): string {
  const readers: [string, Caller][] = [
    ['named firm', lzForwarder],
    ['other province', cqOfficer],
    ['SG / ASEAN partner', sgTerminal],
    ['public', anonymous],
  ];
  const widths = [32, 16, 20, 0];
  const line = (name: string, cells: string[]) =>
    [name.padEnd(18), ...cells.map((cell, i) => cell.padEnd(widths[i] ?? 0))].join('').trimEnd();
  const lines = [
    'Default visibility to readers who are not the owner, as decided from the default clauses.',
    'F every row · R rows routed or destined to the reader’s party · P rows naming the firm, in the functions given (UN/EDIFACT 3035) ·',
    'own the reader’s own reads · ~ coarse form only · – never by default. A group not listed is – for every reader.',
    '',
    line(
      '',
      readers.map(([name]) => name),
    ),
  ];
  for (const c of recordClasses) {
    lines.push(
      '',
      line(
        c,
        readers.map(([, caller]) => `[${cellOf(caller, c, 'row')}]`),
      ),
    );
    for (const group of fieldGroups) {
      const cells = readers.map(([, caller]) => cellOf(caller, c, group));
      if (cells.some((cell) => cell !== '–')) lines.push(line(`  ${group}`, cells));
    }
  }
  return `${lines.join('\n')}\n`;
}

function cellOf(caller: Caller, c: RecordClass, group: FieldGroup | 'row'): string {
  const verdictOn = (row: Partial<ConditionRow>) => {
    const mask = compile(defaultClauses, caller, at).mask(c, aRow(row));
    if (group === 'row') return mask.visible ? 'full' : 'none';
    return mask.grants(group);
  };
  const party = caller.party ?? 'SG';
  const org = caller.org ?? `${party}/firm`;
  const onAny = verdictOn({});
  if (onAny === 'full') return 'F';
  const parts: string[] = onAny === 'coarse' ? ['F~'] : [];
  const [onRoute, onDestination] = [verdictOn({ routeParties: [party] }), verdictOn({ destinationParties: [party] })];
  expect(onDestination).toBe(onRoute);
  if (onRoute !== onAny) parts.push(onRoute === 'full' ? 'R' : 'R~');
  const byFunction = functions.map((code) => [code, verdictOn({ participations: [{ org, function: code }] })] as const);
  for (const [verdict, mark] of [
    ['full', 'P'],
    ['coarse', 'P~'],
  ]) {
    const codes = byFunction.filter(([, given]) => given === verdict && given !== onAny).map(([code]) => code);
    if (codes.length > 0) parts.push(codes.length === functions.length ? `${mark}` : `${mark} ${codes.join(' ')}`);
  }
  if (verdictOn({ reader: { party: caller.party, org: caller.org } }) !== onAny) parts.push('own');
  return parts.length === 0 ? '–' : parts.join(', ');
}
