import { type Sql, sql } from '@corridor/store';
import { readInstant } from '@corridor/subgraph';
import { blind } from '../index/blind.ts';
import { type PageArguments, readBox, readFirst } from './arguments.ts';
import { type Connection, connectionOf } from './connection.ts';
import type { RequestContext } from './context.ts';
import type { List } from './cursor.ts';
import { milestoneNouns } from './entry.ts';
import type { SortedEntry } from './loaders.ts';
import { all, known } from './viewer.ts';

/** A box's journey: the number, and what its parts are read by. */
export type JourneyNode = {
  readonly equipmentReference: string;
  readonly index: string;
  readonly from: string | null;
  readonly to: string | null;
};

/** `Query.equipmentJourney`: the number normalised; an unknown and a hidden box are the same empty journey. */
export function equipmentJourney(
  _: unknown,
  args: { readonly equipmentReference: string; readonly from?: unknown; readonly to?: unknown },
  context: RequestContext,
): JourneyNode {
  const equipmentReference = readBox(args.equipmentReference, 'equipmentReference');
  return {
    equipmentReference,
    index: blind(context.indexKey, 'EQUIPMENT', equipmentReference),
    from: readInstant(args.from, 'from'),
    to: readInstant(args.to, 'to'),
  };
}

/** `EquipmentJourney.timeline`: milestones of the box within the journey's time, by time; retracted ones stay in. */
export async function journeyTimeline(node: JourneyNode, args: PageArguments, context: RequestContext): Promise<Connection<SortedEntry>> {
  const first = readFirst(args.first);
  const { index, from, to } = node;
  const list: List = ['EquipmentJourney.timeline', { index, from, to }];
  const after = args.after == null ? null : await context.cursors.read(context.viewer, list, args.after);
  const rows = await context.store.query<SortedEntry>(
    sql`select e.id, e.party, e.noun, ${eventTime} as at
          from entry_key k join entry e on e.id = k.entry_id
         where ${ofBox('k', node)} and e.noun = any(${milestoneNouns}::text[]) and ${known(context.viewer, 'e')} and ${within(eventTime, node)}
           and ${after === null ? sql`true` : sql`(${eventTime}, e.id) > (${after[0]}::timestamptz, ${after[1]})`}
         order by at, e.id limit ${first + 1}::int`,
  );
  const page = await connectionOf(context, list, first, rows, ({ at, id }) => [at.toISOString(), id]);
  context.log({ operation: 'EquipmentJourney.timeline', asked: { index, from, to }, recordIds: page.nodes.map(({ id }) => id) });
  return page;
}

/**
 * `EquipmentJourney.records`: trips of the box, by the time of their first milestone. A milestone is of a trip when its owner linked both to the same
 * consignment record; a trip without one counts from when its owner made it. With a time asked for: trips that have a milestone within it.
 */
export async function journeyRecords(node: JourneyNode, args: PageArguments, context: RequestContext): Promise<readonly SortedEntry[]> {
  const first = readFirst(args.first);
  const { index, from, to } = node;
  const rows = await context.store.query<SortedEntry>(
    sql`select t.id, t.party, t.noun, coalesce(m.first_at, t.created_at) as at
          from entry_key k join entry t on t.id = k.entry_id
          left join lateral (
            select min(${eventTime}) as first_at, bool_or(${within(eventTime, node)}) as inside
              from entry_key ek join entry e on e.id = ek.entry_id
             where ${ofBox('ek', node)} and e.noun = any(${milestoneNouns}::text[]) and e.party = t.party and ${known(context.viewer, 'e')}
               and exists (select 1 from entry_link lt join entry_link le on le.record_id = lt.record_id where lt.entry_id = t.id and le.entry_id = e.id)
          ) m on true
         where ${ofBox('k', node)} and t.noun = 'equipment-record' and ${known(context.viewer, 't')}
           and coalesce(m.inside, ${within(sql`t.created_at`, node)})
         order by at, t.id limit ${first}::int`,
  );
  context.log({ operation: 'EquipmentJourney.records', asked: { index, from, to }, recordIds: rows.map(({ id }) => id) });
  return rows;
}

// A milestone whose owner names no time stands where it was made.
const eventTime = sql`coalesce(e.sort_at, e.created_at)`;

function ofBox(alias: 'k' | 'ek', { index }: JourneyNode): Sql {
  const bytes = Buffer.from(index, 'hex');
  return alias === 'k'
    ? sql`k.kind = 'EQUIPMENT' and k.index = ${bytes}::bytea`
    : sql`ek.kind = 'EQUIPMENT' and ek.index = ${bytes}::bytea`;
}

function within(time: Sql, { from, to }: JourneyNode): Sql {
  return all([
    ...(from === null ? [] : [sql`${time} >= ${from}::timestamptz`]),
    ...(to === null ? [] : [sql`${time} < ${to}::timestamptz`]),
  ]);
}
