/**
 * `GET /feed`, without the framework around it: the directory learns which records changed and who may know of them, never what they say.
 *
 * 1. Who reads: a token for this owner with the permission `feed.read`, of the party DIRECTORY, or of the owner itself, which compares by it what the
 *    directory holds; others have no feed in this release. The sealed part is the directory's alone.
 * 2. A page of the outbox behind the cursor. Where nothing is new, the answer waits up to `wait` seconds; a wake-up may be lost, so it looks each second.
 * 3. One row in the access log, durable before the answer: which records were told, never to whom else they are open. An empty page tells nothing.
 */
import { checkEpoch, type FeedCursors, feedChannel, type Sequencer, type SqlStore } from '@corridor/exchange';
import { hasPermission, type Sender, type Verifier } from '@corridor/identity';
import { type Caller, type Clock, CorridorError, feedHeaders, makeId, partyOf, type Random } from '@corridor/schemas';
import type { PartyDefinition } from '../definition.ts';
import { isOwnStaff } from '../sharing/own-staff.ts';
import { type Page, readPage, sealedPage } from './page.ts';

/** A request as the server hands it in. */
export type FeedRequest = {
  readonly authorization: string | undefined;
  readonly query: { readonly after?: string | undefined; readonly limit?: string | undefined; readonly wait?: string | undefined };
  /** Ends the waiting: the reader left, or the program stops. */
  readonly signal: AbortSignal;
  /** W3C trace id. */
  readonly traceId: string;
  /** What shows that a token bound to its sender is the sender's; absent: none is taken. */
  readonly sender?: Sender;
};

/** A page as the server sends it. */
type FeedAnswer = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** What the feed needs. */
export type FeedOptions = {
  readonly store: SqlStore;
  readonly definition: PartyDefinition;
  readonly verifier: Verifier;
  /** Resolves once the rows are durable. @throws AUDIT_UNAVAILABLE is made of any rejection */
  readonly auditLog: { append(rows: readonly { entryId: string; body: object }[]): Promise<void> };
  /** The directory's public key, EC P-256. */
  readonly sealingKey: () => Parameters<typeof sealedPage>[2];
  readonly cursors: FeedCursors;
  readonly sequencer: Pick<Sequencer, 'wake'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Told the position behind which the directory asks. */
  readonly onAsked?: (position: bigint) => void;
};

/** The feed. */
export type Feed = {
  /**
   * One page. @throws UNAUTHENTICATED and its kin, ROLE_MISSING, BAD_USER_INPUT, CURSOR_INVALID, FEED_EPOCH_CHANGED, AUDIT_UNAVAILABLE
   */
  get(request: FeedRequest): Promise<FeedAnswer>;
};

const pageLimit = 1_000;
const waitLimitSeconds = 20;

/** The feed of a party. */
export function createFeed(options: FeedOptions): Feed {
  const { store, definition, verifier, auditLog, sealingKey, cursors, sequencer, clock, random } = options;
  return {
    async get({ authorization, query, signal, traceId, sender }) {
      const { caller } = await verifier.verify(authorization, undefined, sender);
      if (caller.client === null) throw new CorridorError('UNAUTHENTICATED');
      if (!hasPermission(caller, 'feed.read')) throw new CorridorError('ROLE_MISSING', { detail: 'feed.read' });
      if (caller.party !== 'DIRECTORY' && !isOwnStaff(caller, { party: partyOf(definition.code), definition }))
        throw new CorridorError('ROLE_MISSING', { detail: 'the feed is read by the directory and by the owner itself' });
      const limit = whole('limit', query.limit, pageLimit, 1, pageLimit);
      const waitSeconds = whole('wait', query.wait, 0, 0, waitLimitSeconds);
      const subscriber = `${caller.issuer} ${caller.client}`;
      const cursor = query.after === undefined ? undefined : await cursors.read(query.after, subscriber);

      if (caller.party === 'DIRECTORY') options.onAsked?.(cursor?.position ?? 0n);
      const read = async (): Promise<Page> => {
        const page = await readPage(store, definition.code, cursor?.position ?? 0n, limit, clock());
        if (cursor !== undefined) checkEpoch(cursor, { ...page, event: page.eventBefore });
        return page;
      };
      sequencer.wake();
      const page = await pageWithin(store, read, waitSeconds * 1_000, clock, signal);
      if (page.events.length > 0) await audit(page, caller, traceId);
      const body = await sealedPage(page, definition.code, sealingKey(), uuidOf(random(16)), clock());
      return {
        status: 200,
        headers: {
          'content-type': 'application/cloudevents-batch+json',
          'cache-control': 'no-store',
          [feedHeaders.next]: await cursors.write({ ...page, subscriber }),
          [feedHeaders.waitingMs]: String(page.waitingMs),
          [feedHeaders.more]: String(page.position < page.last),
        },
        body: JSON.stringify(body),
      };
    },
  };

  async function audit(page: Page, caller: Caller, traceId: string): Promise<void> {
    const { subject, client, party, org, roles, purpose } = caller;
    const body = {
      subject,
      client,
      party,
      org,
      roles,
      purpose,
      operation: 'feed',
      traceId,
      // Index entries of all classes: that they exist and who may know of them.
      recordClass: 'INDEX',
      recordIds: [...new Set(page.events.map((event) => event.subject))].sort(),
      fieldGroups: [],
      agreementRefs: ['DEFAULT'],
      passport: null,
      salt: Buffer.from(random(16)).toString('base64url'),
    };
    try {
      await auditLog.append([{ entryId: makeId(definition.code, 'access-log-entry', random), body }]);
    } catch (cause) {
      throw new CorridorError('AUDIT_UNAVAILABLE', { owner: definition.code, cause });
    }
  }
}

/** The first page that has something in it, or the last one when the time is over. */
async function pageWithin(store: SqlStore, read: () => Promise<Page>, waitMs: number, clock: Clock, signal: AbortSignal): Promise<Page> {
  const first = await read();
  if (first.events.length > 0 || waitMs === 0 || signal.aborted) return first;
  const end = clock() + waitMs;
  let woken = false;
  let wake: () => void = () => undefined;
  const stop = await store.listen(feedChannel, () => {
    woken = true;
    wake();
  });
  try {
    for (;;) {
      // Listening began after the first look: look again before waiting.
      woken = false;
      const page = await read();
      const left = end - clock();
      if (page.events.length > 0 || left <= 0 || signal.aborted) return page;
      if (woken) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, Math.min(left, 1_000));
        function done(): void {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        }
        wake = done;
        signal.addEventListener('abort', done);
      });
    }
  } finally {
    await stop();
  }
}

function whole(name: string, text: string | undefined, absent: number, from: number, to: number): number {
  if (text === undefined) return absent;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= from && value <= to)) throw new CorridorError('BAD_USER_INPUT', { detail: `${name}: ${from} to ${to}` });
  return value;
}

/** A random UUID (RFC 9562, version 4) of sixteen random bytes. */
function uuidOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
