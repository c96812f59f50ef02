// `npm run test:faults`: the fault tests alone, in their short form or, by night, in their long one.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const help = `npm run test:faults [-- --long] [files]    the fault tests (test/faults), one file per fault

  --long    the long forms: 200 kills, 20,000 hostile documents, 10,000 malformed messages, 200 reloads, longer outages and loads, with
            the times of the fault table asserted; an hour or two. Meant for the night, on a machine with nothing else to do
  --help    this text

Each number can be set by itself: FAULT_ROUNDS (kills of each program), HOSTILE_DOCUMENTS, MALFORMED_MESSAGES, FAULT_RELOADS, and FAULT_LONG=1
for the rest. A failure prints the seed that repeats it (FAULT_SEED, HOSTILE_SEED, MALFORMED_SEED). On a real PostgreSQL:
npm run test:postgres -- test/faults, with the same variables.
`;
const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) {
  process.stdout.write(help);
  process.exit(0);
}
const isLong = args.includes('--long');
const files = args.filter((arg) => arg !== '--long');
const unknown = files.filter((arg) => arg.startsWith('-'));
if (unknown.length > 0) {
  process.stderr.write(`Unknown: ${unknown.join(' ')}\n\n${help}`);
  process.exit(2);
}
const long = {
  FAULT_LONG: '1',
  FAULT_ROUNDS: '60',
  HOSTILE_DOCUMENTS: '20000',
  MALFORMED_MESSAGES: '10000',
  FAULT_RELOADS: '200',
};
const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'system', ...(files.length > 0 ? files : ['test/faults'])],
  { cwd: root, stdio: 'inherit', env: { TEST_REPORT: 'faults', ...(isLong ? long : {}), ...process.env } },
);
process.exitCode = status ?? 1;
