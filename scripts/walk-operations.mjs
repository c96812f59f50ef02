/**
 * `npm run test:operations`: walks docs/operations.md as an administrator does, every `sh` block in its order, in a fresh folder, on a throw-away PostgreSQL,
 * with the archives of `npm run package` and the development issuer. Nothing else of the checkout is used. As root the walk goes on as nobody: the programs
 * must run as any user.
 *
 *   node scripts/walk-operations.mjs [--archives <folder>] [--node <binary>] [--keep]
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startThrowAwayPostgres } from './throw-away-postgres.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    archives: { type: 'string', default: join(root, 'dist-packages') },
    node: { type: 'string', default: process.execPath },
    keep: { type: 'boolean' },
  },
});
const blocks = [...readFileSync(join(root, 'docs/operations.md'), 'utf8').matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text]) => text);
const longestMs = 15 * 60_000;
if (blocks.length < 10) throw new Error('docs/operations.md has lost its blocks');

const server = await startThrowAwayPostgres({ durable: false });
if (server === undefined) {
  process.stderr.write('No PostgreSQL was found on this machine.\n');
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'corridor-walk-'));
const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
let issuer;
try {
  const ports = await freePorts(4);
  const secretFile = join(folder, 'client-secret');
  writeFileSync(secretFile, 'a-secret-of-the-walk-alone\n');
  issuer = startIssuer(ports[3], secretFile);
  mkdirSync(join(folder, 'bin'));
  symlinkSync(values.node, join(folder, 'bin', 'node'));
  cpSync(values.archives, join(folder, 'archives'), { recursive: true });
  const address = (port) => `127.0.0.1:${port}`;
  const { host } = new URL(server.url);
  const env = {
    PATH: [join(folder, 'bin'), server.bin, '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    HOME: folder,
    LANG: 'C.UTF-8',
    ARCHIVES: join(folder, 'archives'),
    OPT: join(folder, 'opt'),
    ETC: join(folder, 'etc'),
    VAR: join(folder, 'var'),
    PGADMIN: `psql -X ${server.url}`,
    PGSERVER: host,
    ISSUER: `http://${address(ports[3])}/realms/corridor`,
    GATEWAY: address(ports[0]),
    GUANGXI: address(ports[1]),
    DIRECTORY: address(ports[2]),
    FEED_SECRET_FILE: secretFile,
  };
  if (user.uid !== undefined) spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, folder]);
  chmodSync(folder, 0o755);
  const marked = blocks.map((block, at) => `echo '== block ${at + 1} of ${blocks.length}' >&2\n${block}`);
  const script = ['set -euo pipefail', "trap 'kill $(jobs -p) 2> /dev/null || true' EXIT", ...marked].join('\n');
  const status = await run('bash', ['-c', script], { cwd: folder, env, ...user });
  if (status === 0) process.stdout.write(`docs/operations.md: ${blocks.length} blocks, every line works\n`);
  else for (const program of ['guangxi', 'directory', 'gateway']) tell(join(env.VAR, `${program}.log`));
  process.exitCode = status;
} finally {
  issuer?.kill('SIGINT');
  server.stop();
  if (values.keep) process.stdout.write(`${folder}\n`);
  else rmSync(folder, { recursive: true, force: true });
}

function startIssuer(port, secretFile) {
  const env = {
    PATH: process.env.PATH,
    HOST: '127.0.0.1',
    PORT: String(port),
    REALMS_DIR: join(root, 'infra/keycloak/realms'),
    CLIENT_SECRET_FILE: secretFile,
    KEY_DIR: join(folder, 'issuer'),
    LOG_LEVEL: 'warn',
  };
  const main = ['--import', 'tsx', '--conditions=corridor:source', join(root, 'infra/keycloak/src/main.ts')];
  return spawn(process.execPath, main, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
}

function run(program, args, options) {
  // A group of its own: whatever the walk has started ends with it.
  const child = spawn(program, args, { ...options, detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
  const end = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // All of it is gone.
    }
  };
  const late = setTimeout(() => {
    process.stderr.write('the walk takes too long\n');
    end();
  }, longestMs);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(late);
      end();
      resolve(code ?? 1);
    });
  });
}

function tell(log) {
  if (existsSync(log)) process.stderr.write(`${log}\n${readFileSync(log, 'utf8').split('\n').slice(-15).join('\n')}\n`);
}

// Below 32768, and their admin ports, 100 above, free as well.
async function freePorts(count) {
  const isFree = (port) =>
    new Promise((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen({ port, host: '127.0.0.1' }, () => probe.close(() => resolve(true)));
    });
  const found = [];
  for (let port = 21_000 + (process.pid % 9_000); found.length < count; port += 1)
    if ((await isFree(port)) && (await isFree(port + 100))) found.push(port);
  return found;
}
