import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { readJsonFile } from './config.ts';
import { followFile } from './follow-file.ts';

let folder: string;
let path: string;
let now = 0;
let told: [string, object][];
const log = { info: (fields: object) => told.push(['info', fields]), warn: (fields: object) => told.push(['warn', fields]) };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'follow-'));
  path = join(folder, 'list.json');
  told = [];
  writeFileSync(path, '["a"]');
});
afterEach(() => rmSync(folder, { recursive: true }));

function follow(read = (at: string) => readJsonFile(at, z.array(z.string()))): () => readonly string[] {
  return followFile({ path, read, clock: () => now, log: log as never });
}

test('a file that changed is in force a second later, and is read once', () => {
  let readings = 0;
  const current = follow((at) => {
    readings += 1;
    return readJsonFile(at, z.array(z.string()));
  });
  writeFileSync(path, '["a","b"]');
  now += 999;
  expect(current()).toEqual(['a']);
  now += 1;
  expect([current(), current()]).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
  now += 60_000;
  expect(current()).toBe(current());
  expect(readings).toBe(2);
  expect(told).toEqual([['info', { path }]]);
});

test('a file put in the place of another is seen, whatever its size and time', () => {
  const current = follow();
  writeFileSync(`${path}.new`, '["b"]');
  renameSync(`${path}.new`, path);
  now += 1_000;
  expect(current()).toEqual(['b']);
});

test.each([
  ['half written', '["a","b'],
  ['of another form', '{"a":1}'],
  ['empty', ''],
  ['gone', undefined],
])('a file that is %s leaves in force what was read before, tells it once, and is taken once it is right', (_, text) => {
  const current = follow();
  if (text === undefined) rmSync(path);
  else writeFileSync(path, text);
  for (let n = 0; n < 5; n += 1) {
    now += 1_000;
    expect(current()).toEqual(['a']);
  }
  expect(told.map(([level]) => level)).toEqual(['warn']);
  writeFileSync(path, '["a","b","c"]');
  now += 1_000;
  expect(current()).toEqual(['a', 'b', 'c']);
  expect(told.map(([level]) => level)).toEqual(['warn', 'info']);
});

test('a clock that is set back leaves no file unread', () => {
  const current = follow();
  writeFileSync(path, '["later"]');
  now -= 3_600_000;
  expect(current()).toEqual(['later']);
});

test('a file that is missing or wrong at the start is a refused start', () => {
  writeFileSync(path, 'x');
  expect(() => follow()).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  rmSync(path);
  expect(() => follow()).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
