/**
 * The development issuer: Keycloak's paths, discovery and claims over the realm files, for machines that have no Keycloak. It knows client
 * credentials and nothing else, and it refuses to be anything but a part of one developer's machine.
 */
import { createLogger, createOperations, createServer, type Logger, listen } from '@corridor/runtime';
import { type Clock, CorridorError, type Random } from '@corridor/schemas';
import type { IssuerConfig } from './config.ts';
import { readRealms } from './realm.ts';
import { openRealmIssuer, type RealmIssuer } from './realm-issuer.ts';

/** A development issuer that answers at `url` until it is closed. */
export type RunningIssuer = {
  readonly url: string;
  /** `iss` of each realm. */
  readonly issuers: string[];
  /** Makes the next key of every realm: published at once, signing a minute later. */
  rotateKeys(): Promise<void>;
  close(): Promise<void>;
};

/** What the program does not take for itself. */
export type IssuerDependencies = { readonly clock: Clock; readonly random: Random; readonly log?: Logger };

const bodyLimit = 16 * 1024;

/** Starts it. @throws PRODUCTION_REFUSED with NODE_ENV=production or off loopback; CONFIG_INVALID, PORT_TAKEN */
export async function startIssuer(config: IssuerConfig, dependencies: IssuerDependencies): Promise<RunningIssuer> {
  const { clock, random } = dependencies;
  if (config.environment === 'production')
    throw new CorridorError('PRODUCTION_REFUSED', { detail: 'the development issuer, with NODE_ENV=production' });
  if (!isLoopback(config.host)) throw new CorridorError('PRODUCTION_REFUSED', { detail: `the development issuer, on ${config.host}` });

  const log = dependencies.log ?? createLogger({ name: 'issuer', level: config.logLevel });
  let url = '';
  const issuers = new Map<string, RealmIssuer>();
  for (const realm of readRealms(config.realmsDir, config.variables)) {
    issuers.set(
      realm.realm,
      await openRealmIssuer({ realm, url: () => `${url}/realms/${realm.realm}`, keyDir: config.keyDir, clock, random }),
    );
  }

  const operations = await createOperations({ name: 'issuer', settings: config.operations, log, clock, random });
  const ready = async () => [];
  // A demonstration asks for all its tokens at once; there is nobody else to protect from it.
  const server = createServer({ name: 'issuer', log, clock, random, bodyLimit, inFlightLimit: 1_000, ready, operations });
  const issuerOf = (params: unknown): RealmIssuer => {
    const name = typeof params === 'object' && params !== null && 'realm' in params ? String(params.realm) : '';
    const issuer = issuers.get(name);
    if (issuer === undefined) throw new CorridorError('NOT_FOUND');
    return issuer;
  };
  server.get('/realms/:realm/.well-known/openid-configuration', async (request) => issuerOf(request.params).discovery());
  server.get('/realms/:realm/protocol/openid-connect/certs', async (request) => issuerOf(request.params).keySet());
  server.post('/realms/:realm/protocol/openid-connect/token', { bodyLimit, config: { rawBody: true } }, async (request, reply) => {
    const issuer = issuerOf(request.params);
    if (!/^application\/x-www-form-urlencoded(;|$)/i.test(request.headers['content-type'] ?? '')) {
      throw new CorridorError('UNSUPPORTED_MEDIA_TYPE', { detail: 'application/x-www-form-urlencoded' });
    }
    const { status, body } = await issuer.answer(request.rawBody.toString('utf8'), request.headers.authorization);
    if (status === 401) reply.header('www-authenticate', 'Basic realm="token endpoint"');
    return reply.code(status).send(body);
  });
  url = await listen(server, { host: config.host, port: config.port });
  await operations.open(ready);

  return {
    url,
    issuers: [...issuers.keys()].map((realm) => `${url}/realms/${realm}`),
    rotateKeys: async () => {
      for (const issuer of issuers.values()) await issuer.keys.rotate();
    },
    async close() {
      await server.close();
      await operations.close();
    },
  };
}

// As numbers only: what a name resolves to is decided elsewhere.
function isLoopback(host: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(host) || host === '::1';
}
