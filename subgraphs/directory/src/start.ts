/** Puts the directory together from its configuration and starts it. */
import { createHopDoor, createVerifier } from '@corridor/identity';
import {
  createLogger,
  createOperations,
  followFile,
  type Logger,
  listen,
  type Operations,
  type ReadyCheck,
  statementSteps,
} from '@corridor/runtime';
import type { Clock, Random } from '@corridor/schemas';
import { createAuditLog, type OpenOptions, openStore, type Store } from '@corridor/store';
import { followTrust, watchStore } from '@corridor/subgraph';
import { createAnswerer } from './api/answer.ts';
import { createCursors } from './api/cursor.ts';
import { directorySchema } from './api/schema.ts';
import { type DirectoryConfig, readSealingKeys } from './config.ts';
import { type Followers, followOwners } from './feed/follow-owners.ts';
import { observeFeeds } from './feed/observe-feeds.ts';
import { createLookupLog, knownMembersIn } from './log/lookup-log.ts';
import { startSealer } from './log/sealer.ts';
import { createOwnerDoor, directoryAudience } from './owner/door.ts';
import { rebuild } from './rebuild.ts';
import { createDirectoryServer } from './server.ts';

/** A directory that answers at `url` and follows the feeds until it is closed. */
export type RunningDirectory = { readonly url: string; close(): Promise<void> } & Pick<Followers, 'caughtUp' | 'status'>;

/** What the program is handed besides its configuration. */
export type DirectoryDependencies = { readonly clock: Clock; readonly random: Random; readonly log?: Logger };

/**
 * Starts the directory. Owners that are away keep it neither from starting nor from being ready; `/readyz` waits only until every feed has been read to
 * its end, or has failed, once.
 * @throws CorridorError of a refused start: PORT_TAKEN, and those of `openStore`
 */
export async function startDirectory(config: DirectoryConfig, dependencies: DirectoryDependencies): Promise<RunningDirectory> {
  const log = dependencies.log ?? createLogger({ name: 'directory', level: config.logLevel });
  const operations = await createOperations({
    name: 'directory',
    settings: config.operations,
    issuers: config.issuers,
    ...dependencies,
    log,
  });
  const store = await openDirectoryStore(config, dependencies.clock, statementSteps(operations.tracing));
  try {
    return await serve(store, config, operations, { ...dependencies, log });
  } catch (error) {
    await operations.close();
    await store.close();
    throw error;
  }
}

/**
 * Empties the index, so that the next start fills it from the feeds alone, with the same answers and ids. The program must not run; on PGlite the lock of
 * its folder sees to that. The log of look-ups stays.
 * @throws CorridorError those of `openStore`
 */
export async function rebuildDirectory(
  config: Pick<DirectoryConfig, 'databaseUrl' | 'database' | 'dataDir'>,
  { clock }: { readonly clock: Clock },
): Promise<void> {
  const store = await openDirectoryStore(config, clock);
  try {
    await rebuild(store);
  } finally {
    await store.close();
  }
}

function openDirectoryStore(
  { databaseUrl, database, dataDir }: Pick<DirectoryConfig, 'databaseUrl' | 'database' | 'dataDir'>,
  clock: Clock,
  onStatement?: OpenOptions<'directory'>['onStatement'],
): Promise<Store<'directory'>> {
  return openStore({ model: 'directory', owner: 'directory', databaseUrl, dataDir, ...database, clock, onStatement });
}

async function serve(
  store: Store<'directory'>,
  config: DirectoryConfig,
  operations: Operations,
  { clock, random, log }: Required<DirectoryDependencies>,
): Promise<RunningDirectory> {
  const { authority, issuers, indexKey } = config;
  const trust = followTrust(config, { owner: 'directory', clock, log });
  const hopDoor = createHopDoor({
    owner: 'directory',
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
    waiting: { table: 'audit_log', metric: 'unsealed_seconds', step: 'sealer' },
  });
  const { auditLog } = watch;
  const answer = createAnswerer({
    schema: directorySchema(),
    store,
    cursors: createCursors(config.cursorKeys, clock),
    indexKey,
    lookups: createLookupLog(auditLog, knownMembersIn(store, indexKey), random),
    feeds: () => followers.status(),
    clock,
    log,
  });
  const sealingKeys =
    config.sealingKeyFile === undefined
      ? () => config.sealingKeys
      : followFile({ path: config.sealingKeyFile, read: readSealingKeys, clock, log });
  const followers = followOwners({ store, feeds: config.feeds, sealingKeys, indexKey, clock, random, log });
  const verifier = createVerifier(issuers, {
    audience: directoryAudience,
    clock,
    denied: trust.denied,
    onKeySetFailure: (issuer, error) => log.warn({ issuer, err: error }, 'a key set could not be loaded'),
  });
  const sealer = startSealer(store, { random, onError: (error) => log.error({ err: error }, 'the log could not be sealed; trying again') });
  const owners = createOwnerDoor({ store, verifier, auditLog, indexKey, feeds: followers.status, clock, random });
  observeFeeds(metrics, () => followers.status());
  let filled = false;
  async function ready(): Promise<ReadyCheck[]> {
    filled ||= followers.status().every(({ is }) => is === 'current' || is === 'failing');
    return [
      ...(await watch.checks()),
      { name: 'feeds', ok: filled, ...(!filled && { detail: 'not every feed has been read to its end once' }) },
    ];
  }
  const server = createDirectoryServer({
    answer,
    hopDoor,
    owners,
    authority,
    ready,
    operations,
    listener: config.listener,
    clock,
    random,
    log,
  });
  const closeParts = async (): Promise<void> => {
    verifier.close();
    await followers.close();
    await auditLog.close();
    await sealer.close();
  };
  try {
    await operations.open(ready);
    const url = await listen(server, config);
    return {
      url,
      status: followers.status,
      caughtUp: followers.caughtUp,
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
