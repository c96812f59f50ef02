/**
 * After a message has written its own rows: everything that follows from them, computed again from the facts around it. Links of events, trips of boxes,
 * status of consignments. What is stored is compared with what follows and only differences are written, so the end does not depend on the order in
 * which messages came.
 *
 * Concerned are the boxes that the message names or that its consignment is linked to: an event's links depend on its own keys, a trip on its own box.
 */
import type { SqlTx } from '@corridor/exchange';
import { invariant, type PartyCode, type Random } from '@corridor/schemas';
import { consignmentStatus } from '../projection/consignment-status.ts';
import { countedOnce } from '../projection/counted-once.ts';
import type { ChangeSet } from './change-set.ts';
import { correctEvents } from './correction-rows.ts';
import { leadersOf } from './corroboration.ts';
import { storeEventLinks } from './event-links.ts';
import { insertEvents, type ToldEvents } from './event-rows.ts';
import { candidatesAmong, linksOf } from './link.ts';
import { consignmentsAround, consignmentsById, type StoredConsignment } from './stored-consignment.ts';
import { type BoxEvent, boxesConcerned, eventsOfBoxes, factsOfConsignments, type LinkedFact, reportsOf } from './stored-event.ts';
import { dropTrips, storeTrips } from './trip-rows.ts';
import { writeRows } from './write-rows.ts';

/** What messages touched. */
export type Scope = {
  /** The events they tell: written here, once, with all that follows for them. Their boxes need not be named. */
  readonly told?: readonly ToldEvents[];
  readonly boxes: readonly string[];
  /** Documents whose messages came, were replaced or cancelled. */
  readonly documentKeys: readonly string[];
  /** Consignments that were written. */
  readonly recordIds: readonly string[];
  /** Booking and transport document numbers the consignments have or had. */
  readonly references: readonly string[];
};

/** What deriving needs beside the transaction. */
export type DerivingContext = { readonly party: PartyCode; readonly random: Random; readonly now: Date; readonly changes: ChangeSet };

/** What became of the events told, and of those of their documents. */
export type Derived = {
  /** Documents of which an event was taken back. */
  readonly struck: ReadonlySet<string>;
  /** By id of the events told. */
  readonly events: ReadonlyMap<string, { readonly retracted: boolean; readonly linked: boolean }>;
};

/**
 * Writes the events told and brings everything derived up to date. Within the transaction that wrote the other facts, after the messages were noted, under
 * the ingest lock.
 */
export async function derive(tx: SqlTx, scope: Scope, context: DerivingContext): Promise<Derived> {
  const { changes } = context;
  const told = scope.told ?? [];
  const { fresh, boxes: corrected, struck } = await correctEvents(tx, scope.documentKeys, told, changes);
  const concerned = await boxesConcerned(tx, scope.recordIds, scope.references);
  const boxes = [...new Set([...scope.boxes, ...fresh.map(({ equipmentReference }) => equipmentReference), ...corrected, ...concerned])];
  const events = [...(await eventsOfBoxes(tx, boxes)), ...fresh];
  const consignments = await consignmentsAround(tx, { boxes, events, recordIds: scope.recordIds });
  const linked = linkedEvents(events, consignments);
  const grouped = await groupedEvents(tx, linked);
  const { tripOf, orphans } = await storeTrips(tx, { boxes, events: grouped, consignments }, context);

  await storeEvents(tx, { told, before: events, after: grouped, tripOf }, context);
  await dropTrips(tx, orphans, changes);
  const stored = new Map(events.map(({ id, links }) => [id, links]));
  await storeEventLinks(
    tx,
    'equipment-event',
    linked.map(({ id, sender, links }) => ({ id, assertedBy: sender, before: stored.get(id) ?? [], after: links })),
    changes,
  );
  const recordIds = [...events, ...linked].flatMap(({ links }) => links.map(({ recordId }) => recordId));
  await storeStatus(tx, [...new Set([...scope.recordIds, ...recordIds])], changes);
  const own = new Set(fresh.map(({ id }) => id));
  return {
    struck,
    events: new Map(
      grouped.flatMap(({ id, retracted, links }) => (own.has(id) ? [[id, { retracted, linked: links.length > 0 }] as const] : [])),
    ),
  };
}

function linkedEvents(events: readonly BoxEvent[], consignments: readonly StoredConsignment[]): BoxEvent[] {
  const candidatesOf = candidatesAmong(consignments);
  return events.map((event) => ({ ...event, links: linksOf(event, candidatesOf(event)) }));
}

/** The events with the leading report of each physical event that several tell of. */
async function groupedEvents(tx: SqlTx, events: readonly BoxEvent[]): Promise<BoxEvent[]> {
  const leaders = new Map([...(await reportsOf(tx, events)).values()].flatMap((reports) => [...leadersOf(reports)]));
  return events.map((event) => ({ ...event, corroborates: leaders.get(event.id) ?? null }));
}

/** Inserts the new events, and updates of the others what follows otherwise than before. */
async function storeEvents(
  tx: SqlTx,
  o: {
    readonly told: readonly ToldEvents[];
    readonly before: readonly BoxEvent[];
    readonly after: readonly BoxEvent[];
    readonly tripOf: ReadonlyMap<string, string>;
  },
  { changes, now }: DerivingContext,
): Promise<void> {
  const before = new Map(o.before.map((event) => [event.id, event]));
  const after = new Map(o.after.map((event) => [event.id, { ...event, equipmentId: o.tripOf.get(event.id) ?? null }]));
  const columnsOf = (id: string): BoxEvent => {
    const event = after.get(id);
    invariant(event !== undefined, 'a new event is among those derived');
    return event;
  };
  await insertEvents(tx, o.told, columnsOf, now);
  const fresh = new Set(o.told.flatMap(({ events }) => events.map(({ id }) => id)));
  for (const id of fresh) changes.created('equipment-event', id);

  const different = [...after.values()].filter(({ id, equipmentId, corroborates }) => {
    const was = before.get(id);
    return !fresh.has(id) && (was?.equipmentId !== equipmentId || was.corroborates !== corroborates);
  });
  await writeRows(
    tx,
    `update equipment_event e set equipment_id = r."equipmentId", corroborates = r.corroborates
       from jsonb_to_recordset($1::jsonb) as r(id text, "equipmentId" text, corroborates text) where e.id = r.id`,
    different.map(({ id, equipmentId, corroborates }) => ({ id, equipmentId, corroborates })),
  );
  // A report that leads, or leads no more, is another to its readers too.
  for (const { id, corroborates } of o.after) {
    const was = before.get(id)?.corroborates ?? null;
    if (was === corroborates) continue;
    for (const each of [id, was, corroborates]) if (each !== null && after.has(each)) changes.touched('equipment-event', each);
  }
}

async function storeStatus(tx: SqlTx, recordIds: readonly string[], changes: ChangeSet): Promise<void> {
  if (recordIds.length === 0) return;
  const factsOf = new Map<string, LinkedFact[]>();
  for (const fact of await factsOfConsignments(tx, recordIds)) {
    const own = factsOf.get(fact.recordId);
    if (own === undefined) factsOf.set(fact.recordId, [fact]);
    else own.push(fact);
  }
  const different = (await consignmentsById(tx, recordIds)).flatMap(({ id, status, destination }) => {
    const now = consignmentStatus(countedOnce(factsOf.get(id) ?? []), destination);
    return now === status ? [] : [{ id, status: now }];
  });
  await writeRows(
    tx,
    `update consignment_record c set consignment_status = r.status from jsonb_to_recordset($1::jsonb) as r(id text, status text) where c.id = r.id`,
    different,
  );
  for (const { id } of different) changes.touched('consignment-record', id);
}
