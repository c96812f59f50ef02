import { expect, test } from 'vitest';
import { table } from './table.ts';

const id = 'guangxi:consignment-record:6p1s25f77jycc524';

test('a table wider than the terminal is cut in its widest column, between words', () => {
  expect(table([['1', 'descriptionOfGoods, declaredValue, consignee']], 32)).toEqual([
    '  1  descriptionOfGoods,',
    '     declaredValue, consignee',
  ]);
});

test('the id of a record stays whole however narrow the terminal is, one below the other', () => {
  expect(table([['BOOKING', `${id} ${id}`]], 30)).toEqual([`  BOOKING  ${id}`, `           ${id}`]);
});
