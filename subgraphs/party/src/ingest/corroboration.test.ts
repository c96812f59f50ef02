import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leadersOf, type Report } from './corroboration.ts';

const at = (time: string): number => Date.parse(`2026-07-26T${time}:00Z`);
const key = (sender: string, prepared: string, reference: string): string => JSON.stringify([sender, prepared, reference, '1', 'sha']);

/** The terminal's own gate report at Qinzhou; anything may be replaced. */
const gate = (id: string, time: string, more: Partial<Report> = {}): Report => ({
  id,
  sourceKey: key('QZBICT', '260726:1200', id),
  line: 1,
  sender: 'QZBICT',
  messageType: 'CODECO',
  at: at(time),
  equipmentEventTypeCode: 'GTIN',
  eventClassifierCode: 'ACT',
  retracted: false,
  terminal: 'guangxi:terminal:bict',
  UNLocationCode: 'CNQZH',
  isOperators: true,
  ...more,
});
/** What the carrier says of the same place. */
const status = (id: string, time: string, more: Partial<Report> = {}): Report =>
  gate(id, time, {
    sourceKey: key('COSU', '260726:1100', id),
    sender: 'COSU',
    messageType: 'IFTSTA',
    terminal: null,
    isOperators: false,
    ...more,
  });
const ledBy = (...reports: Report[]): object => Object.fromEntries(leadersOf(reports));

test('the report of whoever runs the place leads, though the other was made before it', () => {
  expect(ledBy(status('carrier', '03:40'), gate('terminal', '03:54'))).toEqual({ carrier: 'terminal' });
});

test('without the operator the report that names the terminal leads, then the one prepared first, then the one with the smaller key', () => {
  const named = status('named', '03:54', { terminal: 'guangxi:terminal:bict', sender: 'RAIL', sourceKey: key('RAIL', '260726:1300', '1') });
  expect(ledBy(status('carrier', '03:40'), named)).toEqual({ carrier: 'named' });
  const later = status('later', '03:40', { sender: 'RAIL', sourceKey: key('RAIL', '260726:1300', '1') });
  expect(ledBy(later, status('first', '03:54'))).toEqual({ later: 'first' });
  const undated = status('undated', '03:40', { sender: 'RAIL', sourceKey: key('RAIL', '', '1') });
  expect(ledBy(undated, status('dated', '03:54'))).toEqual({ undated: 'dated' });
  const [one, other] = [status('one', '03:40', { sourceKey: '["A"]' }), status('other', '03:40', { sourceKey: '["B"]', sender: 'RAIL' })];
  expect(ledBy(other, one)).toEqual({ other: 'one' });
});

test.each<[string, Partial<Report>]>([
  ['of another type', { equipmentEventTypeCode: 'LOAD' }],
  ['of a plan', { eventClassifierCode: 'PLN' }],
  ['that was taken back', { retracted: true }],
  ['of another place', { UNLocationCode: 'CNYYG' }],
  ['of no place', { UNLocationCode: null }],
  ['of another terminal of the port', { terminal: 'guangxi:terminal:other' }],
  ['more than six hours later', { at: at('09:55') }],
  ['of the same sender in the same type of message', { sender: 'QZBICT', messageType: 'CODECO' }],
])('a report %s is of another event', (_what, more) => {
  expect(ledBy(gate('terminal', '03:54'), status('other', '04:00', more))).toEqual({});
});

test('six hours apart is still one event, and one sender may tell it in two types of message', () => {
  expect(ledBy(gate('terminal', '03:54'), status('carrier', '09:54'))).toEqual({ carrier: 'terminal' });
  expect(ledBy(gate('codeco', '03:54'), gate('iftsta', '03:54', { messageType: 'IFTSTA', terminal: null }))).toEqual({ iftsta: 'codeco' });
});

test('out at a gate and in again in between makes two events of two reports', () => {
  const [first, again] = [gate('first', '03:00'), status('again', '05:00')];
  expect(ledBy(first, gate('out', '04:00', { equipmentEventTypeCode: 'GTOT' }), again)).toEqual({});
  expect(ledBy(first, gate('out', '04:00', { equipmentEventTypeCode: 'GTOT', retracted: true }), again)).toEqual({ again: 'first' });
});

test('a report that names only the port goes with one terminal, and the terminals stay apart', () => {
  const other = gate('other', '03:50', { terminal: 'guangxi:terminal:other', sender: 'QZ2' });
  expect(ledBy(gate('terminal', '03:40'), other, status('carrier', '04:00'))).toEqual({ carrier: 'terminal' });
  // A report of the very terminal is preferred to one that only names the port.
  const third = gate('third', '04:10', { terminal: 'guangxi:terminal:other', sender: 'RAIL', isOperators: false });
  expect(ledBy(status('carrier', '03:30'), gate('terminal', '03:40'), other, third)).toEqual({ carrier: 'terminal', third: 'other' });
});

const anyReport = fc.record({
  minute: fc.integer({ min: 0, max: 900 }),
  sender: fc.constantFrom('QZBICT', 'COSU', 'RAIL'),
  messageType: fc.constantFrom('CODECO', 'IFTSTA'),
  type: fc.constantFrom('GTIN', 'GTOT', 'LOAD'),
  terminal: fc.constantFrom('a', 'b', null),
  prepared: fc.constantFrom('', '260726:1100', '260726:1200'),
  isOperators: fc.boolean(),
  retracted: fc.boolean(),
});

test('whatever the order, the groups are the same; each has one leading report, one of each sender and type of message, and nothing that undoes it inside', () => {
  let led = 0;
  const told = fc.array(anyReport, { maxLength: 9 }).chain((facts) =>
    fc.tuple(
      fc.constant(
        facts.map(({ minute, prepared, type, ...more }, index) =>
          gate(String(index), '00:00', {
            ...more,
            at: at('00:00') + minute * 60_000,
            equipmentEventTypeCode: type,
            sourceKey: key(more.sender, prepared, String(index)),
          }),
        ),
      ),
      fc.infiniteStream(fc.nat()),
    ),
  );
  fc.assert(
    fc.property(told, ([reports, stream]) => {
      const leaders = leadersOf(reports);
      const shuffled = reports.map((report) => ({ report, place: stream.next().value })).sort((one, other) => one.place - other.place);
      expect(new Map([...leadersOf(shuffled.map(({ report }) => report))].sort())).toEqual(new Map([...leaders].sort()));
      led += leaders.size;
      const groups = new Map<string, Report[]>();
      for (const report of reports) {
        const leader = leaders.get(report.id) ?? report.id;
        groups.set(leader, [...(groups.get(leader) ?? []), report]);
      }
      for (const [leader, group] of groups) {
        expect(leaders.has(leader)).toBe(false);
        expect(new Set(group.map(({ sender, messageType }) => `${sender} ${messageType}`)).size).toBe(group.length);
        if (group.length === 1) continue;
        const [from, to] = [Math.min(...group.map((each) => each.at)), Math.max(...group.map((each) => each.at))];
        expect(to - from).toBeLessThanOrEqual(6 * 3_600_000);
        const opposite = group[0]?.equipmentEventTypeCode === 'GTIN' ? 'GTOT' : 'GTIN';
        const undone = reports.filter(
          (each) => each.equipmentEventTypeCode === opposite && !each.retracted && each.at > from && each.at < to,
        );
        if (group[0]?.equipmentEventTypeCode !== 'LOAD') expect(undone).toEqual([]);
        expect(group.every(({ retracted }) => !retracted)).toBe(true);
      }
    }),
  );
  expect(led).toBeGreaterThan(0);
});
