// `npm run test:postgres`: the tests that need a database, on a throw-away PostgreSQL of this machine instead of the embedded one.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startThrowAwayPostgres } from './throw-away-postgres.mjs';

const help = `npm run test:postgres [-- files]    tests of store, exchange, connector, parties, directory and faults on a real PostgreSQL

Starts a server of its own from the system's PostgreSQL (15 or later) in a temporary folder, on loopback, and ends it afterwards. As root the
server runs as the user postgres or nobody. Needs initdb and pg_ctl: POSTGRES_BIN, the path, or /usr/lib/postgresql/*/bin
(Debian: apt-get install postgresql).
`;
const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) {
  process.stdout.write(help);
  process.exit(0);
}

const server = await startThrowAwayPostgres({ durable: false });
if (server === undefined) {
  process.stderr.write(`No PostgreSQL was found on this machine.\n\n${help}`);
  process.exit(1);
}
const root = fileURLToPath(new URL('..', import.meta.url));
try {
  // Of the faults those in which a database takes part; the others are the same on any.
  const faults = ['kill-ledger', 'restore', 'disk-full', 'malformed-messages'].map((name) => `test/faults/${name}.test.ts`);
  const files = args.length > 0 ? args : ['packages/store', 'packages/exchange', 'packages/connector', 'subgraphs', ...faults];
  const projects = ['--project', 'unit', '--project', 'system'];
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...projects, ...files], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TEST_DATABASE_URL: server.url, TEST_DATABASE_CA_FILE: server.caFile ?? '', TEST_REPORT: 'postgres' },
  });
  process.exitCode = status ?? 1;
} finally {
  server.stop();
}
