// `npm start`: builds what is stale, then runs the supervisor of the local corridor in this process.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const help = `npm start [-- flags]      brings the whole corridor up: 5 parties, directory, gateway, development issuer

  --fresh         begin anew: databases, keys and logs of the local corridor are deleted first
  --no-fill       the named consignments alone; else a thousand more flow in behind them over some minutes, while the corridor is in use
  --no-build      run what was built last
  --help          this text

Environment
  PORT_BASE                first of 8 ports (default 4000; if they are taken, the next free block. Given explicitly, it must be free);
                           the admin ports, with /metrics, are each 100 above
  LOG_LEVEL                debug | info | warn | error (default info); logs lie in .data/logs
  CORRIDOR_DATA            where everything is kept (default .data)
  DATABASE_URL_<OWNER>     GUANGXI … ASEAN, DIRECTORY: that one's PostgreSQL instead of the embedded database

Everything listens on loopback alone. Ctrl-C stops all; data stays.
`;

const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) {
  process.stdout.write(help);
  process.exit(0);
}
const unknown = args.filter((arg) => !['--fresh', '--no-fill', '--no-build'].includes(arg));
if (unknown.length > 0) {
  process.stderr.write(`Unknown: ${unknown.join(' ')}\n\n${help}`);
  process.exit(2);
}
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Node ${process.versions.node}: the corridor needs 20.19 or later\n`);
  process.exit(1);
}
if (!existsSync(new URL('../node_modules', import.meta.url))) {
  process.stderr.write('First: npm ci\n');
  process.exit(1);
}

if (!args.includes('--no-build')) {
  const startedAt = performance.now();
  process.stdout.write('Building what is stale (the first time takes about a minute) …\n');
  const { runTurbo } = await import('./turbo.mjs');
  const code = await runTurbo(['run', 'compile', 'template', '--output-logs=errors-only', '--log-order=grouped']);
  if (code !== 0) process.exit(code);
  process.stdout.write(`Built in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s\n`);
}
if (!existsSync(new URL('../infra/local/dist/main.js', import.meta.url))) {
  process.stderr.write('Nothing was built yet: leave --no-build out\n');
  process.exit(1);
}
process.argv = [process.execPath, fileURLToPath(import.meta.url), ...args.filter((arg) => arg !== '--no-build')];
await import('../infra/local/dist/main.js');
