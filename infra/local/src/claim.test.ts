import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { claimFolder } from './claim.ts';
import { dataFolder } from './data-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'corridor-claim-'));
afterAll(() => rmSync(root, { recursive: true }));

test('one supervisor has the folder, and gives it back', () => {
  const release = claimFolder(dataFolder(root));
  expect(() => claimFolder(dataFolder(root))).toThrow(
    expect.objectContaining({ code: 'DATA_DIRECTORY_LOCKED', detail: `${root}, by process ${process.pid}` }),
  );
  release();
  claimFolder(dataFolder(root))();
});

test('the claim of a process that is gone, or an unreadable one, does not count', () => {
  for (const left of [JSON.stringify({ pid: process.pid, startTime: 'long ago' }), '', 'null']) {
    writeFileSync(join(root, 'supervisor.lock'), left);
    claimFolder(dataFolder(root))();
  }
});
