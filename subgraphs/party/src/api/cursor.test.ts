import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCursors } from './cursor.ts';

const [old, young] = [{ key: new Uint8Array(32).fill(1) }, { key: new Uint8Array(32).fill(2) }];
const binding = { viewer: 'A', list: 'ConsignmentRecord.milestones', parent: 'guangxi:consignment-record:0000000000000000', filter: '' };
const clock = { now: Date.parse('2026-10-05T08:00:00Z') };
const cursors = createCursors([young], () => clock.now);
const keys = ['2026-10-02T08:00:00.000Z', 'guangxi:equipment-event:0000000000000000'];

test('a cursor gives back the keys it was written with, to the same viewer, list, parent and filter only', () => {
  const cursor = cursors.write(binding, keys);
  expect(cursors.read(binding, cursor)).toEqual(keys);
  for (const other of [{ viewer: 'B' }, { list: 'EquipmentRecord.milestones' }, { parent: 'another' }, { filter: '{}' }]) {
    expect(() => cursors.read({ ...binding, ...other }, cursor)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
  }
});

test('one altered, cut or added character makes it invalid', () => {
  const cursor = cursors.write(binding, keys);
  fc.assert(
    fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...'AZaz09-_.'), (at, character) => {
      const altered = `${cursor.slice(0, at)}${character}${cursor.slice(at + 1)}`;
      fc.pre(altered !== cursor);
      for (const text of [altered, cursor.slice(0, at), `${cursor}${character}`]) {
        expect(() => cursors.read(binding, text)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
      }
    }),
    { numRuns: 200 },
  );
});

test('it ends after a day', () => {
  const begin = clock.now;
  const cursor = cursors.write(binding, keys);
  clock.now = begin + 86_399_000;
  expect(cursors.read(binding, cursor)).toEqual(keys);
  clock.now = begin + 86_400_000;
  expect(() => cursors.read(binding, cursor)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
  clock.now = begin;
});

test('while a key is changed, cursors of both are read, and the new one writes', () => {
  const changing = createCursors([young, old], () => clock.now);
  const before = createCursors([old], () => clock.now).write(binding, keys);
  expect(changing.read(binding, before)).toEqual(keys);
  expect(changing.write(binding, keys)).toBe(cursors.write(binding, keys));
  expect(() => cursors.read(binding, before)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
});
