/**
 * Programs of a corridor as child processes that a test kills at random instants: two owners and the directory. Issuer and gateway run in this process
 * and stay. Databases are PGlite folders made from the template, or fresh databases of the server that TEST_DATABASE_URL names.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gatewayConfig, startGateway } from '@corridor/gateway';
import { createTokenClient, type TokenClient } from '@corridor/identity';
import { issuerConfig, startIssuer } from '@corridor/keycloak';
import { dataFolder, ensureSecrets, findPortBlock, planPrograms } from '@corridor/local';
import { systemClock, systemRandom } from '@corridor/runtime';
import { invariant, parties } from '@corridor/schemas';
import { createTestDatabase, testServer } from '@corridor/store/testing';
import { request } from 'undici';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** A program that may be killed. */
export type Killable = {
  readonly name: string;
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  /** Starts it; does not wait for it. */
  start(): void;
  /** Waits until it says it is alive. */
  alive(): Promise<void>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and waits until it has ended in order. */
  stop(): Promise<void>;
};

/** What the tests drive. */
export type KillableCorridor = {
  program(name: string): Killable;
  token(client: string): Promise<string>;
  ask(persona: string, query: string, variables?: object): Promise<unknown>;
  /** A folder of its own below the corridor's, removed with it. */
  readonly root: string;
  close(): Promise<void>;
};

/** Prepares the corridor and starts issuer and gateway. */
export async function openKillable(names: readonly string[]): Promise<KillableCorridor> {
  const root = mkdtempSync(join(tmpdir(), 'corridor-faults-'));
  const folder = dataFolder(root);
  const owners = [...parties.map(({ code }) => code), 'directory'];
  const secrets = ensureSecrets(folder.secrets, { owners, parties: parties.map(({ code }) => code), random: systemRandom });
  const portBase = await findPortBlock({ base: 20_000 + (process.pid % 1_000) * 10, explicit: false });
  const server = testServer();
  const databases = new Map<string, Awaited<ReturnType<typeof createTestDatabase>>>();
  if (server !== undefined) for (const name of names) databases.set(name, await createTestDatabase(server));
  const databaseUrls = Object.fromEntries([...databases].map(([name, { url }]) => [name, url]));
  const plan = planPrograms({ checkout, folder, secrets, portBase, logLevel: 'silent', databaseUrls });
  const programOf = (name: string) => {
    const program = plan.find((each) => each.name === name);
    invariant(program !== undefined, 'the plan has every program');
    return program;
  };
  const dependencies = { clock: systemClock, random: systemRandom };
  const issuer = await startIssuer(issuerConfig(programOf('issuer').env), dependencies);
  const gateway = await startGateway(gatewayConfig(programOf('gateway').env), dependencies);
  const secret = readFileSync(secrets.clientSecret, 'utf8').trim();
  const tokens = new Map<string, TokenClient>();
  const token = (clientId: string): Promise<string> => {
    const tokenUrl = `${programOf('issuer').url}/realms/corridor/protocol/openid-connect/token`;
    const client = tokens.get(clientId) ?? createTokenClient({ tokenUrl, clientId, clientSecret: secret, clock: systemClock });
    tokens.set(clientId, client);
    return client.token();
  };
  const killables = new Map(names.map((name) => [name, killable(name, programOf(name))]));

  return {
    root,
    token,
    program(name) {
      const program = killables.get(name);
      invariant(program !== undefined, 'a program that was named at the beginning');
      return program;
    },
    async ask(persona, query, variables) {
      const answer = await request(`${programOf('gateway').url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await token(persona)}` },
        body: JSON.stringify({ query, variables }),
      });
      return answer.body.json();
    },
    async close() {
      for (const program of killables.values()) await program.kill();
      await gateway.close();
      await issuer.close();
      for (const database of databases.values()) await database.drop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function killable(name: string, { url, env }: { readonly url: string; readonly env: Readonly<Record<string, string>> }): Killable {
  let child: ChildProcess | undefined;
  let gone: Promise<unknown> = Promise.resolve();
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    child?.kill(signal);
    await gone;
    child = undefined;
  };
  return {
    name,
    url,
    env,
    start() {
      const main = join(checkout, 'subgraphs', name, 'src/main.ts');
      child = spawn(process.execPath, ['--import', 'tsx', '--conditions=corridor:source', main], {
        cwd: checkout,
        env: { PATH: process.env['PATH'] ?? '', ...env },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const started = child;
      gone = new Promise((resolve) => started.once('exit', resolve));
    },
    async alive() {
      for (const until = Date.now() + 120_000; Date.now() < until; await wait(25)) {
        invariant(child !== undefined && child.exitCode === null, `${name} must not end by itself`);
        const status = await request(`${url}/livez`).then(
          async ({ statusCode, body }) => {
            await body.dump();
            return statusCode;
          },
          () => 0,
        );
        if (status === 200) return;
      }
      invariant(false, `${name} is alive again within two minutes`);
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

/** A seeded source of numbers in [0, 1): the same seed, the same kills. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
