/** Opens what a gateway serves from its configuration: source, keys, folder, canary; and keeps looking for the next. */
import { type Logger, readJsonFile } from '@corridor/runtime';
import { type Clock, CorridorError, developmentKeyPrefix, type ReleaseKey, releaseKeysFile } from '@corridor/schemas';
import type { RequestContext } from '../context.ts';
import type { Engine } from '../engine/engine.ts';
import type { LoadedRelease } from '../engine/replaceable.ts';
import type { KnownDocument } from '../plans/warm-plans.ts';
import { tryRelease } from './canary.ts';
import { openKeeper, type ReleaseEvent, type ReleaseKeeper } from './keeper.ts';
import { openLastGood } from './last-good.ts';
import type { ReleaseConfig } from './release-config.ts';
import { openSource } from './source.ts';
import { watchReleases } from './watch.ts';

/** What serving takes besides the configuration. */
export type ServingOptions = {
  readonly owners: readonly string[];
  readonly build: (supergraphSdl: string) => Engine;
  /** What a release must answer; the engine plans them when it loads. */
  readonly documents: readonly KnownDocument[];
  /** The context of one probe of the canary. */
  readonly probeContext: () => Promise<RequestContext>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onEvent: (event: ReleaseEvent) => void;
};

/**
 * Gives a keeper with the newest release that can be had now, and looks for newer ones until `close`.
 * @throws RELEASE_MISSING, PRODUCTION_REFUSED for a development key in production, CONFIG_INVALID
 */
export async function serveRelease(
  config: ReleaseConfig,
  options: ServingOptions,
): Promise<{ readonly keeper: ReleaseKeeper; readonly close: () => void }> {
  const { log, clock, onEvent, owners, build, documents } = options;
  const canary = (candidate: LoadedRelease, served: LoadedRelease) =>
    tryRelease(candidate, served, { documents, context: options.probeContext });
  const keeper = await openKeeper({
    source: openSource(config.source),
    lastGood: await openLastGood(config.folder),
    keys: () => readKeys(config),
    goBack: config.goBack,
    owners,
    build,
    canary,
    clock,
    log,
    onEvent,
  });
  // A gateway that was down starts with what it had, and takes what came since before anybody asks it.
  await keeper.look(true);
  return { keeper, close: watchReleases(keeper, config.intervalMs) };
}

function readKeys({ keysFile, production }: ReleaseConfig): readonly ReleaseKey[] {
  const keys = readJsonFile(keysFile, releaseKeysFile);
  const forDevelopment = keys.find(({ id }) => id.startsWith(developmentKeyPrefix));
  if (production && forDevelopment !== undefined)
    throw new CorridorError('PRODUCTION_REFUSED', { detail: `the release key ${forDevelopment.id}` });
  return keys;
}
