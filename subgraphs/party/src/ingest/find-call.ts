/**
 * Which call of a vehicle at a place a message means, where it does not go by a reference of its sender.
 *
 * - vessel: IMO number and one of its voyages, and not months apart: voyage numbers are used again;
 * - train, truck: number or plate, on the local day of one of the call's events: a train number is used again the next day. Events taken back count too, so
 *   that the order of a message and its correction makes no difference;
 * - nothing to be known by: the same sender's call at the very instant. Reports of one sender, place and minute are taken to be about one train.
 */
import type { SqlTx } from '@corridor/exchange';
import { readVesselIMONumber } from '@corridor/schemas';
import type { CallNoun } from './call-rows.ts';
import { isPlaceholder, tidyReference } from './document-reference.ts';

/** A vehicle as a message names it. Numbers are tidied where they are compared and stored. */
export type MentionedVehicle =
  | {
      readonly modeOfTransport: 'VESSEL' | 'BARGE';
      readonly vesselIMONumber: string | null;
      readonly vesselName: string | null;
      /** The voyage it came by, and the one it leaves by; where the message names one and not which, both are that one. */
      readonly importVoyage: string | null;
      readonly exportVoyage: string | null;
    }
  | { readonly modeOfTransport: 'RAIL'; readonly trainNumber: string | null }
  | { readonly modeOfTransport: 'TRUCK'; readonly vehicleRegistrationNumber: string | null };

/** The columns of `transport_call` that say which vehicle it is. */
export type VehicleColumns = {
  readonly noun: CallNoun;
  readonly mode_of_transport: string;
  readonly vessel_imo_number: string | null;
  readonly vessel_name: string | null;
  readonly carrier_import_voyage_number: string | null;
  readonly carrier_export_voyage_number: string | null;
  readonly train_number: string | null;
  readonly vehicle_registration_number: string | null;
};

/** A vehicle as it is stored. */
export function vehicleColumns(vehicle: MentionedVehicle): VehicleColumns {
  const none = {
    mode_of_transport: vehicle.modeOfTransport,
    vessel_imo_number: null,
    vessel_name: null,
    carrier_import_voyage_number: null,
    carrier_export_voyage_number: null,
    train_number: null,
    vehicle_registration_number: null,
  };
  switch (vehicle.modeOfTransport) {
    case 'RAIL':
      return { ...none, noun: 'train-call', train_number: numberOf(vehicle.trainNumber) };
    case 'TRUCK':
      return { ...none, noun: 'truck-call', vehicle_registration_number: numberOf(vehicle.vehicleRegistrationNumber) };
    default:
      return {
        ...none,
        noun: 'vessel-call',
        vessel_imo_number: vehicle.vesselIMONumber === null ? null : readVesselIMONumber(vehicle.vesselIMONumber).vesselIMONumber,
        vessel_name: vehicle.vesselName,
        carrier_import_voyage_number: numberOf(vehicle.importVoyage),
        carrier_export_voyage_number: numberOf(vehicle.exportVoyage),
      };
  }
}

/** A word that stands for no number would make one train of all that bear it. */
function numberOf(sent: string | null): string | null {
  const number = tidied(sent);
  return number === null || isPlaceholder(number) ? null : number;
}

/** Which call is looked for. */
export type Wanted = {
  readonly vehicle: VehicleColumns;
  readonly facilityId: string | null;
  readonly UNLocationCode: string | null;
  /** When, ms since the epoch: of a vessel one is enough, of a train or truck each counts; none says nothing. */
  readonly moments: readonly number[];
  /** Who asks: a vehicle that nothing names is found among its own reports alone; null finds none. */
  readonly sender: string | null;
  /** Only one that no message of the form has told of. */
  readonly unclaimed: boolean;
};

/** The call that is meant: at the same facility where both name one, else at the same UN/LOCODE. */
export async function callOf(tx: SqlTx, wanted: Wanted): Promise<string | undefined> {
  const { vehicle, facilityId, UNLocationCode, moments, sender, unclaimed } = wanted;
  const where = [vehicle.noun, facilityId, UNLocationCode, unclaimed, moments.map((at) => new Date(at).toISOString())] as const;
  const voyages = [vehicle.carrier_import_voyage_number, vehicle.carrier_export_voyage_number].flatMap((voyage) => voyage ?? []);
  const number = vehicle.train_number ?? vehicle.vehicle_registration_number;
  if (vehicle.vessel_imo_number !== null && voyages.length > 0) return firstOf(tx, byVoyage, ...where, vehicle.vessel_imo_number, voyages);
  if (vehicle.noun === 'train-call' && number !== null) return firstOf(tx, byNumber('train_number'), ...where, number);
  if (vehicle.noun === 'truck-call' && number !== null) return firstOf(tx, byNumber('vehicle_registration_number'), ...where, number);
  if (sender === null) return undefined;
  const { vessel_imo_number, vessel_name, carrier_import_voyage_number, carrier_export_voyage_number } = vehicle;
  const named = [vessel_imo_number, vessel_name, carrier_import_voyage_number, carrier_export_voyage_number];
  return firstOf(tx, byMoment, ...where, sender, ...named);
}

async function firstOf(tx: SqlTx, condition: string, ...values: readonly unknown[]): Promise<string | undefined> {
  const [row] = await tx.query<{ id: string }>(
    `select ca.id from transport_call ca
      where ca.noun = $1 and coalesce(ca.facility_id = $2, ca.location ->> 'UNLocationCode' = $3) and (ca.record_key is null or not $4::boolean)
        and ${condition}
      order by ca.record_key is null, ca.created_at, ca.id limit 1`,
    ...values,
  );
  return row?.id;
}

const byVoyage = `ca.vessel_imo_number = $6
  and (ca.carrier_import_voyage_number = any($7::text[]) or ca.carrier_export_voyage_number = any($7::text[]))
  and coalesce(abs(extract(epoch from ca.sort_day - ($5::timestamptz[])[1])) <= 60 * 86400, true)`;

const byNumber = (column: string): string => `ca.${column} = $6
  and exists (select 1 from transport_event e, unnest($5::timestamptz[]) m (at)
               where e.call_id = ca.id and (e.event_at at time zone ca.time_zone)::date = (m.at at time zone ca.time_zone)::date)`;

const byMoment = `ca.id in (select e.call_id from transport_event e where e.event_at = any($5::timestamptz[]) and e.source_key::jsonb ->> 0 = $6)
  and ca.train_number is null and ca.vehicle_registration_number is null
  and ca.vessel_imo_number is not distinct from $7 and ca.vessel_name is not distinct from $8
  and ca.carrier_import_voyage_number is not distinct from $9 and ca.carrier_export_voyage_number is not distinct from $10`;

/** A voyage, train or registration number as it is stored and compared; null where there is none. */
export function tidied(reference: string | null | undefined): string | null {
  return reference === null || reference === undefined ? null : tidyReference(reference);
}
