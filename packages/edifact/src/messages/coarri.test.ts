import { expect, test } from 'vitest';
import type { HandlingFact, Mapped } from '../facts.ts';
import { coarri, handledBox, interchange, type Made, onlyMessage, terminal } from '../made-messages.ts';
import type { PartnerProfile } from '../profile.ts';
import { mapCoarri } from './coarri.ts';

const map = (made: Made = {}, profile: Partial<PartnerProfile> = {}): Mapped<HandlingFact> =>
  mapCoarri(onlyMessage(interchange([coarri(made)])), { ...terminal, ...profile });

const boxWithout = (...starts: readonly string[]): string[] =>
  handledBox.filter((segment) => !starts.some((start) => segment.startsWith(start)));
const codesOf = ({ findings }: Mapped<HandlingFact>) => findings.map(({ code, severity, segment }) => [code, severity, segment]);

test('a discharge report of a laden box gives one fact; the stowage cell is lost', () => {
  expect(map()).toEqual({
    function: 'ORIGINAL',
    documentNumber: 'DR0001',
    facts: [
      {
        kind: 'handling',
        line: 1,
        type: { value: 'DISC', segment: 3 },
        at: { value: '2026-07-26T04:05:00.000Z', segment: 9 },
        equipmentReference: { value: 'LSCU1000016', segment: 6 },
        ISOEquipmentCode: { value: '22G1', segment: 6 },
        emptyIndicatorCode: { value: 'LADEN', segment: 6 },
        facility: { value: { facilityCode: 'BICT', facilityCodeListProvider: 'SMDG', UNLocationCode: 'CNQZH' }, segment: 11 },
        booking: { value: { carrier: 'LSL', number: 'BK0001' }, segment: 7 },
        transportDocument: { value: { carrier: 'LSL', number: 'LSQZH0001' }, segment: 8 },
        vessel: {
          vesselIMONumber: { value: '3100007', segment: 4 },
          vesselName: { value: 'BEIBU STAR', segment: 4 },
          voyage: { value: '126W', segment: 4 },
          carrier: { value: 'LSL', segment: 4 },
        },
        seals: [{ value: { sealNumber: 'LS004711', sealSource: 'CA' }, segment: 14 }],
        grossWeightKg: { value: 24180.5, segment: 12 },
        tareWeightKg: { value: 2200, segment: 13 },
        parties: [{ value: { partyFunction: 'CF', partyCode: 'LSL', codeListProvider: '20', partyName: null }, segment: 5 }],
      },
    ],
    findings: [],
    lost: [
      { path: 'TDT+20.3', reason: 'NO_SLOT', count: 1 },
      { path: 'EQD+CN.5', reason: 'NO_SLOT', count: 1 },
      { path: 'LOC+147', reason: 'NO_SLOT', count: 1 },
    ],
  });
});

test('D.00B reads like D.95B; other directories and types are not taken in', () => {
  expect(map({ type: 'COARRI:D:00B:UN:SMDG20' })).toEqual(map());
  for (const type of ['COARRI:D:23A:UN', 'CODECO:D:95B:UN']) {
    expect(map({ type })).toMatchObject({
      facts: [],
      findings: [{ code: 'MESSAGE_TYPE_UNSUPPORTED', severity: 'error', segment: 2, tag: 'UNH', element: 2 }],
      lost: [],
    });
  }
});

test.each([
  ['BGM+44+DR0001+9', {}, 'DISC'],
  ['BGM+46+LR0001+9', {}, 'LOAD'],
  ['BGM+44+DR0001+9', { 44: 'LOAD' }, 'LOAD'],
  ['BGM+98+DR0001+9', { 98: 'DISC', 119: 'LOAD' }, 'DISC'],
  ['BGM+119+LR0001+9', { 98: 'DISC', 119: 'LOAD' }, 'LOAD'],
  ['BGM+:::loading report+LR0001+9', { 'LOADING REPORT': 'LOAD' }, 'LOAD'],
])('%s with the document names %j is %s', (bgm, documentNames, type) => {
  const { facts, findings } = map({ bgm }, { documentNames });
  expect([facts.map((fact) => fact.type.value), findings]).toEqual([[type], []]);
});

test.each([
  ['BGM+98+DR0001+9', 'CODE_UNKNOWN', '98'],
  ['BGM+119+DR0001+9', 'CODE_UNKNOWN', '119'],
  ['BGM+34+DR0001+9', 'CODE_UNKNOWN', '34'],
  ['BGM++DR0001+9', 'ELEMENT_MISSING', undefined],
])('%s does not say whether loaded or discharged: an error', (bgm, code, value) => {
  const mapped = map({ bgm }, { documentNames: { 34: 'GTIN' } });
  expect([mapped.facts, mapped.findings.map((finding) => [finding.code, finding.severity, finding.element, finding.value])]).toEqual([
    [],
    [[code, 'error', 1, value]],
  ]);
});

test.each([
  ['9', 'ORIGINAL', 1],
  ['5', 'REPLACE', 1],
  ['4', 'CHANGE', 1],
  ['1', 'CANCEL', 1],
])('message function %s is %s', (code, expected, facts) => {
  const mapped = map({ bgm: `BGM+44+DR0001+${code}` });
  expect([mapped.function, mapped.facts.length, mapped.findings]).toEqual([expected, facts, []]);
});

test('a cancellation needs no box', () => {
  expect(map({ bgm: 'BGM+44+DR0001+1', groups: [] })).toMatchObject({
    function: 'CANCEL',
    documentNumber: 'DR0001',
    facts: [],
    findings: [],
  });
});

test.each([
  [['DTM+7:202607261400:203', 'DTM+203:202607261300:203'], '2026-07-26T05:00:00.000Z'],
  [['DTM+7:202607261400:203'], '2026-07-26T06:00:00.000Z'],
  [['DTM+203', 'DTM+7:202607261400:203'], '2026-07-26T06:00:00.000Z'],
])('of %j the event time is %s: execution goes before effective', (times, at) => {
  const { facts, findings } = map({ groups: [[...boxWithout('DTM'), ...times]] });
  expect([facts[0]?.at.value, findings]).toEqual([at, []]);
});

test('a box without event time stops the message', () => {
  const mapped = map({ groups: [handledBox, boxWithout('DTM')] });
  expect([mapped.facts, codesOf(mapped)]).toEqual([[], [['SEGMENT_MISSING', 'error', 15]]]);
});

test.each([
  ['44', 'CNQZH', 5],
  ['46', 'SGSIN', 4],
])('without LOC+165, report %s stands at the port of its work', (name, place, segment) => {
  const header = ['TDT+20+126W+1++LSL', 'LOC+9+SGSIN:139:6', 'LOC+11+CNQZH:139:6'];
  const { facts, findings } = map({ bgm: `BGM+${name}+R1+9`, header, groups: [boxWithout('LOC+165')] });
  expect([facts[0]?.facility?.value.UNLocationCode, (facts[0]?.facility?.segment ?? 0) - 1, findings]).toEqual([place, segment, []]);
});

test('a wrong place is a warning, and lost; no place is a warning too', () => {
  const wrong = map({ groups: [[...boxWithout('LOC+165'), 'LOC+165+YARD7:139:86']] });
  expect(wrong.findings.map(({ code, severity, segment, value }) => [code, severity, segment, value])).toEqual([
    ['SEGMENT_MISSING', 'warning', 6, undefined],
    ['LOCATION_UNKNOWN', 'warning', 14, 'YARD7'],
  ]);
  expect([wrong.facts.length, wrong.facts[0]?.facility]).toEqual([1, undefined]);
  expect(wrong.lost).toContainEqual({ path: 'LOC+165.2', reason: 'CODE_NOT_IN_TARGET', count: 1 });
  expect(codesOf(map({ groups: [boxWithout('LOC')] }))).toEqual([['SEGMENT_MISSING', 'warning', 6]]);
});

test('several boxes give several facts, full and empty, each with what is its own', () => {
  const other = ['EQD+CN+LSCU1000021+40HC+++4', 'DTM+203:202607261207:203', 'LOC+165+CNQZH'];
  const { facts, findings } = map({ groups: [handledBox, other] });
  expect(
    facts.map((fact) => [
      fact.line,
      fact.equipmentReference.value,
      fact.emptyIndicatorCode?.value,
      fact.booking?.value.number,
      fact.seals.length,
    ]),
  ).toEqual([
    [1, 'LSCU1000016', 'LADEN', 'BK0001', 1],
    [2, 'LSCU1000021', 'EMPTY', undefined, 0],
  ]);
  expect(findings).toEqual([]);
});

test('an empty EQD stops the message, and names its element', () => {
  expect(map({ groups: [['EQD+CN', ...handledBox.slice(1)]] })).toMatchObject({
    facts: [],
    findings: [{ code: 'ELEMENT_MISSING', severity: 'error', segment: 6, tag: 'EQD', element: 2, component: 1 }],
  });
  expect(codesOf(map({ groups: [['EQD', ...handledBox.slice(1)]] }))).toEqual([['SEGMENT_MISSING', 'error', 16]]);
});

test('fewer boxes than the message counts are a warning', () => {
  expect(map({ trailer: ['CNT+16:3'] })).toMatchObject({
    facts: [{}],
    findings: [{ code: 'ENVELOPE_COUNT', severity: 'warning', value: '3' }],
  });
});
