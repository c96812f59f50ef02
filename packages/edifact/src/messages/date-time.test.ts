import { expect, test } from 'vitest';
import { readDateTime } from './date-time.ts';

const zone = 'Asia/Shanghai';

test.each([
  ['202607261205', '203', '2026-07-26T04:05:00.000Z'],
  ['20260726120507', '204', '2026-07-26T04:05:07.000Z'],
  ['2607261205', '201', '2026-07-26T04:05:00.000Z'],
  ['260726120507', '202', '2026-07-26T04:05:07.000Z'],
  ['202607261205UTC', '303', '2026-07-26T12:05:00.000Z'],
  ['202607261205+07', '303', '2026-07-26T05:05:00.000Z'],
  ['20260726120507-0330', '304', '2026-07-26T15:35:07.000Z'],
  ['202607261205+0700', '205', '2026-07-26T05:05:00.000Z'],
  ['2607261205GMT', '301', '2026-07-26T12:05:00.000Z'],
  ['202402290000', '203', '2024-02-28T16:00:00.000Z'],
])('%s in format %s is %s', (value, format, at) => {
  expect(readDateTime(value, format, zone)).toEqual({ at });
});

test.each([
  ['202602291205', '203'],
  ['202613011205', '203'],
  ['202607262400', '203'],
  ['202607261260', '203'],
  ['19999715', '102'],
  ['000001011200', '203'],
  ['2026072612', '203'],
  ['26 JUL 2026', '203'],
  ['', '203'],
])('%j in format %s does not exist', (value, format) => {
  expect(readDateTime(value, format, zone)).toMatchObject({ fault: { code: 'DATE_TIME_INVALID', severity: 'error', component: 2 } });
});

test('a format that names no point in time is an error', () => {
  expect(readDateTime('15', '804', zone)).toMatchObject({ fault: { code: 'DATE_TIME_INVALID', severity: 'error', component: 3 } });
});

test('a date without time is midnight there, with a warning', () => {
  expect(readDateTime('20260726', '102', zone)).toMatchObject({
    at: '2026-07-25T16:00:00.000Z',
    fault: { code: 'DATE_TIME_INVALID', severity: 'warning', component: 2 },
  });
});

test('without a format the length tells it, with a warning', () => {
  expect(readDateTime('202607261205', '', zone)).toMatchObject({
    at: '2026-07-26T04:05:00.000Z',
    fault: { code: 'ELEMENT_MISSING', severity: 'warning', component: 3 },
  });
  expect(readDateTime('2026', '', zone)).toMatchObject({ fault: { code: 'DATE_TIME_INVALID', severity: 'error', component: 2 } });
});

test('local time without a zone of the partner cannot be read, time with its own zone can', () => {
  expect(readDateTime('202607261205', '203', '')).toMatchObject({ fault: { code: 'TIME_ZONE_UNKNOWN', severity: 'error' } });
  expect(readDateTime('202607261205UTC', '303', '')).toEqual({ at: '2026-07-26T12:05:00.000Z' });
  // China, Cuba and the middle of America all call theirs CST
  expect(readDateTime('202607261205CST', '303', zone)).toMatchObject({ fault: { code: 'TIME_ZONE_UNKNOWN', severity: 'error' } });
});

test('an hour that clocks skip is an error, one they show twice a warning', () => {
  expect(readDateTime('202603290230', '203', 'Europe/Berlin')).toMatchObject({ fault: { code: 'DATE_TIME_INVALID', severity: 'error' } });
  expect(readDateTime('202610250230', '203', 'Europe/Berlin')).toMatchObject({
    at: '2026-10-25T00:30:00.000Z',
    fault: { code: 'DATE_TIME_INVALID', severity: 'warning' },
  });
});
