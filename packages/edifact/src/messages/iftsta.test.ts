import { expect, test } from 'vitest';
import type { Mapped, StatusFact } from '../facts.ts';
import { departure, iftsta, interchange, type Made, onlyMessage, terminal } from '../made-messages.ts';
import type { PartnerProfile } from '../profile.ts';
import { iftstaStatusCodes, mapIftsta } from './iftsta.ts';

const map = (made: Made = {}, profile: Partial<PartnerProfile> = {}): Mapped<StatusFact> =>
  mapIftsta(onlyMessage(interchange([iftsta(made)])), { ...terminal, ...profile });

const without = (...starts: readonly string[]): string[] =>
  departure.filter((segment) => !starts.some((start) => segment.startsWith(start)));
const withStatus = (status: string): string[] => [status, ...departure.slice(1)];
const told = ({ findings }: Mapped<StatusFact>) =>
  findings.map(({ code, severity, segment, element, value }) => [code, severity, segment, element, value]);

test('the departure of a train gives one fact, each value with its segment; planned times of the journey are lost', () => {
  expect(map()).toEqual({
    function: 'ORIGINAL',
    documentNumber: 'ST0001',
    facts: [
      {
        kind: 'status',
        line: 1,
        type: { value: 'DEPA', segment: 8 },
        at: { value: '2026-07-26T04:05:00.000Z', segment: 10 },
        equipmentReference: { value: 'LSCU1000016', segment: 15 },
        ISOEquipmentCode: { value: '22G1', segment: 15 },
        emptyIndicatorCode: { value: 'LADEN', segment: 15 },
        consignment: { value: 'WB0001', segment: 7 },
        booking: { value: { carrier: 'LSL', number: 'BK0001' }, segment: 9 },
        transportDocument: { value: { carrier: 'LSL', number: 'LSQZH0001' }, segment: 6 },
        facility: { value: { facilityCode: 'BICT', facilityCodeListProvider: 'SMDG', UNLocationCode: 'CNQZH' }, segment: 11 },
        modeOfTransport: { value: 'RAIL', segment: 12 },
        conveyance: { value: 'X9502', segment: 12 },
        parties: [{ value: { partyFunction: 'CA', partyCode: 'LSL', codeListProvider: '20', partyName: null }, segment: 5 }],
      },
    ],
    findings: [],
    lost: [
      { path: 'DTM+137', reason: 'NO_SLOT', count: 1 },
      { path: 'LOC+8', reason: 'NO_SLOT', count: 1 },
      { path: 'DTM+132', reason: 'NO_SLOT', count: 1 },
    ],
  });
});

test('D.95B and D.99B read like D.00B; other directories are not taken in', () => {
  for (const directory of ['95B', '99B']) expect(map({ type: `IFTSTA:D:${directory}:UN` })).toEqual(map());
  expect(map({ type: 'IFTSTA:D:04A:UN' })).toMatchObject({
    facts: [],
    findings: [{ code: 'MESSAGE_TYPE_UNSUPPORTED', severity: 'error', segment: 2, value: 'IFTSTA D.04A' }],
  });
});

test.each(Object.entries(iftstaStatusCodes))('status %s is %s without a profile', (code, type) => {
  const { facts, findings } = map({ groups: [withStatus(`STS+1+${code}::22`)] });
  expect([facts.map((fact) => fact.type.value), findings]).toEqual([[type], []]);
});

test.each([
  ['STS+1+24', { 24: 'DEPA' }, 'DEPA'],
  ['STS+1+rl', {}, 'DEPA'],
  ['STS+1+RL', { RL: 'ARRI' }, 'ARRI'],
  ['STS+1+12', { 12: 'CUSR' }, 'CUSR'],
  ['STS+1+:::stuffed', { STUFFED: 'STUF' }, 'STUF'],
])('%s with the status codes %j is %s', (status, statusCodes, type) => {
  const { facts, findings } = map({ groups: [withStatus(status)] }, { statusCodes });
  expect([facts.map((fact) => fact.type.value), findings]).toEqual([[type], []]);
});

test('an unknown status is a warning and lost; the others of the message stand, and keep their lines', () => {
  for (const [code, statusCodes] of [
    ['99', {}],
    ['constructor', {}],
    ['99', { 99: 'GONE' }],
  ] as const) {
    const mapped = map({ groups: [withStatus(`STS+1+${code}`), departure] }, { statusCodes });
    expect(told(mapped)).toEqual([['CODE_UNKNOWN', 'warning', 8, 2, code.toUpperCase()]]);
    expect(mapped.facts.map((fact) => [fact.line, fact.type])).toEqual([[2, { value: 'DEPA', segment: 16 }]]);
    expect(mapped.lost).toContainEqual({ path: 'STS.2', reason: 'CODE_NOT_IN_TARGET', count: 1 });
    expect(mapped.lost).toContainEqual({ path: 'DTM+334', reason: 'NO_SLOT', count: 1 });
  }
});

test('a status that the partner profile calls no event is lost without a finding', () => {
  const { facts, findings, lost } = map({ groups: [withStatus('STS+1+CT')] }, { statusCodes: { CT: '' } });
  expect([facts, findings]).toEqual([[], []]);
  expect(lost).toContainEqual({ path: 'STS.2', reason: 'CODE_NOT_IN_TARGET', count: 1 });
});

test('a status without code or text is an error, and so is a message without status', () => {
  expect(map({ groups: [withStatus('STS+1')] })).toMatchObject({
    facts: [],
    findings: [{ code: 'ELEMENT_MISSING', severity: 'error', segment: 8, tag: 'STS', element: 2, component: 1 }],
  });
  expect(told(map({ groups: [] }))).toEqual([['SEGMENT_MISSING', 'error', 8, undefined, undefined]]);
  expect(map({ groups: [], bgm: 'BGM+23+ST0001+1' })).toMatchObject({ function: 'CANCEL', documentNumber: 'ST0001', findings: [] });
});

test('the time of the status counts, neither that of the message nor those of the journey', () => {
  const mapped = map({ groups: [[...without('DTM+334'), 'DTM+334:202607261400:203']] });
  expect([mapped.facts, told(mapped)]).toEqual([[], [['SEGMENT_MISSING', 'error', 8, undefined, undefined]]]);
  expect(map({ groups: [departure.map((segment) => segment.replace('DTM+334', 'DTM+7'))] }).facts[0]?.at.value).toBe(
    '2026-07-26T04:05:00.000Z',
  );
});

test('a wrong place is a warning, and the fact stands without it; the country behind a place is no terminal', () => {
  const at = (place: string) => map({ groups: [departure.map((segment) => (segment.startsWith('LOC+175') ? place : segment))] });
  expect(told(at('LOC+175+HALL 3:139:86'))).toEqual([
    ['SEGMENT_MISSING', 'warning', 8, undefined, undefined],
    ['LOCATION_UNKNOWN', 'warning', 11, 2, 'HALL 3'],
  ]);
  expect(at('LOC+175+HALL 3:139:86').facts.map((fact) => fact.facility)).toEqual([undefined]);
  const { facts, findings, lost } = at('LOC+175+CNCKG:139:6+CN:162');
  expect([facts[0]?.facility?.value, findings]).toEqual([
    { facilityCode: null, facilityCodeListProvider: null, UNLocationCode: 'CNCKG' },
    [],
  ]);
  expect(lost).toContainEqual({ path: 'LOC+175.3', reason: 'NO_SLOT', count: 1 });
});

test('several boxes under one status give several facts, each with its own papers before those of the status', () => {
  const boxes = ['EQD+CN+LSCU1000021+40HC+++4', 'RFF+BN:BK0002', 'EQD+CH+GXTR0001', 'EQD+CN+LSCU1000037'];
  const { facts, findings } = map({ groups: [[...departure, ...boxes]] });
  expect(
    facts.map((fact) => [fact.line, fact.equipmentReference?.value, fact.booking?.value.number, fact.emptyIndicatorCode?.value]),
  ).toEqual([
    [1, 'LSCU1000016', 'BK0001', 'LADEN'],
    [2, 'LSCU1000021', 'BK0002', 'EMPTY'],
    [3, 'LSCU1000037', 'BK0001', undefined],
  ]);
  expect(findings).toEqual([]);
});

test('several consignments keep their numbers apart', () => {
  const { facts } = map({ groups: [departure, ['CNI+2+WB0002', ...departure]] });
  expect(facts.map((fact) => [fact.line, fact.consignment?.value])).toEqual([
    [1, 'WB0001'],
    [2, 'WB0002'],
  ]);
});

test('without EQD, RFF+EQ names the box; without both the status is one of the consignment', () => {
  const named = map({ groups: [[...without('EQD', 'TDT', 'LOC+8', 'DTM+132'), 'RFF+EQ:lscu 100001 6']] });
  expect([named.facts[0]?.equipmentReference, named.findings]).toEqual([{ value: 'LSCU1000016', segment: 12 }, []]);
  const { facts, findings } = map({ groups: [without('EQD')] });
  expect([facts.length, facts[0]?.equipmentReference, facts[0]?.consignment?.value, findings]).toEqual([1, undefined, 'WB0001', []]);
});

test('a status of nothing that can be found again is an error', () => {
  const nameless = without('EQD', 'RFF', 'TDT');
  const mapped = map({ header: ['CNI+1'], groups: [nameless] });
  expect([mapped.facts, told(mapped)]).toEqual([[], [['SEGMENT_MISSING', 'error', 5, undefined, undefined]]]);
  const cancelled = map({ bgm: 'BGM+23+ST0001+1', header: ['CNI+1'], groups: [nameless] });
  expect([cancelled.facts, told(cancelled)]).toEqual([[], [['SEGMENT_MISSING', 'warning', 5, undefined, undefined]]]);
  const placeless = map({ header: ['CNI+1'], groups: [nameless.filter((segment) => !segment.startsWith('LOC+175'))] });
  expect([placeless.facts, placeless.findings.map(({ severity, detail }) => [severity, detail])]).toEqual([
    [],
    [
      ['warning', 'no usable place, LOC+175 or LOC+165'],
      ['error', 'neither container, consignment, booking nor bill of lading'],
    ],
  ]);
});

test.each([
  ['a train by its number', 'RL', 'TDT+30+X9502+2', { conveyance: { value: 'X9502', segment: 8 } }],
  ['a truck by its plate', 'P', 'TDT+10++3+++++GXN12345', { vehicleRegistrationNumber: { value: 'GXN12345', segment: 8 } }],
  ['a vessel by its IMO number', 'VD', 'TDT+20+126W+1+++++3100007:146', { vessel: { vesselIMONumber: { value: '3100007', segment: 8 } } }],
])('the departure of %s needs no container and no papers; what happens to containers does', (_, code, transport, vehicle) => {
  const status = (sent: string): string[] => [`STS+1+${sent}`, 'DTM+334:202607261205:203', 'LOC+175+CNQZH:139:6', transport];
  const { facts, findings } = map({ header: ['CNI+1'], groups: [status(code)] });
  expect(findings).toEqual([]);
  expect(facts).toMatchObject([{ type: { value: 'DEPA' }, ...vehicle, parties: [] }]);
  expect(told(map({ header: ['CNI+1'], groups: [status('AL')] }))).toEqual([['SEGMENT_MISSING', 'error', 5, undefined, undefined]]);
});

test('the parties of the message, its consignment and its status are told together: function, code, whose list, name', () => {
  const { facts } = map({
    header: ['NAD+CA+LSL:160:20', 'CNI+1+WB0001', 'NAD+CZ+++LANZHOU SAMPLE FRUIT', 'NAD+FW+LZFWD::ZZZ', 'NAD+CN'],
    groups: [[...departure, 'NAD+TR+QZT1']],
  });
  expect(
    facts[0]?.parties.map(({ value: { partyFunction, partyCode, codeListProvider, partyName }, segment }) => [
      partyFunction,
      partyCode,
      codeListProvider,
      partyName,
      segment,
    ]),
  ).toEqual([
    ['TR', 'QZT1', null, null, 17],
    ['CZ', null, null, 'LANZHOU SAMPLE FRUIT', 6],
    ['FW', 'LZFWD', 'ZZZ', null, 7],
    ['CA', 'LSL', '20', null, 4],
  ]);
});

test('an empty EQD stops the message, and names its element', () => {
  expect(map({ groups: [[...without('EQD'), 'EQD+CN']] })).toMatchObject({
    facts: [],
    findings: [{ code: 'ELEMENT_MISSING', severity: 'error', segment: 15, tag: 'EQD', element: 2, component: 1 }],
  });
});

test.each([
  [
    'TDT+20+126W+1++LSL+++3100007:146::BEIBU STAR',
    { modeOfTransport: 'VESSEL', conveyance: undefined, voyage: '126W', name: 'BEIBU STAR' },
  ],
  [
    'TDT+20+126W+++LSL+++3100007:146::BEIBU STAR',
    { modeOfTransport: undefined, conveyance: undefined, voyage: '126W', name: 'BEIBU STAR' },
  ],
  ['TDT+10+R77+3', { modeOfTransport: 'TRUCK', conveyance: 'R77', voyage: undefined, name: undefined }],
  ['TDT+1+B12+8', { modeOfTransport: 'BARGE', conveyance: 'B12', voyage: undefined, name: undefined }],
  ['TDT+1', { modeOfTransport: undefined, conveyance: undefined, voyage: undefined, name: undefined }],
])('%s moves the box', (transport, expected) => {
  const { facts, findings } = map({ groups: [departure.map((segment) => (segment.startsWith('TDT') ? transport : segment))] });
  const [fact] = facts;
  expect({
    modeOfTransport: fact?.modeOfTransport?.value,
    conveyance: fact?.conveyance?.value,
    voyage: fact?.vessel?.voyage?.value,
    name: fact?.vessel?.vesselName?.value,
  }).toEqual(expected);
  expect(findings).toEqual([]);
});

test('a mode of transport that no list knows is a warning', () => {
  const mapped = map({ groups: [departure.map((segment) => segment.replace('TDT+30+X9502+2', 'TDT+30+X9502+7'))] });
  expect([told(mapped), mapped.facts.length]).toEqual([[['CODE_UNKNOWN', 'warning', 12, 3, '7']], 1]);
});
