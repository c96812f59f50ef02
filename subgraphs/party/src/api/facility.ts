/** Ports, terminals and border crossings: public records, one table. */
import { parseId } from '@corridor/schemas';
import { join, type Sql, sql } from '@corridor/store';
import type { BerthDefinition, OpeningRules, PlaceReference } from '../definition.ts';
import { plainAccess } from '../sharing/access-sql.ts';
import { milliseconds, plainConditions } from '../sharing/conditions.ts';
import { pageSize } from './arguments.ts';
import { localized } from './localized.ts';
import { location } from './location.ts';
import { openingHours } from './opening-hours.ts';
import { type Page, type PageArguments, pageOf } from './page.ts';
import type { Reading } from './reading.ts';
import type { OwnedRow, RecordNoun } from './record.ts';
import { type CallArguments, callsOfFacility } from './transport-call.ts';

/** A facility that the viewer may know of. */
export type FacilityRow = OwnedRow & {
  readonly timeZone: string;
  readonly openingRules: OpeningRules;
};

type Stored = {
  readonly id: string;
  readonly controllerCode: string;
  readonly nameZh: string | null;
  readonly nameEn: string | null;
  readonly facilityTypeCode: string;
  readonly timeZone: string;
  readonly UNLocationCode: string | null;
  readonly UNLocationCodeAliases: readonly string[];
  readonly facilityCode: string | null;
  readonly facilityCodeListProvider: string | null;
  readonly portCategory: string | null;
  readonly portId: string | null;
  readonly berths: readonly BerthDefinition[];
  readonly counterpart: PlaceReference | null;
  readonly openingRules: OpeningRules;
  readonly yardDensityPercent: number | null;
  readonly queueLength: number | null;
  readonly createdAt: number;
};

const interfaceOf: ReadonlyMap<string, string> = new Map([
  ['port', 'Port'],
  ['terminal', 'Terminal'],
  ['border-crossing', 'BorderCrossing'],
]);

/** The three nouns of facilities, by the interface each is. */
export const facilities: readonly RecordNoun<FacilityRow>[] = [...interfaceOf.values()].map((name) => ({
  name,
  find: findFacility,
  fields: {
    openingHours: ({ openingRules, timeZone }, { from, to }: { readonly from: unknown; readonly to: unknown }) =>
      openingHours(openingRules, timeZone, from, to).map((day) => ({ ...day, remark: localized(day.remark) })),
    transportCalls: ({ id }, args: CallArguments, reading) => callsOfFacility(reading, id, args),
  },
  coarse: {},
  lists: {},
}));

/** A facility by its id, whichever of the three it is. */
async function findFacility(reading: Reading, id: string): Promise<FacilityRow | null> {
  const stored = await reading
    .loader<Stored>('facility', async (ids) => {
      const rows = await reading.query<Stored>(select(reading, sql`fa.id = any(${[...ids]}::text[])`));
      return new Map(rows.map((row) => [row.id, row]));
    })
    .load(id);
  return stored === undefined ? null : seen(reading, stored);
}

/** The party's facilities in the order of their ids. */
export async function pageOfFacilities(
  reading: Reading,
  parent: string,
  { first, after }: PageArguments,
): Promise<Page<Promise<FacilityRow | null>>> {
  const size = pageSize(first);
  const binding = { viewer: reading.viewer, list: 'PartyProfile.facilities', parent, filter: '' };
  const [behind = null] = after === null || after === undefined ? [] : reading.owner.cursors.read(binding, after);
  const further = behind === null ? sql`true` : sql`fa.id > ${behind}::text`;
  const rows = await reading.query<Stored>(sql`${select(reading, further)} order by fa.id limit ${size + 1}`);
  return pageOf(rows, size, { node: async (row) => seen(reading, row), keys: ({ id }) => [id], cursors: reading.owner.cursors, binding });
}

function select({ view }: Reading, condition: Sql): Sql {
  const columns = sql`fa.id, fa.controller_code as "controllerCode", fa.name_zh as "nameZh", fa.name_en as "nameEn",
    fa.facility_type_code as "facilityTypeCode", fa.time_zone as "timeZone", fa.un_location_code as "UNLocationCode",
    fa.un_location_code_aliases as "UNLocationCodeAliases", fa.facility_code as "facilityCode",
    fa.facility_code_list_provider as "facilityCodeListProvider", fa.port_category as "portCategory", fa.port_id as "portId", fa.berths,
    fa.counterpart, fa.opening_rules as "openingRules", fa.yard_density_percent as "yardDensityPercent", fa.queue_length as "queueLength",
    ${milliseconds(sql`fa.created_at`)} as "createdAt"`;
  return sql`select ${columns} from facility fa where ${join([plainAccess(view.where('FACILITY'), sql`fa.created_at`), condition], ' and ')}`;
}

function seen({ owner, view, ledger }: Reading, stored: Stored): FacilityRow | null {
  const conditions = plainConditions(stored.createdAt);
  const mask = view.mask('FACILITY', conditions);
  const name = interfaceOf.get(parseId(stored.id)?.noun ?? '');
  if (!mask.visible || name === undefined) return null;
  const row = {
    ...stored,
    __typename: `${owner.party.typePrefix}${name}`,
    partyCode: owner.party.code,
    recordClass: 'FACILITY',
    mask,
    conditions,
    facilityName: localized({ zh: stored.nameZh, en: stored.nameEn }),
    berths: stored.berths.map((berth) => ({
      berthCode: berth.berthCode,
      berthName: localized(berth.berthName),
      maxDraughtMetres: berth.maxDraughtMetres ?? null,
    })),
    counterpart: location(stored.counterpart),
  } as const;
  ledger.handOut(row);
  return row;
}
