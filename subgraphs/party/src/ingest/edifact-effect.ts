/** Messages of EDIFACT take effect inside a transaction: their events and reports, what they correct, what follows, and what is to be told of each. */
import type { Message } from '@corridor/edifact';
import type { SqlTx } from '@corridor/exchange';
import { makeId } from '@corridor/schemas';
import { type ChangeSet, createChangeSet } from './change-set.ts';
import type { TakingContext } from './consignment-message.ts';
import type { MessageFunction } from './correction.ts';
import { type Derived, derive } from './derive.ts';
import { type EquipmentFact, type EventContent, readEquipmentFact } from './equipment-event.ts';
import { knownFacilities } from './facility.ts';
import type { IngestFinding } from './finding.ts';
import { mentionedCalls } from './mentioned-calls.ts';
import { noteCalls } from './note-calls.ts';
import type { Outcome } from './outcome.ts';
import type { KnownFacility } from './place.ts';
import { type MessageOrigin, messageKeyOf, sourceKeyOf } from './source-key.ts';
import { noteMessages, usedKeys } from './source-message.ts';
import { type ReadReport, readVehicleStatuses, type VehicleStatus } from './transport-report.ts';
import { storeTransportReports, type TransportReportOutcome } from './transport-report-rows.ts';

/** What a message says: what it reports of boxes and vehicles, and what its sender calls it. */
export type Telling = {
  readonly message: Message;
  readonly origin: MessageOrigin;
  readonly documentKey: string | null;
  readonly messageFunction: MessageFunction;
  /** When its sender made it; null where it does not say. */
  readonly preparedAt: Date | null;
  readonly facts: readonly EquipmentFact[];
  readonly vehicles: readonly VehicleStatus[];
  readonly controllerCode: string;
  /** Of reading it. */
  readonly findings: readonly IngestFinding[];
};

/** What became of a message inside its transaction. */
export type Effect = { readonly outcome: Outcome; readonly findings: readonly IngestFinding[] };

/** Lets messages about different documents take effect, all in one transaction; gives one effect per message, in their order. */
export async function applyTellings(tx: SqlTx, tellings: readonly Telling[], context: TakingContext): Promise<Effect[]> {
  const facilities = await knownFacilities(tx);
  const read = tellings.map((telling) => readTelling(telling, facilities));
  const used = await usedKeys(tx, read);
  const fresh = read.filter(({ sourceKey }) => !used.sourceKeys.has(sourceKey));
  const orders = await knownOrders(tx, fresh);
  const now = new Date(context.clock());
  const changes = createChangeSet();
  await noteMessages(
    tx,
    fresh.map((each) => ({ ...each, messageType: each.message.type, rawMessageId: context.rawMessageId })),
    now,
  );
  const told = fresh.map((each) => ({
    ...each,
    events: each.contents.map((content) => ({ id: makeId(context.definition.code, 'equipment-event', context.random), content })),
  }));
  const derived = await derive(
    tx,
    { told, boxes: [], documentKeys: told.flatMap(({ documentKey }) => documentKey ?? []), recordIds: [], references: [] },
    { party: context.definition.code, random: context.random, now, changes },
  );
  const states = new Map<string, TransportState>();
  for (const each of told) states.set(each.sourceKey, await tellCalls(tx, each, facilities, { context, changes, now }));
  await changes.settle(tx, now);
  const eventsOf = new Map(told.map(({ sourceKey, events }) => [sourceKey, events]));
  return read.map((each): Effect => {
    const { message, origin, sourceKey, messageKey, placeFindings } = each;
    const events = eventsOf.get(sourceKey);
    if (events === undefined) {
      const duplicate = { code: 'MESSAGE_DUPLICATE', severity: 'info', ...placeOf(message, 'UNH') } as const;
      return { outcome: 'DUPLICATE', findings: [...placeFindings, duplicate] };
    }
    const reused: IngestFinding[] = used.messageKeys.has(messageKey)
      ? [{ code: 'MESSAGE_REFERENCE_REUSED', severity: 'warning', ...placeOf(message, 'UNH', 1), value: origin.messageReference }]
      : [];
    const isFound = each.documentKey !== null && orders.has(each.documentKey);
    const state = states.get(sourceKey) ?? { outcomes: [], struck: false };
    const found = derivedFindings(each, events, derived, { ...state, struck: state.struck || isFound });
    return { outcome: 'TAKEN', findings: [...placeFindings, ...reused, ...found] };
  });
}

/** The documents, among those that orders correct, of which a message took effect before: an order without event leaves nothing to take back. */
async function knownOrders(tx: SqlTx, tellings: readonly Telling[]): Promise<ReadonlySet<string>> {
  const corrected = tellings.filter(({ message, messageFunction }) => message.type === 'COPARN' && messageFunction !== 'ORIGINAL');
  if (corrected.length === 0) return new Set();
  const rows = await tx.query<{ key: string }>(
    'select distinct document_key as key from source_message where document_key = any($1::text[])',
    corrected.flatMap(({ documentKey }) => documentKey ?? []),
  );
  return new Set(rows.map(({ key }) => key));
}

/** What became of what a message says of vehicles. */
type TransportState = { readonly outcomes: readonly TransportReportOutcome[]; readonly struck: boolean };

/** Makes the calls that a message mentions, and keeps what it says of vehicles. */
async function tellCalls(
  tx: SqlTx,
  { message, contents, reports, sourceKey, origin, preparedAt, documentKey, controllerCode }: ReadTelling,
  facilities: readonly KnownFacility[],
  { context, changes, now }: { readonly context: TakingContext; readonly changes: ChangeSet; readonly now: Date },
): Promise<TransportState> {
  // A sender's clock that is ahead must not outlast what is told later.
  const toldAt = preparedAt === null || preparedAt > now ? now : preparedAt;
  const teller = { sourceKey, sender: origin.sender, controllerCode, toldAt, now };
  const mentioned = mentionedCalls(contents, facilities);
  if (mentioned.length > 0) await noteCalls(tx, mentioned, teller, context, changes);
  if (message.type !== 'IFTSTA') return { outcomes: [], struck: false };
  return storeTransportReports(tx, reports, { ...teller, documentKey }, context, changes);
}

type ReadTelling = Telling & {
  readonly sourceKey: string;
  readonly messageKey: string;
  /** One per fact. */
  readonly contents: readonly EventContent[];
  /** One per status of a vehicle. */
  readonly reports: readonly ReadReport[];
  readonly placeFindings: readonly IngestFinding[];
};

function readTelling(telling: Telling, facilities: readonly KnownFacility[]): ReadTelling {
  const read = telling.facts.map((fact) => readEquipmentFact(fact, facilities));
  const vehicles = readVehicleStatuses(telling.vehicles, facilities);
  return {
    ...telling,
    sourceKey: sourceKeyOf(telling.origin),
    messageKey: messageKeyOf(telling.origin),
    contents: read.map(({ content }) => content),
    reports: vehicles.reports,
    placeFindings: [...read.flatMap(({ findings }) => findings), ...vehicles.findings],
  };
}

/** What is to be said of a message once it took effect: what it found to correct, what corrected it before, which events belong to no consignment. */
function derivedFindings(
  { message, messageFunction, documentKey, facts, reports }: ReadTelling,
  events: readonly { readonly id: string }[],
  derived: Derived,
  { outcomes, struck }: TransportState,
): IngestFinding[] {
  const findings: IngestFinding[] = [];
  if (messageFunction !== 'ORIGINAL' && !struck && (documentKey === null || !derived.struck.has(documentKey))) {
    findings.push({ code: 'REPLACED_MESSAGE_NOT_FOUND', severity: 'warning', ...placeOf(message, 'BGM', 2) });
  }
  if (events.some(({ id }) => derived.events.get(id)?.retracted === true) || outcomes.some(({ retracted }) => retracted)) {
    findings.push({ code: 'MESSAGE_CORRECTED_BEFORE', severity: 'info', ...placeOf(message, 'BGM', 2) });
  }
  for (const [index, { id }] of events.entries()) {
    if (derived.events.get(id)?.linked === true) continue;
    findings.push({ code: 'EVENT_NOT_LINKED', severity: 'warning', segment: facts[index]?.equipmentReference.segment ?? 0, tag: 'EQD' });
  }
  for (const [index, { linked }] of outcomes.entries()) {
    if (linked) continue;
    findings.push({ code: 'EVENT_NOT_LINKED', severity: 'warning', segment: reports[index]?.segment ?? 0, tag: 'STS' });
  }
  return findings;
}

/** Where a finding lies: the first segment of a tag, or where the message has none its first segment. */
export function placeOf(message: Message, tag: string, element?: number): Pick<IngestFinding, 'segment' | 'tag' | 'element'> {
  const segment = message.segments.find((each) => each.tag === tag) ?? message.segments[0];
  if (segment === undefined) return {};
  return { segment: segment.index, tag: segment.tag, ...(element === undefined ? {} : { element }) };
}
