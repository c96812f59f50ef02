import { sql } from '@corridor/store';
import { type PageArguments, readFacilityTypeCodes, readFirst, readLocationCodes, readPartyCodes } from './arguments.ts';
import { type Connection, connectionOf } from './connection.ts';
import type { RequestContext } from './context.ts';
import type { List } from './cursor.ts';
import { facilityNouns } from './entry.ts';
import type { SortedEntry } from './loaders.ts';
import { all, known } from './viewer.ts';

type FacilityFilter = {
  readonly partyCode?: readonly string[] | null;
  readonly facilityTypeCode?: readonly string[] | null;
  readonly UNLocationCode?: readonly string[] | null;
};

/** `Query.facilities`: the places of all parties, oldest entry first, an order that changes never disturb. */
export async function facilities(
  _: unknown,
  args: PageArguments & { readonly filter?: FacilityFilter | null },
  context: RequestContext,
): Promise<Connection<SortedEntry>> {
  const first = readFirst(args.first);
  const partyCode = readPartyCodes(args.filter?.partyCode, 'filter.partyCode');
  const facilityTypeCode = readFacilityTypeCodes(args.filter?.facilityTypeCode, 'filter.facilityTypeCode');
  const UNLocationCode = readLocationCodes(args.filter?.UNLocationCode, 'filter.UNLocationCode');
  const asked = { partyCode, facilityTypeCode, UNLocationCode };
  const list: List = ['facilities', asked];
  const after = args.after == null ? null : await context.cursors.read(context.viewer, list, args.after);
  const conditions = [
    sql`e.noun = any(${facilityNouns}::text[])`,
    known(context.viewer, 'e'),
    ...(partyCode === null ? [] : [sql`e.party = any(${partyCode}::text[])`]),
    ...(facilityTypeCode === null ? [] : [sql`e.facility_type_code = any(${facilityTypeCode}::text[])`]),
    ...(UNLocationCode === null ? [] : [sql`e.un_location_codes && ${UNLocationCode}::text[]`]),
    ...(after === null ? [] : [sql`(e.created_at, e.id) > (${after[0]}::timestamptz, ${after[1]})`]),
  ];
  const rows = await context.store.query<SortedEntry>(
    sql`select e.id, e.party, e.noun, e.created_at as at from entry e where ${all(conditions)} order by e.created_at, e.id limit ${first + 1}::int`,
  );
  const page = await connectionOf(context, list, first, rows, ({ at, id }) => [at.toISOString(), id]);
  context.log({ operation: 'facilities', asked, recordIds: page.nodes.map(({ id }) => id) });
  return page;
}
