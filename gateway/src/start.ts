/** Puts the gateway together from its configuration and starts it. */
import { readFileSync } from 'node:fs';
import type { GraphQLDataSource } from '@apollo/gateway';
import { createPassportIssuer, createVerifier } from '@corridor/identity';
import { createLogger, type Logger, listen } from '@corridor/runtime';
import { type Clock, type Random, supergraphFile } from '@corridor/schemas';
import type { GatewayConfig } from './config.ts';
import type { RequestContext } from './context.ts';
import { createReferenceEngine } from './engine/reference.ts';
import { createOwnerClient } from './owners/owner-client.ts';
import { createOwnerSource } from './owners/owner-source.ts';
import { createGatewayServer } from './server.ts';

/** A gateway that answers at `url` until it is closed. */
export type RunningGateway = { readonly url: string; close(): Promise<void> };

/** Starts the gateway. A silent owner never keeps it from starting or from being ready: it costs its own part of an answer only. */
export async function startGateway(
  config: GatewayConfig,
  dependencies: { readonly clock: Clock; readonly random: Random; readonly log?: Logger },
): Promise<RunningGateway> {
  const { clock, random } = dependencies;
  const log = dependencies.log ?? createLogger({ name: 'gateway', level: config.logLevel });
  const verifier = createVerifier(config.issuers, {
    audience: 'corridor-gateway',
    clock,
    onKeySetFailure: (issuer, error) => log.warn({ issuer, err: error }, 'a key set could not be loaded'),
  });
  const passports = createPassportIssuer({ gatewayId: config.gatewayId, key: config.passportKey, clock, random });

  const clients = Object.entries(config.owners).map(([owner, address]) => ({
    owner,
    client: createOwnerClient({ owner, ...address }, { passports, clock, random }),
  }));
  const sources = new Map(
    clients.map(({ owner, client }): [string, GraphQLDataSource<RequestContext>] => [
      owner,
      createOwnerSource({
        owner,
        client,
        timeoutMs: owner === 'directory' ? config.directoryTimeoutMs : config.ownerTimeoutMs,
        clock,
        onFault: (fault) => log.warn(fault, 'an owner did not answer'),
      }),
    ]),
  );
  const engine = createReferenceEngine({ supergraphSdl: readFileSync(config.supergraphFile ?? supergraphFile, 'utf8'), sources, log });
  const server = await createGatewayServer({
    engine,
    verifier,
    queryTimeoutMs: config.queryTimeoutMs,
    introspection: config.introspection,
    ready: async () => [],
    log,
    clock,
    random,
  });
  const url = await listen(server, config);

  async function close(): Promise<void> {
    await server.close();
    verifier.close();
    await Promise.all(clients.map(({ client }) => client.close()));
  }
  return { url, close };
}
