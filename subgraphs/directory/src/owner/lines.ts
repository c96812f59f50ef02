import { CorridorError, type PartyCode } from '@corridor/schemas';
import { raw, type Store, sql } from '@corridor/store';
import type { OwnerLine } from '../log/line.ts';
import { microseconds } from '../log/seal.ts';

/** One line, with what its hash is made of: the leaf of `{id, at, body}`, chained behind the line before it. */
export type SealedLine = {
  /** 1 for the owner's first line, without gaps. */
  readonly position: number;
  readonly id: string;
  /** UTC in microseconds. */
  readonly at: string;
  readonly body: OwnerLine;
  /** SHA-256, lower-case hex. */
  readonly chain: string;
};

/** A page of an owner's lines. */
export type LogPage = {
  readonly owner: PartyCode;
  readonly lines: readonly SealedLine[];
  /** Position to go on behind. */
  readonly next: number;
  readonly more: boolean;
  /** Where the owner's chain stands: kept by the owner, it shows later that no line was taken back. */
  readonly head: { readonly position: number; readonly chain: string };
};

/** Reads lines behind a position. @throws CURSOR_INVALID for a position the log has never given: it went back, or the position is another owner's */
export async function readLines(store: Store<'directory'>, owner: PartyCode, after: bigint, limit: number): Promise<LogPage> {
  const [head = { last: 0n, chain: '00'.repeat(32) }] = await store.query<{ last: bigint; chain: string }>(
    sql`select h.last, encode(h.chain, 'hex') as chain from audit_head h where h.log = ${owner}`,
  );
  if (after > head.last) throw new CorridorError('CURSOR_INVALID');
  const rows = await store.query<{ place: bigint; id: string; time: string; body: OwnerLine; chain: string }>(
    sql`select l.position as place, l.entry_id as id, ${raw(microseconds('l.at'))} as time, l.body, encode(l.chain, 'hex') as chain
          from audit_line l where l.party = ${owner} and l.position > ${after} and l.position <= ${head.last} order by l.position limit ${limit}::int`,
  );
  const next = rows.at(-1)?.place ?? after;
  return {
    owner,
    lines: rows.map(({ place, id, time, body, chain }) => ({ position: Number(place), id, at: time, body, chain })),
    next: Number(next),
    more: next < head.last,
    head: { position: Number(head.last), chain: head.chain },
  };
}
