/**
 * A `consignment.v1` message takes effect: the record, its participants, and what follows for boxes and events.
 *
 * Of two revisions the higher counts, whichever comes first: a lower one is answered REVISION_SUPERSEDED and changes nothing. The same revision with
 * other content is refused (REVISION_CONFLICT): nobody could say which is right.
 */
import type { SqlTx } from '@corridor/exchange';
import { type Clock, type ConsignmentMessage, consignmentMessage, makeId, type Random } from '@corridor/schemas';
import { insertRecords } from '@corridor/store';
import type { PartyDefinition } from '../definition.ts';
import { linkCallsOf } from './call-rows.ts';
import { contentSha256 } from './canonical-json.ts';
import { type ChangeSet, createChangeSet } from './change-set.ts';
import { type ConsignmentContent, readConsignment } from './consignment-record.ts';
import { consignmentRow, consignmentRowTypes } from './consignment-row.ts';
import type { MessageFunction } from './correction.ts';
import { derive } from './derive.ts';
import { isPlaceholder } from './document-reference.ts';
import { knownFacilities } from './facility.ts';
import { type IngestFinding, stops } from './finding.ts';
import { type Effect, takeJson } from './json-batch.ts';
import type { Organisations } from './organisations.ts';
import type { TakenMessage } from './outcome.ts';
import { linkShipmentEventsOf } from './shipment-event-links.ts';
import { type IngestStore, knownAmong, noteMessages, type SourceMessage } from './source-message.ts';
import { recordKeyOf } from './stored-consignment.ts';
import { storeDocuments } from './transport-document.ts';
import { writeIds } from './write-rows.ts';

/** What taking a message needs. */
export type TakingContext = {
  readonly store: IngestStore;
  readonly definition: PartyDefinition;
  readonly organisations: Organisations;
  readonly clock: Clock;
  readonly random: Random;
  /** The registered source's client. */
  readonly source: string;
  readonly rawMessageId: string;
};

const type = 'consignment.v1';

/** Reads the message of a body, or up to a thousand of its array, and lets each take effect, or says why not. */
export function takeConsignment(bytes: Uint8Array, context: TakingContext): Promise<TakenMessage[]> {
  const form = {
    type,
    schema: consignmentMessage,
    referenceOf: ({ recordReference }: ConsignmentMessage) => recordReference,
    functionOf,
    apply: (tx: SqlTx, messages: readonly ConsignmentMessage[]) => apply(tx, messages, context),
  };
  return takeJson(bytes, form, context.store);
}

/** Messages about different records: each is judged by itself, and those that take effect are written together. */
async function apply(tx: SqlTx, messages: readonly ConsignmentMessage[], context: TakingContext): Promise<Effect[]> {
  const { definition, organisations, source } = context;
  const facilities = await knownFacilities(tx);
  const read = messages.map((message) => {
    const sha256 = contentSha256(message);
    const keys = { recordKey: recordKeyOf(source, message.recordReference), sourceKey: sourceKeyOf(source, message, sha256) };
    return { message, sha256, ...keys, ...readConsignment(message, { definition, organisations, facilities }) };
  });
  const readable = read.filter(({ findings }) => !stops(findings));
  const stored = await storedRecords(
    tx,
    readable.map(({ recordKey }) => recordKey),
  );
  const known = await knownAmong(
    tx,
    readable.map(({ sourceKey }) => sourceKey),
  );
  const taken: Writing[] = [];
  const effects = read.map((each): Effect => {
    const { message, sourceKey, recordKey, findings } = each;
    if (stops(findings)) return { outcome: 'REFUSED', findings };
    const was = stored.get(recordKey);
    const before = known.has(sourceKey) ? duplicate : verdictOn(message, was);
    if (before !== undefined) return { outcome: before.severity === 'error' ? 'REFUSED' : 'DUPLICATE', findings: [before, ...findings] };
    taken.push({ ...each, stored: was, id: was?.id ?? makeId(definition.code, 'consignment-record', context.random) });
    return { outcome: 'TAKEN', findings };
  });
  if (taken.length > 0) await write(tx, taken, context);
  return effects;
}

const duplicate: IngestFinding = { code: 'MESSAGE_DUPLICATE', severity: 'info' };

/** What stands against a message that did not come before: a newer one did, or another one did under its number. */
function verdictOn(message: ConsignmentMessage, stored: StoredRecord | undefined): IngestFinding | undefined {
  if (stored === undefined || stored.messageRevision < message.revision) return undefined;
  const detail = `revision ${stored.messageRevision} is stored`;
  if (stored.messageRevision > message.revision) {
    return { code: 'REVISION_SUPERSEDED', severity: 'info', path: 'revision', value: String(message.revision), detail };
  }
  return { code: 'REVISION_CONFLICT', severity: 'error', path: 'revision', value: String(message.revision), detail };
}

type Writing = {
  readonly id: string;
  readonly recordKey: string;
  readonly sourceKey: string;
  readonly message: ConsignmentMessage;
  readonly sha256: string;
  readonly content: ConsignmentContent;
  readonly stored: StoredRecord | undefined;
};

/** Writes the records of messages that take effect, and what follows from them. */
async function write(tx: SqlTx, taken: readonly Writing[], context: TakingContext): Promise<void> {
  const now = new Date(context.clock());
  const changes = createChangeSet();
  const ids = taken.map(({ id }) => id);
  await noteMessages(
    tx,
    taken.map((each) => sourceMessageOf(each, context)),
    now,
  );
  await writeRecords(tx, taken, now);
  for (const { id, stored } of taken) {
    if (stored === undefined) changes.created('consignment-record', id);
    else changes.touched('consignment-record', id);
  }
  const contents = taken.flatMap(({ content, stored }) => (stored === undefined ? [content] : [content, stored]));
  const references = contents
    .flatMap((each) => each.references.map(({ reference }) => reference))
    .filter((reference) => !isPlaceholder(reference));
  const boxes = contents.flatMap((each) => each.equipment.map(({ equipmentReference }) => equipmentReference));
  await derive(
    tx,
    { boxes, documentKeys: [], recordIds: ids, references },
    { party: context.definition.code, random: context.random, now, changes },
  );
  await storeDocuments(tx, taken, { party: context.definition.code, random: context.random, source: context.source, now }, changes);
  const otherReaders = taken.filter(({ stored, content }) => stored !== undefined && stored.audience !== audienceKey(content));
  await touchLinked(
    tx,
    otherReaders.map(({ id }) => id),
    changes,
  );
  await linkCallsOf(tx, ids, context.source, changes);
  await linkShipmentEventsOf(tx, ids, references, changes);
  await changes.settle(tx, now);
}

async function writeRecords(tx: SqlTx, taken: readonly Writing[], now: Date): Promise<void> {
  const given = Object.keys(consignmentRowTypes).filter((column) => !kept.has(column));
  await insertRecords(
    tx,
    'consignment_record',
    consignmentRowTypes,
    taken.map(({ id, recordKey, message, sha256, content }) => ({
      ...consignmentRow(content),
      id,
      record_key: recordKey,
      message_revision: message.revision,
      message_sha256: sha256,
      consignment_status: 'BOOKED',
      created_at: now,
      changed_at: now,
    })),
    { onConflict: `(id) do update set ${given.map((column) => `${column} = excluded.${column}`).join(', ')}` },
  );
  const replaced = taken.flatMap(({ id, stored }) => (stored === undefined ? [] : [id]));
  await writeIds(tx, 'delete from participation where record_id = any($1::text[])', replaced);
  await insertRecords(
    tx,
    'participation',
    {
      record_id: 'text',
      ordinal: 'int',
      participant_function: 'text',
      org: 'text',
      identification_scheme: 'text',
      identification: 'text',
      name_zh: 'text',
      name_en: 'text',
    },
    taken.flatMap(({ id, content }) =>
      content.participations.map((each, index) => ({
        record_id: id,
        ordinal: index + 1,
        participant_function: each.participantFunction,
        org: each.org,
        identification_scheme: each.identificationScheme,
        identification: each.identification,
        name_zh: each.nameZh,
        name_en: each.nameEn,
      })),
    ),
  );
}

// A new revision leaves these as they are: status and revision follow from what else is stored.
const kept = new Set(['id', 'record_key', 'consignment_status', 'created_at', 'changed_at']);

/** Boxes, documents and events inherit who may know of them: a new route or participant is a change of theirs too. */
async function touchLinked(tx: SqlTx, ids: readonly string[], changes: ChangeSet): Promise<void> {
  if (ids.length === 0) return;
  const boxes = await tx.query<{ id: string }>(
    'select equipment_id as id from equipment_consignment where record_id = any($1::text[])',
    ids,
  );
  const events = await tx.query<{ id: string }>('select event_id as id from event_consignment where record_id = any($1::text[])', ids);
  const documents = await tx.query<{ id: string }>(
    `select d.id from transport_document_consignment l join transport_document d on d.id = l.document_id
      where l.record_id = any($1::text[]) and not d.cancelled`,
    ids,
  );
  const shipments = await tx.query<{ id: string }>(
    'select event_id as id from shipment_event_consignment where record_id = any($1::text[])',
    ids,
  );
  for (const box of boxes) changes.touched('equipment-record', box.id);
  for (const document of documents) changes.touched('transport-document', document.id);
  for (const event of events) changes.touched('equipment-event', event.id);
  for (const event of shipments) changes.touched('shipment-event', event.id);
}

type StoredRecord = {
  readonly id: string;
  readonly messageRevision: number;
  readonly references: ConsignmentContent['references'];
  readonly equipment: ConsignmentContent['equipment'];
  readonly audience: string;
};

/** The stored records of these keys, locked in one order for all. */
async function storedRecords(tx: SqlTx, recordKeys: readonly string[]): Promise<ReadonlyMap<string, StoredRecord>> {
  const rows = await tx.query<{
    id: string;
    record_key: string;
    message_revision: number;
    document_references: ConsignmentContent['references'];
    declared_equipment: ConsignmentContent['equipment'];
    cancelled: boolean;
    route_parties: string[];
    destination_party: string | null;
    participants: { org: string | null; participantFunction: string }[];
  }>(
    `select c.id, c.record_key, c.message_revision, c.document_references, c.declared_equipment, c.cancelled, c.route_parties, c.destination_party,
            coalesce((select jsonb_agg(jsonb_build_object('org', p.org, 'participantFunction', p.participant_function) order by p.ordinal)
                        from participation p where p.record_id = c.id), '[]') as participants
       from consignment_record c where c.record_key = any($1::text[]) order by c.record_key for update`,
    recordKeys,
  );
  return new Map(
    rows.map((row) => [
      row.record_key,
      {
        id: row.id,
        messageRevision: row.message_revision,
        references: row.document_references,
        equipment: row.declared_equipment,
        audience: audienceKey({
          cancelled: row.cancelled,
          routeParties: row.route_parties,
          destinationParty: row.destination_party,
          participations: row.participants,
        }),
      },
    ]),
  );
}

type Audience = Pick<ConsignmentContent, 'cancelled' | 'routeParties' | 'destinationParty'> & {
  readonly participations: readonly { readonly org: string | null; readonly participantFunction: string }[];
};

/** What decides who may know of a record, as one text. */
function audienceKey({ cancelled, routeParties, destinationParty, participations }: Audience): string {
  const named = participations.flatMap(({ org, participantFunction }) =>
    org === null ? [] : [JSON.stringify([org, participantFunction])],
  );
  return JSON.stringify([cancelled, [...routeParties].sort(), destinationParty, [...new Set(named)].sort()]);
}

function sourceMessageOf({ message, sourceKey }: Writing, { source, rawMessageId }: TakingContext): SourceMessage {
  return {
    sourceKey,
    messageKey: JSON.stringify([source, type, message.recordReference, message.revision]),
    documentKey: null,
    messageType: type,
    messageFunction: functionOf(message),
    rawMessageId,
  };
}

function sourceKeyOf(source: string, { recordReference, revision }: ConsignmentMessage, sha256: string): string {
  return JSON.stringify([source, '', recordReference, String(revision), sha256]);
}

/** The first revision is an original, a later one replaces, a cancelled one cancels. */
function functionOf({ cancelled, revision }: ConsignmentMessage): MessageFunction {
  if (cancelled) return 'CANCEL';
  return revision === 1 ? 'ORIGINAL' : 'REPLACE';
}
