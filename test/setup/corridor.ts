/**
 * A whole corridor in this process: development issuer, five parties on embedded databases, directory and gateway, put together from the same
 * configuration that `npm start` writes. Programs can be stopped and started again one by one.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { party as asean } from '@corridor/asean';
import { party as chongqing } from '@corridor/chongqing';
import { directoryConfig, type RunningDirectory, rebuildDirectory, startDirectory } from '@corridor/directory';
import { party as gansu } from '@corridor/gansu';
import { gatewayConfig, startGateway } from '@corridor/gateway';
import { party as guangxi } from '@corridor/guangxi';
import { party as guizhou } from '@corridor/guizhou';
import { createTokenClient, type TokenClient } from '@corridor/identity';
import { issuerConfig, startIssuer } from '@corridor/keycloak';
import { dataFolder, ensureSecrets, findPortBlock, type Program, planPrograms, programNames } from '@corridor/local';
import { type PartyDefinition, partyConfig, startParty } from '@corridor/party';
import { systemClock, systemRandom } from '@corridor/runtime';
import { type Clock, CorridorError, parties, type Random } from '@corridor/schemas';
import { request } from 'undici';
import { assertErrorsListed } from './listed-errors.ts';

const definitions: Readonly<Record<string, PartyDefinition>> = { guangxi, chongqing, guizhou, gansu, asean };
const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** An answer over HTTP, whole. */
export type Reply = { readonly status: number; readonly headers: Readonly<Record<string, unknown>>; readonly text: string };

/** Something of an answer: compared whole, by tests that write down what they expect. */
// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the test says of it
export type Part = any;

/** A GraphQL answer as a client reads it. */
export type Answer = { readonly data?: Part; readonly errors?: readonly Part[]; readonly extensions?: Readonly<Record<string, Part>> };

/** A running corridor. */
export type Corridor = {
  /** Folder of the databases and, in `secrets`, of what `npm start` makes there. */
  readonly dataFolder: string;
  /** URL of one program: `gateway`, `guangxi`, `directory` … */
  urlOf(program: string): string;
  /**
   * Asks the gateway as a persona; `null` asks without a token. All programs share one process here, so that one at work makes the others refuse as
   * OVERLOADED: then it asks again after the time they name, as a client does.
   */
  ask(persona: string | null, query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>;
  /** The same, with status, headers and the very bytes. */
  askForBytes(persona: string | null, query: string, variables?: object, headers?: Record<string, string>): Promise<Reply>;
  /** Asks an owner at its own endpoint, with the client `<persona>-at-<code>`. */
  askOwner(client: string, party: string, query: string, variables?: object): Promise<Answer>;
  /** Posts a message to a party's door as one of its sources. */
  post(
    party: string,
    client: string,
    message: { readonly contentType: string; readonly format?: string; readonly body: string | Buffer },
  ): Promise<{ status: number; body: Part }>;
  /** A bearer token of any client of the demo realms. */
  token(client: string): Promise<string>;
  send(
    program: string,
    path: string,
    options?: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string | Buffer },
  ): Promise<Reply>;
  stop(program: string): Promise<void>;
  start(program: string): Promise<void>;
  /** Waits until the directory has applied all that the parties that run have committed. */
  caughtUp(): Promise<void>;
  /** Stops the directory, empties it, and starts it again on the feeds alone. */
  rebuildDirectory(): Promise<void>;
  close(): Promise<void>;
};

const attempts = 10;

// All programs share this process: on a busy machine each sheds load, and what it then says is to be asked again.
async function untilHeard(ask: () => Promise<Reply>): Promise<Reply> {
  for (let attempt = 1; ; attempt += 1) {
    const reply = await ask();
    if (reply.status !== 503 || attempt === attempts) return reply;
    await wait(Number(reply.headers['retry-after'] ?? 1) * 1_000);
  }
}

async function tokenOf(client: TokenClient): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await client.token();
    } catch (error) {
      if (!(error instanceof CorridorError) || error.code !== 'ISSUER_UNAVAILABLE' || attempt === attempts) throw error;
      await wait(1_000);
    }
  }
}

// All programs share one process, and that a busy one: time limits have tests of their own, in which no party does any work.
const patience = { OWNER_TIMEOUT_MS: '10000', DIRECTORY_TIMEOUT_MS: '10000', QUERY_TIMEOUT_MS: '20000' };

/** Starts it. `only`: parties that run; the others stay down from the beginning. `clocks`: of programs whose time is not the machine's. */
export async function startCorridor(
  options: {
    readonly only?: readonly string[];
    readonly env?: Readonly<Record<string, Record<string, string>>>;
    readonly clocks?: Readonly<Record<string, Clock>>;
  } = {},
): Promise<Corridor> {
  const root = mkdtempSync(join(tmpdir(), 'corridor-'));
  const folder = dataFolder(root);
  const owners = [...parties.map(({ code }) => code), 'directory'];
  const secrets = ensureSecrets(folder.secrets, { owners, parties: parties.map(({ code }) => code), random: systemRandom });
  const portBase = await findPortBlock({ base: 20_000 + (process.pid % 1_000) * 10, explicit: false });
  const programs = new Map(
    planPrograms({ checkout, folder, secrets, portBase, logLevel: 'silent', databaseUrls: {} }).map((program) => [
      program.name as string,
      program,
    ]),
  );
  const running = new Map<string, { close(): Promise<void> }>();
  const dependenciesOf = (name: string): { clock: Clock; random: Random } => ({
    clock: options.clocks?.[name] ?? systemClock,
    random: systemRandom,
  });
  const programOf = (name: string): Program => {
    const program = programs.get(name);
    if (program === undefined) throw new Error(`no program ${name}`);
    return program;
  };

  async function start(name: string): Promise<void> {
    // A fixed admin port would lie in the block of another run.
    const env = { ...programOf(name).env, ADMIN_PORT: '0', ...options.env?.[name] };
    const definition = definitions[name];
    const dependencies = dependenciesOf(name);
    if (name === 'issuer') running.set(name, await startIssuer(issuerConfig(env), dependencies));
    else if (name === 'gateway') running.set(name, await startGateway(gatewayConfig({ ...patience, ...env }), dependencies));
    else if (name === 'directory') running.set(name, await startDirectory(directoryConfig(env), dependencies));
    else if (definition !== undefined) running.set(name, await startParty(definition, partyConfig(name, env), dependencies));
  }
  async function stop(name: string): Promise<void> {
    await running.get(name)?.close();
    running.delete(name);
  }

  const secret = readFileSync(secrets.clientSecret, 'utf8').trim();
  const tokens = new Map<string, TokenClient>();
  const token = (client: string): Promise<string> => {
    const realm = /^(sg|vn)-/.test(client) ? 'asean' : 'corridor';
    const known =
      tokens.get(client) ??
      createTokenClient({
        tokenUrl: `${programOf('issuer').url}/realms/${realm}/protocol/openid-connect/token`,
        clientId: client,
        clientSecret: secret,
        clock: systemClock,
      });
    tokens.set(client, known);
    return tokenOf(known);
  };
  const send: Corridor['send'] = async (program, path, { method = 'POST', headers = {}, body } = {}) => {
    const response = await request(`${programOf(program).url}${path}`, {
      method: method as 'POST',
      headers,
      ...(body !== undefined && { body }),
    });
    const reply = { status: response.statusCode, headers: response.headers, text: await response.body.text() };
    assertErrorsListed(program, reply);
    return reply;
  };
  const askForBytes: Corridor['askForBytes'] = async (persona, query, variables, headers = {}) =>
    untilHeard(async () =>
      send('gateway', '/graphql', {
        headers: {
          'content-type': 'application/json',
          ...(persona !== null && { authorization: `Bearer ${await token(persona)}` }),
          ...headers,
        },
        body: JSON.stringify({ query, variables }),
      }),
    );

  const order = ['issuer', ...parties.map(({ code }) => code), 'directory', 'gateway'];
  for (const name of order) if (definitions[name] === undefined || (options.only ?? order).includes(name)) await start(name);

  const caughtUp = async (): Promise<void> => {
    const directory = running.get('directory') as RunningDirectory;
    await directory.caughtUp({ parties: parties.map(({ code }) => code).filter((code) => running.has(code)), timeoutMs: 30_000 });
  };
  await caughtUp();
  return {
    dataFolder: root,
    urlOf: (program) => programOf(program).url,
    ask: async (...asked) => JSON.parse((await askForBytes(...asked)).text) as Answer,
    askForBytes,
    askOwner: async (client, party, query, variables) => {
      const reply = await untilHeard(async () =>
        send(party, '/owner/graphql', {
          headers: { 'content-type': 'application/json', authorization: `Bearer ${await token(client)}` },
          body: JSON.stringify({ query, variables }),
        }),
      );
      return JSON.parse(reply.text) as Answer;
    },
    post: async (party, client, { contentType, format, body }) => {
      const reply = await untilHeard(async () =>
        send(party, `/ingest${format === undefined ? '' : `?format=${format}`}`, {
          headers: { 'content-type': contentType, authorization: `Bearer ${await token(client)}` },
          body,
        }),
      );
      return { status: reply.status, body: JSON.parse(reply.text) };
    },
    token,
    send,
    stop,
    start,
    caughtUp,
    rebuildDirectory: async () => {
      await stop('directory');
      await rebuildDirectory(directoryConfig(programOf('directory').env), { clock: systemClock });
      await start('directory');
      await caughtUp();
    },
    close: async () => {
      for (const name of [...programNames].reverse()) await stop(name);
      for (const name of [...running.keys()]) await stop(name);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Repeats `look` until it gives something, up to `withinMs`; the last result otherwise. */
export async function eventually<T>(look: () => Promise<T | undefined>, withinMs = 10_000): Promise<T | undefined> {
  for (const until = Date.now() + withinMs; ; ) {
    const seen = await look();
    if (seen !== undefined || Date.now() > until) return seen;
    await wait(50);
  }
}
