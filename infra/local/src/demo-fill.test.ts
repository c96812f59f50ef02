import { consignmentMessage, locationOf, readEquipmentReference, readVesselIMONumber, transportCallMessage } from '@corridor/schemas';
import { expect, test } from 'vitest';
import { demoFill, demoFillConsignments, weeklyDepartures } from './demo-fill.ts';
import { companyNumber, creditCode } from './demo-numbers.ts';

const now = Date.parse('2026-11-24T06:20:00Z');
const messages = demoFill(now, 7);
const arrays = (format: string): object[] =>
  messages.filter(({ query }) => query === `format=${format}`).flatMap(({ body }) => JSON.parse(body));
const consignments = arrays('consignment.v1').map((message) => consignmentMessage.parse(message));
const calls = arrays('transport-call.v1').map((message) => transportCallMessage.parse(message));
const reports = messages.filter(({ query }) => query === '').map(({ body }) => body);
const boxesIn = (text: string): number => text.split('EQD+CN+').length - 1;

test('a thousand consignments, all of valid form, with known places and valid numbers of boxes and ships', () => {
  const references = new Set(consignments.map(({ references: [first] }) => first?.reference));
  expect([demoFillConsignments, references.size]).toEqual([1_000, 1_000]);
  const boxes = new Set(consignments.flatMap(({ equipment }) => equipment.map(({ equipmentReference }) => equipmentReference)));
  expect([...boxes].flatMap((box) => readEquipmentReference(box).findings)).toEqual([]);
  const legs = consignments.flatMap(({ legs: each }) => each);
  const ships = new Set(legs.flatMap(({ vesselIMONumber }) => (vesselIMONumber === undefined ? [] : [vesselIMONumber])));
  expect([...ships].flatMap((ship) => readVesselIMONumber(ship).findings)).toEqual([]);
  const places = new Set(legs.flatMap(({ from, to }) => [from.UNLocationCode ?? '', to.UNLocationCode ?? '']));
  expect([...places].filter((place) => locationOf(place).finding !== undefined)).toEqual([]);
});

test('each box travels on one consignment, and weights and packages fit what it holds', () => {
  const boxesOf = new Map(consignments.map(({ references: [first], equipment }) => [first?.reference, equipment]));
  const boxes = [...boxesOf.values()].flat().map(({ equipmentReference }) => equipmentReference);
  expect(new Set(boxes).size).toBe(boxes.length);
  for (const {
    equipment,
    goods: [goods],
  } of consignments) {
    const kilograms = (goods?.cargoGrossWeight?.value ?? 0) / equipment.length;
    expect(kilograms).toBeGreaterThan(5_000);
    expect(kilograms).toBeLessThan(28_000);
    expect(goods?.numberOfPackages).toBeGreaterThan(8);
  }
});

test('departures follow the volumes of the weeks', () => {
  const start = Date.parse('2026-11-24T06:00:00Z');
  const departures = new Map(
    consignments.map(({ references: [reference], legs: [first] }) => [reference?.reference, Date.parse(first?.plannedDeparture ?? '')]),
  );
  const counts = weeklyDepartures.map(
    (_, week) => [...departures.values()].filter((at) => Math.floor((at - start) / 604_800_000) === week - 8).length,
  );
  // who would leave in the first hours of a week takes the last train of the week before
  for (const [week, count] of counts.entries()) expect(Math.abs(count - (weeklyDepartures[week] ?? 0))).toBeLessThanOrEqual(12);
});

test('every party takes part; some are late, corrected or cancelled; no gate reports from the future', () => {
  expect(new Set(messages.map(({ party }) => party))).toEqual(new Set(['guangxi', 'chongqing', 'guizhou', 'gansu', 'asean']));
  const corrections = new Set(consignments.filter(({ revision }) => revision === 2).map(({ references: [first] }) => first?.reference));
  expect(corrections.size).toBeGreaterThan(15);
  expect(consignments.some(({ cancelled }) => cancelled)).toBe(true);
  const times = reports.flatMap((report) => [...report.matchAll(/DTM\+(?:7|203|334):(\d{12})/g)].map(([, at = '']) => at)).sort();
  expect(times.length).toBeGreaterThan(4_000);
  expect((times.at(-1) ?? '') <= '202611241400').toBe(true);
});

test('boxes go in few reports, each with all of one kind and its count right; COARRI names the vessel they are on', () => {
  expect(reports.filter((report) => boxesIn(report) > 25)).toEqual([]);
  expect(reports.length).toBeLessThan(300);
  for (const report of reports) expect(Number(/CNT\+16:(\d+)/.exec(report)?.[1])).toBe(boxesIn(report));
  const handlings = reports.filter((report) => report.includes('+COARRI:'));
  expect(new Set(handlings.map((report) => /BGM\+(\d+)/.exec(report)?.[1]))).toEqual(new Set(['44', '46']));
  const voyages = new Set(
    consignments.flatMap(({ legs }) =>
      legs.flatMap(({ vesselIMONumber: imo, voyageNumber }) => (imo === undefined ? [] : [`${imo} ${voyageNumber}`])),
    ),
  );
  for (const report of handlings) {
    const [, voyage, imo] = /TDT\+20\+(\w+)\+1\+\+LSCL:172:20\+\+\+(\d+):146/.exec(report) ?? [];
    expect(voyages).toContain(`${imo} ${voyage}`);
  }
});

test('consignments share trains and vessels, whose calls tell what was planned, is estimated and has happened', () => {
  const trains = new Set(
    consignments.flatMap(({ legs }) =>
      legs.flatMap(({ trainNumber, plannedDeparture }) => (trainNumber === undefined ? [] : [`${trainNumber} ${plannedDeparture}`])),
    ),
  );
  expect(trains.size).toBeLessThan(260);
  expect(new Set(calls.map(({ modeOfTransport }) => modeOfTransport))).toEqual(new Set(['RAIL', 'TRUCK', 'VESSEL']));
  const references = calls.map(({ recordReference, revision }) => `${recordReference} ${revision}`);
  expect(new Set(references).size).toBe(references.length);
  const kinds = new Set(
    calls.flatMap(({ times }) => times.map(({ transportEventTypeCode: type, eventClassifierCode: as }) => `${type} ${as}`)),
  );
  expect([...kinds].sort()).toEqual(['ARRI ACT', 'ARRI EST', 'ARRI PLN', 'DEPA ACT', 'DEPA EST', 'DEPA PLN']);
  const actual = calls.flatMap(({ times }) => times.filter(({ eventClassifierCode }) => eventClassifierCode === 'ACT'));
  expect(actual.filter(({ eventDateTime }) => Date.parse(eventDateTime) > now)).toEqual([]);
  for (const { vesselIMONumber, place } of calls) {
    if (vesselIMONumber !== undefined) expect(readVesselIMONumber(vesselIMONumber).findings).toEqual([]);
    expect(locationOf(place.UNLocationCode ?? '').finding).toBe(undefined);
  }
});

test('an estimate that is missed moves by a revision', () => {
  const moved = calls.filter(({ revision }) => revision === 2);
  expect(moved.length).toBeGreaterThan(0);
  const estimateOf = (times: (typeof calls)[number]['times']): string | undefined =>
    times.find(({ transportEventTypeCode: type, eventClassifierCode: as }) => type === 'ARRI' && as === 'EST')?.eventDateTime;
  for (const { recordReference, times } of moved) {
    const first = calls.find((call) => call.recordReference === recordReference && call.revision === 1);
    expect((estimateOf(first?.times ?? []) ?? '') < (estimateOf(times) ?? '')).toBe(true);
  }
});

test('equal seeds give equal bytes, other seeds other consignments', () => {
  expect(demoFill(now, 7)).toEqual(messages);
  expect(demoFill(now, 8)[0]?.body).not.toBe(messages[0]?.body);
});

test('numbers of firms bear the check characters of their standards', () => {
  // GB 32100 and GB 11714, and the form of Singapore's register
  expect([creditCode('620100', 1), creditCode('500000', 3), creditCode('450700', 5)]).toEqual([
    '91620100MA0000015W',
    '91500000MA0000031E',
    '91450700MA00000588',
  ]);
  expect(companyNumber(99_001)).toMatch(/^202699001[A-Z]$/);
});
