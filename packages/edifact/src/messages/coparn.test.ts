import { expect, test } from 'vitest';
import type { Mapped, OrderFact } from '../facts.ts';
import { coparn, interchange, type Made, onlyMessage, order, terminal } from '../made-messages.ts';
import type { PartnerProfile } from '../profile.ts';
import { mapCoparn } from './coparn.ts';

const map = (made: Made = {}, profile: Partial<PartnerProfile> = {}): Mapped<OrderFact> =>
  mapCoparn(onlyMessage(interchange([coparn(made)])), { ...terminal, ...profile });

const without = (...starts: readonly string[]): string[] => order.filter((segment) => !starts.some((start) => segment.startsWith(start)));
const replaced = (start: string, by: string): string[] => order.map((segment) => (segment.startsWith(start) ? by : segment));
const told = ({ findings }: Mapped<OrderFact>) =>
  findings.map(({ code, severity, segment, element, value }) => [code, severity, segment, element, value]);

test('a release order for three empty boxes gives one fact, each value with its segment', () => {
  expect(map()).toEqual({
    function: 'ORIGINAL',
    documentNumber: 'RO0001',
    facts: [
      {
        kind: 'order',
        line: 1,
        type: { value: 'RELEASE', segment: 3 },
        documentNumber: { value: 'RO0001', segment: 3 },
        units: { value: 3, segment: 8 },
        ISOEquipmentCode: { value: '45G1', segment: 6 },
        emptyIndicatorCode: { value: 'EMPTY', segment: 6 },
        booking: { value: { carrier: 'LSL', number: 'BK0001' }, segment: 7 },
        facility: { value: { facilityCode: 'BICT', facilityCodeListProvider: 'SMDG', UNLocationCode: 'CNQZH' }, segment: 11 },
        vessel: {
          vesselIMONumber: { value: '3100007', segment: 4 },
          vesselName: { value: 'BEIBU STAR', segment: 4 },
          voyage: { value: '126W', segment: 4 },
          carrier: { value: 'LSL', segment: 4 },
        },
        validFrom: { value: '2026-07-26T00:00:00.000Z', segment: 9 },
        validUntil: { value: '2026-07-31T15:59:00.000Z', segment: 10 },
        parties: [{ value: { partyFunction: 'CF', partyCode: 'LSL', codeListProvider: '20', partyName: null }, segment: 5 }],
      },
    ],
    findings: [],
    lost: [
      { path: 'TDT+20.3', reason: 'NO_SLOT', count: 1 },
      { path: 'EQD+CN.4', reason: 'NO_SLOT', count: 1 },
      { path: 'EQD+CN.5', reason: 'NO_SLOT', count: 1 },
    ],
  });
});

test('D.00B reads like D.95B; other directories are not taken in', () => {
  expect(map({ type: 'COPARN:D:00B:UN' })).toEqual(map());
  expect(map({ type: 'COPARN:D:00A:UN' })).toMatchObject({
    facts: [],
    findings: [{ code: 'MESSAGE_TYPE_UNSUPPORTED', severity: 'error', segment: 2, value: 'COPARN D.00A' }],
  });
});

test.each([
  ['11', {}, 'ACCEPTANCE'],
  ['12', {}, 'RELEASE'],
  ['126', {}, 'PREADVICE'],
  ['135', { 135: 'PREADVICE' }, 'PREADVICE'],
  ['12', { 12: 'ACCEPTANCE' }, 'ACCEPTANCE'],
])('document name %s with the profile %j is %s', (name, documentNames, type) => {
  const { facts, findings } = map({ bgm: `BGM+${name}+RO0001+9`, groups: [replaced('LOC', 'LOC+165+CNQZH')] }, { documentNames });
  expect([facts.map((fact) => fact.type.value), findings]).toEqual([[type], []]);
});

test.each(['135', '34', 'toString'])('document name %s without a profile is an error', (name) => {
  const mapped = map({ bgm: `BGM+${name}+RO0001+9`, groups: [replaced('LOC', 'LOC+165+CNQZH')] }, { documentNames: { 34: 'GTIN' } });
  expect([mapped.facts, told(mapped)]).toEqual([[], [['CODE_UNKNOWN', 'error', 3, 1, name.toUpperCase()]]]);
});

test.each([
  ['9', 'ORIGINAL'],
  ['5', 'REPLACE'],
  ['4', 'CHANGE'],
  ['1', 'CANCEL'],
])('message function %s is %s', (code, expected) => {
  const mapped = map({ bgm: `BGM+12+RO0001+${code}` });
  expect([mapped.function, mapped.facts.length, mapped.findings]).toEqual([expected, 1, []]);
});

test('named boxes are one each, and several groups are several orders', () => {
  const boxes = ['LSCU1000016', 'lscu 100002 1'].map((box) => [`EQD+CN+${box}+22G1`, 'RFF+BN:BK0001', 'EQN+1', 'LOC+98+CNQZH']);
  const { facts, findings } = map({ groups: [...boxes, order] });
  expect(facts.map((fact) => [fact.line, fact.equipmentReference?.value, fact.units.value, fact.validUntil?.value])).toEqual([
    [1, 'LSCU1000016', 1, undefined],
    [2, 'LSCU1000021', 1, undefined],
    [3, undefined, 3, '2026-07-31T15:59:00.000Z'],
  ]);
  expect(findings).toEqual([]);
});

test.each([
  [without('EQN'), 'SEGMENT_MISSING', 'info', 6, undefined],
  [replaced('EQN', 'EQN'), 'ELEMENT_MISSING', 'warning', 8, undefined],
  [replaced('EQN', 'EQN+0'), 'FIELD_INVALID', 'warning', 8, '0'],
  [replaced('EQN', 'EQN+-2'), 'FIELD_INVALID', 'warning', 8, '-2'],
  [replaced('EQN', 'EQN+2.5'), 'FIELD_INVALID', 'warning', 8, '2.5'],
])('of %j one box is taken, and told', (group, code, severity, segment, value) => {
  const mapped = map({ groups: [group] });
  expect(mapped.facts.map((fact) => fact.units.value)).toEqual([1]);
  expect(mapped.findings).toMatchObject([{ code, severity, segment, ...(value === undefined ? {} : { value }) }]);
  expect(mapped.findings).toHaveLength(1);
});

test('two units of one named box cannot be', () => {
  const mapped = map({ groups: [replaced('EQD', 'EQD+CN+LSCU1000016+45G1')] });
  expect([told(mapped), mapped.facts[0]?.units.value]).toEqual([[['FIELD_INVALID', 'warning', 8, 1, '3']], 1]);
});

test('an empty EQD orders nothing that is known: a warning', () => {
  expect(told(map({ groups: [replaced('EQD', 'EQD+CN')] }))).toEqual([['ELEMENT_MISSING', 'warning', 6, 3, undefined]]);
  expect(told(map({ groups: [] }))).toEqual([['SEGMENT_MISSING', 'error', 7, undefined, undefined]]);
});

test('an order without booking is a warning', () => {
  const mapped = map({ groups: [without('RFF')] });
  expect([told(mapped), mapped.facts.length]).toEqual([[['SEGMENT_MISSING', 'warning', 6, undefined, undefined]], 1]);
});

test('an order that lacks several segments is told each of them', () => {
  expect(map({ groups: [['EQD+CN++45G1']] }).findings.map(({ severity, segment, detail }) => [severity, segment, detail])).toEqual([
    ['info', 6, 'no number of units, EQN: one taken'],
    ['warning', 6, 'no usable place, LOC+165 or LOC+98'],
    ['warning', 6, 'no booking, RFF+BN'],
  ]);
});

test('an order without times is always valid, and has no finding', () => {
  const { facts, findings } = map({ groups: [replaced('DTM', 'DTM+36')] });
  expect([facts[0]?.validFrom, facts[0]?.validUntil, findings]).toEqual([undefined, undefined, []]);
});

test('times of the header serve all groups; a time that is none stops the message', () => {
  const header = ['DTM+234:202607260600:203', 'DTM+235:202607302000:203'];
  const { facts } = map({ header, groups: [without('DTM')] });
  expect([facts[0]?.validFrom?.value, facts[0]?.validUntil?.value]).toEqual(['2026-07-25T22:00:00.000Z', '2026-07-30T12:00:00.000Z']);
  const wrong = map({ groups: [replaced('DTM+36', 'DTM+36:20260231:102')] });
  expect([wrong.facts, told(wrong)]).toEqual([[], [['DATE_TIME_INVALID', 'error', 10, 1, '20260231']]]);
});

test.each([
  ['12', 'LOC+98+CNQZH', 'CNQZH'],
  ['12', 'LOC+99+CNQZH', undefined],
  ['11', 'LOC+99+CNQZH', 'CNQZH'],
  ['11', 'LOC+9+CNQZH', 'CNQZH'],
  ['11', 'LOC+98+CNQZH', undefined],
  ['126', 'LOC+165+CNQZH', 'CNQZH'],
])('document name %s takes %s as its place: %s', (name, place, expected) => {
  const mapped = map({ bgm: `BGM+${name}+RO0001+9`, groups: [replaced('LOC', place)] });
  expect(mapped.facts.map((fact) => fact.facility?.value.UNLocationCode)).toEqual([expected]);
  expect(told(mapped)).toEqual(expected === undefined ? [['SEGMENT_MISSING', 'warning', 6, undefined, undefined]] : []);
});

test('the line that ordered counts the booking, named as operator or as carrier', () => {
  const carrierOf = (header: readonly string[]) => map({ header }, { carrier: 'PTN' }).facts[0]?.booking?.value.carrier;
  expect([carrierOf(['NAD+CA+LSL', 'NAD+CF+OPR']), carrierOf(['NAD+CA+LSL']), carrierOf([])]).toEqual(['OPR', 'LSL', 'PTN']);
});
