import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

const forbidden: readonly (readonly [room: string, imported: string])[] = [
  ['schemas/src', '@corridor/store'],
  ['packages/edifact/src', '@corridor/schemas'],
  ['packages/sharing/src', 'node:crypto'],
  ['packages/sharing/src', '@corridor/store'],
  ['packages/audit/src', '@corridor/store'],
  ['packages/identity/src', '@corridor/runtime'],
  ['packages/exchange/src', '@corridor/store'],
  ['packages/runtime/src', 'pg'],
  ['packages/store/src', '@corridor/exchange'],
  ['packages/subgraph/src', '@corridor/store'],
  ['packages/connector/src', '@corridor/store'],
  ['packages/cli/src', '@corridor/gateway'],
  ['gateway/src', '@corridor/party'],
  ['gateway/src', '@corridor/sharing'],
  ['gateway/src', '@corridor/store'],
  ['gateway/src', '@corridor/schemas/composition'],
  ['subgraphs/party/src', '@corridor/directory'],
  ['subgraphs/party/src', '@prisma/client'],
  ['subgraphs/directory/src', '@corridor/party'],
  ['subgraphs/guangxi/src', '@corridor/chongqing'],
  ['subgraphs/asean/src', '@corridor/gateway'],
  ['infra/keycloak/src', '@corridor/party'],
];
const allowed: readonly (readonly [room: string, imported: string])[] = [
  ['packages/sharing/src', '@corridor/schemas'],
  ['packages/store/src', '@prisma/client'],
  ['packages/connector/src', 'pg'],
  ['gateway/src', '@corridor/identity'],
  ['packages/cli/src', '@corridor/schemas/composition'],
  ['subgraphs/party/src', '@corridor/store'],
  ['subgraphs/guangxi/src', '@corridor/party'],
];

// The linter's own configuration over a tree of the same shape, where each file breaks (or keeps) one boundary.
let tree: string;
let report: string;
const fileOf = (room: string, index: number): string => `${room}/import-${index}.ts`;
beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'boundaries-'));
  const configuration = JSON.parse(readFileSync(`${root}biome.json`, 'utf8')) as Record<string, unknown>;
  writeFileSync(join(tree, 'biome.json'), JSON.stringify({ ...configuration, $schema: undefined, vcs: { enabled: false } }));
  [...forbidden, ...allowed].forEach(([room, imported], index) => {
    mkdirSync(join(tree, dirname(fileOf(room, index))), { recursive: true });
    writeFileSync(join(tree, fileOf(room, index)), `import * as it from '${imported}';\nexport const x = it;\n`);
  });
  const { stdout, stderr } = spawnSync(`${root}node_modules/.bin/biome`, ['lint', '--reporter=github', '--max-diagnostics=none'], {
    cwd: tree,
    encoding: 'utf8',
  });
  report = stdout + stderr;
});
afterAll(() => rmSync(tree, { recursive: true }));

const refusals = (file: string): number =>
  report.split('\n').filter((line) => line.includes('noRestrictedImports') && line.includes(file)).length;

test.each(forbidden.map(([room, imported], index) => [room, imported, index] as const))('%s may not import %s', (room, _, index) => {
  expect(refusals(fileOf(room, index))).toBe(1);
});

test.each(allowed.map(([room, imported], index) => [room, imported, forbidden.length + index] as const))(
  '%s may import %s',
  (room, _, index) => {
    expect(refusals(fileOf(room, index))).toBe(0);
  },
);
