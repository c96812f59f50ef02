import { expect, test } from 'vitest';
import { party } from './party.ts';

const place = (localCode: string) => party.facilities.find((facility) => facility.localCode === localCode);

test('every port and crossing of the notice is a place of Guangxi, with the code that the list of places gives it', () => {
  const codes = Object.fromEntries(
    ['qinzhou', 'fangchenggang', 'beihai', 'wuzhou', 'youyiguan', 'dongxing', 'shuikou', 'longbang', 'shuolong', 'aidian', 'dongzhong'].map(
      (code) => [code, place(code)?.UNLocationCode],
    ),
  );
  expect(codes).toEqual({
    qinzhou: 'CNQZH',
    fangchenggang: 'CNFAN',
    beihai: 'CNBIH',
    wuzhou: 'CNWUZ',
    youyiguan: 'CNYYG',
    dongxing: 'CNDOX',
    shuikou: 'CNSKO',
    longbang: 'CNLGB',
    shuolong: 'CNSHL',
    aidian: 'CNAID',
    dongzhong: undefined,
  });
});

test('the sixteen berths that the notice numbers are there', () => {
  expect(party.facilities.flatMap(({ berths = [] }) => berths.map(({ berthCode }) => berthCode))).toEqual([
    ...['S6', 'S7', 'S8', 'N1', 'N2', 'N3', 'LG13', 'LG14'],
    ...['513', '514', '515', '516'],
    ...['BM3', 'BM4', 'BM5', 'BM6'],
  ]);
});

test('a lane of the Friendship Pass has a place of its own under the pass', () => {
  expect([place('yyg-puzhai')?.port, place('yyg-nongyao')?.port]).toEqual(['youyiguan', 'youyiguan']);
});
