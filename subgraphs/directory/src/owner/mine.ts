import { type AudienceTuple, type Clock, type PartyCode, parties, purposes } from '@corridor/schemas';
import { type Store, sql } from '@corridor/store';
import type { FeedStatus } from '../feed/follow-owners.ts';
import { audienceToken } from '../index/audience.ts';

/** What the directory holds of one record. */
export type MineEntry = {
  readonly id: string;
  readonly noun: string;
  readonly revision: number;
  readonly withdrawn: boolean;
  readonly changedDateTime: string;
  /** Key of `audiences`. */
  readonly audience: string;
  /** How many references it can be found by; they themselves are blinded. */
  readonly references: number;
  /** Records of the owner it is linked to. */
  readonly links: readonly string[];
};

/** Who may know of the entries with this audience. */
export type MineAudience = {
  readonly members: number;
  /** Members that name a whole party. The directory knows tokens alone and tries those it can spell; one that names a firm or a role stays a number. */
  readonly parties: readonly AudienceTuple[];
};

/** A page of what the directory holds of an owner. */
export type MinePage = {
  readonly owner: PartyCode;
  /** How the owner's feed stands here. `cursor` is the owner's own; `null`: nothing of it has taken effect. */
  readonly feed: {
    readonly state: FeedStatus['is'] | 'not-followed';
    readonly cursor: string | null;
    readonly appliedDateTime: string | null;
    /** Since the last page that took effect. */
    readonly secondsSinceApplied: number | null;
    /** Age of the owner's oldest change without a position, as its last page told. */
    readonly waitingMs: number;
  };
  readonly counts: { readonly entries: number; readonly withdrawn: number };
  readonly entries: readonly MineEntry[];
  readonly audiences: Readonly<Record<string, MineAudience>>;
  /** Id to go on behind; `null` at the end. */
  readonly next: string | null;
};

type Row = {
  readonly id: string;
  readonly noun: string;
  readonly revision: bigint;
  readonly withdrawn: boolean;
  readonly changed_at: Date;
  readonly audience: string;
  readonly keys: number;
  readonly links: readonly string[];
};

/** Reads the owner's entries behind an id, in the order of ids. Each page is true for itself: what changes between two pages shows in its revision. */
export async function readMine(o: {
  readonly store: Store<'directory'>;
  readonly owner: PartyCode;
  readonly after: string | null;
  readonly limit: number;
  readonly indexKey: Uint8Array;
  readonly status: FeedStatus | undefined;
  readonly clock: Clock;
}): Promise<MinePage> {
  const { store, owner, after, limit, status } = o;
  const rows = await store.query<Row>(
    sql`select e.id, e.noun, e.revision, e.withdrawn, e.changed_at, encode(s.digest, 'hex') as audience,
               (select count(*)::int from entry_key k where k.entry_id = e.id) as keys,
               array(select l.record_id from entry_link l where l.entry_id = e.id order by l.record_id) as links
          from entry e join audience_set s on s.id = e.audience_set_id
         where e.party = ${owner} and e.id > ${after ?? ''} order by e.id limit ${limit + 1}::int`,
  );
  const page = rows.slice(0, limit);
  const [counts] = await store.query<{ entries: number; withdrawn: number }>(
    sql`select count(*)::int as entries, (count(*) filter (where e.withdrawn))::int as withdrawn from entry e where e.party = ${owner}`,
  );
  const [position] = await store.query<{ cursor: string; at: Date }>(
    sql`select p.cursor, p.at from feed_position p where p.source = ${owner}`,
  );
  return {
    owner,
    feed: {
      state: status?.is ?? 'not-followed',
      cursor: position?.cursor ?? null,
      appliedDateTime: position?.at.toISOString() ?? null,
      secondsSinceApplied: position === undefined ? null : Math.max(0, Math.round((o.clock() - position.at.getTime()) / 1_000)),
      waitingMs: status?.waitingMs ?? 0,
    },
    counts: counts ?? { entries: 0, withdrawn: 0 },
    entries: page.map(({ id, noun, revision, withdrawn, changed_at, audience, keys, links }) => ({
      id,
      noun,
      revision: Number(revision),
      withdrawn,
      changedDateTime: changed_at.toISOString(),
      audience,
      references: keys,
      links,
    })),
    audiences: await audiencesOf(store, [...new Set(page.map(({ audience }) => audience))], o.indexKey),
    next: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
}

async function audiencesOf(
  store: Store<'directory'>,
  digests: readonly string[],
  indexKey: Uint8Array,
): Promise<Record<string, MineAudience>> {
  const rows = await store.query<{ digest: string; tokens: readonly string[] }>(
    sql`select encode(s.digest, 'hex') as digest, array(select encode(m.token, 'hex') from audience_member m where m.set_id = s.id) as tokens
          from audience_set s where s.digest = any(${digests.map((digest) => Buffer.from(digest, 'hex'))}::bytea[])`,
  );
  const spelled = new Map(wholeParties.map((tuple) => [audienceToken(indexKey, tuple), tuple]));
  return Object.fromEntries(
    rows.map(({ digest, tokens }) => {
      const held = new Set(tokens);
      return [digest, { members: tokens.length, parties: [...spelled].flatMap(([token, tuple]) => (held.has(token) ? [tuple] : [])) }];
    }),
  );
}

const wholeParties: readonly AudienceTuple[] = ['PUBLIC', '*', ...parties.flatMap(({ registryCodes }) => registryCodes)].flatMap((party) =>
  ['*', ...purposes].map((purpose) => ({ party, org: '*', role: '*', purpose })),
);
