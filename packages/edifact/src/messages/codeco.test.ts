// Long: one message, every segment of it right and wrong, in the order of the segments.
import { expect, test } from 'vitest';
import type { Mapped } from '../facts.ts';
import { box, codeco, interchange, type Made, onlyMessage, terminal } from '../made-messages.ts';
import type { PartnerProfile } from '../profile.ts';
import { mapCodeco } from './codeco.ts';

const map = (made: Made = {}, profile: Partial<PartnerProfile> = {}): Mapped =>
  mapCodeco(onlyMessage(interchange([codeco(made)])), { ...terminal, ...profile });

/** The box with a segment put in the place of the one that says the same, or behind the others. */
const changed = (segments: readonly string[], change: string): string[] => {
  const at = segments.findIndex((segment) => segment.startsWith(change.slice(0, change.startsWith('RFF') ? 6 : 4)));
  return at === -1 ? [...segments, change] : segments.with(at, change);
};
const boxWith = (...changes: readonly string[]): string[] => changes.reduce(changed, [...box]);
const boxWithout = (...starts: readonly string[]): string[] => box.filter((segment) => !starts.some((start) => segment.startsWith(start)));
const codesOf = ({ findings }: Mapped) => findings.map(({ code, severity, segment }) => [code, severity, segment]);

test('a gate-in of a laden box gives one fact, each value with its segment', () => {
  expect(map()).toEqual({
    function: 'ORIGINAL',
    documentNumber: 'GT0001',
    facts: [
      {
        kind: 'gate',
        line: 1,
        type: { value: 'GTIN', segment: 3 },
        at: { value: '2026-07-26T04:05:00.000Z', segment: 9 },
        equipmentReference: { value: 'LSCU1000016', segment: 6 },
        ISOEquipmentCode: { value: '22G1', segment: 6 },
        emptyIndicatorCode: { value: 'LADEN', segment: 6 },
        facility: { value: { facilityCode: 'BICT', facilityCodeListProvider: 'SMDG', UNLocationCode: 'CNQZH' }, segment: 10 },
        booking: { value: { carrier: 'LSL', number: 'BK0001' }, segment: 7 },
        transportDocument: { value: { carrier: 'LSL', number: 'LSQZH0001' }, segment: 8 },
        vessel: {
          vesselIMONumber: { value: '3100007', segment: 4 },
          vesselName: { value: 'BEIBU STAR', segment: 4 },
          voyage: { value: '126W', segment: 4 },
          carrier: { value: 'LSL', segment: 4 },
        },
        seals: [{ value: { sealNumber: 'LS004711', sealSource: 'CA' }, segment: 12 }],
        grossWeightKg: { value: 24180.5, segment: 11 },
        vehicleRegistrationNumber: { value: 'GXN12345', segment: 13 },
        parties: [{ value: { partyFunction: 'CF', partyCode: 'LSL', codeListProvider: '20', partyName: null }, segment: 5 }],
      },
    ],
    findings: [],
    lost: [
      { path: 'TDT+20.3', reason: 'NO_SLOT', count: 1 },
      { path: 'EQD+CN.5', reason: 'NO_SLOT', count: 1 },
    ],
  });
});

test('D.00B reads like D.95B', () => {
  expect(map({ type: 'CODECO:D:00B:UN:SMDG20' })).toEqual(map());
});

test.each([
  ['CODECO:D:23A:UN', 'CODECO D.23A'],
  ['COARRI:D:95B:UN', 'COARRI D.95B'],
])('%s is not taken in', (type, value) => {
  expect(map({ type })).toMatchObject({
    facts: [],
    findings: [{ code: 'MESSAGE_TYPE_UNSUPPORTED', severity: 'error', segment: 2, tag: 'UNH', element: 2, value }],
  });
});

test.each([
  ['BGM+34+GT0001+9', 'GTIN'],
  ['BGM+36+GT0001+9', 'GTOT'],
  ['BGM+MEI+GT0001+9', 'GTIN'],
  ['BGM+35+GT0001+9', 'GTOT'],
  ['BGM+:::gate out+GT0001+9', 'GTOT'],
])('%s is a %s where the partner says so', (bgm, type) => {
  const { facts, findings } = map({ bgm }, { documentNames: { MEI: 'GTIN', 35: 'GTOT', 'GATE OUT': 'GTOT' } });
  expect([facts.map((fact) => fact.type.value), findings]).toEqual([[type], []]);
});

test('a partner may turn the document names round', () => {
  expect(map({}, { documentNames: { 34: 'GTOT' } }).facts[0]?.type.value).toBe('GTOT');
});

test.each([
  ['BGM+98+GT0001+9', 'CODE_UNKNOWN'],
  ['BGM+constructor+GT0001+9', 'CODE_UNKNOWN'],
  ['BGM++GT0001+9', 'ELEMENT_MISSING'],
  ['FTX+AAI', 'SEGMENT_MISSING'],
])('%s does not say which way the box went: an error', (bgm, code) => {
  const mapped = map({ bgm }, { documentNames: { 44: 'DISC' } });
  expect(mapped.facts).toEqual([]);
  expect(mapped.findings).toMatchObject([{ code, severity: 'error' }]);
});

test.each([
  ['9', 'ORIGINAL'],
  ['5', 'REPLACE'],
  ['4', 'CHANGE'],
  ['1', 'CANCEL'],
  ['NEW', 'REPLACE'],
])('message function %s is %s', (code, expected) => {
  const mapped = map({ bgm: `BGM+34+GT0001+${code}` }, { functions: { NEW: 'REPLACE' } });
  expect([mapped.function, mapped.findings, mapped.facts.length]).toEqual([expected, [], 1]);
});

test('a missing message function is an original, with an info', () => {
  expect(map({ bgm: 'BGM+34+GT0001' })).toMatchObject({
    function: 'ORIGINAL',
    facts: [{}],
    findings: [{ code: 'ELEMENT_MISSING', severity: 'info', segment: 3, tag: 'BGM', element: 3 }],
  });
});

test('an unknown message function is an error: a deletion must not pass for an original', () => {
  expect(map({ bgm: 'BGM+34+GT0001+3' })).toMatchObject({
    facts: [],
    findings: [{ code: 'CODE_UNKNOWN', severity: 'error', segment: 3, element: 3, value: '3' }],
  });
});

test('a correction without document number is a warning, an original needs none', () => {
  expect(map({ bgm: 'BGM+34++9' })).toMatchObject({ documentNumber: null, findings: [] });
  expect(codesOf(map({ bgm: 'BGM+34++5' }))).toEqual([['ELEMENT_MISSING', 'warning', 3]]);
});

test('a cancellation needs neither boxes nor times', () => {
  expect(map({ bgm: 'BGM+34+GT0001+1', groups: [] })).toMatchObject({
    function: 'CANCEL',
    documentNumber: 'GT0001',
    facts: [],
    findings: [],
  });
  const mapped = map({ bgm: 'BGM+34+GT0001+1', groups: [boxWithout('DTM')] });
  expect([mapped.facts, codesOf(mapped)]).toEqual([[], [['SEGMENT_MISSING', 'warning', 6]]]);
});

test('several boxes in one message give several facts, the header serves all', () => {
  const other = ['EQD+CN+LSCU1000021+40HC+++4', 'DTM+7:202607261207:203'];
  const mapped = map({ header: ['TDT+20+126W+1++LSL', 'LOC+165+CNQZH:139:6', 'RFF+BN:BK0001'], groups: [box, other] });
  expect(
    mapped.facts.map((fact) => [fact.line, fact.equipmentReference.value, fact.at.value, fact.seals.length, fact.facility?.segment]),
  ).toEqual([
    [1, 'LSCU1000016', '2026-07-26T04:05:00.000Z', 1, 11],
    [2, 'LSCU1000021', '2026-07-26T04:07:00.000Z', 0, 5],
  ]);
  expect(mapped.facts[1]).toMatchObject({
    ISOEquipmentCode: { value: '45GP' },
    emptyIndicatorCode: { value: 'EMPTY' },
    booking: { value: { carrier: 'LSL', number: 'BK0001' }, segment: 6 },
    vessel: { voyage: { value: '126W' } },
  });
  expect(mapped.findings).toEqual([]);
});

test('equipment that is no container is lost, and keeps its line', () => {
  const { facts, lost } = map({ groups: [['EQD+CH+GXTR0001', 'RFF+ABC:1'], box], trailer: ['CNT+16:2'] });
  expect(facts.map((fact) => fact.line)).toEqual([2]);
  expect(lost).toEqual(
    expect.arrayContaining([
      { path: 'EQD+CH', reason: 'NO_SLOT', count: 1 },
      { path: 'RFF+ABC', reason: 'NO_SLOT', count: 1 },
    ]),
  );
});

test('a message without containers is an error', () => {
  expect(codesOf(map({ groups: [] }))).toEqual([['SEGMENT_MISSING', 'error', 7]]);
});

test('the container number is taken as sent, in upper case and without spaces; check digits are judged elsewhere', () => {
  for (const [sent, value] of [
    ['lscu 100001 6', 'LSCU1000016'],
    ['LSCU1000017', 'LSCU1000017'],
    ['LSCX1000016', 'LSCX1000016'],
    ['X1', 'X1'],
  ]) {
    const { facts, findings } = map({ groups: [boxWith(`EQD+CN+${sent}`)] });
    expect([facts[0]?.equipmentReference.value, findings]).toEqual([value, []]);
  }
});

test('a group without container number is an error of its element, and stops the message', () => {
  expect(map({ groups: [box, boxWith('EQD+CN++22G1:102:5')] })).toMatchObject({
    facts: [],
    findings: [{ code: 'ELEMENT_MISSING', severity: 'error', segment: 14, tag: 'EQD', element: 2, component: 1 }],
  });
});

test.each([
  ['22G1:102:5', '22G1'],
  ['2210', '22G1'],
  ['4532', '45R1'],
  ['40HC', '45GP'],
  [':::40HC', '45GP'],
  ['BIGBOX', '45G1'],
  ['', undefined],
])('size type %j is %s', (sent, code) => {
  const { facts, findings } = map({ groups: [boxWith(`EQD+CN+LSCU1000016+${sent}++2+5`)] });
  expect([facts[0]?.ISOEquipmentCode?.value, findings]).toEqual([code, []]);
});

test('codes that no list knows are warnings, and lost', () => {
  const mapped = map({ groups: [boxWith('EQD+CN+LSCU1000016+99Z9++2+7', 'MEA+AAE+G+XXX:1', 'SEL+1+XX')] });
  expect(mapped.findings.map(({ code, severity, element, value }) => [code, severity, element, value])).toEqual([
    ['CODE_UNKNOWN', 'warning', 3, '99Z9'],
    ['CODE_UNKNOWN', 'warning', 6, '7'],
    ['CODE_UNKNOWN', 'warning', 3, 'XXX'],
    ['CODE_UNKNOWN', 'warning', 2, 'XX'],
  ]);
  expect(mapped.facts).toMatchObject([
    { equipmentReference: { value: 'LSCU1000016' }, seals: [{ value: { sealNumber: '1', sealSource: 'XX' } }] },
  ]);
  expect(mapped.lost).toEqual(
    expect.arrayContaining([
      { path: 'EQD+CN.3', reason: 'CODE_NOT_IN_TARGET', count: 1 },
      { path: 'EQD+CN.6', reason: 'CODE_NOT_IN_TARGET', count: 1 },
      { path: 'MEA+AAE.3', reason: 'CODE_NOT_IN_TARGET', count: 1 },
    ]),
  );
});

test.each([
  [['DTM+7:202607261205:203', 'DTM+203:202607261300:203'], '2026-07-26T04:05:00.000Z'],
  [['DTM+203:202607261300:203', 'DTM+ACT:202607261400:203'], '2026-07-26T05:00:00.000Z'],
  [['TDT+1++3', 'DTM+ACT:202607261400:203'], '2026-07-26T06:00:00.000Z'],
  [['DTM+7', 'DTM+203:202607261300:203'], '2026-07-26T05:00:00.000Z'],
  [['DTM+7:202607261205UTC:303'], '2026-07-26T12:05:00.000Z'],
  [['DTM+7:20260726120507:204'], '2026-07-26T04:05:07.000Z'],
])('of %j the event time is %s', (segments, at) => {
  const { facts, findings } = map({ groups: [[...boxWithout('DTM', 'TDT'), ...segments]] });
  expect([facts[0]?.at.value, findings]).toEqual([at, []]);
});

test('the event time may stand in the header', () => {
  const { facts } = map({ header: ['DTM+137:202607261300:203', 'DTM+7:202607261205:203'], groups: [boxWithout('DTM')] });
  expect(facts[0]?.at).toEqual({ value: '2026-07-26T04:05:00.000Z', segment: 5 });
});

test.each([
  ['DTM+7:202602301205:203', 'DATE_TIME_INVALID'],
  ['DTM+7:202607261205:999', 'DATE_TIME_INVALID'],
  ['DTM+7', 'ELEMENT_MISSING'],
])('%s is an error that names its segment', (segment, code) => {
  expect(map({ groups: [boxWith(segment)] })).toMatchObject({
    facts: [],
    findings: [{ code, severity: 'error', segment: 9, tag: 'DTM', element: 1 }],
  });
});

test('no event time at all is an error of the box', () => {
  expect(codesOf(map({ groups: [boxWithout('DTM')] }))).toEqual([['SEGMENT_MISSING', 'error', 6]]);
});

test('local time of a partner whose zone nobody entered is an error', () => {
  for (const timeZone of ['', 'Asia/Qinzhou']) {
    expect(codesOf(map({}, { timeZone }))).toEqual([['TIME_ZONE_UNKNOWN', 'error', 9]]);
  }
});

test.each([
  ['LOC+165+CNQZH:139:6+BICT:TER:ZZZ', { facilityCode: 'BICT', facilityCodeListProvider: 'SMDG', UNLocationCode: 'CNQZH' }],
  ['LOC+165+CNQZH:139:6+BICT:72:306', { facilityCode: 'BICT', facilityCodeListProvider: 'SMDG', UNLocationCode: 'CNQZH' }],
  ['LOC+165+CNQZH:139:6+CNQZH0001:72:20', { facilityCode: 'CNQZH0001', facilityCodeListProvider: 'BIC', UNLocationCode: 'CNQZH' }],
  ['LOC+165+CNQZH+S6:TER:ZZZ', { facilityCode: 'GX-QZ-S6', facilityCodeListProvider: null, UNLocationCode: 'CNQZH' }],
  ['LOC+165+QZDLP+S6', { facilityCode: 'GX-QZ-S6', facilityCodeListProvider: null, UNLocationCode: 'CNQZH' }],
  ['LOC+165+S6', { facilityCode: 'GX-QZ-S6', facilityCodeListProvider: null, UNLocationCode: null }],
  ['LOC+165+CNQZH:139:6', { facilityCode: null, facilityCodeListProvider: null, UNLocationCode: 'CNQZH' }],
])('%s is the place of the report', (segment, facility) => {
  const { facts, findings } = map({ groups: [boxWith(segment)] });
  expect([facts[0]?.facility?.value, findings]).toEqual([facility, []]);
});

test('a place or terminal that neither list nor profile knows is a warning, and the fact is kept', () => {
  const mapped = map({ groups: [boxWith('LOC+165+YARD7:139:86+HALL 3')] });
  expect(mapped.findings.map(({ code, element, value }) => [code, element, value])).toEqual([
    ['SEGMENT_MISSING', undefined, undefined],
    ['LOCATION_UNKNOWN', 2, 'YARD7'],
    ['LOCATION_UNKNOWN', 3, 'HALL 3'],
  ]);
  expect(mapped.facts).toHaveLength(1);
  expect(mapped.facts[0]).not.toHaveProperty('facility');
});

test('bookings count with the line that operates the box, else the partner’s, else the vessel’s', () => {
  const carrierOf = (header: readonly string[], profile: Partial<PartnerProfile>) =>
    map({ header }, profile).facts[0]?.booking?.value.carrier;
  const vessel = 'TDT+20+126W+1++VSL:172:20';
  expect(carrierOf([vessel, 'NAD+CF+LSL:160:20'], { carrier: 'PTN' })).toBe('LSL');
  expect(carrierOf([vessel], { carrier: 'PTN' })).toBe('PTN');
  expect(carrierOf([vessel], {})).toBe('VSL');
  expect(carrierOf([], {})).toBeNull();
});

test.each([
  ['TDT+20+126W+1++LSL+++3100007:146:11:BEIBU STAR', { vesselIMONumber: '3100007', vesselName: 'BEIBU STAR' }],
  ['TDT+20+126W+1++LSL+++IMO3100019', { vesselIMONumber: '3100019' }],
  ['TDT+20+126W+1++LSL+++BQRS7:103::BEIBU STAR', { vesselCallSign: 'BQRS7', vesselName: 'BEIBU STAR' }],
])('%s names the vessel', (segment, expected) => {
  const { vessel } = map({ header: [segment] }).facts[0] ?? {};
  expect(Object.fromEntries(Object.entries(vessel ?? {}).map(([name, sourced]) => [name, sourced.value]))).toEqual({
    voyage: '126W',
    carrier: 'LSL',
    ...expected,
  });
});

test('a vessel by a code of the partner’s own is lost', () => {
  expect(map({ header: ['TDT+20++1+++++QZ77:ZZZ'] }).lost).toContainEqual({ path: 'TDT+20.8', reason: 'CODE_NOT_IN_TARGET', count: 1 });
});

test.each([
  [['MEA+AAE+T+KGM:2200', 'MEA+AAE+G+KGM:24000', 'MEA+AAE+VGM+KGM:24180.5'], 24_180.5, 2_200],
  [['MEA+AAE+EGW+KGM:23000', 'MEA+AAE+G+KGM:24000'], 24_000, undefined],
  [['MEA+AAE+EGW+TNE:23,5'], 23_500, undefined],
  [['MEA+VGM++LBR:1000'], 453.592, undefined],
])('of %j the gross weight is %s kg, the tare %s', (weights, gross, tare) => {
  const [fact] = map({ groups: [[...boxWithout('MEA'), ...weights]] }).facts;
  expect([fact?.grossWeightKg?.value, fact?.tareWeightKg?.value]).toEqual([gross, tare]);
});

test('a weight that is no number is a warning, and the next best counts', () => {
  const mapped = map({ groups: [[...boxWithout('MEA'), 'MEA+AAE+VGM+KGM:24.180,5', 'MEA+AAE+G+KGM:24000']] });
  expect(mapped.findings).toMatchObject([{ code: 'FIELD_INVALID', severity: 'warning', element: 3, component: 2, value: '24.180,5' }]);
  expect(mapped.facts[0]?.grossWeightKg?.value).toBe(24_000);
});

test('seals keep their order and who put them on', () => {
  const { facts, findings } = map({ groups: [[...boxWithout('SEL'), 'SEL+A1+CA', 'SEL+B2+CU', 'SEL+C3', 'SEL']] });
  expect(facts[0]?.seals.map(({ value }) => value)).toEqual([
    { sealNumber: 'A1', sealSource: 'CA' },
    { sealNumber: 'B2', sealSource: 'CU' },
    { sealNumber: 'C3', sealSource: null },
  ]);
  expect(findings).toMatchObject([{ code: 'ELEMENT_MISSING', severity: 'warning', tag: 'SEL' }]);
});

test('a wagon is no truck', () => {
  const { facts, lost } = map({ groups: [boxWith('TDT+1++2+++++3345678:146')] });
  expect(facts[0]).not.toHaveProperty('vehicleRegistrationNumber');
  expect(lost).toContainEqual({ path: 'TDT+1', reason: 'NO_SLOT', count: 1 });
});

test('the total of the message is compared with its boxes', () => {
  expect(map({ trailer: ['CNT+16:2'] }).findings).toMatchObject([{ code: 'ENVELOPE_COUNT', severity: 'warning', tag: 'CNT', value: '2' }]);
  expect(map({ trailer: [] }).findings).toEqual([]);
});

test('what has no place in a fact is lost by path and count, and no value shows in it', () => {
  const { lost } = map({
    groups: [[...box, 'FTX+AAI+++SECRET', 'FTX+AAI+++SECRET', 'GID+SECRET', 'RFF+ACA:SECRET', 'LOC+9+CNQZH:139:6', '???+SECRET']],
  });
  expect(lost).toEqual([
    { path: 'TDT+20.3', reason: 'NO_SLOT', count: 1 },
    { path: 'EQD+CN.5', reason: 'NO_SLOT', count: 1 },
    { path: 'FTX+AAI', reason: 'NO_SLOT', count: 2 },
    { path: 'GID', reason: 'NO_SLOT', count: 1 },
    { path: 'RFF+ACA', reason: 'NO_SLOT', count: 1 },
    { path: 'LOC+9', reason: 'NO_SLOT', count: 1 },
    { path: '???', reason: 'NO_SLOT', count: 1 },
  ]);
});

test('a thousand different codes do not make a thousand lines of loss', () => {
  const many = Array.from({ length: 1_000 }, (_, at) => `RFF+${at.toString(36).toUpperCase()}:1`);
  const { lost } = map({ groups: [[...box, ...many]] });
  expect(lost).toHaveLength(201);
  expect(lost.reduce((sum, { count }) => sum + count, 0)).toBe(1_002);
});

test('a number that is too long for a key is an error', () => {
  for (const change of [`RFF+BN:${'9'.repeat(71)}`, `EQD+CN+${'9'.repeat(71)}`, `SEL+${'9'.repeat(71)}`]) {
    const mapped = map({ groups: [boxWith(change)] });
    expect([mapped.facts, mapped.findings[0]]).toMatchObject([[], { code: 'FIELD_INVALID', severity: 'error', value: '9'.repeat(35) }]);
  }
});

test('a message with an error in its envelope gives no facts, one with warnings does', () => {
  const message = onlyMessage(interchange([codeco().replace('GT0001', 'GT\x001')]));
  expect(mapCodeco(message, terminal)).toMatchObject({ facts: [], findings: [] });
  expect(mapCodeco(onlyMessage(interchange([codeco().replace('UNT+14', 'UNT+3')])), terminal).facts).toHaveLength(1);
});

test('codes named like members of every object are unknown codes', () => {
  expect(map({ groups: [boxWith('EQD+CN+LSCU1000016+constructor++2+5')] }).findings).toMatchObject([
    { code: 'CODE_UNKNOWN', severity: 'warning', value: 'constructor' },
  ]);
  expect(map({ bgm: 'BGM+34+GT0001+toString' }).findings).toMatchObject([{ code: 'CODE_UNKNOWN', severity: 'error', value: 'toString' }]);
});

test('what the header says wrongly for all boxes is told and lost once', () => {
  const bare = boxWithout('LOC');
  const { findings, lost } = map({ header: ['LOC+165+CNQZH:139:6+HALL 3'], groups: [bare, bare, bare] });
  expect(findings).toMatchObject([{ code: 'LOCATION_UNKNOWN', segment: 4, element: 3, value: 'HALL 3' }]);
  expect(lost).toContainEqual({ path: 'LOC+165.3', reason: 'CODE_NOT_IN_TARGET', count: 1 });
});

test('the same message in other wrapping, separators and character set gives the same facts', () => {
  const plain = map().facts;
  const text = interchange([codeco()]);
  const wrapped = `\xef\xbb\xbfUNA:+.? '\r\n${text.replace(/.{40}/g, '$&\r\n')}`;
  const own = `UNA=*.? ~${text.replaceAll(':', '=').replaceAll('+', '*').replaceAll("'", '~')}`;
  for (const variant of [wrapped, own, text.replace('UNOA:2', 'UNOY:4')])
    expect(mapCodeco(onlyMessage(variant), terminal).facts).toEqual(plain);
});
