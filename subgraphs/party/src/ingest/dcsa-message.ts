/**
 * `dcsa-tnt-2.2`: events of DCSA Track & Trace 2.2 take effect. Each is a message of its own: a wrong one stops no other. Neighbours share a transaction, a
 * few dozen of them; between two such transactions others get their turn.
 *
 * An event never changes. The same content under the same `eventID` came before and changes nothing; other content is refused, for nobody could say which
 * of the two holds. What was wrong is taken back by an event that names it in `retractedEventID`, in whatever order the two come.
 */
import { setImmediate } from 'node:timers/promises';
import type { SqlTx } from '@corridor/exchange';
import { type DcsaEvent, dcsaEvent, dcsaEventTypes, invariant, makeId } from '@corridor/schemas';
import { contentSha256 } from './canonical-json.ts';
import { type ChangeSet, createChangeSet } from './change-set.ts';
import type { TakingContext } from './consignment-message.ts';
import type { MessageFunction } from './correction.ts';
import { type DcsaTold, readDcsaEvent } from './dcsa-event.ts';
import { correctStored, equipmentStates, retractOthers } from './dcsa-retraction.ts';
import { judge, originOf } from './dcsa-verdict.ts';
import { derive } from './derive.ts';
import { type ExternalEvent, noteExternalEvents, type Retraction, retractionsOf } from './external-event-rows.ts';
import { knownFacilities } from './facility.ts';
import type { IngestFinding } from './finding.ts';
import { inBody, jsonFindings, readJsonMessages } from './json-message.ts';
import { noteCalls } from './note-calls.ts';
import type { Outcome, TakenMessage } from './outcome.ts';
import { storeShipmentEvents } from './shipment-event-rows.ts';
import { noteMessages } from './source-message.ts';
import { takeTogether } from './together.ts';
import { storeTransportReports } from './transport-report-rows.ts';

const type = 'dcsa-tnt-2.2';

/** Whose events they are. */
export type DcsaSource = {
  /** Controller of the events it reports. */
  readonly controllerCode: string;
  /** The carrier in whose count its bookings and transport documents stand; null where the owner does not know. */
  readonly carrierCode: string | null;
};

// As many as consignments: others wait as long as it takes, some tenth of a second on the embedded database.
const mostTogether = 25;

const monthMs = 30 * 86_400_000;

// An event of an array that is no event at all says enough with these.
const mostFindings = 10;

/** Reads the event of a body, or each of its array, and lets it take effect, or says why not. Paths of findings begin at the body. */
export async function takeDcsaEvents(bytes: Uint8Array, source: DcsaSource, context: TakingContext): Promise<TakenMessage[]> {
  const taken: TakenMessage[] = [];
  let together: Received[] = [];
  const takeWaiting = async (): Promise<void> => {
    const received = together;
    together = [];
    const effects = await takeTogether(context.store, received, (tx, each) => apply(tx, each, source, context));
    for (const [index, { at, path, event }] of received.entries()) {
      const effect = effects[index];
      invariant(effect !== undefined, 'something became of each event');
      taken[at] = { message: messageOf(event, effect.outcome), findings: effect.findings.map((finding) => inBody(finding, path)) };
    }
  };
  for (const { path, ...found } of readJsonMessages(bytes, 'events')) {
    const read = 'finding' in found ? { reference: null, findings: [found.finding] } : readEvent(found.value, path);
    if ('findings' in read) {
      const { reference, findings } = read;
      taken.push({ message: { reference, type, function: null, outcome: 'REFUSED' }, findings: findings.slice(0, mostFindings) });
      continue;
    }
    const { event } = read;
    together.push({ at: taken.length, path, event });
    // Its place in the answer, until its transaction tells what became of it.
    taken.push({ message: messageOf(event, 'REFUSED'), findings: [] });
    if (together.length < mostTogether) continue;
    await takeWaiting();
    // The embedded database answers without leaving this turn of the event loop: who waits is let in here.
    await setImmediate();
  }
  await takeWaiting();
  return taken;
}

/** An event of the body: its place in the answer, and in the body. */
type Received = { readonly at: number; readonly path: string; readonly event: DcsaEvent };

function messageOf(event: DcsaEvent, outcome: Outcome): TakenMessage['message'] {
  return { reference: event.eventID ?? null, type, function: functionOf(event), outcome };
}

function functionOf({ retractedEventID }: DcsaEvent): MessageFunction {
  return retractedEventID === undefined ? 'ORIGINAL' : 'REPLACE';
}

/** The event that a value is, or why it is none that is taken here. */
function readEvent(
  value: unknown,
  path: string,
): { readonly event: DcsaEvent } | { readonly reference: string | null; readonly findings: readonly IngestFinding[] } {
  const parsed = dcsaEvent.safeParse(value);
  if (parsed.success) return { event: parsed.data };
  const findings = unsupported(value) ?? jsonFindings(parsed.error, value);
  return { reference: eventIDIn(value), findings: findings.map((finding) => inBody(finding, path)) };
}

/** What says that a value is an event, but none of these. */
function unsupported(value: unknown): IngestFinding[] | undefined {
  const { eventType, eventClassification } = membersOf(value);
  const finding = { code: 'MESSAGE_TYPE_UNSUPPORTED', severity: 'error' } as const;
  if (eventType === undefined && typeof eventClassification === 'object') {
    return [{ ...finding, path: 'eventClassification', detail: 'Track & Trace 3.0; 2.2 is taken here' }];
  }
  if (typeof eventType !== 'string' || dcsaEventTypes.some((known) => known === eventType)) return undefined;
  const storable = eventType.slice(0, 200).replace(/[\0\ud800-\udfff]/gu, '\ufffd');
  return [{ ...finding, path: 'eventType', value: storable, detail: dcsaEventTypes.join(', ') }];
}

function eventIDIn(value: unknown): string | null {
  const { eventID } = membersOf(value);
  return typeof eventID === 'string' && /^[^\p{Cc}\p{Cs}]{1,100}$/u.test(eventID) ? eventID : null;
}

function membersOf(value: unknown): { readonly eventType?: unknown; readonly eventClassification?: unknown; readonly eventID?: unknown } {
  return typeof value === 'object' && value !== null ? value : {};
}

type Effect = { readonly outcome: Outcome; readonly findings: readonly IngestFinding[] };

/** An event that takes effect now. */
type Fresh = Received & {
  readonly told: DcsaTold;
  readonly external: ExternalEvent;
  readonly findings: readonly IngestFinding[];
  /** Whether a consignment is behind it; of an equipment event that is derived later. */
  readonly linked: boolean;
};

/** Lets events take effect in one transaction; gives what became of each, in their order. */
async function apply(tx: SqlTx, received: readonly Received[], source: DcsaSource, context: TakingContext): Promise<Effect[]> {
  const effects = await effectsOf(tx, received, source, context);
  return received.flatMap(({ at }) => effects.get(at) ?? []);
}

async function effectsOf(
  tx: SqlTx,
  received: readonly Received[],
  source: DcsaSource,
  context: TakingContext,
): Promise<ReadonlyMap<number, Effect>> {
  const facilities = await knownFacilities(tx);
  const read = received.map((each) => ({
    ...each,
    ...readDcsaEvent(each.event, facilities, source.carrierCode),
    origin: originOf(each.event, type, context.source),
  }));
  const effects = new Map<number, Effect>();
  const taken: typeof read = [];
  for (const { each, against } of await judge(tx, read, context.source)) {
    if (against === undefined) taken.push(each);
    else {
      const outcome = against.severity === 'error' ? 'REFUSED' : 'DUPLICATE';
      effects.set(each.at, { outcome, findings: [...each.findings, against] });
    }
  }
  if (taken.length === 0) return effects;

  const now = new Date(context.clock());
  const changes = createChangeSet();
  await noteMessages(
    tx,
    taken.map(({ event, origin: { sourceKey, messageKey } }) => ({
      sourceKey,
      messageKey,
      documentKey: null,
      messageType: type,
      messageFunction: functionOf(event),
      rawMessageId: context.rawMessageId,
    })),
    now,
  );
  const fresh: Fresh[] = [];
  for (const { origin, ...each } of taken) {
    const { sourceKey, toldAt } = origin;
    const { eventId, linked } = await store(
      tx,
      each.told,
      { controllerCode: source.controllerCode, sourceKey, toldAt, now },
      context,
      changes,
    );
    fresh.push({ ...each, external: externalOf(each, { sourceKey, toldAt, eventId, source: context.source }), linked });
  }
  await noteExternalEvents(
    tx,
    fresh.map(({ external }) => external),
  );
  const retractions = await retractionsOf(
    tx,
    context.source,
    fresh.map(({ external }) => external.sourceKey),
  );
  await retractOthers(tx, retractions, { source: context.source, controllerCode: source.controllerCode, now }, changes);
  const linked = await storeEquipmentEvents(tx, fresh, retractions, source, context, now, changes);
  for (const each of fresh) {
    const findings = [...each.findings, ...findingsAbout(each, retractions, linked.get(each.external.eventId) ?? each.linked)];
    effects.set(each.at, { outcome: 'TAKEN', findings });
  }
  await changes.settle(tx, now);
  return effects;
}

function statementOf({ eventID: _id, eventCreatedDateTime: _told, retractedEventID: _earlier, ...statement }: DcsaEvent): string {
  return contentSha256(statement);
}

function externalOf(
  { event, told }: { readonly event: DcsaEvent; readonly told: DcsaTold },
  known: Pick<ExternalEvent, 'sourceKey' | 'toldAt' | 'eventId' | 'source'>,
): ExternalEvent {
  return {
    ...known,
    noun: told.noun,
    externalEventID: event.eventID ?? null,
    statementSha256: statementOf(event),
    retractsEventID: event.retractedEventID ?? null,
  };
}

/** Stores a transport or shipment event; an equipment event gets its id, and is stored with its trip by `derive`. */
async function store(
  tx: SqlTx,
  told: DcsaTold,
  telling: { readonly controllerCode: string; readonly sourceKey: string; readonly toldAt: Date; readonly now: Date },
  context: TakingContext,
  changes: ChangeSet,
): Promise<{ eventId: string; linked: boolean }> {
  const { definition, random, source } = context;
  if (told.noun === 'equipment-event') return { eventId: makeId(definition.code, 'equipment-event', random), linked: false };
  if (told.noun === 'transport-event') {
    const { outcomes } = await storeTransportReports(
      tx,
      [told.report],
      { ...telling, sender: source, documentKey: null },
      context,
      changes,
    );
    const [stored] = outcomes;
    invariant(stored !== undefined, 'a report has an outcome');
    return stored;
  }
  const shipment = { ...telling, source, party: definition.code, random, documentKey: null, line: 1 };
  const [outcome] = await storeShipmentEvents(tx, [told.event], shipment, changes);
  invariant(outcome !== undefined, 'a shipment event has an outcome');
  return { eventId: outcome.id, linked: outcome.linked };
}

/** Stores the equipment events among them, with what follows for their boxes; gives which of them are linked to a consignment. */
async function storeEquipmentEvents(
  tx: SqlTx,
  fresh: readonly Fresh[],
  retractions: readonly Retraction[],
  { controllerCode }: DcsaSource,
  context: TakingContext,
  now: Date,
  changes: ChangeSet,
): Promise<Map<string, boolean>> {
  const states = equipmentStates(retractions);
  const told = fresh.flatMap(({ told: each, external: { eventId, sourceKey } }) => {
    if (each.noun !== 'equipment-event') return [];
    const { retracted = false, retractedEventID = null } = states.get(eventId) ?? {};
    return [
      { events: [{ id: eventId, content: each.content, retracted, retractedEventID }], sourceKey, documentKey: null, controllerCode },
    ];
  });
  const isNew = new Set(told.flatMap(({ events }) => events.map(({ id }) => id)));
  const boxes = await correctStored(
    tx,
    [...states].flatMap(([id, state]) => (isNew.has(id) ? [] : [{ id, ...state }])),
    changes,
  );
  if (told.length === 0 && boxes.length === 0) return new Map();
  const derived = await derive(
    tx,
    { told, boxes, documentKeys: [], recordIds: [], references: [] },
    { party: context.definition.code, random: context.random, now, changes },
  );
  const calls = fresh.flatMap(({ told: each }) => (each.noun === 'equipment-event' && each.call !== null ? [each.call] : []));
  const [first] = fresh;
  if (calls.length > 0 && first !== undefined) {
    const { sourceKey, toldAt } = first.external;
    // Voyage numbers are used again after months: those are two calls.
    const distinct = new Map(calls.map((call) => [JSON.stringify({ ...call, at: Math.floor(call.at / monthMs) }), call]));
    await noteCalls(tx, [...distinct.values()], { sourceKey, sender: context.source, controllerCode, toldAt, now }, context, changes);
  }
  return new Map([...derived.events].map(([id, { linked }]) => [id, linked]));
}

function findingsAbout({ event, external }: Fresh, retractions: readonly Retraction[], linked: boolean): IngestFinding[] {
  const { sourceKey } = external;
  const own = { path: 'eventID', ...(event.eventID === undefined ? {} : { value: event.eventID }) };
  const isStruck = retractions.some(({ earlier }) => earlier.sourceKey === sourceKey);
  const strikes = retractions.some(({ later }) => later.sourceKey === sourceKey);
  return [
    ...(event.retractedEventID !== undefined && !strikes
      ? [{ code: 'REPLACED_MESSAGE_NOT_FOUND', severity: 'warning', path: 'retractedEventID', value: event.retractedEventID } as const]
      : []),
    ...(isStruck ? [{ code: 'MESSAGE_CORRECTED_BEFORE', severity: 'info', ...own } as const] : []),
    ...(linked ? [] : [{ code: 'EVENT_NOT_LINKED', severity: 'warning', path: '' } as const]),
  ];
}
