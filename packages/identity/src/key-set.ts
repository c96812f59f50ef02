/**
 * The key set of one issuer: jose's `createRemoteJWKSet` decides, this file only says *when* it may fetch. Known keys work for 24 hours
 * without the issuer; a token with an unknown key id costs at most one attempt per 30 s, however many come.
 */
import type { Clock } from '@corridor/schemas';
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { createAttemptGate, GateClosed } from './attempt-gate.ts';
import { type Fetch, fetchBounded } from './fetch-bounded.ts';
import { refusal } from './refusal.ts';

/** Runs `work` after `delayMs`; the result cancels it. Timers in programs, a list in tests. */
export type Schedule = (work: () => void, delayMs: number) => () => void;

/** Keys of one issuer for jose's `jwtVerify`, their age, and the end of its reloading. */
export type KeySet = {
  readonly key: JWTVerifyGetKey;
  /** Milliseconds since the set was last loaded; `null`: never yet. */
  ageMs(): number | null;
  close(): void;
};

/** Where the keys are and what the key set may use to get them. */
export type KeySetOptions = {
  readonly url: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly schedule: Schedule;
  /** Told of every attempt that failed; for the operator's log. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
  /** Milliseconds one attempt may take, headers and body together. */
  readonly timeoutMs?: number;
};

/** Why no key can be given at the moment: the issuer's fault, answered with 503 and never taken for an anonymous caller. */
export class KeySetUnavailable extends Error {
  override readonly name = 'KeySetUnavailable';
  readonly retryAfterSeconds: number;

  constructor(retryAfterMs: number, cause: unknown) {
    super('no key to check the token with', { cause });
    this.retryAfterSeconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  }
}

const maxBytes = 64 * 1024;
const maxAgeMs = 24 * 3_600_000;
const reloadMs = 10 * 60_000;
const maxKeyId = 128;

/**
 * Opens the key set and starts to load it. The key resolver throws UNAUTHENTICATED (no key id, or one the issuer does not publish) or
 * `KeySetUnavailable`.
 */
export function createKeySet(options: KeySetOptions): KeySet {
  const { clock, schedule } = options;
  const gate = createAttemptGate(clock);
  const strangers = new LRUCache<string, true>({ max: 1_000 });
  let known: ReadonlySet<string> = new Set();
  let loadedAt: number | undefined;
  let loading: Promise<void> | undefined;
  let cancel = (): void => {};
  let closed = false;

  const remote = createRemoteJWKSet(new URL(options.url), {
    timeoutDuration: options.timeoutMs ?? 2_000,
    // Age and cool-down are decided here, on the injected clock; jose would read the machine's.
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: Number.POSITIVE_INFINITY,
    [customFetch]: async (url, { headers, method, redirect, signal }) => {
      gate.pass();
      const { status, text } = await fetchBounded(
        options.fetch,
        url,
        { headers: Object.fromEntries(headers), method, redirect, signal },
        maxBytes,
      );
      if (status !== 200) throw new Error(`key set answered ${status}`);
      return new Response(text);
    },
  });

  function load(): Promise<void> {
    loading ??= attempt().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  async function attempt(): Promise<void> {
    try {
      await remote.reload();
    } catch (error) {
      if (!(error instanceof GateClosed)) {
        gate.failed();
        options.onFailure?.(error);
      }
      throw error;
    }
    gate.succeeded();
    loadedAt = clock();
    known = new Set(remote.jwks()?.keys.flatMap(({ kid }) => (kid === undefined ? [] : [kid])));
  }

  function keepLoading(): void {
    load()
      .then(
        () => reloadMs,
        () => Math.max(1_000, gate.waitMs()),
      )
      .then((delayMs) => {
        if (!closed) cancel = schedule(keepLoading, delayMs);
      });
  }

  async function loadFor(keyId: string): Promise<void> {
    try {
      await load();
    } catch (error) {
      // Looked moments ago, and the issuer answered without this key: a stranger's, not an outage.
      if (error instanceof GateClosed && !gate.away && usable()) throw refusal('UNAUTHENTICATED', 'key id unknown');
      throw new KeySetUnavailable(gate.waitMs(), error);
    }
    if (!known.has(keyId)) strangers.set(keyId, true);
  }

  function usable(): boolean {
    return loadedAt !== undefined && clock() - loadedAt <= maxAgeMs;
  }

  keepLoading();
  return {
    key: async (header, token) => {
      const { kid } = header;
      if (typeof kid !== 'string' || kid === '' || kid.length > maxKeyId) throw refusal('UNAUTHENTICATED', 'key id missing or too long');
      const isKnown = known.has(kid);
      if (!isKnown && usable() && strangers.has(kid)) throw refusal('UNAUTHENTICATED', 'key id unknown');
      if (!isKnown || !usable()) await loadFor(kid);
      if (!known.has(kid)) throw refusal('UNAUTHENTICATED', 'key id unknown');
      return remote(header, token);
    },
    ageMs: () => (loadedAt === undefined ? null : clock() - loadedAt),
    close() {
      closed = true;
      cancel();
    },
  };
}
