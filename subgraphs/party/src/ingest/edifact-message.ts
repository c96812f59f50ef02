/**
 * EDIFACT: an interchange is read, and each message in it (CODECO, COARRI, IFTSTA) takes effect in a transaction of its own: its events, what it corrects of earlier ones, and what
 * follows for boxes and consignments. An error stops its message, never the interchange.
 */
import { createHash } from 'node:crypto';
import { type Finding as EdifactFinding, type Message, mapMessage, type PartnerProfile, readInterchange } from '@corridor/edifact';
import type { SqlTx } from '@corridor/exchange';
import { invariant, isErrorCode, makeId } from '@corridor/schemas';
import { createChangeSet } from './change-set.ts';
import type { TakingContext } from './consignment-message.ts';
import type { MessageFunction } from './correction.ts';
import { derive } from './derive.ts';
import { type EquipmentFact, equipmentFactsOf, readEquipmentFact } from './equipment-event.ts';
import { insertEvents, retractedCount, stateOfEvents } from './event-rows.ts';
import { knownFacilities } from './facility.ts';
import { type IngestFinding, stops } from './finding.ts';
import { mentionedCalls } from './mentioned-calls.ts';
import type { Outcome, TakenMessage } from './outcome.ts';
import { documentKeyOf, type MessageOrigin, messageKeyOf, sourceKeyOf } from './source-key.ts';
import { isKnown, isReferenceUsed, noteMessage, takeEffect } from './source-message.ts';
import { noteVesselCalls } from './vessel-call.ts';

/** What became of an interchange: its messages, and what belongs to none of them. */
export type TakenInterchange = { readonly messages: readonly TakenMessage[]; readonly findings: readonly IngestFinding[] };

/** Reads an interchange, or bare messages, and lets each message take effect, one after the other. */
export async function takeInterchange(
  bytes: Uint8Array,
  profile: PartnerProfile,
  controllerCode: string,
  context: TakingContext,
): Promise<TakenInterchange> {
  const interchange = readInterchange(bytes, profile.charset === undefined ? {} : { charset: profile.charset });
  const findings = interchange.findings.map(findingOf);
  const messages: TakenMessage[] = [];
  // An input may hold interchanges of several senders: each is looked at by itself, and told once.
  const strangers = new Map<string, IngestFinding>();
  for (const message of interchange.messages) {
    const stranger = senderFinding(message, profile);
    if (stranger === undefined) messages.push(await takeMessage(message, { bytes, profile, controllerCode }, context));
    else {
      strangers.set(message.envelope.sender, strangers.get(message.envelope.sender) ?? stranger);
      messages.push(refused(message, null, message.findings.map(findingOf)));
    }
  }
  return { messages, findings: [...findings, ...strangers.values()] };
}

type Envelope = {
  readonly bytes: Uint8Array;
  readonly profile: PartnerProfile;
  readonly controllerCode: string;
};

/** What takes effect. COPARN is read by `@corridor/edifact`, but an order is no event and has no noun of its own yet. */
const messageTypes: ReadonlySet<string> = new Set(['CODECO', 'COARRI', 'IFTSTA']);

async function takeMessage(message: Message, envelope: Envelope, context: TakingContext): Promise<TakenMessage> {
  const own = message.findings.map(findingOf);
  if (!messageTypes.has(message.type)) {
    const unsupported = {
      code: 'MESSAGE_TYPE_UNSUPPORTED',
      severity: 'error',
      ...placeOf(message, 'UNH', 2),
      value: message.type,
    } as const;
    return refused(message, null, [...own, unsupported]);
  }
  const mapped = mapMessage(message, envelope.profile);
  const equipment = equipmentFactsOf(mapped.facts);
  const findings = [...own, ...mapped.findings.map(findingOf), ...equipment.findings];
  if (mapped.function === 'CANCEL' && mapped.documentNumber === null) {
    // To the mapper this is a warning; but nothing says what is taken back, so nothing can be.
    findings.push({
      code: 'ELEMENT_MISSING',
      severity: 'error',
      ...placeOf(message, 'BGM', 2),
      detail: 'number of the document to cancel',
    });
  }
  if (!stops(findings) && mapped.function === 'ORIGINAL' && equipment.facts.length === 0) {
    // TAKEN would tell the sender that something came of it.
    findings.push({ code: 'ELEMENT_MISSING', severity: 'error', ...placeOf(message, 'UNH'), detail: 'event of a container' });
  }
  if (stops(findings)) return refused(message, mapped.function, findings);

  const origin = originOf(message, envelope, context.source);
  const documentKey = mapped.documentNumber === null ? null : documentKeyOf(origin, mapped.documentNumber);
  // A cancellation repeats the lines it takes back: they are no events.
  const facts = mapped.function === 'CANCEL' ? [] : equipment.facts;
  const taken = await takeEffect(context.store, (tx) =>
    apply(tx, { message, origin, documentKey, messageFunction: mapped.function, facts, controllerCode: envelope.controllerCode }, context),
  );
  return {
    message: { reference: message.reference, type: message.type, function: mapped.function, outcome: taken.outcome },
    findings: [...findings, ...taken.findings],
  };
}

type Telling = {
  readonly message: Message;
  readonly origin: MessageOrigin;
  readonly documentKey: string | null;
  readonly messageFunction: MessageFunction;
  readonly facts: readonly EquipmentFact[];
  readonly controllerCode: string;
};

async function apply(tx: SqlTx, telling: Telling, context: TakingContext): Promise<{ outcome: Outcome; findings: IngestFinding[] }> {
  const { message, origin, documentKey, messageFunction, facts } = telling;
  const facilities = await knownFacilities(tx);
  const read = facts.map((fact) => ({ fact, ...readEquipmentFact(fact, facilities) }));
  const findings = read.flatMap((each) => each.findings);
  const sourceKey = sourceKeyOf(origin);
  if (await isKnown(tx, sourceKey)) {
    return { outcome: 'DUPLICATE', findings: [...findings, { code: 'MESSAGE_DUPLICATE', severity: 'info', ...placeOf(message, 'UNH') }] };
  }
  if (await isReferenceUsed(tx, messageKeyOf(origin))) {
    findings.push({ code: 'MESSAGE_REFERENCE_REUSED', severity: 'warning', ...placeOf(message, 'UNH', 1), value: origin.messageReference });
  }

  const now = new Date(context.clock());
  const changes = createChangeSet();
  const { type: messageType } = message;
  await noteMessage(
    tx,
    { sourceKey, messageKey: messageKeyOf(origin), documentKey, messageType, messageFunction, rawMessageId: context.rawMessageId },
    now,
  );
  const events = read.map(({ content, fact }) => ({
    id: makeId(context.definition.code, 'equipment-event', context.random),
    content,
    fact,
  }));
  await insertEvents(tx, events, { sourceKey, documentKey, controllerCode: telling.controllerCode, now });
  for (const { id } of events) changes.created('equipment-event', id);
  const struckBefore = documentKey === null ? 0 : await retractedCount(tx, documentKey);
  await derive(
    tx,
    {
      boxes: events.map(({ content }) => content.equipmentReference),
      documentKeys: documentKey === null ? [] : [documentKey],
      recordIds: [],
      references: [],
    },
    { party: context.definition.code, random: context.random, now, changes },
  );
  if (messageFunction !== 'ORIGINAL' && (documentKey === null || (await retractedCount(tx, documentKey)) === struckBefore)) {
    findings.push({ code: 'REPLACED_MESSAGE_NOT_FOUND', severity: 'warning', ...placeOf(message, 'BGM', 2) });
  }
  const own = await stateOfEvents(tx, sourceKey);
  if ([...own.values()].some(({ retracted }) => retracted)) {
    findings.push({ code: 'MESSAGE_CORRECTED_BEFORE', severity: 'info', ...placeOf(message, 'BGM', 2) });
  }
  for (const { id, fact } of events) {
    if (own.get(id)?.linked === false) {
      findings.push({ code: 'EVENT_NOT_LINKED', severity: 'warning', segment: fact.equipmentReference.segment, tag: 'EQD' });
    }
  }
  const mentioned = mentionedCalls(
    events.map(({ content }) => content),
    facilities,
  );
  const teller = { sourceKey, sender: origin.sender, controllerCode: telling.controllerCode, toldAt: now, now };
  await noteVesselCalls(tx, mentioned, teller, context, changes);
  await changes.settle(tx, now);
  return { outcome: 'TAKEN', findings };
}

function originOf(message: Message, { bytes }: Envelope, source: string): MessageOrigin {
  const { sender, preparedAt, reference } = message.envelope;
  return {
    sender: sender === '' ? `client:${source}` : sender,
    preparedAt,
    interchangeReference: reference,
    messageReference: message.reference,
    messageType: message.type,
    bodySha256: createHash('sha256').update(bytes.subarray(message.bytes.from, message.bytes.to)).digest('hex'),
  };
}

// A bare message comes under the name of the client that sent it: that much is proven.
function senderFinding({ envelope: { sender } }: Message, profile: PartnerProfile): IngestFinding | undefined {
  if (sender === '' || sender === profile.sender) return undefined;
  return { code: 'SENDER_UNKNOWN', severity: 'error', segment: 1, tag: 'UNB', element: 2, value: sender };
}

function refused(message: Message, messageFunction: MessageFunction | null, findings: readonly IngestFinding[]): TakenMessage {
  const { reference, type } = message;
  return { message: { reference, type, function: messageFunction, outcome: 'REFUSED' }, findings };
}

function placeOf(message: Message, tag: string, element?: number): Pick<IngestFinding, 'segment' | 'tag' | 'element'> {
  const segment = message.segments.find((each) => each.tag === tag) ?? message.segments[0];
  if (segment === undefined) return {};
  return { segment: segment.index, tag: segment.tag, ...(element === undefined ? {} : { element }) };
}

function findingOf({ code, severity, segment, tag, element, value, detail }: EdifactFinding): IngestFinding {
  invariant(isErrorCode(code), `${code} is a code of the error table`);
  return {
    code,
    severity,
    segment,
    ...(tag === undefined ? {} : { tag }),
    ...(element === undefined ? {} : { element }),
    ...(value === undefined ? {} : { value }),
    ...(detail === undefined ? {} : { detail }),
  };
}
