import type { Noun } from '@corridor/schemas';
import type { SqlTx } from './sql.ts';

/** Channel that wakes the sequencer: a change stands in the outbox. */
export const outboxChannel = 'corridor_outbox';

/** Channel that wakes readers of the feed: rows have got their positions. */
export const feedChannel = 'corridor_feed';

/** Type of the event that tells of a changed record: CloudEvents 1.0 `type`. */
export function changedType(noun: Noun): `cn.corridor.${Noun}.changed.v1` {
  return `cn.corridor.${noun}.changed.v1`;
}

/**
 * Tells the outbox of changed records, in the transaction of the change, and wakes the sequencer when that transaction commits. Rows hold ids and
 * revisions, never contents. They have no position yet: see `sequence`.
 */
export async function appendToOutbox(
  tx: SqlTx,
  changes: readonly { readonly subject: string; readonly noun: Noun; readonly revision: number }[],
): Promise<void> {
  if (changes.length === 0) return;
  await tx.query(
    `with told as (
       insert into outbox (type, subject, noun, revision)
       select r.type, r.subject, r.noun, r.revision
         from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) with ordinality as r(type, subject, noun, revision, ordinality)
        order by r.ordinality)
     select pg_notify('${outboxChannel}', '')::text`,
    changes.map(({ noun }) => changedType(noun)),
    changes.map(({ subject }) => subject),
    changes.map(({ noun }) => noun),
    changes.map(({ revision }) => revision),
  );
}

/** A row of the outbox that has its position. */
export type OutboxRow = {
  readonly position: bigint;
  /** UUID, the CloudEvents `id`. */
  readonly eventId: string;
  readonly type: string;
  /** Id of the record. */
  readonly subject: string;
  readonly noun: Noun;
  readonly revision: number;
  readonly at: Date;
};

/** A page of the outbox. */
export type OutboxPage = {
  /** In order of position, at most `limit`. */
  readonly rows: OutboxRow[];
  /** Which run of the feed this is; another one after a restore, wherever to, and after another server took over. */
  readonly epoch: string;
  /** Id of the event at the position asked behind; `null` where there is none. */
  readonly event: string | null;
  /** The newest position given so far; more rows follow while it is above the last row's. */
  readonly last: bigint;
  /** Age in ms of the oldest committed row that still waits for a position, by the database's clock, at least 1; 0 when none waits. */
  readonly waitingMs: number;
};

/** Reads the rows behind a position, in the order of their positions. Rows without one are not there yet, whatever their id. */
export async function readOutbox(tx: SqlTx, after: bigint, limit: number): Promise<OutboxPage> {
  const [head] = await tx.query<{ epoch: string; event: string | null; last_text: string; waiting_ms: string }>(
    `select h.epoch || '.' || feed_run() as epoch, h.last::text as last_text,
            (select o.event_id::text from outbox o where o.position = $1::bigint) as event,
            (select case when min(w.at) is null then 0 else greatest(1, ceil(extract(epoch from clock_timestamp() - min(w.at)) * 1000)) end
               from outbox w where w.position is null)::bigint::text as waiting_ms
       from outbox_head h`,
    after.toString(),
  );
  // The alias is not `position`: `order by position` would then sort the text, '10' before '9'.
  const rows = await tx.query<RawRow>(
    `select o.position::text as position_text, o.event_id::text as event_id, o.type, o.subject, o.noun, o.revision::text as revision_text,
            (extract(epoch from o.at) * 1000)::bigint::text as at_ms
       from outbox o
      where o.position > $1::bigint
      order by o.position
      limit $2::int`,
    after.toString(),
    limit,
  );
  return {
    rows: rows.map((row) => ({
      position: BigInt(row.position_text),
      eventId: row.event_id,
      type: row.type,
      subject: row.subject,
      noun: row.noun,
      revision: Number(row.revision_text),
      at: new Date(Number(row.at_ms)),
    })),
    epoch: head?.epoch ?? '',
    event: head?.event ?? null,
    last: BigInt(head?.last_text ?? '0'),
    waitingMs: Number(head?.waiting_ms ?? '0'),
  };
}

type RawRow = {
  readonly position_text: string;
  readonly event_id: string;
  readonly type: string;
  readonly subject: string;
  readonly noun: Noun;
  readonly revision_text: string;
  readonly at_ms: string;
};
