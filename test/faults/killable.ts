/**
 * Programs of a corridor as child processes that a test kills at random instants: two owners, the directory and the gateway. The issuer runs in this process
 * and stays. Databases are PGlite folders made from the template, or fresh databases of the server that TEST_DATABASE_URL names.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createTokenClient, type TokenClient } from '@corridor/identity';
import { issuerConfig, startIssuer } from '@corridor/keycloak';
import { dataFolder, ensureSecrets, findPortBlock, planPrograms } from '@corridor/local';
import { systemClock, systemRandom } from '@corridor/runtime';
import { CorridorError, invariant, parties } from '@corridor/schemas';
import { createOwnersDatabase, testServer } from '@corridor/store/testing';
import { request } from 'undici';
import { bundleFolder, bundleProgram } from './bundle.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** A program that may be killed. */
export type Killable = {
  readonly name: string;
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  /** URL of its database on a server; undefined: PGlite. */
  readonly databaseUrl: string | undefined;
  /** Starts it; does not wait for it. */
  start(): void;
  /** Waits until it says it is alive. */
  alive(): Promise<void>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
};

/** A GraphQL answer. */
export type Answer = { readonly data?: unknown; readonly errors?: readonly unknown[] };

/** What the tests drive. */
export type KillableCorridor = {
  program(name: string): Killable;
  token(client: string): Promise<string>;
  /** Asks the gateway, again while it is overloaded, and says under which trace id the question went. */
  ask(persona: string, query: string, variables?: object): Promise<{ readonly traceId: string; readonly answer: Answer }>;
  /** Reads JSON from a program's own address, again while it is overloaded. */
  get(program: string, path: string, client: string): Promise<unknown>;
  /** A folder of its own below the corridor's, removed with it. */
  readonly root: string;
  close(): Promise<void>;
};

// A machine that restarts programs all the time answers slowly, and slowness is no matter of these tests.
const patience = { OWNER_TIMEOUT_MS: '5000', DIRECTORY_TIMEOUT_MS: '5000', QUERY_TIMEOUT_MS: '10000' };

/** Prepares the corridor and starts the issuer. */
export async function openKillable(names: readonly string[]): Promise<KillableCorridor> {
  const root = mkdtempSync(join(tmpdir(), 'corridor-faults-'));
  const folder = dataFolder(root);
  const owners = [...parties.map(({ code }) => code), 'directory'];
  const secrets = ensureSecrets(folder.secrets, { owners, parties: parties.map(({ code }) => code), random: systemRandom });
  // Above what other tests and throw-away servers take: while a program is down its port is free, and must be there when it comes back.
  const portBase = await findPortBlock({ base: 30_000 + (process.pid % 200) * 10, explicit: false });
  const server = testServer();
  const databases = new Map<string, Awaited<ReturnType<typeof createOwnersDatabase>>>();
  const stored = names.filter((name) => name !== 'gateway');
  if (server !== undefined)
    for (const name of stored) databases.set(name, await createOwnersDatabase(server, name === 'directory' ? 'directory' : 'party', name));
  const databaseUrls = Object.fromEntries([...databases].map(([name, { url }]) => [name, url]));
  const plan = planPrograms({ checkout, folder, secrets, portBase, logLevel: 'silent', databaseUrls });
  const programOf = (name: string) => {
    const program = plan.find((each) => each.name === name);
    invariant(program !== undefined, 'the plan has every program');
    return program;
  };
  const dependencies = { clock: systemClock, random: systemRandom };
  const issuer = await startIssuer(issuerConfig({ ...programOf('issuer').env, ADMIN_PORT: '0' }), dependencies);
  const secret = readFileSync(secrets.clientSecret, 'utf8').trim();
  const tokens = new Map<string, TokenClient>();
  const token = async (clientId: string): Promise<string> => {
    const tokenUrl = `${programOf('issuer').url}/realms/corridor/protocol/openid-connect/token`;
    const client = tokens.get(clientId) ?? createTokenClient({ tokenUrl, clientId, clientSecret: secret, clock: systemClock });
    tokens.set(clientId, client);
    // The issuer shares this process and its busy moments with everything else in it, and then refuses as overloaded.
    return untilAnswered(() => client.token().catch((error: unknown) => (isUnavailable(error) ? undefined : Promise.reject(error))));
  };
  const send = async (url: string, client: string, { headers, ...rest }: SendOptions): Promise<unknown> => {
    const authorization = `Bearer ${await token(client)}`;
    return untilAnswered(async () => {
      const came = await answered(url, { ...rest, headers: { ...headers, authorization } });
      if (came === undefined || came.statusCode === 503) return undefined;
      const { statusCode, answer } = came;
      invariant(statusCode === 200, `${url} answers 200, not ${statusCode}`);
      return answer;
    });
  };
  const programs = bundleFolder(root, checkout);
  const killables = new Map<string, Killable>();
  for (const name of names) {
    const isGateway = name === 'gateway';
    const entry = isGateway ? 'gateway/src/main.ts' : `subgraphs/${name}/src/main.ts`;
    const file = await bundleProgram({ checkout, entry, folder: programs, name });
    const { url, env } = programOf(name);
    killables.set(name, killable(name, file, { url, env: { ...env, ...(isGateway ? patience : {}) }, databaseUrl: databaseUrls[name] }));
  }

  return {
    root,
    token,
    program(name) {
      const program = killables.get(name);
      invariant(program !== undefined, 'a program that was named at the beginning');
      return program;
    },
    async ask(persona, query, variables) {
      const [traceId, spanId] = [16, 8].map((length) => Buffer.from(systemRandom(length)).toString('hex'));
      const headers = { 'content-type': 'application/json', traceparent: `00-${traceId}-${spanId}-01` };
      const body = JSON.stringify({ query, variables });
      const answer = await send(`${programOf('gateway').url}/graphql`, persona, { method: 'POST', headers, body });
      return { traceId: traceId ?? '', answer: answer as Answer };
    },
    get: (program, path, client) => send(`${programOf(program).url}${path}`, client, { method: 'GET', headers: {} }),
    async close() {
      // Also one that ended by itself, which the test has found by then.
      await Promise.allSettled([...killables.values()].map((program) => program.kill()));
      await issuer.close();
      for (const database of databases.values()) await database.drop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

type SendOptions = { readonly method: 'GET' | 'POST'; readonly headers: Readonly<Record<string, string>>; readonly body?: string };

/** What came back whole, or undefined where the program was gone before it had answered: then nobody was told anything. */
async function answered(
  url: string,
  options: { readonly method: 'GET' | 'POST'; readonly headers: Record<string, string>; readonly body?: string },
): Promise<{ readonly statusCode: number; readonly answer: unknown } | undefined> {
  try {
    const { statusCode, body } = await request(url, options);
    return { statusCode, answer: await body.json() };
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') return undefined;
    throw error;
  }
}

/** Asks again until there is an answer, for a minute. */
async function untilAnswered<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await wait(200);
  }
  throw new Error('overloaded for a minute');
}

function isUnavailable(error: unknown): boolean {
  return error instanceof CorridorError && error.code === 'ISSUER_UNAVAILABLE';
}

function killable(name: string, file: string, { url, env, databaseUrl }: Pick<Killable, 'url' | 'env' | 'databaseUrl'>): Killable {
  let child: ChildProcess | undefined;
  let gone: Promise<unknown> = Promise.resolve();
  return {
    name,
    url,
    env,
    databaseUrl,
    start() {
      child = spawn(process.execPath, [file], {
        cwd: checkout,
        env: { PATH: process.env['PATH'] ?? '', ...env, ADMIN_PORT: '0' },
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
    async kill() {
      // One that ended before it was struck refused to start or fell over: that is a finding, not a kill.
      invariant(child === undefined || child.exitCode === null, `${name} must not end by itself`);
      child?.kill('SIGKILL');
      await gone;
      child = undefined;
    },
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
