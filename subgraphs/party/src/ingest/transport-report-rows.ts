/**
 * What single messages say of the arrival or departure of a vehicle, kept so that corrections find it: a status report of one box on a train, a transport
 * event of DCSA. Reports of one sender about the same call, kind of time and instant are one event, which holds as long as one of them does; which of them
 * hold follows from the messages of their documents, or from the external ids that later reports take back, whatever the order of arrival.
 */
import type { SqlTx } from '@corridor/exchange';
import { invariant, makeId } from '@corridor/schemas';
import { type ColumnType, insertRecords } from '@corridor/store';
import { insertTransportEvents, linkCalls, projectCalls, type ToldTime } from './call-rows.ts';
import type { ChangeSet } from './change-set.ts';
import type { TakingContext } from './consignment-message.ts';
import { type MentionedCall, type Mentioning, noteCall } from './note-calls.ts';
import { insertRetractions, judgeDocument, judgeExternal } from './transport-report-verdict.ts';

/** What a report says travels by the vehicle; references tidied. */
export type ReportedBox = {
  readonly equipmentReference: string | null;
  readonly carrierBookingReference: string | null;
  readonly transportDocumentReference: string | null;
  readonly carrierCode: string | null;
};

/** One statement of a message about one vehicle. */
export type TransportReport = {
  readonly line: number;
  /** Its `times` are empty: `time` is the one. */
  readonly call: MentionedCall;
  readonly time: ToldTime;
  readonly boxes: readonly ReportedBox[];
  /** The sender's own id of it, one per sender; told again it is KNOWN and changes nothing. */
  readonly externalEventID: string | null;
  /** The sender's report that this one takes back and stands for, also before that comes. */
  readonly retractsEventID: string | null;
};

/** Which message reports. */
export type TransportTelling = Mentioning & {
  /** The document whose messages correct each other by their functions; null where external ids do. */
  readonly documentKey: string | null;
};

/** What became of a report. */
export type TransportReportOutcome = {
  readonly line: number;
  readonly is: 'NEW' | 'KNOWN';
  readonly eventId: string;
  readonly callId: string;
  readonly retracted: boolean;
  /** Whether the call belongs to a consignment. */
  readonly linked: boolean;
};

/**
 * Keeps the reports of a message and makes the events and calls they speak of, inside the transaction of its effect, after `noteMessage` and before
 * `settle`. Without reports it still lets a correction take back those of its document. `struck`: an earlier report was taken back.
 */
export async function storeTransportReports(
  tx: SqlTx,
  reports: readonly TransportReport[],
  telling: TransportTelling,
  context: Pick<TakingContext, 'definition' | 'random'>,
  changes: ChangeSet,
): Promise<{ readonly outcomes: readonly TransportReportOutcome[]; readonly struck: boolean }> {
  const known = await knownReports(tx, telling.sender, reports);
  const fresh = reports.filter(({ externalEventID }) => externalEventID === null || !known.has(externalEventID));
  const placed: { report: TransportReport; eventId: string }[] = [];
  for (const report of fresh) placed.push({ report, eventId: await eventOf(tx, report, telling, context, changes) });
  await insertReports(tx, placed, telling);
  const taking = fresh.flatMap(({ retractsEventID }) => retractsEventID ?? []);
  await insertRetractions(tx, taking, telling);
  const judged = [
    ...(await judgeDocument(tx, telling.documentKey)),
    ...(await judgeExternal(tx, telling.sender, [...taking, ...fresh.flatMap(({ externalEventID }) => externalEventID ?? [])])),
  ];
  const eventIds = [...placed.map(({ eventId }) => eventId), ...judged.map(({ eventId }) => eventId)];
  await settleEvents(tx, eventIds, telling.sender, changes);

  const state = await stateOfReports(tx, [telling.sourceKey, ...[...known.values()].map(({ sourceKey }) => sourceKey)]);
  const outcomes = reports.map(({ line, externalEventID }): TransportReportOutcome => {
    const before = externalEventID === null ? undefined : known.get(externalEventID);
    const { sourceKey, line: at } = before ?? { sourceKey: telling.sourceKey, line };
    const own = state.find((each) => each.sourceKey === sourceKey && each.line === at);
    invariant(own !== undefined, 'a report was stored, or known before');
    const { eventId, callId, retracted, linked } = own;
    return { line, is: before === undefined ? 'NEW' : 'KNOWN', eventId, callId, retracted, linked };
  });
  return { outcomes, struck: judged.some(({ struck, sourceKey }) => struck && sourceKey !== telling.sourceKey) };
}

/** Takes reports of a sender back by their external ids, with nothing in their place, also before they come. */
export async function retractTransportReports(
  tx: SqlTx,
  externalEventIDs: readonly string[],
  telling: Mentioning,
  changes: ChangeSet,
): Promise<void> {
  await insertRetractions(tx, externalEventIDs, telling);
  const judged = await judgeExternal(tx, telling.sender, externalEventIDs);
  await settleEvents(
    tx,
    judged.map(({ eventId }) => eventId),
    telling.sender,
    changes,
  );
}

type ReportKey = { readonly sourceKey: string; readonly line: number };

/** The reports that came before, by external id. */
async function knownReports(tx: SqlTx, sender: string, reports: readonly TransportReport[]): Promise<ReadonlyMap<string, ReportKey>> {
  const ids = reports.flatMap(({ externalEventID }) => externalEventID ?? []);
  if (ids.length === 0) return new Map();
  const rows = await tx.query<ReportKey & { id: string }>(
    `select external_event_id as id, source_key as "sourceKey", line from transport_report where sender = $1 and external_event_id = any($2::text[])`,
    sender,
    ids,
  );
  return new Map(rows.map(({ id, ...key }) => [id, key]));
}

/** The event a report is one of, made where it is the first. */
async function eventOf(
  tx: SqlTx,
  { line, call, time }: TransportReport,
  telling: TransportTelling,
  context: Pick<TakingContext, 'definition' | 'random'>,
  changes: ChangeSet,
): Promise<string> {
  const callId = await noteCall(tx, call, telling, context, changes);
  const documentKey = JSON.stringify(['report', telling.sender]);
  const [known] = await tx.query<{ id: string }>(
    `select id from transport_event
      where call_id = $1 and document_key = $2 and transport_event_type_code = $3 and event_classifier_code = $4 and event_at = $5::timestamptz
        and delay_reason_code is not distinct from $6`,
    callId,
    documentKey,
    time.transportEventTypeCode,
    time.eventClassifierCode,
    new Date(time.eventAt),
    time.delayReasonCode,
  );
  if (known !== undefined) return known.id;
  const id = makeId(context.definition.code, 'transport-event', context.random);
  const { sourceKey, controllerCode, toldAt, now } = telling;
  const { facilityId, place } = call;
  await insertTransportEvents(tx, [{ id, line, time, corrected: null }], {
    callId,
    documentKey,
    sourceKey,
    controllerCode,
    facilityId,
    place,
    toldAt,
    now,
  });
  changes.created('transport-event', id);
  return id;
}

async function insertReports(
  tx: SqlTx,
  placed: readonly { readonly report: TransportReport; readonly eventId: string }[],
  { sourceKey, documentKey, sender, toldAt }: TransportTelling,
): Promise<void> {
  await insertRecords(
    tx,
    'transport_report',
    reportTypes,
    placed.map(({ report, eventId }) => ({
      source_key: sourceKey,
      line: report.line,
      document_key: documentKey,
      sender,
      external_event_id: report.externalEventID,
      retracts_external_event_id: report.retractsEventID,
      event_id: eventId,
      boxes: report.boxes,
      told_at: toldAt,
      retracted: false,
    })),
  );
}

const reportTypes = {
  source_key: 'text',
  line: 'int',
  document_key: 'text',
  sender: 'text',
  external_event_id: 'text',
  retracts_external_event_id: 'text',
  event_id: 'text',
  boxes: 'jsonb',
  told_at: 'timestamptz',
  retracted: 'boolean',
} as const satisfies { readonly [column: string]: ColumnType };

/** Brings events up to date with their reports, then their calls with their events. */
async function settleEvents(tx: SqlTx, eventIds: readonly string[], sender: string, changes: ChangeSet): Promise<void> {
  if (eventIds.length === 0) return;
  const ids = [...new Set(eventIds)];
  const told = `select r.event_id as id, bool_and(r.retracted) as retracted, coalesce(max(r.told_at) filter (where not r.retracted), max(r.told_at)) as told_at
    from transport_report r where r.event_id = any($1::text[]) group by r.event_id`;
  const struck = await tx.query<{ id: string }>(
    `update transport_event e set retracted = t.retracted from (${told}) t where e.id = t.id and e.retracted <> t.retracted returning e.id`,
    ids,
  );
  await tx.execute(`update transport_event e set told_at = t.told_at from (${told}) t where e.id = t.id and e.told_at <> t.told_at`, ids);
  // An event stands for another only once no report of that one holds.
  const standing = await tx.query<{ id: string }>(
    `update transport_event e set retracted_event_id = t.stands_for
       from (select distinct on (r.event_id) r.event_id as id, o.id as stands_for
               from transport_report r left join transport_event o on o.id = r.stands_for and o.retracted and o.id <> r.event_id
              where r.event_id = any($1::text[]) or r.event_id in (select s.event_id from transport_report s where s.stands_for = any($1::text[]))
              order by r.event_id, o.event_at desc nulls last) t
      where e.id = t.id and e.retracted_event_id is distinct from t.stands_for returning e.id`,
    ids,
  );
  for (const { id } of [...struck, ...standing]) changes.touched('transport-event', id);
  const calls = await tx.query<{ id: string }>('select distinct call_id as id from transport_event where id = any($1::text[])', ids);
  const callIds = calls.map(({ id }) => id);
  await projectCalls(tx, callIds, changes);
  await linkCalls(tx, callIds, sender, changes);
}

type ReportState = Omit<TransportReportOutcome, 'is'> & ReportKey;

/** What has become of the reports of these messages. */
async function stateOfReports(tx: SqlTx, sourceKeys: readonly string[]): Promise<ReportState[]> {
  return tx.query<ReportState>(
    `select r.source_key as "sourceKey", r.line, r.event_id as "eventId", e.call_id as "callId", r.retracted,
            exists (select 1 from call_consignment l where l.call_id = e.call_id) as linked
       from transport_report r join transport_event e on e.id = r.event_id
      where r.source_key = any($1::text[])`,
    sourceKeys,
  );
}
