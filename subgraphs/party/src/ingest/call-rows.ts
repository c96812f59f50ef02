/** What follows for calls from their rows: their times from their events, their consignments from the legs that name the same voyage or train. */
import type { SqlTx } from '@corridor/exchange';
import { invariant, makeId, type PartyCode, parseId, type Random } from '@corridor/schemas';
import { type ColumnType, insertRecords } from '@corridor/store';
import type { PlaceReference } from '../definition.ts';
import { type CallReport, callInstant, callTimestamps } from '../projection/call-time.ts';
import { startOfLocalDay } from '../projection/local-time.ts';
import type { ChangeSet } from './change-set.ts';
import { callsReportedOf, linksOfReports } from './transport-report-links.ts';
import { writeRows } from './write-rows.ts';

/** The nouns of calls. */
export type CallNoun = 'vessel-call' | 'train-call' | 'truck-call';

/** The noun of a call's id. */
export function callNounOf(id: string): CallNoun {
  const noun = parseId(id)?.noun;
  invariant(noun === 'vessel-call' || noun === 'train-call' || noun === 'truck-call', 'a call has the id of a call');
  return noun;
}

/** One time that a message tells of a call. */
export type ToldTime = {
  readonly transportEventTypeCode: CallReport['transportEventTypeCode'];
  readonly eventClassifierCode: CallReport['eventClassifierCode'];
  /** Milliseconds since the epoch. */
  readonly eventAt: number;
  readonly delayReasonCode: string | null;
};

/** Which message tells times, and of which call. */
export type Telling = {
  readonly party: PartyCode;
  readonly random: Random;
  readonly callId: string;
  readonly controllerCode: string;
  readonly facilityId: string | null;
  readonly place: PlaceReference | null;
  readonly sourceKey: string;
  /** What later messages of the same sender about the same call have in common. */
  readonly documentKey: string;
  /** Of the first event; the others follow. */
  readonly line: number;
  readonly toldAt: Date;
  readonly now: Date;
  /** Whether these are all times the sender knows: then one that is missing is taken back. */
  readonly whole: boolean;
};

/**
 * Keeps what a message tells of a call's times, each as an event of its own. The same time again is nothing new. A new plan or estimate stands beside the
 * earlier one, which was no mistake; a new actual time retracts the earlier one. Gives the number of events that were added.
 */
export async function storeTimes(tx: SqlTx, times: readonly ToldTime[], telling: Telling, changes: ChangeSet): Promise<number> {
  const { callId, documentKey } = telling;
  const standing = await tx.query<StandingEvent>(
    `select id, transport_event_type_code as type, event_classifier_code as classifier, event_at, delay_reason_code as delay
       from transport_event where call_id = $1 and document_key = $2 and not retracted order by told_at desc, line desc`,
    callId,
    documentKey,
  );
  const ofKind = (type: string, classifier: string): StandingEvent[] =>
    standing.filter((event) => event.type === type && event.classifier === classifier);
  const struck: StandingEvent[] = [];
  const added = times.flatMap((time) => {
    const known = ofKind(time.transportEventTypeCode, time.eventClassifierCode);
    const [latest] = known;
    if (latest !== undefined && latest.event_at.getTime() === time.eventAt && latest.delay === time.delayReasonCode) return [];
    const corrected = time.eventClassifierCode === 'ACT' ? known : [];
    struck.push(...corrected);
    return [{ id: makeId(telling.party, 'transport-event', telling.random), time, corrected: corrected[0]?.id ?? null }];
  });
  if (telling.whole) {
    const told = new Set(times.map((time) => `${time.transportEventTypeCode} ${time.eventClassifierCode}`));
    struck.push(...standing.filter(({ type, classifier }) => !told.has(`${type} ${classifier}`)));
  }
  await insertTransportEvents(
    tx,
    added.map((event, index) => ({ ...event, line: telling.line + index })),
    telling,
  );
  for (const { id } of added) changes.created('transport-event', id);
  if (struck.length > 0) {
    await tx.execute('update transport_event set retracted = true where id = any($1::text[])', [...new Set(struck.map(({ id }) => id))]);
    for (const { id } of struck) changes.touched('transport-event', id);
  }
  return added.length;
}

/** Inserts events of a call; `corrected`: the id of the one an event stands for. */
export async function insertTransportEvents(
  tx: SqlTx,
  events: readonly { readonly id: string; readonly line: number; readonly time: ToldTime; readonly corrected: string | null }[],
  telling: Omit<Telling, 'party' | 'random' | 'whole' | 'line'>,
): Promise<void> {
  await insertRecords(
    tx,
    'transport_event',
    eventTypes,
    events.map(({ id, line, time, corrected }) => ({
      id,
      source_key: telling.sourceKey,
      line,
      document_key: telling.documentKey,
      call_id: telling.callId,
      controller_code: telling.controllerCode,
      transport_event_type_code: time.transportEventTypeCode,
      event_classifier_code: time.eventClassifierCode,
      event_at: new Date(time.eventAt),
      told_at: telling.toldAt,
      delay_reason_code: time.delayReasonCode,
      facility_id: telling.facilityId,
      event_location: telling.place,
      retracted_event_id: corrected,
      retracted: false,
      created_at: telling.now,
      changed_at: telling.now,
    })),
  );
}

type StandingEvent = {
  readonly id: string;
  readonly type: string;
  readonly classifier: string;
  readonly event_at: Date;
  readonly delay: string | null;
};

const eventTypes = {
  id: 'text',
  source_key: 'text',
  line: 'int',
  document_key: 'text',
  call_id: 'text',
  controller_code: 'text',
  transport_event_type_code: 'text',
  event_classifier_code: 'text',
  event_at: 'timestamptz',
  told_at: 'timestamptz',
  delay_reason_code: 'text',
  facility_id: 'text',
  event_location: 'jsonb',
  retracted_event_id: 'text',
  retracted: 'boolean',
  created_at: 'timestamptz',
  changed_at: 'timestamptz',
} as const satisfies { readonly [column: string]: ColumnType };

/** Computes the times and the day of calls from the events that hold. */
export async function projectCalls(tx: SqlTx, callIds: readonly string[], changes: ChangeSet): Promise<void> {
  const calls = await tx.query<{ id: string; time_zone: string; timestamps: unknown; sort_day: Date | null }>(
    'select id, time_zone, timestamps, sort_day from transport_call where id = any($1::text[])',
    callIds,
  );
  const events = await tx.query<{
    call_id: string;
    type: CallReport['transportEventTypeCode'];
    classifier: CallReport['eventClassifierCode'];
    event_at: Date;
    told_at: Date;
  }>(
    `select call_id, transport_event_type_code as type, event_classifier_code as classifier, event_at, told_at
       from transport_event where call_id = any($1::text[]) and not retracted`,
    callIds,
  );
  const different = calls.flatMap(({ id, time_zone, timestamps, sort_day }) => {
    const reports = events
      .filter(({ call_id }) => call_id === id)
      .map(({ type, classifier, event_at, told_at }) => ({
        transportEventTypeCode: type,
        eventClassifierCode: classifier,
        eventAt: event_at.getTime(),
        toldAt: told_at.getTime(),
      }));
    const now = callTimestamps(reports);
    const instant = callInstant(now);
    const day = instant === null ? null : new Date(startOfLocalDay(instant, time_zone));
    const isSame = isEqual(now, timestamps) && day?.getTime() === sort_day?.getTime();
    return isSame ? [] : [{ id, timestamps: now, day: day?.toISOString() ?? null }];
  });
  await writeRows(
    tx,
    `update transport_call c set timestamps = r.timestamps, sort_day = r.day
       from jsonb_to_recordset($1::jsonb) as r(id text, timestamps jsonb, day timestamptz) where c.id = r.id`,
    different,
  );
  for (const { id } of different) changes.touched(callNounOf(id), id);
}

// jsonb gives the members of an object in an order of its own.
function isEqual(now: ReturnType<typeof callTimestamps>, stored: unknown): boolean {
  const keyOf = (each: ReturnType<typeof callTimestamps>[number]): string =>
    `${each.transportEventTypeCode} ${each.eventClassifierCode} ${each.eventDateTime}`;
  const known = Array.isArray(stored) ? stored.map(keyOf) : [];
  return now.map(keyOf).join() === known.join();
}

/**
 * Links calls to the consignments that come or go by them: one leg names the vessel with one of the call's voyage numbers, or the train, begins or ends at
 * the call's place and, where both are dated, near its day: voyage numbers are used again after months, train numbers after days. Or a report of the call
 * names one of their boxes or papers: `linksOfReports`.
 */
export async function linkCalls(tx: SqlTx, callIds: readonly string[], assertedBy: string, changes: ChangeSet): Promise<void> {
  if (callIds.length === 0) return;
  const byLegs = await tx.query<CallLink>(
    `select ca.id as call_id, cr.id as record_id, min(found.kind) as key_kind
       from transport_call ca
       cross join lateral (values ('VOYAGE', 'vesselIMONumber', ca.vessel_imo_number, 60), ('TRAIN', 'trainNumber', ca.train_number, 3))
         as found (kind, field, value, days)
       join consignment_record cr on found.value is not null and not cr.cancelled
        and cr.legs @> jsonb_build_array(jsonb_build_object(found.field, found.value))
       cross join lateral jsonb_array_elements(cr.legs) as legs (leg)
      where ca.id = any($1::text[]) and not ca.cancelled and leg ->> found.field = found.value
        and (found.kind = 'TRAIN' or leg ->> 'voyageNumber' in
              (ca.carrier_import_voyage_number, ca.carrier_export_voyage_number, ca.universal_voyage_reference))
        and ((${isHere('from')} and ${isNear('plannedDeparture')}) or (${isHere('to')} and ${isNear('plannedArrival')}))
      group by ca.id, cr.id`,
    callIds,
  );
  const known = await tx.query<CallLink>(
    'select call_id, record_id, key_kind from call_consignment where call_id = any($1::text[])',
    callIds,
  );
  const pairOf = ({ call_id, record_id }: CallLink): string => `${call_id} ${record_id}`;
  const found = new Map((await linksOfReports(tx, callIds)).map((link) => [pairOf(link), link]));
  for (const link of byLegs) found.set(pairOf(link), { ...link, asserted_by: assertedBy });
  const before = new Map(known.map((link) => [pairOf(link), link.key_kind]));
  const gone = known.filter((link) => found.get(pairOf(link))?.key_kind !== link.key_kind);
  const fresh = [...found.values()].filter((link) => before.get(pairOf(link)) !== link.key_kind);
  await writeRows(
    tx,
    `delete from call_consignment l using jsonb_to_recordset($1::jsonb) as r(call_id text, record_id text)
      where l.call_id = r.call_id and l.record_id = r.record_id`,
    gone,
  );
  await insertRecords(tx, 'call_consignment', { call_id: 'text', record_id: 'text', key_kind: 'text', asserted_by: 'text' }, fresh);
  await touchCalls(
    tx,
    [...gone, ...fresh].map(({ call_id }) => call_id),
    changes,
  );
}

type CallLink = { readonly call_id: string; readonly record_id: string; readonly key_kind: string };

function isHere(end: 'from' | 'to'): string {
  return `(leg -> '${end}' ->> 'UNLocationCode' = ca.location ->> 'UNLocationCode' or leg -> '${end}' ->> 'facilityId' = ca.facility_id)`;
}

function isNear(time: 'plannedDeparture' | 'plannedArrival'): string {
  // A call whose events were all taken back keeps its consignments, whose readers see them taken back.
  const day = 'coalesce(ca.sort_day, (select min(e.event_at) from transport_event e where e.call_id = ca.id))';
  return `coalesce(abs(extract(epoch from (leg ->> '${time}')::timestamptz - ${day})) <= found.days * 86400, found.kind = 'VOYAGE')`;
}

/** Consignments were written: the calls they are linked to, and those their legs or reports of their boxes name, are linked anew; who may know of them may have changed with them. */
export async function linkCallsOf(tx: SqlTx, recordIds: readonly string[], assertedBy: string, changes: ChangeSet): Promise<void> {
  const calls = await tx.query<{ id: string; linked: boolean }>(
    `with legs as (select leg from consignment_record cr, jsonb_array_elements(cr.legs) leg where cr.id = any($1::text[]))
     select ca.id, exists (select 1 from call_consignment l where l.call_id = ca.id and l.record_id = any($1::text[])) as linked
       from transport_call ca
      where ca.id in (select l.call_id from call_consignment l where l.record_id = any($1::text[]))
         or ca.vessel_imo_number in (select leg ->> 'vesselIMONumber' from legs)
         or ca.train_number in (select leg ->> 'trainNumber' from legs)
         or ca.id = any($2::text[])`,
    recordIds,
    await callsReportedOf(tx, recordIds),
  );
  await touchCalls(
    tx,
    calls.filter(({ linked }) => linked).map(({ id }) => id),
    changes,
  );
  await linkCalls(
    tx,
    calls.map(({ id }) => id),
    assertedBy,
    changes,
  );
}

/** The calls and their events have other readers than before. */
async function touchCalls(tx: SqlTx, callIds: readonly string[], changes: ChangeSet): Promise<void> {
  if (callIds.length === 0) return;
  const events = await tx.query<{ id: string }>('select id from transport_event where call_id = any($1::text[])', callIds);
  for (const id of callIds) changes.touched(callNounOf(id), id);
  for (const { id } of events) changes.touched('transport-event', id);
}
