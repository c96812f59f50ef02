/**
 * A throw-away PostgreSQL of this machine for tests and measurements: a temporary folder, on loopback, gone when it is stopped.
 * Needs initdb and pg_ctl of PostgreSQL 15 or later: POSTGRES_BIN, the path, or /usr/lib/postgresql/.../bin. As root the server runs as postgres or nobody.
 * The administrator and the roles of tests need no password; everybody else has one. Where openssl is at hand it speaks TLS as well, on the same port.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * Starts a server; undefined where this machine has no PostgreSQL. `folder` is writable to the server; `pid` is its first process; `caFile` holds the
 * certificate of the authority that signed the server's, which is made out to localhost; `bin` is where its programs lie. Not `durable`: it waits for no
 * disk, which the death of a program does not notice, and makes and drops databases quickly.
 */
export async function startThrowAwayPostgres({ durable = true } = {}) {
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
    writeFileSync(
      join(data, 'pg_hba.conf'),
      [
        'local all all trust',
        'host all postgres,corridor_test_owner,corridor_test_runtime 127.0.0.1/32 trust',
        'host replication postgres 127.0.0.1/32 trust',
        'host all all 127.0.0.1/32 scram-sha-256',
        '',
      ].join('\n'),
    );
    const caFile = certify(folder, owner);
    const tls = caFile === undefined ? '' : `-c ssl=on -c ssl_cert_file=${folder}/server.crt -c ssl_key_file=${folder}/server.key`;
    const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c max_connections=200 ${tls}${durable ? '' : ' -c fsync=off'}`;
    run('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start']);
    const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, folder, pid, bin, caFile, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

// An authority of its own and a certificate for localhost, signed by it; undefined without openssl.
function certify(folder, owner) {
  const openssl = (...args) => spawnSync('openssl', args, { cwd: folder, stdio: 'ignore' }).status === 0;
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  writeFileSync(join(folder, 'san'), 'subjectAltName=DNS:localhost\n');
  const made =
    openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=throw-away authority') &&
    openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost') &&
    openssl(
      'x509',
      '-req',
      '-in',
      'server.csr',
      '-CA',
      'ca.crt',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      'san',
      '-out',
      'server.crt',
    );
  if (!made) return undefined;
  chmodSync(join(folder, 'server.key'), 0o600);
  if (owner !== undefined) for (const file of ['server.key', 'server.crt']) chownSync(join(folder, file), owner.uid, owner.gid);
  return join(folder, 'ca.crt');
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
