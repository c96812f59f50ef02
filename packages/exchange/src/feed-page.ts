import {
  CorridorError,
  errors,
  type FeedEvent,
  feedEvent,
  feedHeaders,
  isErrorCode,
  type PartyCode,
  parseId,
  sealedEvent,
  sealedEventType,
} from '@corridor/schemas';
import { type Dispatcher, request } from 'undici';

/** One page of an owner's feed, checked. */
export type FeedPage = {
  /** Changes in feed order. */
  readonly events: FeedEvent[];
  /** The page's JWE (see `openParts`); `null` on an empty page. */
  readonly sealed: string | null;
  /** Cursor behind the last row the owner examined: also an empty page moves it. */
  readonly next: string;
  /** Age in ms of the owner's oldest change that has no position yet. */
  readonly waitingMs: number;
  readonly more: boolean;
  /** Events of types this program does not know: to be recorded and passed. */
  readonly unknown: readonly { readonly id: string; readonly type: string }[];
};

/** What one question to a feed needs. */
export type FeedQuestion = {
  /** Owner id; named in errors. */
  readonly source: PartyCode;
  /** Address of the feed. */
  readonly url: string;
  readonly token: () => Promise<string>;
  readonly after: string | null;
  /** How long the owner may hold the answer back while there is nothing to tell. */
  readonly waitSeconds: number;
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly dispatcher?: Dispatcher;
};

/** Largest answer taken from an owner, bytes. */
export const pageSizeLimit = 8 * 1024 * 1024;

/**
 * Asks a feed once.
 * @throws OWNER_UNREACHABLE, OWNER_TIMEOUT the owner does not answer as it should; redirects count as that
 * @throws FEED_PAGE_INVALID the answer is no page, or larger than 8 MiB
 * @throws CURSOR_INVALID, FEED_EPOCH_CHANGED the owner refuses the cursor
 */
export async function fetchFeedPage(o: FeedQuestion): Promise<FeedPage> {
  const url = new URL(o.url);
  if (o.after !== null) url.searchParams.set('after', o.after);
  url.searchParams.set('limit', String(o.limit));
  url.searchParams.set('wait', String(o.waitSeconds));
  const authorization = `Bearer ${await o.token()}`;
  try {
    const answer = await request(url, {
      headers: { authorization, accept: 'application/cloudevents-batch+json' },
      headersTimeout: (o.waitSeconds + 15) * 1_000,
      bodyTimeout: 15_000,
      signal: o.signal,
      ...(o.dispatcher === undefined ? {} : { dispatcher: o.dispatcher }),
    });
    const body = await readCapped(answer.body, o.source);
    if (answer.statusCode !== 200) throw refusal(answer.statusCode, body, o.source);
    return readPage(answer.headers, body, o.source);
  } catch (cause) {
    if (cause instanceof CorridorError || o.signal.aborted) throw cause;
    const late = cause instanceof Error && 'code' in cause && /TIMEOUT$/.test(String(cause.code));
    throw new CorridorError(late ? 'OWNER_TIMEOUT' : 'OWNER_UNREACHABLE', { owner: o.source, cause });
  }
}

async function readCapped(body: Dispatcher.ResponseData['body'], source: PartyCode): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    // Leaving the loop destroys the body, so nothing more is read.
    if (size > pageSizeLimit) throw invalid(source, 'more than 8 MiB');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readPage(headers: Readonly<Record<string, string | string[] | undefined>>, body: string, source: PartyCode): FeedPage {
  const next = headers[feedHeaders.next];
  const waiting = headers[feedHeaders.waitingMs];
  const more = headers[feedHeaders.more];
  if (typeof next !== 'string' || next === '' || next.length > 4_096) throw invalid(source, 'header corridor-next');
  if (typeof waiting !== 'string' || !/^\d{1,15}$/.test(waiting)) throw invalid(source, 'header corridor-waiting-ms');
  if (more !== 'true' && more !== 'false') throw invalid(source, 'header corridor-more');
  const events: FeedEvent[] = [];
  const unknown: { id: string; type: string }[] = [];
  let sealed: string | null = null;
  for (const element of elementsOf(body, source)) {
    if (sealed !== null) throw invalid(source, 'the sealed part is not the last element');
    const part = sealedEvent.safeParse(element);
    const event = feedEvent.safeParse(element);
    if (part.success) sealed = part.data.data.jwe;
    else if (event.success) events.push(ownEvent(event.data, source));
    else unknown.push(unknownEvent(element, source));
  }
  if (events.length > 0 && sealed === null) throw invalid(source, 'the sealed part is missing');
  return { events, sealed, next, waitingMs: Number(waiting), more: more === 'true', unknown };
}

// An owner speaks of its own records alone.
function ownEvent(event: FeedEvent, source: PartyCode): FeedEvent {
  if (event.source !== `corridor/${source}` || parseId(event.subject)?.party !== source)
    throw invalid(source, "an event about another party's record");
  return event;
}

function elementsOf(body: string, source: PartyCode): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(body);
    if (Array.isArray(value)) return value;
  } catch (cause) {
    throw invalid(source, 'not JSON', cause);
  }
  throw invalid(source, 'not an array');
}

// A later version of an owner may tell of more than this program knows; an event it does know must fit.
function unknownEvent(element: unknown, source: PartyCode): { id: string; type: string } {
  if (typeof element === 'object' && element !== null && 'id' in element && 'type' in element) {
    const { id, type } = element;
    if (typeof id === 'string' && uuid.test(id) && typeof type === 'string' && !isKnownType(type)) return { id, type };
  }
  throw invalid(source, 'an event does not fit its schema');
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function isKnownType(type: string): boolean {
  return type === sealedEventType || feedEvent.shape.type.safeParse(type).success;
}

function refusal(status: number, body: string, source: PartyCode): CorridorError {
  const code = /"code"\s*:\s*"([A-Z_]{1,40})"/.exec(body)?.[1] ?? '';
  const told = isErrorCode(code) && errors[code].status === status;
  if (told && (code === 'CURSOR_INVALID' || code === 'FEED_EPOCH_CHANGED')) return new CorridorError(code, { owner: source });
  return new CorridorError('OWNER_UNREACHABLE', { owner: source, detail: told ? `status ${status}, ${code}` : `status ${status}` });
}

function invalid(source: PartyCode, detail: string, cause?: unknown): CorridorError {
  return new CorridorError('FEED_PAGE_INVALID', { owner: source, detail, ...(cause === undefined ? {} : { cause }) });
}
