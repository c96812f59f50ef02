import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CellRules, readCell, readInstant } from './cell.ts';

const rules: CellRules = { timeZone: 'Asia/Shanghai', decimalSeparator: '.', empty: ['-', '无'], codes: { 地点: { 钦州港: 'CNQZH' } } };
const rule = { as: 'text', required: false } as const;

test('a time written in the province’s clock comes back as the instant it was, in every format', () => {
  const two = (value: number): string => String(value).padStart(2, '0');
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2060, 0, 1) / 1000 }), (seconds) => {
      const at = seconds * 1000;
      const there = new Date(at + 8 * 3_600_000);
      const [year, month, day] = [there.getUTCFullYear(), there.getUTCMonth() + 1, there.getUTCDate()];
      const [hour, minute, second] = [there.getUTCHours(), there.getUTCMinutes(), there.getUTCSeconds()];
      const written: readonly (readonly [string, string])[] = [
        [`${year}/${month}/${day} ${hour}:${two(minute)}:${two(second)}`, 'yyyy/M/d H:mm:ss'],
        [`${year}${two(month)}${two(day)}${two(hour)}${two(minute)}${two(second)}`, 'yyyyMMddHHmmss'],
        [`${two(day)}.${two(month)}.${year} ${two(hour)}h${two(minute)}:${two(second)}`, 'dd.MM.yyyy HHhmm:ss'],
        [`${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`, 'ISO'],
        [new Date(at).toISOString(), 'ISO'],
      ];
      for (const [text, format] of written) expect([format, readInstant(text, format, 'Asia/Shanghai')]).toEqual([format, at]);
    }),
  );
});

test('a decimal number comes back whatever its separators are', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -999_999_999, max: 999_999_999 }),
      fc.integer({ min: 0, max: 999 }),
      fc.constantFrom('.', ','),
      (whole, part, decimal) => {
        const thousands = decimal === '.' ? ',' : '.';
        const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, thousands);
        const digits = `${whole}.${String(part).padStart(3, '0')}`;
        const text = `${grouped}${decimal}${String(part).padStart(3, '0')}`;
        const of = { ...rules, decimalSeparator: decimal } as const;
        expect(readCell(text, { ...rule, as: 'decimalText' }, of)).toEqual({ is: 'value', value: digits });
        expect(readCell(text, { ...rule, as: 'decimal' }, of)).toEqual({ is: 'value', value: Number(digits) });
      },
    ),
  );
});

test.each([
  ['2026/2/29 8:00', 'yyyy/M/d H:mm'],
  ['2026/10/2 24:00', 'yyyy/M/d H:mm'],
  ['2026/10/2', 'yyyy/M/d H:mm'],
  ['10/2/2026 8:00', 'yyyy/M/d H:mm'],
  ['46297.375', 'ISO'],
])('%s is no time in %s', (text, format) => {
  expect(readInstant(text, format, 'Asia/Shanghai')).toBeUndefined();
});

test.each([
  ['　钦州港 ', { ...rule, codes: '地点' }, { is: 'value', value: 'CNQZH' }],
  [
    'toString',
    { ...rule, codes: '地点' },
    { is: 'wrong', code: 'CODE_UNKNOWN', expected: { zh: '代码表“地点”中的代码', en: 'a code of the table 地点' } },
  ],
  [' 无', rule, { is: 'absent' }],
  ['-', { ...rule, required: true }, { is: 'wrong', code: 'FIELD_INVALID', expected: { zh: '不得为空', en: 'not empty' } }],
  ['lscu 100001 6', { ...rule, as: 'upperCase' }, { is: 'value', value: 'LSCU1000016' }],
  ['1,2', { ...rule, as: 'integer' }, { is: 'wrong', code: 'FIELD_INVALID', expected: { zh: '整数', en: 'a whole number' } }],
  ['12.5', { ...rule, as: 'integer' }, { is: 'wrong', code: 'FIELD_INVALID', expected: { zh: '整数', en: 'a whole number' } }],
] as const)('the cell %j is read by its rule', (cell, of, expected) => {
  expect(readCell(cell, of, rules)).toEqual(expected);
});
