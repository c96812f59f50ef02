/** Calls of vessels and barges, trains and trucks: one table. A cancelled call is gone. */
import { parseId } from '@corridor/schemas';
import { join, type Sql, sql } from '@corridor/store';
import { readInstant } from '@corridor/subgraph';
import type { PlaceReference } from '../definition.ts';
import type { CallTimestamp } from '../projection/call-time.ts';
import { startOfLocalDay } from '../projection/local-time.ts';
import { callAccess } from '../sharing/access-sql.ts';
import { conditionRow, type LinkedConsignment, linkedConsignments, milliseconds } from '../sharing/conditions.ts';
import { codes, pageSize } from './arguments.ts';
import { codesOf } from './code-list.ts';
import { consignmentsOfCall } from './consignment-record.ts';
import { pageOfLinked } from './linked-list.ts';
import { localized } from './localized.ts';
import { location } from './location.ts';
import type { Page, PageArguments } from './page.ts';
import type { Reading } from './reading.ts';
import type { OwnedRow, RecordNoun } from './record.ts';
import { milestonesOfCall } from './transport-event.ts';

/** A call that the viewer may know of. */
export type TransportCallRow = OwnedRow & { readonly timestamps: readonly CallTimestamp[]; readonly timeZone: string };

type Stored = {
  readonly id: string;
  readonly controllerCode: string;
  readonly modeOfTransport: string;
  readonly facilityId: string | null;
  readonly place: PlaceReference;
  readonly timeZone: string;
  readonly transportCallReference: string | null;
  readonly transportCallSequenceNumber: number | null;
  readonly vesselIMONumber: string | null;
  readonly vesselName: string | null;
  readonly carrierImportVoyageNumber: string | null;
  readonly carrierExportVoyageNumber: string | null;
  readonly universalVoyageReference: string | null;
  readonly berthCode: string | null;
  readonly trainNumber: string | null;
  readonly serviceName: { readonly zh?: string; readonly en?: string } | null;
  readonly vehicleRegistrationNumber: string | null;
  readonly rotationParties: readonly string[];
  readonly timestamps: readonly CallTimestamp[];
  readonly createdAt: number;
  readonly linked: readonly LinkedConsignment[];
};

const interfaceOf: ReadonlyMap<string, string> = new Map([
  ['vessel-call', 'VesselCall'],
  ['train-call', 'TrainCall'],
  ['truck-call', 'TruckCall'],
]);

const nothing = (): null => null;

/** The three nouns of calls, by the interface each is. */
export const transportCalls: readonly RecordNoun<TransportCallRow>[] = [...interfaceOf.values()].map((name) => ({
  name,
  find: findTransportCall,
  fields: {
    consignmentRecords: (row, page: Parameters<typeof consignmentsOfCall>[2], reading) => consignmentsOfCall(reading, row.id, page),
    milestones: (row, page: Parameters<typeof milestonesOfCall>[2], reading) => milestonesOfCall(reading, row.id, page),
  },
  // Coarse, a call is a name, a place and a day.
  coarse: {
    timestamps: ({ timestamps, timeZone }) =>
      timestamps.map((each) => ({
        ...each,
        eventDateTime: new Date(startOfLocalDay(Date.parse(each.eventDateTime), timeZone)).toISOString(),
      })),
    transportCallReference: nothing,
    transportCallSequenceNumber: nothing,
    vesselIMONumber: nothing,
    carrierImportVoyageNumber: nothing,
    carrierExportVoyageNumber: nothing,
    universalVoyageReference: nothing,
    berthCode: nothing,
    trainNumber: nothing,
  },
  lists: { consignmentRecords: ['CONSIGNMENT'], milestones: ['EVENT'] },
}));

/** A page of calls and which of them. */
export type CallArguments = PageArguments & {
  readonly filter?: { readonly modeOfTransport?: readonly string[] | null; readonly from?: unknown; readonly to?: unknown } | null;
};

/**
 * The calls at a facility by local day: at the place itself, at the terminals that belong to it and, at a port or crossing of its own, those told by its
 * UN/LOCODE alone. Filtered by what also the coarse form shows: mode and day. @throws BAD_USER_INPUT
 */
export function callsOfFacility(
  reading: Reading,
  facilityId: string,
  args: CallArguments,
): Promise<Page<Promise<TransportCallRow | null>>> {
  const { filter } = args;
  const asked = {
    modes: codes('filter.modeOfTransport', filter?.modeOfTransport, codesOf('ModeOfTransport')),
    from: readInstant(filter?.from, 'filter.from'),
    to: readInstant(filter?.to, 'filter.to'),
  };
  const day = sql`coalesce(ca.sort_day, ca.created_at)`;
  const conditions = [
    sql`(ca.facility_id = pa.id or ca.facility_id in (select below.id from facility below where below.port_id = pa.id)
      or (ca.facility_id is null and ca.location ->> 'UNLocationCode' =
        (select fa.un_location_code from facility fa where fa.id = pa.id and fa.noun <> 'terminal' and fa.port_id is null)))`,
    callAccess(reading.view.where('SCHEDULE')),
    ...(asked.modes === null ? [] : [sql`ca.mode_of_transport = any(${asked.modes}::text[])`]),
    ...(asked.from === null ? [] : [sql`${day} >= ${asked.from}::timestamptz`]),
    ...(asked.to === null ? [] : [sql`${day} < ${asked.to}::timestamptz`]),
  ];
  return pageOfLinked<Stored & { readonly day: Date }, TransportCallRow>(reading, {
    name: 'Facility.transportCalls',
    parent: facilityId,
    size: pageSize(args.first),
    after: args.after,
    filter: JSON.stringify(asked),
    select: (keys) => {
      const behind = keys === null ? [] : [sql`(${day}, ca.id) > (${keys[0]}::timestamptz, ${keys[1]}::text)`];
      return sql`select ${columns(reading)}, ${day} as day, row_number() over (order by ${day}, ca.id) as ordinal
        from transport_call ca where ${join([...conditions, ...behind], ' and ')} order by ${day}, ca.id`;
    },
    keysOf: ({ day: at, id }) => [at.toISOString(), id],
    seen: (stored) => seen(reading, stored),
  });
}

/** A call by its id, whichever of the three it is. */
async function findTransportCall(reading: Reading, id: string): Promise<TransportCallRow | null> {
  const stored = await reading
    .loader<Stored>('transport-call', async (ids) => {
      const rows = await reading.query<Stored>(select(reading, ids));
      return new Map(rows.map((row) => [row.id, row]));
    })
    .load(id);
  return stored === undefined ? null : seen(reading, stored);
}

function select(reading: Reading, ids: readonly string[]): Sql {
  return sql`select ${columns(reading)}
    from transport_call ca where ca.id = any(${[...ids]}::text[]) and ${callAccess(reading.view.where('SCHEDULE'))}`;
}

function columns({ view, caller }: Reading): Sql {
  return sql`ca.id, ca.controller_code as "controllerCode", ca.mode_of_transport as "modeOfTransport", ca.facility_id as "facilityId",
      ca.location as place, ca.time_zone as "timeZone", ca.transport_call_reference as "transportCallReference",
      ca.transport_call_sequence_number as "transportCallSequenceNumber", ca.vessel_imo_number as "vesselIMONumber", ca.vessel_name as "vesselName",
      ca.carrier_import_voyage_number as "carrierImportVoyageNumber", ca.carrier_export_voyage_number as "carrierExportVoyageNumber",
      ca.universal_voyage_reference as "universalVoyageReference", ca.berth_code as "berthCode", ca.train_number as "trainNumber",
      ca.rail_service_name as "serviceName", ca.vehicle_registration_number as "vehicleRegistrationNumber",
      ca.rotation_parties as "rotationParties", ca.timestamps, ${milliseconds(sql`ca.created_at`)} as "createdAt",
      ${linkedConsignments('ca', view, caller)} as linked`;
}

function seen({ owner, view, caller, ledger }: Reading, stored: Stored): TransportCallRow | null {
  const byCargo = conditionRow(stored.linked, stored.createdAt, caller);
  // The rotation opens the schedule, not the cargo: what hangs on the call is judged by the consignments alone.
  const mask = view.mask('SCHEDULE', { ...byCargo, routeParties: [...byCargo.routeParties, ...stored.rotationParties] });
  const name = interfaceOf.get(parseId(stored.id)?.noun ?? '');
  if (!mask.visible || name === undefined) return null;
  const row = {
    ...stored,
    __typename: `${owner.party.typePrefix}${name}`,
    partyCode: owner.party.code,
    recordClass: 'SCHEDULE',
    mask,
    conditions: byCargo,
    location: location(stored.place, stored.facilityId),
    railServiceName: localized(stored.serviceName),
  } as const;
  ledger.handOut(row);
  return row;
}
