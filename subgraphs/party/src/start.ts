/** Puts a party's program together from its definition and configuration, and starts it. */
import { createFeedCursors, startSequencer } from '@corridor/exchange';
import { createHopDoor, createVerifier } from '@corridor/identity';
import { createLogger, createOperations, followFile, type Logger, listen, type Operations, statementSteps } from '@corridor/runtime';
import { type Clock, partyOf, type Random } from '@corridor/schemas';
import { createAuditLog, openStore, type Store } from '@corridor/store';
import { followTrust, openDoor, watchStore } from '@corridor/subgraph';
import { createCursors } from './api/cursor.ts';
import { createGraph } from './api/graph.ts';
import { partySchema } from './api/schema.ts';
import { type PartyConfig, readSealingKey } from './config.ts';
import type { PartyDefinition } from './definition.ts';
import { createFeed } from './feed/feed.ts';
import { observeLag } from './feed/observe-lag.ts';
import { createIngest } from './ingest/door.ts';
import { seedReference } from './reference/seed.ts';
import { createPartyServer } from './server.ts';

/** A party that answers at `url` until it is closed. */
export type RunningParty = { readonly url: string; close(): Promise<void> };

/** What a program is handed besides its configuration. */
export type PartyDependencies = { readonly clock: Clock; readonly random: Random; readonly log?: Logger };

/**
 * Starts a party: opens its database, brings the places of its definition into it, and answers. An issuer, a gateway or the directory that is away keeps
 * it neither from starting nor from being ready.
 * @throws CorridorError of a refused start: CONFIG_INVALID, PORT_TAKEN, and those of `openStore`
 */
export async function startParty(definition: PartyDefinition, config: PartyConfig, dependencies: PartyDependencies): Promise<RunningParty> {
  const log = dependencies.log ?? createLogger({ name: definition.code, level: config.logLevel });
  const { databaseUrl, dataDir } = config;
  const operations = await createOperations({
    name: definition.code,
    settings: config.operations,
    issuers: config.issuers,
    ...dependencies,
    log,
  });
  const store = await openStore({
    model: 'party',
    owner: definition.code,
    databaseUrl,
    dataDir,
    ...config.database,
    clock: dependencies.clock,
    onStatement: statementSteps(operations.tracing),
  });
  try {
    return await serve(store, definition, config, operations, { ...dependencies, log });
  } catch (error) {
    await operations.close();
    await store.close();
    throw error;
  }
}

async function serve(
  store: Store<'party'>,
  definition: PartyDefinition,
  config: PartyConfig,
  operations: Operations,
  { clock, random, log }: Required<PartyDependencies>,
): Promise<RunningParty> {
  await seedReference(store, definition, clock, random);
  const { authority, issuers, pseudonymKey, sealingKeyFile } = config;
  const party = partyOf(definition.code);
  const owner = { party, definition, store, cursors: createCursors(config.cursorKeys, clock), pseudonymKey, clock };
  const trust = followTrust(config, { owner: party.code, clock, log });
  const hopDoor = createHopDoor({
    owner: party.code,
    authority,
    keys: trust.hopKeys,
    gateways: trust.gateways,
    issuers,
    clock,
    denied: trust.denied,
  });
  const { metrics } = operations;
  const watch = watchStore({
    store,
    auditLog: createAuditLog(store),
    metrics,
    waiting: { table: 'outbox', metric: 'outbox_waiting_seconds', step: 'sequencer' },
  });
  const { auditLog } = watch;
  const graph = { owner, auditLog, random, log };
  const gatewayGraph = createGraph({ ...graph, schema: partySchema(party, 'gateway') });
  const ownerGraph = createGraph({ ...graph, schema: partySchema(party, 'owner'), limits: openDoor });
  const verifier = createVerifier(issuers, {
    audience: definition.audience,
    clock,
    denied: trust.denied,
    onKeySetFailure: (issuer, error) => log.warn({ issuer, err: error }, 'a key set could not be loaded'),
  });
  const sequencer = startSequencer(store, { onError: (error) => log.error({ err: error }, 'the sequencer failed and tries again') });
  const ingest = createIngest({ store, definition, verifier, clock, random, log });
  const cursors = createFeedCursors(config.cursorKeys);
  const lag = observeLag(store, definition.code, metrics);
  const sealingKey =
    sealingKeyFile === undefined ? () => config.sealingKey : followFile({ path: sealingKeyFile, read: readSealingKey, clock, log });
  const feed = createFeed({ store, definition, verifier, auditLog, sealingKey, cursors, sequencer, clock, random, onAsked: lag.asked });

  const server = createPartyServer({
    owner,
    gatewayGraph,
    ownerGraph,
    hopDoor,
    authority,
    verifier,
    ingest,
    feed,
    clock,
    random,
    log,
    ready: watch.checks,
    operations,
    listener: config.listener,
  });
  const closeParts = async (): Promise<void> => {
    verifier.close();
    await sequencer.close();
    await auditLog.close();
  };
  try {
    await operations.open(watch.checks);
    const url = await listen(server, config);
    return {
      url,
      async close() {
        // First the requests at work, then what they stand on.
        await server.close();
        await closeParts();
        await store.close();
        await operations.close();
      },
    };
  } catch (error) {
    await closeParts();
    throw error;
  }
}
