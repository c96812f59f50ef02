/**
 * Which release a gateway serves, from its start to its end.
 *
 * At the start it is the newest of those it accepted before, so that neither a source that is away nor one that is poisoned keeps it from answering;
 * only the very first comes straight from the source. From then on the source is looked at: what it offers is verified (signature, version, line,
 * owner rule, pins), loaded beside the one that is served, tried there, kept on disk, and only then put in its place. Whatever fails on the way is
 * a refusal with a code; the release that is served goes on, and the gateway stays ready.
 */
import { createHash } from 'node:crypto';
import type { Logger } from '@corridor/runtime';
import { type Clock, CorridorError, type Release, type ReleaseKey, readRelease, verifyRelease } from '@corridor/schemas';
import type { Engine } from '../engine/engine.ts';
import { createReplaceableEngine, type LoadedRelease, loadRelease, type ReplaceableEngine } from '../engine/replaceable.ts';
import type { CanaryFinding } from './canary.ts';
import { checkLine, checkOwners, standingOf } from './judge.ts';
import { type LastGood, type Mark, markOf } from './last-good.ts';
import type { Offer, ReleaseSource } from './source.ts';

/** What happened to a release, for metrics: it serves from now on, or it was refused. `from` is the file it came from. */
export type ReleaseEvent =
  | { readonly is: 'serves'; readonly version: number; readonly createdAt: string; readonly from: string }
  | { readonly is: 'refused'; readonly version: number | null; readonly code: string; readonly from: string };

/** What a keeper works with. */
export type KeeperOptions = {
  readonly source: ReleaseSource;
  readonly lastGood: LastGood;
  /** Reads the accepted keys anew, so that a key can be changed without a restart. */
  readonly keys: () => readonly ReleaseKey[];
  /** Names of the owners that the configuration gives an address. */
  readonly owners: readonly string[];
  readonly build: (supergraphSdl: string) => Engine;
  readonly canary: (candidate: LoadedRelease, served: LoadedRelease) => Promise<readonly CanaryFinding[]>;
  /** `from` was accepted, and `to` is to serve again: done once, while `from` is what was accepted last. */
  readonly goBack?: { readonly from: number; readonly to: number } | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onEvent: (event: ReleaseEvent) => void;
};

/** A keeper that has a release. */
export type ReleaseKeeper = {
  readonly engine: ReplaceableEngine;
  readonly release: () => Release;
  /** Looks at the source now; `force`: also where nothing seems to have changed. Looks come one after the other. Never rejects. */
  look(force?: boolean): Promise<void>;
};

/** Milliseconds after which a refusal that may pass by itself (a full disk, an owner that failed) is looked at again. */
const retryAfterMs = 60_000;

const lastGoodId = 'last good ';
/** Refusals that the content alone decides. */
const finalCodes: ReadonlySet<string> = new Set(['RELEASE_SCHEMA', 'RELEASE_OWNER_UNKNOWN', 'RELEASE_OWNER_ADDRESS', 'RELEASE_OWNER_RULE']);

/** Finds the release to start with. @throws RELEASE_MISSING when there is none; CONFIG_INVALID when there is nothing to go back to */
export async function openKeeper(options: KeeperOptions): Promise<ReleaseKeeper> {
  const { lastGood, source, clock, log, onEvent } = options;
  /** What was refused and how, by the bytes: told once, however often it is looked at. */
  const told = new Map<string, CorridorError>();
  let retryAt: number | undefined;
  let keys: readonly ReleaseKey[] = [];
  let keysText = '';
  let away = false;
  let engine: ReplaceableEngine | undefined;

  function refuse(from: string, id: string, version: number | null, error: unknown): void {
    const known = error instanceof CorridorError ? error : new CorridorError('RELEASE_SCHEMA', { detail: messageOf(error), cause: error });
    if (known.code === 'RELEASE_NOT_KEPT' || known.code === 'RELEASE_PROBE') retryAt = clock() + retryAfterMs;
    if (told.get(id)?.code === known.code) return;
    told.set(id, known);
    log.error({ alarm: true, code: known.code, detail: known.detail, version, from }, 'a supergraph release was refused');
    onEvent({ is: 'refused', code: known.code, version, from });
  }
  function readKeys(): void {
    try {
      keys = options.keys();
    } catch (error) {
      if (keys.length === 0) throw error;
      log.error({ alarm: true, err: error }, 'the keys of releases cannot be read; those read before stay');
    }
  }
  function verified(release: Release): Release {
    verifyRelease(release, keys);
    return release;
  }
  async function load(release: Release): Promise<LoadedRelease> {
    checkOwners(release, options.owners);
    return engine === undefined
      ? loadRelease(options.build(release.sdl))
      : engine.quietly((over) => loadRelease(options.build(release.sdl), over));
  }
  /** What was accepted last stays so when its key is withdrawn: withdrawing a key must not open the door to what is older. */
  function mark(): Mark | null {
    const [newest] = lastGood.releases();
    const before = lastGood.wentBackFrom();
    if (newest === undefined) return before;
    return before !== null && before.version > newest.version ? before : markOf(newest);
  }

  type Candidate = { readonly offer: Offer; readonly id: string; readonly release: Release };
  /** What is offered and well signed, newest first. What is no longer offered is forgotten: should it come again, it is told again. */
  function candidates(offers: readonly Offer[]): Candidate[] {
    const named = offers.map((offer) => ({ offer, id: `${offer.from} ${createHash('sha256').update(offer.bytes).digest('hex')}` }));
    const ids = new Set(named.map(({ id }) => id));
    for (const id of told.keys()) if (!ids.has(id) && !id.startsWith(lastGoodId)) told.delete(id);
    return named
      .flatMap(({ offer, id }) => {
        let version: number | null = null;
        try {
          const release = readRelease(offer.bytes);
          version = release.version;
          return [{ offer, id, release: verified(release) }];
        } catch (error) {
          refuse(offer.from, id, version, error);
          return [];
        }
      })
      .sort((a, b) => b.release.version - a.release.version);
  }

  /** Takes the newest of what is offered that can be taken; `served` is undefined for the very first. */
  async function take(offers: readonly Offer[], served: { readonly release: Release; readonly loaded: LoadedRelease } | undefined) {
    const offered = candidates(offers);
    const before = mark();
    const line = [...offered.map(({ release }) => release), ...lastGood.releases()];
    // In a folder those before the newest are its history; an older one that stands alone is a replay.
    const [newest] = offered;
    if (newest !== undefined && standingOf(newest.release, before) === 'older')
      refuse(
        newest.offer.from,
        newest.id,
        newest.release.version,
        new CorridorError('RELEASE_REPLAYED', { detail: `${newest.release.version}, after ${before?.version}` }),
      );
    for (const { offer, id, release } of offered.filter((each) => standingOf(each.release, before) === 'newer')) {
      // Once refused for what it is, it needs no second look: loading it would only hold clients up.
      if (finalCodes.has(told.get(id)?.code ?? '')) continue;
      try {
        checkLine(release, before, line);
        // The same schema under a new version or key: nothing to load, nothing to try.
        const same = served !== undefined && served.release.sdl === release.sdl;
        const loaded = same ? served.loaded : await load(release);
        if (served !== undefined && loaded !== served.loaded) {
          const [finding] = await options.canary(loaded, served.loaded);
          if (finding !== undefined) throw new CorridorError('RELEASE_PROBE', { detail: `${finding.document}: ${finding.fault}` });
        }
        await lastGood.keep(release);
        return { release, loaded, from: offer.from };
      } catch (error) {
        refuse(offer.from, id, release.version, error);
      }
    }
    return undefined;
  }

  function tell(release: Release, from: string): void {
    log.info({ version: release.version, createdAt: release.createdAt, keyId: release.keyId, from }, 'a supergraph release serves');
    onEvent({ is: 'serves', version: release.version, createdAt: release.createdAt, from });
  }
  async function offersOf(force: boolean): Promise<readonly Offer[] | undefined> {
    try {
      const offers = await source.look(force);
      if (away) log.info('the source of supergraph releases is back');
      away = false;
      return offers;
    } catch (error) {
      if (!away) log.warn({ reason: messageOf(error) }, 'the source of supergraph releases is away; the release that serves goes on');
      away = true;
      return undefined;
    }
  }

  async function goBack(): Promise<void> {
    const { goBack: asked } = options;
    const from = mark();
    if (asked === undefined || from === null || from.version !== asked.from) return;
    const to = lastGood.releases().find(({ version }) => version === asked.to);
    if (to === undefined)
      throw new CorridorError('CONFIG_INVALID', { detail: `RELEASE_GO_BACK: release ${asked.to} is not among those kept` });
    log.warn({ from: asked.from, to: asked.to }, 'the gateway goes back to an older supergraph release, as it was told to');
    await lastGood.goBack(asked.to, from);
  }
  async function first(): Promise<{ readonly release: Release; readonly loaded: LoadedRelease }> {
    // What lies on the disk may have been altered, and its key withdrawn: it is held to everything again.
    for (const release of lastGood.releases()) {
      try {
        const loaded = await load(verified(release));
        tell(release, 'last good');
        return { release, loaded };
      } catch (error) {
        refuse('last good', `${lastGoodId}${release.version}`, release.version, error);
      }
    }
    const taken = await take((await offersOf(true)) ?? [], undefined);
    if (taken === undefined) {
      const reasons = [...told.values()].map(({ code, detail }) => (detail === undefined ? code : `${code} (${detail})`));
      throw new CorridorError('RELEASE_MISSING', { detail: reasons.length === 0 ? 'the source is away or empty' : reasons.join(', ') });
    }
    tell(taken.release, taken.from);
    return taken;
  }

  readKeys();
  keysText = JSON.stringify(keys);
  await goBack();
  let serving = await first();
  const serves = createReplaceableEngine(serving.loaded);
  engine = serves;

  async function lookNow(force: boolean): Promise<void> {
    try {
      readKeys();
      const text = JSON.stringify(keys);
      // With other keys what was refused may be good, and what was good may not be: all of it is looked at anew.
      const changed = text !== keysText;
      keysText = text;
      if (changed) told.clear();
      const again = retryAt !== undefined && clock() >= retryAt;
      if (again || force) retryAt = undefined;
      const offers = await offersOf(force || changed || again);
      if (offers === undefined) return;
      const taken = await take(offers, serving);
      if (taken === undefined) return;
      // Between two turns of the event loop: whatever was validated in this one is on its way by then.
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (taken.loaded !== serving.loaded) serves.replace(taken.loaded);
      serving = taken;
      tell(taken.release, taken.from);
    } catch (error) {
      log.error({ err: error }, 'looking for a supergraph release failed');
    }
  }
  let looking: Promise<void> = Promise.resolve();
  return {
    engine: serves,
    release: () => serving.release,
    look(force = false) {
      looking = looking.then(() => lookNow(force));
      return looking;
    },
  };
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0]?.slice(0, 200) ?? '';
}
