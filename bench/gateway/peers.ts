/** Engines of others, measured with features equal to ours. None of them is a dependency: they are installed where they are asked for. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say } from '../measure.ts';
import type { Engine, Site } from './engine.ts';
import type { BenchIssuer } from './issuer.ts';
import { installPeer } from './on-demand.ts';
import { freePort, startProgram } from './program.ts';

/** Starts one of them at a site. */
export type StartPeer = (site: Site, issuer: BenchIssuer) => Promise<Engine>;

/** Those of these names that can be installed; of each other one line tells that it is left out. */
export function peersNamed(names: readonly string[]): StartPeer[] {
  return names.flatMap((name) => {
    const folder = installPeer(name);
    if (folder === undefined) say(`${name} is left out: it cannot be installed here`);
    return folder === undefined ? [] : [(site: Site, issuer: BenchIssuer) => startHive(folder, site, issuer)];
  });
}

/** Hive Gateway, one process, with its Rust planner. */
async function startHive(folder: string, site: Site, issuer: BenchIssuer): Promise<Engine> {
  const supergraph = join(site.folder, 'hive.graphql');
  // it takes the owners' addresses from the schema
  const sdl = readFileSync(site.supergraphFile, 'utf8').replaceAll(
    /corridor:\/\/([a-z]+)/g,
    (_, owner: string) => `${site.owners[owner]}/graphql`,
  );
  writeFileSync(supergraph, sdl);
  const port = await freePort();
  const { url, pid, stop } = await startProgram({
    name: 'hive',
    node: site.node,
    args: [
      join(folder, 'node_modules/@graphql-hive/gateway/dist/bin.js'),
      ...['supergraph', supergraph, '--config-path', join(folder, 'gateway.config.mjs')],
      ...['--host', '127.0.0.1', '--port', String(port), '--fork', '1'],
    ],
    cwd: folder,
    env: { NODE_ENV: 'production', ISSUER: issuer.row.issuer, JWKS_URI: issuer.row.jwksUri, DEADLINE_MS: '20000' },
    logFolder: site.folder,
    port,
    readyPath: '/readiness',
  });
  const headers = async (): Promise<Record<string, string>> => ({
    'content-type': 'application/json',
    authorization: `Bearer ${await issuer.token()}`,
  });
  return { name: 'hive', url, pid, headers, stop };
}
