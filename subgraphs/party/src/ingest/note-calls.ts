/** Calls that messages mention without being about them: `noteCalls` makes or completes them. Which call is meant, `callOf` finds. */
import type { SqlTx } from '@corridor/exchange';
import { makeId, partyOf } from '@corridor/schemas';
import { type ColumnType, insertRecords } from '@corridor/store';
import type { PlaceReference } from '../definition.ts';
import { linkCalls, projectCalls, storeTimes, type ToldTime } from './call-rows.ts';
import type { ChangeSet } from './change-set.ts';
import type { TakingContext } from './consignment-message.ts';
import { callOf, type MentionedVehicle, vehicleColumns } from './find-call.ts';

/** A vehicle that a message mentions, as far as it says which, where and when. */
export type MentionedCall = MentionedVehicle & {
  readonly place: PlaceReference;
  readonly facilityId: string | null;
  /** Milliseconds since the epoch, of what the message reports: tells a number from the same one later. */
  readonly at: number;
  /** Of a train or truck not empty, unless reports follow: the day of an event is all that tells one from the next. */
  readonly times: readonly ToldTime[];
};

/** Which message mentions. */
export type Mentioning = {
  readonly sourceKey: string;
  /** Who sent it, the first part of the source key: its later reports about a call take the place of its earlier ones. */
  readonly sender: string;
  readonly controllerCode: string;
  readonly toldAt: Date;
  readonly now: Date;
  /** Of the first transport event that `times` make; 1 where absent. */
  readonly line?: number;
};

/**
 * Makes or completes the calls that a message mentions, inside the transaction of its effect, after `noteMessage` and before `settle`. What a
 * `transport-call.v1` message said of a call stands; only what is missing is filled in. The same call mentioned many times is one call. Gives an id for
 * each, in order.
 */
export async function noteCalls(
  tx: SqlTx,
  calls: readonly MentionedCall[],
  mentioning: Mentioning,
  context: Pick<TakingContext, 'definition' | 'random'>,
  changes: ChangeSet,
): Promise<string[]> {
  const { sourceKey, sender, controllerCode, toldAt, now } = mentioning;
  const ids: string[] = [];
  let line = mentioning.line ?? 1;
  for (const call of calls) {
    const id = await noteCall(tx, call, mentioning, context, changes);
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
    ids.push(id);
  }
  const concerned = [...new Set(ids)];
  await projectCalls(tx, concerned, changes);
  await linkCalls(tx, concerned, sender, changes);
  return ids;
}

/** Finds the call, or makes it; fills in what it lacked. */
export async function noteCall(
  tx: SqlTx,
  call: MentionedCall,
  { sender, controllerCode, now }: Pick<Mentioning, 'sender' | 'controllerCode' | 'now'>,
  context: Pick<TakingContext, 'definition' | 'random'>,
  changes: ChangeSet,
): Promise<string> {
  const vehicle = vehicleColumns(call);
  const found = await callOf(tx, {
    vehicle,
    facilityId: call.facilityId,
    UNLocationCode: call.place.UNLocationCode ?? null,
    moments: [call.at],
    sender,
    unclaimed: false,
  });
  const id = found ?? makeId(context.definition.code, vehicle.noun, context.random);
  const row = {
    id,
    controller_code: controllerCode,
    facility_id: call.facilityId,
    location: call.place,
    time_zone: await timeZoneOf(tx, call.facilityId, context),
    created_at: now,
    changed_at: now,
    ...vehicle,
  };
  const written = await insertRecords(tx, 'transport_call', mentionTypes, [row], {
    onConflict: `(id) do update set ${filled.map((column) => `${column} = coalesce(transport_call.${column}, excluded.${column})`).join(', ')}
      where ${filled.map((column) => `(transport_call.${column} is null and excluded.${column} is not null)`).join(' or ')}`,
    returning: 'id',
  });
  if (found === undefined) changes.created(vehicle.noun, id);
  else if (written.length > 0) changes.touched(vehicle.noun, id);
  return id;
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
  train_number: 'text',
  vehicle_registration_number: 'text',
  created_at: 'timestamptz',
  changed_at: 'timestamptz',
} as const satisfies { readonly [column: string]: ColumnType };

/** The time zone of a call: of its facility, else the party's. */
export async function timeZoneOf(tx: SqlTx, facilityId: string | null, { definition }: Pick<TakingContext, 'definition'>): Promise<string> {
  const [row] = await tx.query<{ time_zone: string }>('select time_zone from facility where id = $1', facilityId);
  return row?.time_zone ?? partyOf(definition.code).timeZone;
}
