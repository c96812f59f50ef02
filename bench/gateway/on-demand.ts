/** What is installed only where a measurement asks for it: other Nodes and the engines of others, in folders that git ignores. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('..', import.meta.url));

/** The binary of that major version: NODE_22 or NODE_24 of the environment, else the package of the platform, installed on demand. */
export function nodeBinary(major: string | undefined): { readonly path: string; readonly version: string } {
  if (major === undefined) return { path: process.execPath, version: process.versions.node };
  const given = process.env[`NODE_${major}`];
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(here, '.nodes', major);
  const path = given ?? join(folder, 'node_modules', name, 'bin', 'node');
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    npm(['install', '--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${major}`], folder);
  }
  const { stdout, status } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`there is no Node ${major}: name its binary in NODE_${major}`);
  return { path, version: stdout.trim().slice(1) };
}

/** The folder a peer is installed in, by its own lockfile; undefined where it cannot be installed. */
export function installPeer(name: string): string | undefined {
  const folder = join(here, '.peers', name);
  mkdirSync(folder, { recursive: true });
  cpSync(join(here, 'peers', name), folder, { recursive: true });
  // written last by npm
  if (existsSync(join(folder, 'node_modules', '.package-lock.json'))) return folder;
  return npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder) ? folder : undefined;
}

function npm(args: readonly string[], cwd: string): boolean {
  return spawnSync('npm', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}
