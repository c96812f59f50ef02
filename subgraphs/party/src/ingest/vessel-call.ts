/** Calls of vessels that messages about boxes mention: `noteVesselCalls` makes or completes them. Which call is meant, `callOf` finds. */
import type { SqlTx } from '@corridor/exchange';
import { makeId, partyOf, readVesselIMONumber } from '@corridor/schemas';
import { type ColumnType, insertRecords } from '@corridor/store';
import type { PlaceReference } from '../definition.ts';
import { linkCalls, projectCalls, storeTimes, type ToldTime } from './call-rows.ts';
import type { ChangeSet } from './change-set.ts';
import type { TakingContext } from './consignment-message.ts';
import { tidyReference } from './document-reference.ts';

/** A vessel that a message mentions, as far as it says which, where and when. Voyage numbers and the IMO number are tidied here. */
export type MentionedCall = {
  readonly modeOfTransport: 'VESSEL' | 'BARGE';
  readonly vesselIMONumber: string;
  readonly vesselName: string | null;
  /** The voyage it came by, and the one it leaves by; where the message names one and not which, both are that one. At least one of the two. */
  readonly importVoyage: string | null;
  readonly exportVoyage: string | null;
  readonly place: PlaceReference;
  readonly facilityId: string | null;
  /** Milliseconds since the epoch, of what the message reports: tells a voyage number from the same one months later. */
  readonly at: number;
  readonly times: readonly ToldTime[];
};

/** Which message mentions. */
export type Mentioning = {
  readonly sourceKey: string;
  /** Who sent it: its later reports about a call take the place of its earlier ones. */
  readonly sender: string;
  readonly controllerCode: string;
  readonly toldAt: Date;
  readonly now: Date;
};

/**
 * Makes or completes the calls that a message mentions, inside the transaction of its effect, after `noteMessage` and before `settle`. What a
 * `transport-call.v1` message said of a call stands; only what is missing is filled in. The same call mentioned many times is one call. Gives the ids.
 */
export async function noteVesselCalls(
  tx: SqlTx,
  calls: readonly MentionedCall[],
  { sourceKey, sender, controllerCode, toldAt, now }: Mentioning,
  context: Pick<TakingContext, 'definition' | 'random'>,
  changes: ChangeSet,
): Promise<string[]> {
  const ids = new Set<string>();
  let line = 1;
  for (const call of calls) {
    const vesselIMONumber = readVesselIMONumber(call.vesselIMONumber).vesselIMONumber;
    const [importVoyage, exportVoyage] = [tidied(call.importVoyage), tidied(call.exportVoyage)];
    const found = await callOf(tx, {
      vesselIMONumber,
      vesselName: call.vesselName,
      voyages: [importVoyage, exportVoyage],
      facilityId: call.facilityId,
      UNLocationCode: call.place.UNLocationCode ?? null,
      at: call.at,
      unclaimed: false,
    });
    const id = found ?? makeId(context.definition.code, 'vessel-call', context.random);
    const row = {
      id,
      noun: 'vessel-call',
      controller_code: controllerCode,
      mode_of_transport: call.modeOfTransport,
      facility_id: call.facilityId,
      location: call.place,
      time_zone: await timeZoneOf(tx, call.facilityId, context),
      vessel_imo_number: vesselIMONumber,
      vessel_name: call.vesselName,
      carrier_import_voyage_number: importVoyage,
      carrier_export_voyage_number: exportVoyage,
      created_at: now,
      changed_at: now,
    };
    const written = await insertRecords(tx, 'transport_call', mentionTypes, [row], {
      onConflict: `(id) do update set ${filled.map((column) => `${column} = coalesce(transport_call.${column}, excluded.${column})`).join(', ')}
        where ${filled.map((column) => `(transport_call.${column} is null and excluded.${column} is not null)`).join(' or ')}`,
      returning: 'id',
    });
    if (found === undefined) changes.created('vessel-call', id);
    else if (written.length > 0) changes.touched('vessel-call', id);
    line += await storeTimes(
      tx,
      call.times,
      {
        party: context.definition.code,
        random: context.random,
        callId: id,
        controllerCode,
        facilityId: call.facilityId,
        place: call.place,
        sourceKey,
        documentKey: JSON.stringify(['mention', sender]),
        line,
        toldAt,
        now,
        whole: false,
      },
      changes,
    );
    ids.add(id);
  }
  await projectCalls(tx, [...ids], changes);
  await linkCalls(tx, [...ids], sender, changes);
  return [...ids];
}

const filled = ['facility_id', 'vessel_name', 'carrier_import_voyage_number', 'carrier_export_voyage_number'];

const mentionTypes = {
  id: 'text',
  noun: 'text',
  controller_code: 'text',
  mode_of_transport: 'text',
  facility_id: 'text',
  location: 'jsonb',
  time_zone: 'text',
  vessel_imo_number: 'text',
  vessel_name: 'text',
  carrier_import_voyage_number: 'text',
  carrier_export_voyage_number: 'text',
  created_at: 'timestamptz',
  changed_at: 'timestamptz',
} as const satisfies { readonly [column: string]: ColumnType };

/** Which call is looked for. */
type Wanted = {
  readonly vesselIMONumber: string | null;
  readonly vesselName: string | null;
  readonly voyages: readonly (string | null)[];
  readonly facilityId: string | null;
  readonly UNLocationCode: string | null;
  readonly at: number | null;
  /** Only one that no message of the form has told of. */
  readonly unclaimed: boolean;
};

/** The call of a vessel with one of these voyages at a place: at the same facility where both name one, and not months apart. */
export async function callOf(tx: SqlTx, wanted: Wanted): Promise<string | undefined> {
  const { vesselIMONumber, facilityId, UNLocationCode, at } = wanted;
  if (vesselIMONumber === null) return undefined;
  const voyages = wanted.voyages.flatMap((voyage) => voyage ?? []);
  const [row] = await tx.query<{ id: string }>(
    `select id from transport_call
      where noun = 'vessel-call' and vessel_imo_number = $1
        and (carrier_import_voyage_number = any($2::text[]) or carrier_export_voyage_number = any($2::text[]))
        and coalesce(facility_id = $3, location ->> 'UNLocationCode' = $4)
        and coalesce(abs(extract(epoch from sort_day - $5::timestamptz)) <= 60 * 86400, true) and (record_key is null or not $6::boolean)
      order by record_key is null, created_at, id limit 1`,
    vesselIMONumber,
    voyages,
    facilityId,
    UNLocationCode,
    at === null ? null : new Date(at),
    wanted.unclaimed,
  );
  return row?.id;
}

/** The time zone of a call: of its facility, else the party's. */
export async function timeZoneOf(tx: SqlTx, facilityId: string | null, { definition }: Pick<TakingContext, 'definition'>): Promise<string> {
  const [row] = await tx.query<{ time_zone: string }>('select time_zone from facility where id = $1', facilityId);
  return row?.time_zone ?? partyOf(definition.code).timeZone;
}

/** A voyage, train or registration number as it is stored and compared; null where there is none. */
export function tidied(reference: string | null | undefined): string | null {
  return reference === null || reference === undefined ? null : tidyReference(reference);
}
