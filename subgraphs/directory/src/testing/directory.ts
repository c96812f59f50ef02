/** A directory for tests: a real database and the real server behind its door, fed page by page, asked as anybody. */
import { randomBytes } from 'node:crypto';
import type { FeedPage } from '@corridor/exchange';
import { createHopDoor, createVerifier } from '@corridor/identity';
import { createLogger, type Server } from '@corridor/runtime';
import {
  type AudienceTuple,
  anonymous,
  type Caller,
  type FeedEvent,
  type IndexLink,
  type IndexReference,
  idOf,
  type Noun,
  type PartyCode,
  parseId,
  type SealedPart,
} from '@corridor/schemas';
import { createAuditLog, type Sql, type Store } from '@corridor/store';
import { asAdministrator, openTestStore } from '@corridor/store/testing';
import { createAnswerer } from '../api/answer.ts';
import { createCursors } from '../api/cursor.ts';
import { directorySchema } from '../api/schema.ts';
import type { FeedStatus } from '../feed/follow-owners.ts';
import { type Applied, applyPage } from '../index/apply.ts';
import { createLookupLog, knownMembersIn, type LookupLog } from '../log/lookup-log.ts';
import { createOwnerDoor, directoryAudience } from '../owner/door.ts';
import { createDirectoryServer } from '../server.ts';
import { aGateway } from './gateway.ts';
import { anIssuer } from './issuer.ts';

/** Audience of everybody. */
export const everybody: AudienceTuple = { party: 'PUBLIC', org: '*', role: '*', purpose: '*' };

/** Audience of everybody of one party. */
export const allOf = (party: string): AudienceTuple => ({ party, org: '*', role: '*', purpose: '*' });

/** Audience of one firm. */
export const firm = (org: string): AudienceTuple => ({ party: org.slice(0, org.indexOf('/')), org, role: '*', purpose: '*' });

/** A caller of a party. */
export const aCaller = (party: string, over: Partial<Caller> = {}): Caller => ({
  ...anonymous,
  party,
  subject: `somebody-of-${party}`,
  client: 'a-client',
  issuer: 'https://issuer.example/realms/corridor',
  purpose: 'corridor-operations',
  ...over,
});

/** The id of the n-th record of a kind. */
export const anId = (party: PartyCode, noun: Noun, n: number): string => idOf(party, noun, String(n).padStart(16, '0'));

/** A record as its owner tells of it; what is not named is plausible. */
export type Told = {
  readonly id: string;
  readonly revision?: number;
  readonly createdAt?: string;
  readonly changedAt?: string;
  readonly sortAt?: string | null;
  readonly withdrawn?: boolean;
  readonly attributes?: FeedEvent['data']['attributes'];
  readonly audience?: readonly AudienceTuple[];
  readonly references?: readonly IndexReference[];
  readonly links?: readonly IndexLink[];
  readonly eventId?: string;
};

/** A UCR, which joins. */
export const ucr = (value: string): IndexReference => ({ kind: 'UCR', value, joins: true });

/** A box, which does not. */
export const box = (value: string): IndexReference => ({ kind: 'EQUIPMENT', value, joins: false });

/** A page with these records, and its sealed part, opened. */
export function aPage(party: PartyCode, told: readonly Told[], next = 'cursor'): { page: FeedPage; parts: Record<string, SealedPart> } {
  const parts: Record<string, SealedPart> = {};
  const events = told.map((record): FeedEvent => {
    const noun = parseId(record.id)?.noun ?? 'port';
    const eventId = record.eventId ?? uuid();
    const createdDateTime = record.createdAt ?? '2026-11-24T00:00:00.000Z';
    parts[eventId] = { audience: record.audience ?? [everybody], references: record.references ?? [], links: record.links ?? [] };
    return {
      specversion: '1.0',
      id: eventId,
      source: `corridor/${party}`,
      type: `cn.corridor.${noun}.changed.v1`,
      subject: record.id,
      time: createdDateTime,
      datacontenttype: 'application/json',
      data: {
        id: record.id,
        noun,
        revision: record.revision ?? 1,
        createdDateTime,
        changedDateTime: record.changedAt ?? createdDateTime,
        sortDateTime: record.sortAt ?? null,
        withdrawn: record.withdrawn ?? false,
        attributes: record.attributes ?? {},
      },
    };
  });
  return { page: { events, sealed: 'x', next, waitingMs: 0, more: false, unknown: [] }, parts };
}

/** What came back over the door. */
export type Asked = {
  readonly status: number;
  readonly text: string;
  readonly body: {
    readonly data?: unknown;
    readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string; readonly argument?: string } }[];
  };
};

/** A directory that runs in this process. */
export type TestDirectory = {
  readonly store: Store<'directory'>;
  readonly server: Server;
  readonly indexKey: Uint8Array;
  /** Ms since the epoch; a test moves it. */
  now: number;
  /** How the feeds stand; a test says so. */
  feeds: readonly FeedStatus[];
  /** The text of each statement that answers were made with, in order; a test empties it. */
  readonly statements: string[];
  /** The same statements with their arguments. */
  readonly sent: Sql[];
  tell(party: PartyCode, ...told: readonly Told[]): Promise<Applied>;
  ask(
    query: string,
    o?: { readonly as?: Caller; readonly variables?: Record<string, unknown>; readonly deadlineMs?: number },
  ): Promise<Asked>;
  /** Asks as an owner, with a token of `as` for `audience` (the directory's when absent), or without one. */
  get(url: string, as: Caller | null, audience?: string): Promise<{ readonly status: number; readonly text: string }>;
  /** `Authorization` of an owner's caller at the directory. */
  bearer(as: Caller): Promise<string>;
  /** Whether the owners' door can write to the log. */
  full: boolean;
  /** Headers of a signed hop that asks this. */
  sign(body: string, as?: Caller, deadlineMs?: number): Promise<Record<string, string>>;
  /** Everything the database holds, as text. */
  dump(): Promise<string>;
  /** Empties all but the schema. */
  empty(): Promise<void>;
  close(): Promise<void>;
};

// Other tests share the machine: a busy one is no reason to refuse.
const patient = { inFlightLimit: 1_000, eventLoopDelay: { limitMs: 60_000, sampleMs: 60_000 } };
/** Opens a directory. `lookups` replaces its log, for the test in which it fails; `as` whom its database is opened matters on a server alone. */
export async function openDirectory(
  o: { readonly lookups?: LookupLog; readonly as?: 'runtime' | 'administrator' } = {},
): Promise<TestDirectory> {
  const store = await openTestStore('directory', 'directory', { as: o.as ?? 'runtime' });
  const auditLog = createAuditLog(store);
  const indexKey = new Uint8Array(32).fill(7);
  const statements: string[] = [];
  const sent: Sql[] = [];
  const state: { now: number; feeds: readonly FeedStatus[]; full: boolean } = {
    now: Date.parse('2026-11-24T12:00:00Z'),
    feeds: [],
    full: false,
  };
  const clock = (): number => state.now;
  const random = (bytes: number): Uint8Array => randomBytes(bytes);
  const log = createLogger({ name: 'directory', level: 'silent' });
  const gateway = await aGateway(clock);
  const answer = createAnswerer({
    schema: directorySchema(),
    store: counted(store, statements, sent),
    cursors: createCursors([{ id: 'k', key: new Uint8Array(32).fill(9) }], clock),
    indexKey,
    lookups: o.lookups ?? createLookupLog(auditLog, knownMembersIn(store, indexKey), random),
    feeds: () => state.feeds,
    clock,
    log,
  });
  const { authority, hopKeys: keys, gateways, issuers, sign } = gateway;
  const hopDoor = createHopDoor({ owner: 'directory', authority, keys, gateways, issuers, clock });
  const issuer = await anIssuer(issuers, clock);
  const verifier = createVerifier(issuers, { audience: directoryAudience, clock, fetch: issuer.fetch, schedule: () => () => undefined });
  const append: typeof auditLog.append = (rows) => (state.full ? Promise.reject(new Error('disk full')) : auditLog.append(rows));
  const owners = createOwnerDoor({ store, verifier, auditLog: { append }, indexKey, feeds: () => state.feeds, clock, random });
  const server = createDirectoryServer({ answer, hopDoor, owners, authority, ready: async () => [], clock, random, log, limits: patient });

  return {
    store,
    server,
    indexKey,
    get now() {
      return state.now;
    },
    set now(ms) {
      state.now = ms;
    },
    get feeds() {
      return state.feeds;
    },
    set feeds(feeds) {
      state.feeds = feeds;
    },
    get full() {
      return state.full;
    },
    set full(full) {
      state.full = full;
    },
    statements,
    sent,
    bearer: (as) => issuer.bearer(as, directoryAudience),
    async get(url, as, audience = directoryAudience) {
      const headers = as === null ? {} : { authorization: await issuer.bearer(as, audience) };
      const { statusCode, payload } = await server.inject({ method: 'GET', url, headers });
      return { status: statusCode, text: payload };
    },
    tell(party, ...told) {
      return applyPage(store, { source: party, ...aPage(party, told), indexKey, clock, random });
    },
    sign,
    async ask(query, { as = anonymous, variables = {}, deadlineMs } = {}) {
      const payload = JSON.stringify({ query, variables });
      const response = await server.inject({ method: 'POST', url: '/graphql', payload, headers: await sign(payload, as, deadlineMs) });
      return { status: response.statusCode, text: response.payload, body: response.payload === '' ? {} : response.json() };
    },
    async dump() {
      const tables = [
        'audience_set',
        'audience_member',
        'entry',
        'entry_key',
        'entry_link',
        'inbox',
        'feed_position',
        'audit_log',
        'audit_line',
      ];
      const rows = await store.transaction(async (tx) => {
        const texts: string[] = [];
        for (const table of tables)
          texts.push(...(await tx.query<{ row: string }>(`select t::text as row from ${table} t`)).map(({ row }) => row));
        return texts;
      });
      return rows.join('\n');
    },
    async empty() {
      await asAdministrator(
        store,
        'truncate entry_link, entry_key, entry, audience_member, audience_set, inbox, feed_position, feed_begun_anew, audit_log, audit_line, audit_head',
      );
    },
    async close() {
      await server.close();
      verifier.close();
      await auditLog.close();
      await store.close();
    },
  };
}

function counted(store: Store<'directory'>, statements: string[], sent: Sql[]): Store<'directory'> {
  const told = (statement: Sql): Sql => {
    statements.push(statement.text);
    sent.push(statement);
    return statement;
  };
  return {
    ...store,
    query: (statement) => store.query(told(statement)),
    transaction: (work, options) => store.transaction((tx) => work({ ...tx, sql: (statement) => tx.sql(told(statement)) }), options),
  };
}

function uuid(): string {
  const hex = randomBytes(16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
