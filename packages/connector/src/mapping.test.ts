import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mappingJsonSchema, readMapping } from './mapping.ts';
import { mapRow } from './message.ts';

const text = readFileSync(new URL('../../../examples/connector/mapping.json', import.meta.url), 'utf8');
const example = JSON.parse(text);
const faultsOf = (value: unknown): readonly string[] => {
  const read = readMapping(typeof value === 'string' ? value : JSON.stringify(value));
  return read.is === 'wrong' ? read.because : [];
};

test('the committed schema is the one the command checks by', () => {
  const committed = readFileSync(new URL('../mapping.schema.json', import.meta.url), 'utf8');
  expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(mappingJsonSchema())));
});

test('all that is wrong with a mapping is told by its place', () => {
  expect(faultsOf('{')).toEqual([expect.stringContaining('not JSON')]);
  expect(faultsOf({ ...example, timeZone: 'Asia/Qinzhou', record: { ...example.record, revision: 1 } })).toEqual([
    'timeZone: Asia/Qinzhou is no IANA time zone',
    'record.revision: follows from key, revision and cancelled',
  ]);
  expect(faultsOf({ ...example, record: { a: { column: 'x', codes: 'none' }, b: [{ column: 'y', as: 'dateTime' }], c: null } })).toEqual([
    'record.a.codes: there is no table none in codes',
    'record.b.0.format: goes with "as": "dateTime" and with nothing else',
    'record.c: a constant, {"column": …}, an object or a list',
  ]);
});

test('a token goes over https, or stays on this machine', () => {
  const withUrl = (url: string) => faultsOf({ ...example, owner: { ...example.owner, url } });
  expect([withUrl('http://gx.example/ingest'), withUrl('https://gx.example/ingest'), withUrl('http://127.0.0.1:4001/ingest')]).toEqual([
    ['owner.url: https, or http on this machine'],
    [],
    [],
  ]);
});

test('a field that the message refuses is told by its column', () => {
  const read = readMapping(text);
  if (read.is !== 'mapping') throw new Error('the example is right');
  const cells = {
    票号: 'T1',
    更新时间: '2026/10/2 9:05',
    订舱号: 'B1',
    起运地: '兰州',
    目的港: '上海',
    发货人代码: 'X',
    收货人代码: 'Y',
    收货人: 'Z',
  };
  const row = { line: 7, cells: { ...cells, 发货人: '甲', 品名: '茶', HS编码: '09', 货值: '1,2' } };
  const told = (of: typeof row) =>
    mapRow(of, read.mapping, undefined).findings.map(({ line, key, column, code }) => [line, key, column, code]);
  expect(told(row)).toEqual([
    [7, 'T1', '目的港', 'CODE_UNKNOWN'],
    [7, 'T1', '目的港', 'CODE_UNKNOWN'],
    [7, 'T1', '目的港', 'CODE_UNKNOWN'],
    [7, 'T1', '货值', 'FIELD_INVALID'],
  ]);
  expect(told({ ...row, cells: { ...row.cells, 目的港: '海防', 货值: '12' } })).toEqual([[7, 'T1', 'HS编码', 'FIELD_INVALID']]);
});
