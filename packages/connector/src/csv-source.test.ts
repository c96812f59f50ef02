import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readRows } from './csv-source.ts';
import type { Row, RowFinding } from './row-source.ts';

const options = { file: 'sheet.csv', charset: 'utf-8', delimiter: ',', columns: ['票号', '品名'] } as const;

async function read(
  chunks: readonly Uint8Array[],
  more: Partial<Parameters<typeof readRows>[1]> = {},
): Promise<{ rows: Row[]; findings: RowFinding[] }> {
  async function* bytes() {
    yield* chunks;
  }
  const rows: Row[] = [];
  const findings: RowFinding[] = [];
  for await (const each of readRows(bytes(), { ...options, ...more })) {
    if ('row' in each) rows.push(each.row);
    else findings.push(each.finding);
  }
  return { rows, findings };
}

const example = readFileSync(fileURLToPath(new URL('../../../examples/connector/consignments.csv', import.meta.url)));

test('a sheet in GB18030 reads the same wherever its bytes are split', async () => {
  const whole = await read([example], { charset: 'gb18030' });
  expect([whole.rows.map(({ line, cells }) => [line, cells['品名'], cells['件数']]), whole.findings]).toEqual([
    [
      [2, '鲜苹果', '1,200'],
      [3, '泵, 备件', '86'],
      [4, '绿茶', '300'],
    ],
    [],
  ]);
  for (let at = 1; at < example.length; at += 1) {
    expect(await read([example.subarray(0, at), example.subarray(at)], { charset: 'gb18030' })).toEqual(whole);
  }
  expect(
    await read(
      [...example].map((byte) => Uint8Array.of(byte)),
      { charset: 'gb18030' },
    ),
  ).toEqual(whole);
});

test('a bad row is told by its line, and the rows around it are read', async () => {
  const text = '\ufeff票号,品名,件数\r\nA,茶,1\r\nB,茶\r\n\r\nC,"a ""b""\nc",3\r\nD,te"a",4\r\nE,茶,5\r\n';
  const { rows, findings } = await read([Buffer.from(text)]);
  expect([rows.map(({ cells }) => cells), findings.map(({ line, code, expected }) => [line, code, expected.en])]).toEqual([
    [
      { 票号: 'A', 品名: '茶', 件数: '1' },
      { 票号: 'C', 品名: 'a "b"\nc', 件数: '3' },
      { 票号: 'E', 品名: '茶', 件数: '5' },
    ],
    [
      [7, 'FIELD_INVALID', 'a row whose quotes are paired (RFC 4180)'],
      [3, 'FIELD_INVALID', '3 columns, not 2'],
    ],
  ]);
});

test('a sheet in another character set, or without a column, is told and not guessed', async () => {
  await expect(read([example])).rejects.toThrow('sheet.csv has no column 票号, 品名');
  const { rows, findings } = await read([
    Buffer.concat([Buffer.from('票号,品名\n1,'), Uint8Array.of(0xb2, 0xe8), Buffer.from('\n2,茶\n')]),
  ]);
  expect([rows.map(({ line }) => line), findings.map(({ line, code, column }) => [line, code, column])]).toEqual([
    [3],
    [[2, 'CHARSET_MISMATCH', '品名']],
  ]);
  await expect(read([])).rejects.toThrow('no row of column names');
});

test('a quote that is never closed ends the run: the rows behind it are not lost in silence', async () => {
  const text = `票号,品名\n1,茶\n2,"茶\n${'3,茶\n'.repeat(40_000)}`;
  await expect(read([Buffer.from(text)])).rejects.toThrow(/^sheet.csv has a quote that is never closed, before line \d+$/);
  await expect(read([Buffer.from('票号,品名\n1,"茶\n')])).rejects.toThrow('never closed');
});
