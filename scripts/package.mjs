/**
 * `npm run package [-- <program> …]`: what an administrator installs. One archive per program in `dist-packages/`, from what was built last: the program,
 * the packages it runs with (no development tool, no source), migrations and what its server needs. Nothing is downloaded, nothing is installed.
 *
 * The archive unpacks to `corridor-<program>/` with `main.js` at its top; it runs as any user, reads its own folder and writes nothing there.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'dist-packages');
const parties = ['guangxi', 'chongqing', 'guizhou', 'gansu', 'asean'];
const programs = { gateway: '@corridor/gateway', directory: '@corridor/directory', cli: '@corridor/cli' };
for (const party of parties) programs[party] = `@corridor/${party}`;

const left = new Set(['node_modules', '.turbo', 'test', 'tests', '__tests__']);
const leftOfWorkspace = new Set([...left, 'src', 'scripts', 'template', 'tsconfig.json']);

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => programs[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(`Unknown: ${unknown.join(' ')}\n\nnpm run package [-- ${Object.keys(programs).join(' | ')}]\n`);
  process.exit(2);
}

const version = manifestOf(root).version;
const workspaces = new Map(
  ['schemas', 'gateway', 'infra/local', 'infra/keycloak', ...foldersIn('packages'), ...foldersIn('subgraphs')].map((folder) => [
    manifestOf(join(root, folder)).name,
    join(root, folder),
  ]),
);
mkdirSync(target, { recursive: true });
for (const program of asked.length > 0 ? asked : Object.keys(programs)) pack(program);

function pack(program) {
  const work = mkdtempSync(join(tmpdir(), 'corridor-package-'));
  const name = `corridor-${program}`;
  const home = join(work, name);
  try {
    const entry = programs[program];
    const { engines } = manifestOf(root);
    const packages = closureOf(entry);
    for (const { from, to } of packages) copyPackage(from, join(home, to));
    const main = `node_modules/${entry}/dist/main.js`;
    if (!existsSync(join(home, main))) fail(`${entry} is not built: npm run build`);
    writeFileSync(join(home, 'main.js'), `import './${main}';\n`);
    writeFileSync(join(home, 'package.json'), `${JSON.stringify({ name, version, private: true, type: 'module', engines }, null, 2)}\n`);
    cpSync(join(root, 'LICENSE'), join(home, 'LICENSE'));
    for (const folder of ['postgres', 'keys', 'systemd'])
      cpSync(join(root, 'infra', folder), join(home, 'infra', folder), { recursive: true });
    const archive = join(target, `${name}-${version}.tar.gz`);
    const order = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=go-w'];
    const { status } = spawnSync('tar', [...order, '-czf', archive, '-C', work, name], { stdio: 'inherit' });
    if (status !== 0) fail('tar failed');
    process.stdout.write(
      `${relative(root, archive)}  ${(statSync(archive).size / 1_048_576).toFixed(1)} MB, ${packages.length} packages\n`,
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Every package the program runs with, each with the place it has below the archive's folder: where Node finds it from whoever asks for it. */
function closureOf(entry) {
  const found = new Map();
  const visit = (folder, to) => {
    if (found.has(to)) return;
    found.set(to, { from: folder, to });
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifestOf(folder);
    const needed = Object.keys({ ...dependencies, ...peerDependencies }).filter(
      (name) => peerDependenciesMeta[name]?.optional !== true || dependencies[name],
    );
    for (const name of [...needed, ...Object.keys(optionalDependencies)]) {
      const place = resolveFrom(folder, name);
      if (place !== undefined) visit(place.folder, place.to);
      else if (dependencies[name] !== undefined && optionalDependencies[name] === undefined)
        fail(`${name}, needed by ${relative(root, folder)}, is not installed`);
    }
  };
  visit(workspaces.get(entry), join('node_modules', entry));
  return [...found.values()];
}

// As Node does: from folder to folder upwards. A workspace stands at the top, as npm's links say.
function resolveFrom(folder, name) {
  if (workspaces.has(name)) return { folder: workspaces.get(name), to: join('node_modules', name) };
  for (let at = folder; at.startsWith(root.slice(0, -1)); at = dirname(at)) {
    const candidate = join(at, 'node_modules', name);
    if (basename(at) !== 'node_modules' && existsSync(join(candidate, 'package.json')))
      return { folder: candidate, to: placeOf(candidate) };
  }
  return undefined;
}

function placeOf(folder) {
  const workspace = [...workspaces].find(([, at]) => folder.startsWith(at + sep));
  return workspace === undefined ? relative(root, folder) : join('node_modules', workspace[0], relative(workspace[1], folder));
}

function copyPackage(from, to) {
  const ours = [...workspaces.values()].includes(from);
  cpSync(from, to, {
    recursive: true,
    dereference: true,
    filter: (path) => {
      const name = basename(path);
      if (path === from) return true;
      if (ours && dirname(path) === from) return !leftOfWorkspace.has(name);
      if (name === 'node_modules' || (dirname(path) === from && left.has(name) && !isEntry(from, name))) return false;
      if (/\.(map|tsbuildinfo|md|markdown)$|\.d\.[cm]?ts$/.test(name)) return false;
      return !(ours && /^(schema\.prisma|.*\.test\.js|testing.*)$/.test(name)) && !isOtherDatabase(path);
    },
  });
}

// A package may keep what it runs in a folder of that name.
function isEntry(folder, name) {
  return JSON.stringify(manifestOf(folder).exports ?? manifestOf(folder).main ?? '').includes(`/${name}/`);
}

// Prisma's client carries a query compiler per kind of database.
function isOtherDatabase(path) {
  return path.includes(`@prisma${sep}client${sep}runtime`) && /cockroachdb|mysql|sqlite|sqlserver|mongodb/.test(basename(path));
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

function foldersIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, folder, entry.name, 'package.json')))
    .map((entry) => join(folder, entry.name));
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
