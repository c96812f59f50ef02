import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CorridorError } from '@corridor/schemas';
import { expect, test } from 'vitest';
import { refusedStart } from './program.ts';

test('a refused start is told in both languages, with what to do and without a stack', () => {
  expect(refusedStart('guangxi', new CorridorError('PORT_TAKEN', { detail: '4001' }))).toBe(
    'guangxi does not start. PORT_TAKEN\n  The port is taken: 4001. Choose another PORT_BASE.\n  端口已被占用：4001。请更换 PORT_BASE。\n',
  );
});

test('a fault of our own keeps its stack', () => {
  expect([refusedStart('guangxi', new Error('a bug')), refusedStart('guangxi', new CorridorError('BAD_REQUEST'))]).toEqual([
    undefined,
    undefined,
  ]);
});

test('a program without its settings ends with 1 and names all that is missing', () => {
  const gateway = fileURLToPath(new URL('../../../gateway/src/main.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--conditions=corridor:source', gateway], {
    cwd: fileURLToPath(new URL('../../../', import.meta.url)),
    env: { PATH: process.env['PATH'] },
    encoding: 'utf8',
  });
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^gateway does not start\. CONFIG_INVALID\n/);
  for (const name of ['PASSPORT_KEY_FILE', 'ISSUERS_FILE', 'OWNERS_FILE']) expect(stderr).toContain(name);
  expect(stderr).not.toMatch(/\bat .*\.ts:\d+/);
}, 60_000);
