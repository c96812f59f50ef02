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
import { jsonFindings, readJson } from './json-message.ts';
import type { Organisations } from './organisations.ts';
import type { Outcome, TakenMessage } from './outcome.ts';
import { type IngestStore, isKnown, noteMessage, takeEffect } from './source-message.ts';
import { recordKeyOf } from './stored-consignment.ts';

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

/** Reads one message and lets it take effect, or says why not. */
export async function takeConsignment(bytes: Uint8Array, context: TakingContext): Promise<TakenMessage[]> {
  const json = readJson(bytes);
  if ('finding' in json) return [{ message: { reference: null, type, function: null, outcome: 'REFUSED' }, findings: [json.finding] }];
  const parsed = consignmentMessage.safeParse(json.value);
  if (!parsed.success) {
    const message = { reference: referenceIn(json.value), type, function: null, outcome: 'REFUSED' } as const;
    return [{ message, findings: jsonFindings(parsed.error, json.value) }];
  }
  const message = parsed.data;
  const { outcome, findings } = await takeEffect(context.store, (tx) => apply(tx, message, context));
  return [{ message: { reference: message.recordReference, type, function: functionOf(message), outcome }, findings }];
}

async function apply(
  tx: SqlTx,
  message: ConsignmentMessage,
  context: TakingContext,
): Promise<{ outcome: Outcome; findings: IngestFinding[] }> {
  const facilities = await knownFacilities(tx);
  const { content, findings } = readConsignment(message, {
    definition: context.definition,
    organisations: context.organisations,
    facilities,
  });
  if (stops(findings)) return { outcome: 'REFUSED', findings };

  const sha256 = contentSha256(message);
  const recordKey = recordKeyOf(context.source, message.recordReference);
  const stored = await storedRecord(tx, recordKey);
  const before = await verdictOn(tx, message, sha256, stored, context.source);
  if (before !== undefined) return { outcome: before.severity === 'error' ? 'REFUSED' : 'DUPLICATE', findings: [before, ...findings] };

  const now = new Date(context.clock());
  const changes = createChangeSet();
  await noteMessage(tx, sourceMessageOf(message, sha256, context), now);
  const id = stored?.id ?? makeId(context.definition.code, 'consignment-record', context.random);
  await write(tx, { id, recordKey, message, sha256, content, stored, now }, changes);
  const references = [...content.references, ...(stored?.references ?? [])]
    .map(({ reference }) => reference)
    .filter((reference) => !isPlaceholder(reference));
  const boxes = [...content.equipment, ...(stored?.equipment ?? [])].map(({ equipmentReference }) => equipmentReference);
  await derive(
    tx,
    { boxes, documentKeys: [], recordIds: [id], references },
    { party: context.definition.code, random: context.random, now, changes },
  );
  if (stored !== undefined && stored.audience !== audienceKey(content)) await touchLinked(tx, id, changes);
  await linkCallsOf(tx, id, context.source, changes);
  await changes.settle(tx, now);
  return { outcome: 'TAKEN', findings };
}

/** What stands against a message: it came before, a newer one did, or another one did under its number. */
async function verdictOn(
  tx: SqlTx,
  message: ConsignmentMessage,
  sha256: string,
  stored: StoredRecord | undefined,
  source: string,
): Promise<IngestFinding | undefined> {
  if (await isKnown(tx, sourceKeyOf(source, message, sha256))) return { code: 'MESSAGE_DUPLICATE', severity: 'info' };
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
  readonly message: ConsignmentMessage;
  readonly sha256: string;
  readonly content: ConsignmentContent;
  readonly stored: StoredRecord | undefined;
  readonly now: Date;
};

async function write(tx: SqlTx, { id, recordKey, message, sha256, content, stored, now }: Writing, changes: ChangeSet): Promise<void> {
  const row = {
    ...consignmentRow(content),
    id,
    record_key: recordKey,
    message_revision: message.revision,
    message_sha256: sha256,
    consignment_status: 'BOOKED',
    created_at: now,
    changed_at: now,
  };
  const given = Object.keys(consignmentRowTypes).filter((column) => !kept.has(column));
  await insertRecords(tx, 'consignment_record', consignmentRowTypes, [row], {
    onConflict: `(id) do update set ${given.map((column) => `${column} = excluded.${column}`).join(', ')}`,
  });
  await tx.execute('delete from participation where record_id = $1', id);
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
  );
  if (stored === undefined) changes.created('consignment-record', id);
  else changes.touched('consignment-record', id);
}

// A new revision leaves these as they are: status and revision follow from what else is stored.
const kept = new Set(['id', 'record_key', 'consignment_status', 'created_at', 'changed_at']);

/** Boxes and events inherit who may know of them: a new route or participant is a change of theirs too. */
async function touchLinked(tx: SqlTx, id: string, changes: ChangeSet): Promise<void> {
  const boxes = await tx.query<{ id: string }>('select equipment_id as id from equipment_consignment where record_id = $1', id);
  const events = await tx.query<{ id: string }>('select event_id as id from event_consignment where record_id = $1', id);
  for (const box of boxes) changes.touched('equipment-record', box.id);
  for (const event of events) changes.touched('equipment-event', event.id);
}

type StoredRecord = {
  readonly id: string;
  readonly messageRevision: number;
  readonly references: ConsignmentContent['references'];
  readonly equipment: ConsignmentContent['equipment'];
  readonly audience: string;
};

async function storedRecord(tx: SqlTx, recordKey: string): Promise<StoredRecord | undefined> {
  const [row] = await tx.query<{
    id: string;
    message_revision: number;
    document_references: ConsignmentContent['references'];
    declared_equipment: ConsignmentContent['equipment'];
    cancelled: boolean;
    route_parties: string[];
    destination_party: string | null;
    participants: { org: string | null; participantFunction: string }[];
  }>(
    `select c.id, c.message_revision, c.document_references, c.declared_equipment, c.cancelled, c.route_parties, c.destination_party,
            coalesce((select jsonb_agg(jsonb_build_object('org', p.org, 'participantFunction', p.participant_function) order by p.ordinal)
                        from participation p where p.record_id = c.id), '[]') as participants
       from consignment_record c where c.record_key = $1 for update`,
    recordKey,
  );
  if (row === undefined) return undefined;
  return {
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
  };
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

function sourceMessageOf(message: ConsignmentMessage, sha256: string, { source, rawMessageId }: TakingContext) {
  return {
    sourceKey: sourceKeyOf(source, message, sha256),
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

function referenceIn(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('recordReference' in value)) return null;
  const { recordReference } = value;
  return typeof recordReference === 'string' && recordReference.length <= 70 ? recordReference : null;
}
