/** Puts a party's program together from its definition and configuration, and starts it. */
import { createFeedCursors, startSequencer } from '@corridor/exchange';
import { createHopDoor, createVerifier } from '@corridor/identity';
import { createLogger, type Logger, listen } from '@corridor/runtime';
import { type Clock, partyOf, type Random } from '@corridor/schemas';
import { createAuditLog, openStore, type Store } from '@corridor/store';
import { createCursors } from './api/cursor.ts';
import { createGraph } from './api/graph.ts';
import { partySchema } from './api/schema.ts';
import type { PartyConfig } from './config.ts';
import type { PartyDefinition } from './definition.ts';
import { createFeed } from './feed/feed.ts';
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
  const store = await openStore({ model: 'party', owner: definition.code, databaseUrl, dataDir, clock: dependencies.clock });
  try {
    return await serve(store, definition, config, { ...dependencies, log });
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function serve(
  store: Store<'party'>,
  definition: PartyDefinition,
  config: PartyConfig,
  { clock, random, log }: Required<PartyDependencies>,
): Promise<RunningParty> {
  await seedReference(store, definition, clock, random);
  const { authority, issuers, pseudonymKey, sealingKey } = config;
  const party = partyOf(definition.code);
  const owner = { party, definition, store, cursors: createCursors(config.cursorKeys, clock), pseudonymKey, clock };
  const hopDoor = createHopDoor({ owner: party.code, authority, keys: config.hopKeys, gateways: config.gateways, issuers, clock });
  const auditLog = createAuditLog(store);
  const graph = { owner, auditLog, random, log };
  const gatewayGraph = createGraph({ ...graph, schema: partySchema(party, 'gateway') });
  const ownerGraph = createGraph({ ...graph, schema: partySchema(party, 'owner') });
  const verifier = createVerifier(issuers, {
    audience: definition.audience,
    clock,
    onKeySetFailure: (issuer, error) => log.warn({ issuer, err: error }, 'a key set could not be loaded'),
  });
  const sequencer = startSequencer(store, { onError: (error) => log.error({ err: error }, 'the sequencer failed and tries again') });
  const ingest = createIngest({ store, definition, verifier, clock, random, log });
  const cursors = createFeedCursors(config.cursorKeys);
  const feed = createFeed({ store, definition, verifier, auditLog, sealingKey, cursors, sequencer, clock, random });

  const ready = async () => [{ name: 'database', ok: await store.ready() }];
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
    ready,
  });
  const closeParts = async (): Promise<void> => {
    verifier.close();
    await sequencer.close();
    await auditLog.close();
  };
  try {
    const url = await listen(server, config);
    return {
      url,
      async close() {
        // First the requests at work, then what they stand on.
        await server.close();
        await closeParts();
        await store.close();
      },
    };
  } catch (error) {
    await closeParts();
    throw error;
  }
}
