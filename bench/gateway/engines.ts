/** The engines that are compared, each up at the same time as the others. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportJWK, generateKeyPair } from 'jose';
import { makeSigningKey, publicReleaseKey, signRelease, writeRelease } from '../../schemas/src/index.ts';
import { startChild } from './child.ts';
import type { Engine, Site } from './engine.ts';
import type { BenchIssuer } from './issuer.ts';
import { freePort, startProgram } from './program.ts';
import type { Question } from './proxy.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const plain = async (): Promise<Record<string, string>> => ({ 'content-type': 'application/json' });

/** `ApolloGateway` with its own data source and standalone server; no token, no signature, no limits. */
export async function startStock(site: Site): Promise<Engine> {
  const addresses = write(site, 'addresses.json', site.owners);
  const child = await startChild<string>('stock.ts', [site.supergraphFile, addresses], site.node);
  return { name: 'stock', url: child.ready, pid: child.pid, headers: plain, stop: child.stop };
}

/** One of the floors. */
export async function startProxy(site: Site, kind: 'copying' | 'parsing'): Promise<Engine> {
  const child = await startChild<string>('proxy.ts', [kind], site.node);
  return {
    name: `${kind} proxy`,
    url: child.ready,
    pid: child.pid,
    headers: plain,
    replay: (waves: readonly (readonly Question[])[]) => child.ask({ waves }),
    stop: child.stop,
  };
}

/** The gateway's program as it was built, everything on. Only its time-outs are long: on a busy machine an answer that comes late is still one. */
export async function startReference(site: Site, issuer: BenchIssuer): Promise<Engine> {
  const entry = join(checkout, 'gateway/dist/main.js');
  if (!existsSync(entry)) throw new Error('the gateway was not built yet: leave --no-build out');
  const port = await freePort();
  const { url, pid, stop } = await startProgram({
    name: 'gateway',
    node: site.node,
    args: [entry],
    cwd: checkout,
    env: { ...(await writeGatewayFiles(site, issuer)), HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'info', NODE_ENV: 'production' },
    logFolder: site.folder,
    port,
    readyPath: '/readyz',
  });
  const headers = async (): Promise<Record<string, string>> => ({ ...(await plain()), authorization: `Bearer ${await issuer.token()}` });
  return { name: 'reference', url, pid, headers, stop };
}

/** The settings of a gateway over the site's owners, and the files they name. */
async function writeGatewayFiles(site: Site, issuer: BenchIssuer): Promise<Record<string, string>> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const owners = Object.entries(site.owners).map(([name, url]) => {
    const secret = randomBytes(32).toString('base64url');
    return [name, { url, hopKeyFile: write(site, `hop-${name}.json`, [{ id: `gw1>${name}/1`, secret }]) }];
  });
  const signer = makeSigningKey('bench/1');
  const sdl = readFileSync(site.supergraphFile, 'utf8');
  const release = signRelease({ version: 1, createdAt: '2026-11-24T00:00:00Z', previousDigest: null, sdl }, signer);
  return {
    GATEWAY_ID: 'gw1',
    PASSPORT_KEY_FILE: write(site, 'passport.json', await exportJWK(privateKey)),
    ISSUERS_FILE: write(site, 'issuers.json', [issuer.row]),
    OWNERS_FILE: write(site, 'owners.json', Object.fromEntries(owners)),
    RELEASE_FILE: writeText(site, 'release.json', writeRelease(release)),
    RELEASE_KEYS_FILE: write(site, 'release-keys.json', [publicReleaseKey(signer)]),
    RELEASES_DIR: join(site.folder, 'releases'),
    TRUSTED_DOCUMENTS_DIR: fileURLToPath(new URL('queries', import.meta.url)),
    ADMIN_PORT: '0',
    // all load comes from one client: its budget must not be what is measured
    BUDGET_PER_PARTY: '2000000000',
    BUDGET_PER_CLIENT: '2000000000',
    OWNER_TIMEOUT_MS: '20000',
    DIRECTORY_TIMEOUT_MS: '20000',
    QUERY_TIMEOUT_MS: '20000',
  };
}

function write(site: Site, name: string, value: unknown): string {
  return writeText(site, name, JSON.stringify(value));
}

function writeText(site: Site, name: string, text: string): string {
  mkdirSync(site.folder, { recursive: true });
  const path = join(site.folder, name);
  writeFileSync(path, text);
  return path;
}
