/** A gateway in front of a simulated directory and two simulated owners; everything else is real. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type GatewayConfig, startGateway } from '@corridor/gateway';
import { type Logger, systemClock, systemRandom } from '@corridor/runtime';
import { directoryDocument, parties, partyDocument, partyOf, supergraphFile } from '@corridor/schemas';
import { exportJWK, generateKeyPair } from 'jose';
import { request } from 'undici';
import { assertErrorsListed } from '../setup/listed-errors.ts';
import { fileOf, openPublisher } from '../setup/release.ts';
import { type SimulatedIssuer, simulateIssuer } from '../simulators/issuer.ts';
import { type Simulator, simulateSubgraph } from '../simulators/subgraph.ts';

/** Ids of the two facilities the simulated directory knows. */
export const ids = { qinzhou: 'guangxi:port:0000000000000001', guoyuan: 'chongqing:port:0000000000000002' } as const;

/** An answer as a client reads it. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly json: Json;
};
type Json = {
  readonly data?: unknown;
  readonly errors?: readonly Record<string, unknown>[];
  readonly extensions?: Record<string, unknown>;
};

/** The running pieces. */
export type Federation = {
  readonly url: string;
  readonly directory: Simulator;
  readonly guangxi: Simulator;
  readonly chongqing: Simulator;
  readonly issuer: SimulatedIssuer;
  /** Sends one query; `headers` and `body` replace what is sent. */
  ask(query: string, options?: { readonly headers?: Record<string, string>; readonly variables?: object }): Promise<Answer>;
  send(options: {
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
  }): Promise<Answer>;
  close(): Promise<void>;
};

/** Starts all of it on free loopback ports; `via` may put something before a simulated owner and gives the URL the gateway is told. */
export async function startFederation(
  over: Partial<GatewayConfig> = {},
  via: (name: string, url: string) => Promise<string> | string = (_, url) => url,
  log?: Logger,
): Promise<Federation> {
  const stub = (id: string): object => ({ __typename: id.startsWith('guangxi') ? 'GuangxiPort' : 'ChongqingPort', id });
  const entry = (id: string): object => ({
    id,
    party: { code: id.split(':')[0], name: partyOf(id.split(':')[0] ?? '').name },
    facility: stub(id),
  });
  const directory = await simulateSubgraph(directoryDocument(parties), {
    Query: {
      facilities: () => ({ nodes: [ids.qinzhou, ids.guoyuan, ids.qinzhou].map(entry), pageInfo: { hasNextPage: false } }),
      facility: (_: unknown, { id }: { id: string }) => (Object.values<string>(ids).includes(id) ? entry(id) : null),
      parties: () => parties.map(({ code, name }) => ({ code, name })),
    },
    ConsignmentRef: {},
  });
  const owner = (code: string): Promise<Simulator> => {
    const { typePrefix, name } = partyOf(code);
    return simulateSubgraph(partyDocument({ code, typePrefix }), {
      [`${typePrefix}Port`]: {
        __resolveReference: async ({ id }: { id: string }) => ({ id, facilityName: name, partyCode: code, maskedFields: [] }),
        berths: async () => {
          throw new Error('select * from berth: connection refused');
        },
      },
    });
  };
  const [guangxi, chongqing] = await Promise.all([owner('guangxi'), owner('chongqing')]);
  const issuer = await simulateIssuer();
  const passport = await exportJWK((await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })).privateKey);
  const at = (name: string, url: string): GatewayConfig['owners'][string] => ({
    url,
    hopKey: { id: `gw1>${name}/1`, secret: randomBytes(32).toString('base64url') },
  });
  const publisher = openPublisher();
  publisher.publish(fileOf(publisher.sign(readFileSync(supergraphFile, 'utf8'))));
  const silent = 'http://127.0.0.1:9';
  const config: GatewayConfig = {
    host: '127.0.0.1',
    port: 0,
    gatewayId: 'gw1',
    passportKey: passport,
    issuers: [issuer.row],
    owners: {
      directory: at('directory', await via('directory', directory.url)),
      guangxi: at('guangxi', await via('guangxi', guangxi.url)),
      chongqing: at('chongqing', await via('chongqing', chongqing.url)),
      guizhou: at('guizhou', silent),
      gansu: at('gansu', silent),
      asean: at('asean', silent),
    },
    release: publisher.settings,
    ownerTimeoutMs: 400,
    directoryTimeoutMs: 400,
    queryTimeoutMs: 1_500,
    introspection: true,
    logLevel: 'silent',
    ...over,
  };
  const gateway = await startGateway(config, { clock: systemClock, random: systemRandom, ...(log !== undefined && { log }) });
  const send: Federation['send'] = async ({ method = 'POST', path = '/graphql', headers = {}, body }) => {
    const response = await request(`${gateway.url}${path}`, { method: method as 'POST', headers, ...(body !== undefined && { body }) });
    const text = await response.body.text();
    assertErrorsListed('gateway', { status: response.statusCode, text });
    let json: Json = {};
    try {
      json = JSON.parse(text) as Json;
    } catch {
      // the test looks at the text
    }
    return { status: response.statusCode, headers: response.headers, text, json };
  };
  return {
    url: gateway.url,
    directory,
    guangxi,
    chongqing,
    issuer,
    send,
    async ask(query, { headers = {}, variables } = {}) {
      for (let attempt = 1; ; attempt += 1) {
        const answer = await send({
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify({ query, variables }),
        });
        // a busy machine sheds, and that is no matter of who asks so
        if (answer.status !== 503 || attempt === 30 || !answer.text.includes('OVERLOADED')) return answer;
        await wait(1_000);
      }
    },
    close: async () => {
      await gateway.close();
      publisher.close();
      await Promise.all([directory.close(), guangxi.close(), chongqing.close(), issuer.close()]);
    },
  };
}
