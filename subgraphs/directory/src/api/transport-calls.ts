import { type Sql, sql } from '@corridor/store';
import { readInstant } from '@corridor/subgraph';
import { blind } from '../index/blind.ts';
import { type PageArguments, readFirst, readLocationCodes, readPartyCodes, readTrainNumber, readVessel, readVoyage } from './arguments.ts';
import { type Connection, connectionOf } from './connection.ts';
import type { RequestContext } from './context.ts';
import type { List } from './cursor.ts';
import { callNouns, type Entry, loadEntry, loggable } from './entry.ts';
import type { SortedEntry } from './loaders.ts';
import { all, known } from './viewer.ts';

type TransportCallFilter = {
  readonly partyCode?: readonly string[] | null;
  readonly vesselIMONumber?: string | null;
  readonly voyageNumber?: string | null;
  readonly trainNumber?: string | null;
  readonly UNLocationCode?: readonly string[] | null;
  readonly from?: unknown;
  readonly to?: unknown;
};

/** `Query.transportCalls`: calls the viewer may know of, by the day of the call; one without a time stands where it was made. */
export async function transportCalls(
  _: unknown,
  args: PageArguments & { readonly filter?: TransportCallFilter | null },
  context: RequestContext,
): Promise<Connection<SortedEntry>> {
  const first = readFirst(args.first);
  const asked = readFilter(args.filter ?? {}, context.indexKey);
  const list: List = ['transportCalls', asked];
  const after = args.after == null ? null : await context.cursors.read(context.viewer, list, args.after);
  const conditions = [
    sql`e.noun = any(${callNouns}::text[])`,
    known(context.viewer, 'e'),
    ...asked.keys.map((key) => keyed(key, context)),
    ...(asked.partyCode === null ? [] : [sql`e.party = any(${asked.partyCode}::text[])`]),
    ...(asked.UNLocationCode === null ? [] : [sql`e.un_location_codes && ${asked.UNLocationCode}::text[]`]),
    ...(asked.from === null ? [] : [sql`e.sort_at >= ${asked.from}::timestamptz`]),
    ...(asked.to === null ? [] : [sql`e.sort_at < ${asked.to}::timestamptz`]),
    ...(after === null ? [] : [sql`(coalesce(e.sort_at, e.created_at), e.id) > (${after[0]}::timestamptz, ${after[1]})`]),
  ];
  const rows = await context.store.query<SortedEntry>(
    sql`select e.id, e.party, e.noun, coalesce(e.sort_at, e.created_at) as at from entry e where ${all(conditions)}
         order by coalesce(e.sort_at, e.created_at), e.id limit ${first + 1}::int`,
  );
  const page = await connectionOf(context, list, first, rows, ({ at, id }) => [at.toISOString(), id]);
  context.log({ operation: 'transportCalls', asked, recordIds: page.nodes.map(({ id }) => id) });
  return page;
}

/** `Query.transportCall`: one call; unknown, hidden, malformed and an id of something else are the same null. */
export async function transportCall(_: unknown, { id }: { readonly id: string }, context: RequestContext): Promise<Entry | null> {
  const entry = await loadEntry(context, id, callNouns);
  context.log({ operation: 'transportCall', asked: { id: loggable(id) }, recordIds: entry === null ? [] : [entry.id] });
  return entry;
}

type Key = { readonly kind: 'VESSEL' | 'VOYAGE' | 'TRAIN'; readonly index: string };

/** The filter as it may be logged and bound to a cursor: vessel, voyage and train blinded. */
function readFilter(filter: TransportCallFilter, indexKey: Uint8Array) {
  const { vesselIMONumber, voyageNumber, trainNumber } = filter;
  const key = (kind: Key['kind'], value: string): Key => ({ kind, index: blind(indexKey, kind, value) });
  return {
    keys: [
      ...(vesselIMONumber == null ? [] : [key('VESSEL', readVessel(vesselIMONumber, 'filter.vesselIMONumber'))]),
      ...(voyageNumber == null ? [] : [key('VOYAGE', readVoyage(voyageNumber, 'filter.voyageNumber'))]),
      ...(trainNumber == null ? [] : [key('TRAIN', readTrainNumber(trainNumber, 'filter.trainNumber'))]),
    ],
    partyCode: readPartyCodes(filter.partyCode, 'filter.partyCode'),
    UNLocationCode: readLocationCodes(filter.UNLocationCode, 'filter.UNLocationCode'),
    from: readInstant(filter.from, 'filter.from'),
    to: readInstant(filter.to, 'filter.to'),
  };
}

/**
 * Whether an entry has the key, and the viewer is told of it by more than the public is: the public knows of a call its name, place and day alone, and no
 * number can be tried out on it.
 */
function keyed({ kind, index }: Key, { viewer }: RequestContext): Sql {
  return sql`(e.audience_set_id in (select m.set_id from audience_member m where m.token = any(${viewer.memberTokens}::bytea[]))
    and exists (select 1 from entry_key k where k.entry_id = e.id and k.kind = ${kind} and k.index = ${Buffer.from(index, 'hex')}::bytea))`;
}
