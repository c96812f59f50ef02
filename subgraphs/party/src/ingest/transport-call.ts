/**
 * A `transport-call.v1` message takes effect: the call, an event for each time that is new, and what follows.
 *
 * Which call is meant. A message of the form goes by its sender's own reference. A call that was only mentioned before is taken over by the first such
 * message about the same vehicle, place and voyage or day (`callOf`); a later mention finds that call in the same way. Of two revisions the higher counts, as with consignments.
 */
import type { SqlTx } from '@corridor/exchange';
import { controllerOf, locationOf, makeId, readVesselIMONumber, type TransportCallMessage, transportCallMessage } from '@corridor/schemas';
import { type ColumnType, insertRecords } from '@corridor/store';
import { type CallNoun, callNounOf, linkCalls, projectCalls, storeTimes, type ToldTime } from './call-rows.ts';
import { contentSha256 } from './canonical-json.ts';
import { type ChangeSet, createChangeSet } from './change-set.ts';
import type { TakingContext } from './consignment-message.ts';
import type { MessageFunction } from './correction.ts';
import { knownFacilities } from './facility.ts';
import { callOf, type MentionedVehicle, tidied, vehicleColumns } from './find-call.ts';
import { type IngestFinding, located, stops } from './finding.ts';
import { type Effect, takeJson } from './json-batch.ts';
import { timeZoneOf } from './note-calls.ts';
import type { TakenMessage } from './outcome.ts';
import { type ReadPlace, readPlace } from './place.ts';
import { isKnown, noteMessage } from './source-message.ts';
import { recordKeyOf } from './stored-consignment.ts';

const type = 'transport-call.v1';

/** Reads the message of a body, or up to a thousand of its array, and lets each take effect, or says why not. */
export function takeTransportCall(bytes: Uint8Array, context: TakingContext): Promise<TakenMessage[]> {
  const form = {
    type,
    schema: transportCallMessage,
    referenceOf: ({ recordReference }: TransportCallMessage) => recordReference,
    functionOf,
    apply: (tx: SqlTx, messages: readonly TransportCallMessage[]) => apply(tx, messages, context),
  };
  return takeJson(bytes, form, context.store);
}

/** Messages about different calls take effect one after the other; what follows from their times is computed once for all. */
async function apply(tx: SqlTx, messages: readonly TransportCallMessage[], context: TakingContext): Promise<Effect[]> {
  const facilities = await knownFacilities(tx);
  const changes = createChangeSet();
  const now = new Date(context.clock());
  const effects: Effect[] = [];
  const told: string[] = [];
  const held: string[] = [];
  for (const message of messages) {
    const place = readPlace(message.place, 'place', facilities);
    const findings = [...controllerFindings(message, context), ...place.findings, ...vesselFindings(message), ...rotationFindings(message)];
    if (stops(findings)) {
      effects.push({ outcome: 'REFUSED', findings });
      continue;
    }
    const written = await write(tx, { message, place, now }, context, changes);
    if ('before' in written) {
      const { before } = written;
      effects.push({ outcome: before.severity === 'error' ? 'REFUSED' : 'DUPLICATE', findings: [before, ...findings] });
      continue;
    }
    effects.push({ outcome: 'TAKEN', findings });
    told.push(written.id);
    // A cancelled call keeps its consignments: their readers see its events taken back.
    if (!message.cancelled) held.push(written.id);
  }
  if (told.length === 0) return effects;
  await projectCalls(tx, told, changes);
  await linkCalls(tx, held, context.source, changes);
  await changes.settle(tx, now);
  return effects;
}

/** Writes the call of a message and its times; gives its id, or what stands against the message. */
async function write(
  tx: SqlTx,
  { message, place, now }: Pick<Writing, 'message' | 'place' | 'now'>,
  context: TakingContext,
  changes: ChangeSet,
): Promise<{ readonly id: string } | { readonly before: IngestFinding }> {
  const sha256 = contentSha256(message);
  const recordKey = recordKeyOf(context.source, message.recordReference);
  const stored = await storedCall(tx, recordKey);
  const before = await verdictOn(tx, message, sha256, stored, context.source);
  if (before !== undefined) return { before };

  const sourceKey = sourceKeyOf(context.source, message, sha256);
  await noteMessage(
    tx,
    {
      sourceKey,
      messageKey: JSON.stringify([context.source, type, message.recordReference, message.revision]),
      documentKey: null,
      messageType: type,
      messageFunction: functionOf(message),
      rawMessageId: context.rawMessageId,
    },
    now,
  );
  const id = stored?.id ?? (await mentioned(tx, message, place)) ?? makeId(context.definition.code, nounOf(message), context.random);
  const isNew = await writeCall(tx, id, { message, recordKey, sha256, place, now }, context);
  if (isNew) changes.created(callNounOf(id), id);
  else changes.touched(callNounOf(id), id);
  const telling = {
    party: context.definition.code,
    random: context.random,
    callId: id,
    controllerCode: message.controllerCode,
    facilityId: place.place.facilityId ?? null,
    place: place.place,
    sourceKey,
    documentKey: recordKey,
    line: 1,
    toldAt: now,
    now,
    whole: true,
  };
  await storeTimes(tx, message.cancelled ? [] : message.times.map(toldTime), telling, changes);
  return { id };
}

function toldTime({
  transportEventTypeCode,
  eventClassifierCode,
  eventDateTime,
  delayReasonCode,
}: TransportCallMessage['times'][number]): ToldTime {
  return { transportEventTypeCode, eventClassifierCode, eventAt: Date.parse(eventDateTime), delayReasonCode: delayReasonCode ?? null };
}

type StoredCall = { readonly id: string; readonly message_revision: number };

async function storedCall(tx: SqlTx, recordKey: string): Promise<StoredCall | undefined> {
  const [row] = await tx.query<StoredCall>('select id, message_revision from transport_call where record_key = $1 for update', recordKey);
  return row;
}

/** What stands against a message: it came before, a newer one did, another one did under its number, or it is about another kind of vehicle. */
async function verdictOn(
  tx: SqlTx,
  message: TransportCallMessage,
  sha256: string,
  stored: StoredCall | undefined,
  source: string,
): Promise<IngestFinding | undefined> {
  if (await isKnown(tx, sourceKeyOf(source, message, sha256))) return { code: 'MESSAGE_DUPLICATE', severity: 'info' };
  if (stored === undefined) return undefined;
  if (stored.message_revision < message.revision) {
    if (callNounOf(stored.id) === nounOf(message)) return undefined;
    return { code: 'FIELD_INVALID', severity: 'error', path: 'modeOfTransport', detail: 'the call is of another kind of vehicle' };
  }
  const detail = `revision ${stored.message_revision} is stored`;
  const where = { path: 'revision', value: String(message.revision), detail };
  if (stored.message_revision > message.revision) return { code: 'REVISION_SUPERSEDED', severity: 'info', ...where };
  return { code: 'REVISION_CONFLICT', severity: 'error', ...where };
}

type Writing = {
  readonly message: TransportCallMessage;
  readonly recordKey: string;
  readonly sha256: string;
  readonly place: ReadPlace;
  readonly now: Date;
};

/** Writes the row of a call as its message tells it; gives whether it is new. */
async function writeCall(
  tx: SqlTx,
  id: string,
  { message, recordKey, sha256, place, now }: Writing,
  context: TakingContext,
): Promise<boolean> {
  const known = await tx.query('select 1 from transport_call where id = $1', id);
  const facilityId = place.place.facilityId ?? null;
  const rotation = (message.rotation ?? []).flatMap((code) => locationOf(code).location?.registryCode ?? []);
  await insertRecords(
    tx,
    'transport_call',
    callTypes,
    [
      {
        id,
        noun: nounOf(message),
        record_key: recordKey,
        message_revision: message.revision,
        message_sha256: sha256,
        cancelled: message.cancelled,
        controller_code: message.controllerCode,
        mode_of_transport: message.modeOfTransport,
        facility_id: facilityId,
        location: place.place,
        time_zone: await timeZoneOf(tx, facilityId, context),
        transport_call_reference: message.transportCallReference ?? null,
        transport_call_sequence_number: message.transportCallSequenceNumber ?? null,
        vessel_imo_number: message.vesselIMONumber === undefined ? null : readVesselIMONumber(message.vesselIMONumber).vesselIMONumber,
        vessel_name: message.vesselName ?? null,
        carrier_import_voyage_number: tidied(message.carrierImportVoyageNumber),
        carrier_export_voyage_number: tidied(message.carrierExportVoyageNumber),
        universal_voyage_reference: tidied(message.universalVoyageReference),
        berth_code: message.berthCode ?? null,
        train_number: tidied(message.trainNumber),
        rail_service_name: message.railServiceName ?? null,
        vehicle_registration_number: tidied(message.vehicleRegistrationNumber),
        rotation_parties: [...new Set(rotation)].sort(),
        created_at: now,
        changed_at: now,
      },
    ],
    {
      onConflict: `(id) do update set ${Object.keys(callTypes)
        .filter((column) => !['id', 'noun', 'created_at', 'changed_at'].includes(column))
        .map((column) => `${column} = excluded.${column}`)
        .join(', ')}`,
    },
  );
  return known.length === 0;
}

const callTypes = {
  id: 'text',
  noun: 'text',
  record_key: 'text',
  message_revision: 'int',
  message_sha256: 'text',
  cancelled: 'boolean',
  controller_code: 'text',
  mode_of_transport: 'text',
  facility_id: 'text',
  location: 'jsonb',
  time_zone: 'text',
  transport_call_reference: 'text',
  transport_call_sequence_number: 'int',
  vessel_imo_number: 'text',
  vessel_name: 'text',
  carrier_import_voyage_number: 'text',
  carrier_export_voyage_number: 'text',
  universal_voyage_reference: 'text',
  berth_code: 'text',
  train_number: 'text',
  rail_service_name: 'jsonb',
  vehicle_registration_number: 'text',
  rotation_parties: 'text[]',
  created_at: 'timestamptz',
  changed_at: 'timestamptz',
} as const satisfies { readonly [column: string]: ColumnType };

/** The call that a message of the form takes over: mentioned before, claimed by no other. */
function mentioned(tx: SqlTx, message: TransportCallMessage, { place }: ReadPlace): Promise<string | undefined> {
  return callOf(tx, {
    vehicle: vehicleColumns(vehicleOf(message)),
    facilityId: place.facilityId ?? null,
    UNLocationCode: place.UNLocationCode ?? null,
    moments: message.times.map(({ eventDateTime }) => Date.parse(eventDateTime)),
    sender: null,
    unclaimed: true,
  });
}

function vehicleOf(message: TransportCallMessage): MentionedVehicle {
  const { modeOfTransport } = message;
  if (modeOfTransport === 'RAIL') return { modeOfTransport, trainNumber: message.trainNumber ?? null };
  if (modeOfTransport === 'TRUCK') return { modeOfTransport, vehicleRegistrationNumber: message.vehicleRegistrationNumber ?? null };
  return {
    modeOfTransport,
    vesselIMONumber: message.vesselIMONumber ?? null,
    vesselName: message.vesselName ?? null,
    importVoyage: message.carrierImportVoyageNumber ?? null,
    exportVoyage: message.carrierExportVoyageNumber ?? null,
  };
}

function nounOf({ modeOfTransport }: TransportCallMessage): CallNoun {
  if (modeOfTransport === 'RAIL') return 'train-call';
  return modeOfTransport === 'TRUCK' ? 'truck-call' : 'vessel-call';
}

function controllerFindings({ controllerCode }: TransportCallMessage, { definition }: TakingContext): IngestFinding[] {
  const isKnownHere = definition.controllers.includes(controllerCode) && controllerOf(definition.code, controllerCode) !== undefined;
  return isKnownHere ? [] : [{ code: 'CONTROLLER_UNKNOWN', severity: 'error', path: 'controllerCode', value: controllerCode }];
}

function vesselFindings({ vesselIMONumber }: TransportCallMessage): IngestFinding[] {
  return vesselIMONumber === undefined ? [] : located(readVesselIMONumber(vesselIMONumber).findings, { path: 'vesselIMONumber' });
}

function rotationFindings({ rotation = [] }: TransportCallMessage): IngestFinding[] {
  return rotation.flatMap((code, index) => {
    const { finding } = locationOf(code);
    return finding === undefined ? [] : located([finding], { path: `rotation.${index}` });
  });
}

function sourceKeyOf(source: string, { recordReference, revision }: TransportCallMessage, sha256: string): string {
  return JSON.stringify([source, type, recordReference, String(revision), sha256]);
}

/** The first revision is an original, a later one replaces, a cancelled one cancels. */
function functionOf({ cancelled, revision }: TransportCallMessage): MessageFunction {
  if (cancelled) return 'CANCEL';
  return revision === 1 ? 'ORIGINAL' : 'REPLACE';
}
