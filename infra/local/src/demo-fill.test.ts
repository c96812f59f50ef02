import { consignmentMessage, locationOf, readEquipmentReference, readVesselIMONumber } from '@corridor/schemas';
import { expect, test } from 'vitest';
import { demoFill, demoFillConsignments, weeklyDepartures } from './demo-fill.ts';
import { companyNumber, creditCode } from './demo-numbers.ts';

const now = Date.parse('2026-11-24T06:20:00Z');
const messages = demoFill(now, 7);
const consignments = messages.filter(({ query }) => query !== '').map(({ body }) => consignmentMessage.parse(JSON.parse(body)));
const reports = messages.filter(({ query }) => query === '').flatMap(({ body }) => body.split('UNH+').slice(1));

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
  // a departure is told to the minute: one at the turn of a week may count for the week before
  for (const [week, count] of counts.entries()) expect(Math.abs(count - (weeklyDepartures[week] ?? 0))).toBeLessThanOrEqual(2);
});

test('every party takes part; some are late, corrected or cancelled; no gate reports from the future', () => {
  expect(new Set(messages.map(({ party }) => party))).toEqual(new Set(['guangxi', 'chongqing', 'guizhou', 'gansu', 'asean']));
  const corrections = new Set(consignments.filter(({ revision }) => revision === 2).map(({ references: [first] }) => first?.reference));
  expect(corrections.size).toBeGreaterThan(15);
  expect(consignments.some(({ cancelled }) => cancelled)).toBe(true);
  expect(reports.length).toBeGreaterThan(2_000);
  const latest =
    reports
      .map((report) => /DTM\+7:(\d{12})/.exec(report)?.[1] ?? '')
      .sort()
      .at(-1) ?? '';
  expect(latest <= '202611241400').toBe(true);
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
