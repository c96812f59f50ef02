/** What owners and the directory have stored, read from their databases while their programs are down. */
import { type ChainCheck, chainStart, checkChain } from '@corridor/audit';
import { systemClock } from '@corridor/runtime';
import { openStore, type Store, sql } from '@corridor/store';
import type { Killable } from './killable.ts';

/** An owner's database. */
export type OwnerState = {
  /** `message_key` of every message that took effect. */
  readonly messages: readonly string[];
  /** SHA-256 of bodies that were answered for: taken, or known before. */
  readonly answered: ReadonlySet<string>;
  readonly consignments: readonly { readonly reference: string; readonly revision: number; readonly cancelled: boolean }[];
  /** `references`: the consignments an event is linked to. */
  readonly events: readonly { readonly document: string; readonly retracted: boolean; readonly references: readonly string[] }[];
  /** Rows of the outbox in order of position; `null`: without one. */
  readonly outbox: readonly {
    readonly position: number | null;
    readonly eventId: string;
    readonly subject: string;
    readonly revision: number;
  }[];
  readonly lastPosition: number;
  /** Revision of every record that is there. */
  readonly revisions: ReadonlyMap<string, number>;
  /** `<event or box> <consignment record>` */
  readonly links: readonly string[];
  /** `<trace id> <record id>` of every read in the access log. */
  readonly reads: ReadonlySet<string>;
};

/** The directory's index: equal states answer equally. Rows sorted. */
export type DirectoryIndex = {
  readonly entries: readonly Entry[];
  readonly keys: readonly string[];
  /** `<event or box> <consignment record>` */
  readonly links: readonly string[];
};

type Entry = {
  readonly id: string;
  readonly party: string;
  readonly revision: number;
  readonly withdrawn: boolean;
  readonly consignment: string | null;
  readonly derived: string | null;
  readonly audience: string;
};

/** The directory's database. */
export type DirectoryState = DirectoryIndex & {
  /** `<owner> <event id>` of what was applied. */
  readonly inbox: readonly string[];
  /** `<trace id> <consignment id>` of every look-up in the log. */
  readonly lookups: ReadonlySet<string>;
  /** The log and the part of it that each owner reads, each chained: whether it holds, up to which head, and which head is kept. */
  readonly chains: readonly {
    readonly log: string;
    readonly check: ChainCheck;
    readonly head: { readonly position: number; readonly chain: string };
  }[];
  /** Rows of the log that are not sealed. */
  readonly unsealed: number;
};

/** Reads an owner's database. */
export async function ownerState({ name, databaseUrl, env }: Killable): Promise<OwnerState> {
  const store = await openStore({ model: 'party', owner: name, databaseUrl, dataDir: env['DATA_DIR'], clock: systemClock });
  try {
    const messages = await store.query<{ key: string }>(sql`select message_key as key from source_message`);
    const answered = await store.query<{ sha256: string }>(
      sql`select distinct sha256 from raw_message where outcome in ('TAKEN', 'DUPLICATE')`,
    );
    const consignments = await store.query<OwnerState['consignments'][number]>(
      sql`select record_key::jsonb ->> -1 as reference, message_revision as revision, cancelled from consignment_record`,
    );
    const events = await store.query<OwnerState['events'][number]>(
      sql`select e.document_key::jsonb ->> -1 as document, e.retracted,
                 array(select c.record_key::jsonb ->> -1 from event_consignment l join consignment_record c on c.id = l.record_id
                        where l.event_id = e.id order by 1) as references
            from equipment_event e`,
    );
    const outbox = await store.query<OwnerState['outbox'][number]>(
      sql`select position::int as position, event_id::text as "eventId", subject, revision::int as revision from outbox order by position nulls last, id`,
    );
    const [head] = await store.query<{ last: number }>(sql`select last::int as last from outbox_head`);
    const revisions = await store.query<{ id: string; revision: number }>(
      sql`select id, revision::int as revision from consignment_record union all select id, revision::int from equipment_record
          union all select id, revision::int from equipment_event union all select id, revision::int from facility`,
    );
    const links = await store.query<{ link: string }>(
      sql`select event_id || ' ' || record_id as link from event_consignment
          union all select equipment_id || ' ' || record_id from equipment_consignment`,
    );
    const reads = await store.query<{ read: string }>(
      sql`select (l.body ->> 'traceId') || ' ' || r.id as read from audit_log l, jsonb_array_elements_text(l.body -> 'recordIds') as r(id)
           where l.body ->> 'operation' is distinct from 'feed'`,
    );
    return {
      messages: messages.map(({ key }) => key),
      answered: new Set(answered.map(({ sha256 }) => sha256)),
      consignments,
      events,
      outbox,
      lastPosition: head?.last ?? 0,
      revisions: new Map(revisions.map(({ id, revision }) => [id, revision])),
      links: links.map(({ link }) => link).sort(),
      reads: new Set(reads.map(({ read }) => read)),
    };
  } finally {
    await store.close();
  }
}

/** Reads a directory's database and checks its logs. */
export async function directoryState(place: {
  readonly databaseUrl: string | undefined;
  readonly dataDir: string | undefined;
}): Promise<DirectoryState> {
  const store = await openStore({ ...place, model: 'directory', owner: 'directory', clock: systemClock });
  try {
    const inbox = await store.query<{ row: string }>(sql`select source || ' ' || event_id as row from inbox`);
    const lookups = await store.query<{ lookup: string }>(
      sql`select (l.body ->> 'traceId') || ' ' || c.id as lookup
            from audit_log l, jsonb_array_elements_text(l.body -> 'consignmentIds') as c(id) where l.body ->> 'operation' = 'consignments'`,
    );
    const [left] = await store.query<{ unsealed: number }>(sql`select count(*)::int as unsealed from audit_log where position is null`);
    return {
      ...(await indexOf(store)),
      inbox: inbox.map(({ row }) => row),
      lookups: new Set(lookups.map(({ lookup }) => lookup)),
      chains: await chainsOf(store),
      unsealed: left?.unsealed ?? 0,
    };
  } finally {
    await store.close();
  }
}

// Sorted here: two databases may order text differently.
async function indexOf(store: Store<'directory'>): Promise<DirectoryIndex> {
  const entries = await store.query<Entry>(
    sql`select e.id, e.party, e.revision::int as revision, e.withdrawn, e.consignment_id as consignment, e.derived_id as derived,
               encode(s.digest, 'hex') as audience
          from entry e join audience_set s on s.id = e.audience_set_id`,
  );
  const keys = await store.query<{ row: string }>(
    sql`select entry_id || ' ' || kind || ' ' || encode(index, 'hex') || ' ' || joins as row from entry_key`,
  );
  const links = await store.query<{ row: string }>(sql`select entry_id || ' ' || record_id as row from entry_link`);
  return {
    entries: entries.sort((a, b) => (a.id < b.id ? -1 : 1)),
    keys: keys.map(({ row }) => row).sort(),
    links: links.map(({ row }) => row).sort(),
  };
}

type Line = { readonly position: number; readonly id: string; readonly at: string; readonly body: unknown; readonly chain: string };

async function chainsOf(store: Store<'directory'>): Promise<DirectoryState['chains']> {
  const heads = await store.query<{ log: string; position: number; chain: string }>(
    sql`select log, last::int as position, encode(chain, 'hex') as chain from audit_head order by log`,
  );
  const lines = await store.query<Line & { log: string }>(
    sql`select l.log, l.position::int as position, l.entry_id as id, encode(l.chain, 'hex') as chain, l.body,
               to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
          from (select 'directory' as log, position, entry_id, chain, body, at from audit_log where position is not null
                union all select party, position, entry_id, chain, body, at from audit_line) l order by l.log, l.position`,
  );
  return heads.map(({ log, position, chain }) => ({
    log,
    check: checkChain(
      chainStart,
      lines.filter((line) => line.log === log),
    ),
    head: { position, chain },
  }));
}
