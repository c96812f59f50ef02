/**
 * Every route that any program has, asked without a token, with foreign ones and with an expired one. The routes are read from the servers as they
 * register them: one that is new, or gone, fails here until somebody has written down who may use it.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Server } from '@corridor/runtime';
import { decodeJwt, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Corridor, startCorridor } from '../setup/corridor.ts';
import { type Realm, realmKey, signedBy } from '../setup/realm-token.ts';

const programs = ['gateway', 'guangxi', 'asean', 'directory', 'issuer'] as const;
type ProgramName = (typeof programs)[number];

const servers: { readonly server: Server; readonly routes: string[] }[] = [];
const watch = (message: unknown): void => {
  const { fastify: server } = message as { fastify: Server };
  const routes: string[] = [];
  servers.push({ server, routes });
  server.addHook('onRoute', ({ method, url }) => {
    routes.push(...[method].flat().map((one) => `${one} ${url}`));
  });
};

let corridor: Corridor;
beforeAll(async () => {
  subscribe('fastify.initialization', watch);
  corridor = await startCorridor({ only: ['guangxi', 'asean'] });
});
afterAll(async () => {
  unsubscribe('fastify.initialization', watch);
  await corridor.close();
});

/** An answer in short: its status and, unless it is 200 or has none, its code; `''` is an empty body. The codes of a token endpoint are those of RFC 6749. */
type Outcome = readonly [status: number, code?: string | undefined];

/** Who is refused with what. `good` is the answer to the token that the route is for: proof that the refusals are of the tokens. */
type Door = {
  readonly good?: { readonly client: string; readonly status: number };
  readonly without: Outcome;
  readonly garbage: Outcome;
  /** Tokens whose issuer, key or audience is not this door's, or whose issuer may not speak for the party. */
  readonly foreign: Outcome;
  /** A right token in all but its party: another province at an owner's door. */
  readonly otherParty?: Outcome;
  readonly expired: Outcome;
  readonly request?: { readonly path?: string; readonly headers?: Record<string, string>; readonly body?: string };
};

const refused = [401, 'UNAUTHENTICATED'] as const;
const token = { without: refused, garbage: refused, foreign: refused, expired: [401, 'TOKEN_EXPIRED'] } as const;
const hop: Door = { without: [401, ''], garbage: [401, ''], foreign: [401, ''], expired: [401, ''] };
const open: Door = { without: [200], garbage: [200], foreign: [200], expired: [200] };
const at = (path: string): Door => ({ ...open, request: { path } });
const json = { 'content-type': 'application/json' };

const health: Readonly<Record<string, Door>> = { 'GET /livez': open, 'HEAD /livez': open, 'GET /readyz': open, 'HEAD /readyz': open };
const graphql = { headers: json, body: '{"query":"{ __typename }"}' };
const ownGraph = { headers: json, body: '{"query":"{ profile { id } }"}' };
const edifact = { headers: { 'content-type': 'application/EDIFACT' }, body: 'x' };

function ofParty(client: { readonly source: string; readonly feed: string; readonly staff?: string }): Readonly<Record<string, Door>> {
  const feed = { good: { client: client.feed, status: 200 }, request: { path: '/feed?wait=0' }, ...token } as const;
  return {
    ...health,
    'POST /graphql': { ...hop, request: graphql },
    'POST /owner/graphql': {
      ...token,
      ...(client.staff !== undefined && { good: { client: client.staff, status: 200 }, otherParty: [403, 'OWNER_STAFF_ONLY'] }),
      request: ownGraph,
    },
    'POST /ingest': {
      ...token,
      good: { client: client.source, status: 422 },
      ...(client.staff !== undefined && { otherParty: [403, 'SOURCE_NOT_REGISTERED'] }),
      request: edifact,
    },
    'GET /feed': { ...feed, otherParty: [403, 'ROLE_MISSING'] },
    'HEAD /feed': { ...feed, otherParty: [403] },
  };
}

function ofOwnersAtTheDirectory(path: string): Readonly<Record<string, Door>> {
  const door = { ...token, good: { client: 'gx-officer-at-directory', status: 200 } } as const;
  return { [`GET ${path}`]: door, [`HEAD ${path}`]: door };
}

const realmPath = '/realms/corridor';
const doors: Readonly<Record<ProgramName, Readonly<Record<string, Door>>>> = {
  gateway: {
    ...health,
    // without a token: the public audience
    'POST /graphql': { ...token, without: [200], good: { client: 'gx-officer', status: 200 }, request: graphql },
    'GET /graphql': {
      ...token,
      without: [200],
      good: { client: 'gx-officer', status: 200 },
      request: { path: '/graphql?query=%7B__typename%7D', headers: { 'apollo-require-preflight': 'yes' } },
    },
    // nothing is asked by HEAD; without a header that a page cannot send across sites it is refused as such
    'HEAD /graphql': { ...token, without: [400] },
    'GET /explorer': open,
    'HEAD /explorer': open,
  },
  guangxi: ofParty({ source: 'gx-terminal-system', feed: 'feed-directory-gx', staff: 'gx-officer-at-gx' }),
  asean: ofParty({ source: 'sg-terminal-system', feed: 'feed-directory-asean' }),
  directory: {
    ...health,
    'POST /graphql': { ...hop, request: graphql },
    ...ofOwnersAtTheDirectory('/directory/log'),
    ...ofOwnersAtTheDirectory('/directory/mine'),
    ...ofOwnersAtTheDirectory('/directory/links'),
  },
  issuer: {
    ...health,
    'GET /realms/:realm/.well-known/openid-configuration': at(`${realmPath}/.well-known/openid-configuration`),
    'HEAD /realms/:realm/.well-known/openid-configuration': at(`${realmPath}/.well-known/openid-configuration`),
    'GET /realms/:realm/protocol/openid-connect/certs': at(`${realmPath}/protocol/openid-connect/certs`),
    'HEAD /realms/:realm/protocol/openid-connect/certs': at(`${realmPath}/protocol/openid-connect/certs`),
    // a client proves itself with its own secret: no token, of whatever make, is a credential here
    'POST /realms/:realm/protocol/openid-connect/token': {
      without: [401, 'invalid_client'],
      garbage: [401, 'invalid_client'],
      foreign: [401, 'invalid_client'],
      expired: [401, 'invalid_client'],
      request: {
        path: `${realmPath}/protocol/openid-connect/token`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'grant_type=client_credentials&client_id=gx-officer',
      },
    },
  },
};

type Listening = { readonly address: AddressInfo; readonly routes: readonly string[] };

function listening(): readonly Listening[] {
  return servers.flatMap(({ server, routes }) => {
    const address = server.server.address();
    return typeof address === 'object' && address !== null ? [{ address, routes: [...routes].sort() }] : [];
  });
}

function portOf(program: ProgramName): number {
  return Number(new URL(corridor.urlOf(program)).port);
}

test.each(programs)('the routes of %s are those written down here, and no other', (program) => {
  const own = listening().filter(({ address }) => address.port === portOf(program));
  expect(own.map(({ routes }) => routes)).toEqual([Object.keys(doors[program]).sort()]);
});

test('what listens beside them is for operators: on loopback, with health and figures and nothing else', async () => {
  const others = listening().filter(({ address }) => !programs.some((program) => portOf(program) === address.port));
  const routes = ['livez', 'readyz', 'healthz', 'metrics'].flatMap((name) => [`GET /${name}`, `HEAD /${name}`]).sort();
  expect(others.map((other) => [other.address.address, other.routes])).toEqual(others.map(() => ['127.0.0.1', routes]));
  expect(others).toHaveLength(programs.length);
});

const cases = programs.flatMap((program) => Object.entries(doors[program]).map(([route, door]) => ({ program, route, door })));

test.each(cases)('$program $route is answered only to whom it is for', async ({ program, route, door }) => {
  const ask = async (authorization?: string): Promise<Outcome> => {
    const [method = '', url = ''] = route.split(' ');
    const { path = url, headers, body } = door.request ?? {};
    const sent = { ...headers, ...(authorization !== undefined && { authorization }) };
    const reply = await send(`${corridor.urlOf(program)}${path}`, { method, headers: sent, ...(body !== undefined && { body }) });
    if (reply.status === 200 || method === 'HEAD') return [reply.status];
    return [reply.status, reply.text === '' ? '' : codeOf(reply.text)];
  };
  const like = (outcome: Outcome): Outcome => (route.startsWith('HEAD') ? [outcome[0]] : outcome);
  const standing = await claimsFor(door.good?.client, program);

  expect(await ask(), 'without a token').toEqual(like(door.without));
  for (const garbage of ['Bearer garbage', 'Bearer a.b.c', 'Basic Z3g6Z3g=', 'DPoP a.b.c'])
    expect(await ask(garbage), garbage).toEqual(like(door.garbage));
  const realm = String(standing.iss).endsWith('/asean') ? 'asean' : 'corridor';
  for (const [name, foreign] of await foreignTokens(realm, standing))
    expect(await ask(`Bearer ${foreign}`), name).toEqual(like(door.foreign));
  const expired = await signedBy(corridor, realm, { ...standing, iat: seconds() - 900, exp: seconds() - 600 });
  expect(await ask(`Bearer ${expired}`), 'an expired token').toEqual(like(door.expired));
  if (door.otherParty !== undefined) {
    const other = await signedBy(corridor, realm, { ...standing, party: 'CQ' });
    expect(await ask(`Bearer ${other}`), 'a token of another province').toEqual(like(door.otherParty));
  }
  if (door.good !== undefined) {
    const reply = await ask(`Bearer ${await corridor.token(door.good.client)}`);
    expect(reply[0], 'the token that the route is for').toBe(door.good.status);
  }
});

/** The claims of the client the route is for; where nobody has a token for it, those of an officer with the audience of the program. */
async function claimsFor(client: string | undefined, program: ProgramName): Promise<JWTPayload> {
  const claims = decodeJwt(await corridor.token(client ?? 'gx-officer'));
  const audience = {
    gateway: 'corridor-gateway',
    guangxi: 'subgraph-gx',
    asean: 'subgraph-asean',
    directory: 'subgraph-directory',
    issuer: 'corridor-gateway',
  };
  return client === undefined ? { ...claims, aud: audience[program] } : claims;
}

async function foreignTokens(realm: Realm, standing: JWTPayload): Promise<readonly (readonly [string, string])[]> {
  const stranger = await generateKeyPair('RS256');
  const byStranger = (claims: JWTPayload, kid: string): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(stranger.privateKey);
  const other: Realm = realm === 'corridor' ? 'asean' : 'corridor';
  const foreigners = {
    corridor: { iss: `${corridor.urlOf('issuer')}/realms/asean`, party: 'GX' },
    asean: { iss: `${corridor.urlOf('issuer')}/realms/corridor`, party: 'SG' },
  };
  const { aud, ...withoutAudience } = standing;
  return [
    ['an issuer nobody knows', await byStranger({ ...standing, iss: 'https://id.elsewhere.example/realms/corridor' }, 'stranger')],
    ["the issuer's name and key id over a stranger's key", await byStranger(standing, realmKey(corridor, realm).kid)],
    ["the issuer's name over another issuer's key", await signedBy(corridor, other, standing)],
    ['an issuer that may not speak for the party', await signedBy(corridor, other, { ...standing, ...foreigners[realm] })],
    ['another audience', await signedBy(corridor, realm, { ...standing, aud: 'subgraph-gz' })],
    ['two audiences', await signedBy(corridor, realm, { ...standing, aud: [String(aud), 'subgraph-gz'] })],
    ['no audience', await signedBy(corridor, realm, withoutAudience)],
  ];
}

/** An answer; 503 is asked again: on a busy machine a program sheds load, or has not heard from its issuer yet. */
async function send(
  url: string,
  options: { readonly method: string; readonly headers: Record<string, string>; readonly body?: string },
): Promise<{ readonly status: number; readonly text: string }> {
  for (let attempt = 1; ; attempt += 1) {
    const { statusCode, headers, body } = await request(url, { ...options, method: options.method as 'GET' });
    const text = await body.text();
    if (statusCode !== 503 || attempt === 5) return { status: statusCode, text };
    await wait(Number(headers['retry-after'] ?? 1) * 1_000);
  }
}

function codeOf(text: string): string | undefined {
  const { errors, error } = JSON.parse(text) as { errors?: { extensions?: { code?: string } }[]; error?: string };
  return errors?.[0]?.extensions?.code ?? error;
}

function seconds(): number {
  return Math.floor(Date.now() / 1_000);
}
