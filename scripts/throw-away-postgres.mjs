/**
 * A throw-away PostgreSQL of this machine for tests and measurements: a temporary folder, on loopback, gone when it is stopped.
 * Needs initdb and pg_ctl of PostgreSQL 15 or later: POSTGRES_BIN, the path, or /usr/lib/postgresql/.../bin. As root the server runs as postgres or nobody.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Starts a server; undefined where this machine has no PostgreSQL. `folder` is writable to the server; `pid` is its first process. */
export async function startThrowAwayPostgres() {
  const bin = findBin();
  if (bin === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'corridor-postgres-'));
  const owner = serverUser();
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  const port = await freePort();
  const run = (program, programArgs) =>
    execFileSync(join(bin, program), programArgs, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], ...owner });
  const stop = () => {
    spawnSync(join(bin, 'pg_ctl'), ['-D', data, '-m', 'fast', '-w', 'stop'], { cwd: folder, stdio: 'ignore', ...owner });
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    run('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale']);
    const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c max_connections=200`;
    run('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start']);
    const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, folder, pid, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

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
