/** Puts the gateway together from its configuration and starts it. */
import type { GraphQLDataSource } from '@apollo/gateway';
import { createPassportIssuer, createVerifier } from '@corridor/identity';
import { createLogger, createOperations, type Logger, listen } from '@corridor/runtime';
import type { Clock, Random } from '@corridor/schemas';
import type { GatewayConfig } from './config.ts';
import type { RequestContext } from './context.ts';
import { createReferenceEngine } from './engine/reference.ts';
import { firstQuery } from './explorer.ts';
import { followKeys } from './keys.ts';
import { defaultBudgets } from './limits/budget-config.ts';
import { keySetCheck, observeKeySets } from './observe/key-sets.ts';
import { ownerObserver, traceOwner } from './observe/observe-owner.ts';
import { watchPlans } from './observe/plans.ts';
import { createContracts } from './owners/contract.ts';
import { logBreakers } from './owners/log-breakers.ts';
import { createOwnerClient } from './owners/owner-client.ts';
import { createOwnerSource } from './owners/owner-source.ts';
import { observeRelease } from './release/observe-release.ts';
import { probeContext } from './release/probe-context.ts';
import { serveRelease } from './release/serve-release.ts';
import { readTrustedDocuments } from './release/trusted-documents.ts';
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
  const operations = await createOperations({ name: 'gateway', settings: config.operations, issuers: config.issuers, log, clock, random });
  const keys = followKeys(config, { clock, log });
  const verifier = createVerifier(config.issuers, {
    audience: 'corridor-gateway',
    clock,
    denied: keys.denied,
    onKeySetFailure: (issuer, error) => log.warn({ issuer, err: error }, 'a key set could not be loaded'),
  });
  const passports = createPassportIssuer({ gatewayId: config.gatewayId, key: keys.passportKey, clock, random });

  const observer = ownerObserver(operations.metrics, Object.keys(config.owners));
  const clients = Object.keys(config.owners).map((owner) => ({
    owner,
    client: traceOwner(
      owner,
      createOwnerClient(keys.addressOf(owner), {
        passports,
        timeoutMs: owner === 'directory' ? config.directoryTimeoutMs : config.ownerTimeoutMs,
        clock,
        random,
        observer: logBreakers(observer, log),
      }),
      operations.tracing,
    ),
  }));
  const contracts = createContracts();
  const sources = new Map(
    clients.map(({ owner, client }): [string, GraphQLDataSource<RequestContext>] => [
      owner,
      createOwnerSource({
        owner,
        client,
        contracts,
        clock,
        onFault: (fault) => log.warn(fault, 'an owner did not answer'),
      }),
    ]),
  );
  const { trustedDocuments } = config.release;
  const documents = [
    { name: 'explorer', text: firstQuery },
    ...(trustedDocuments === undefined ? [] : readTrustedDocuments(trustedDocuments)),
  ];
  const plans = watchPlans(operations.metrics, clock);
  const releases = await serveRelease(config.release, {
    owners: Object.keys(config.owners),
    documents,
    build: (supergraphSdl) => createReferenceEngine({ supergraphSdl, sources, contracts, documents, onPlan: plans.planned, log }),
    probeContext: () => probeContext({ verifier, clock, random, queryTimeoutMs: config.queryTimeoutMs }),
    clock,
    log,
    onEvent: observeRelease(operations.metrics, clock),
  });
  observeKeySets(operations.metrics, verifier);
  const ready = async () => [keySetCheck(verifier)];
  const server = await createGatewayServer({
    engine: releases.keeper.engine,
    verifier,
    queryTimeoutMs: config.queryTimeoutMs,
    introspection: config.introspection,
    budgets: config.budgets ?? defaultBudgets,
    ready,
    operations,
    plans,
    listener: config.listener,
    log,
    clock,
    random,
  });
  await operations.open(ready);
  const url = await listen(server, config);

  async function close(): Promise<void> {
    releases.close();
    await server.close();
    verifier.close();
    await Promise.all(clients.map(({ client }) => client.close()));
    await operations.close();
  }
  return { url, close };
}
