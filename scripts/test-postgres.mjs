// `npm run test:postgres`: the tests that need a database, on a throw-away PostgreSQL of this machine instead of the embedded one.
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const help = `npm run test:postgres [-- files]    tests of store, exchange, parties and directory on a real PostgreSQL

Starts a server of its own from the system's PostgreSQL (15 or later) in a temporary folder, on loopback, and ends it afterwards. As root the
server runs as the user postgres or nobody. Needs initdb and pg_ctl: POSTGRES_BIN, the path, or /usr/lib/postgresql/*/bin
(Debian: apt-get install postgresql).
`;
const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) {
  process.stdout.write(help);
  process.exit(0);
}

const bin = findBin();
if (bin === undefined) {
  process.stderr.write(`No PostgreSQL was found on this machine.\n\n${help}`);
  process.exit(1);
}
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'corridor-postgres-'));
const owner = serverUser();
if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
chmodSync(folder, 0o700);
const data = join(folder, 'data');
const port = await freePort();
const run = (program, programArgs) =>
  execFileSync(join(bin, program), programArgs, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], ...owner });

let code = 1;
try {
  run('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale']);
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c max_connections=200`;
  run('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start']);
  const files = args.length > 0 ? args : ['packages/store', 'packages/exchange', 'subgraphs'];
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'unit', ...files], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TEST_DATABASE_URL: `postgres://postgres@127.0.0.1:${port}/postgres`, TEST_REPORT: 'postgres' },
  });
  code = status ?? 1;
} finally {
  spawnSync(join(bin, 'pg_ctl'), ['-D', data, '-m', 'fast', '-w', 'stop'], { cwd: folder, stdio: 'ignore', ...owner });
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = code;

function findBin() {
  const debian = '/usr/lib/postgresql';
  const installed = existsSync(debian) ? readdirSync(debian).map(Number).filter(Number.isFinite) : [];
  const folders = [
    process.env.POSTGRES_BIN,
    ...(process.env.PATH ?? '').split(delimiter),
    ...installed.sort((a, b) => b - a).map((version) => join(debian, String(version), 'bin')),
  ];
  return folders.find((candidate) => {
    if (candidate === undefined || candidate === '') return false;
    try {
      accessSync(join(candidate, 'initdb'));
      accessSync(join(candidate, 'pg_ctl'));
      return true;
    } catch {
      return false;
    }
  });
}

// PostgreSQL refuses to run as root.
function serverUser() {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout));
    if (Number.isInteger(uid) && uid > 0) return { uid, gid };
  }
  throw new Error('As root, a user postgres or nobody is needed to run the server');
}

// Below 32768: outgoing connections take those above at random.
async function freePort() {
  for (let candidate = 20_000 + (process.pid % 10_000); candidate < 32_000; candidate += 1) {
    const free = await new Promise((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen({ port: candidate, host: '127.0.0.1' }, () => server.close(() => resolve(true)));
    });
    if (free) return candidate;
  }
  throw new Error('no free port between 20000 and 32000');
}
