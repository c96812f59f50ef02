/** The access log: who read what, and why. A reader sees its own reads, a firm also reads of records it takes part in, the owner's auditors all. */
import { canonicalBytes, leafHash } from '@corridor/audit';
import { ownerOfRegistryCode, purposes } from '@corridor/schemas';
import { join, type Sql, sql } from '@corridor/store';
import { readInstant } from '@corridor/subgraph';
import type { AccessLogBody } from '../audit/entry.ts';
import { accessLogAccess } from '../sharing/access-sql.ts';
import { milliseconds } from '../sharing/conditions.ts';
import { codes, pageSize } from './arguments.ts';
import { isKnown } from './known.ts';
import { emptyPage, type Page, type PageArguments, pageOf } from './page.ts';
import type { Reading } from './reading.ts';
import type { OwnedRow, RecordNoun } from './record.ts';

/** An entry that the viewer may know of. */
export type AccessLogEntryRow = OwnedRow & { readonly stored: Stored };

/** A page of the log and which entries. */
export type AccessLogArguments = PageArguments & {
  readonly filter?: {
    readonly readerPartyCode?: readonly string[] | null;
    readonly recordId?: string | null;
    readonly purpose?: readonly string[] | null;
    readonly from?: unknown;
    readonly to?: unknown;
  } | null;
};

/** `body` is what was appended; the fields that other programs' entries may lack are optional here. */
type Stored = {
  readonly id: string;
  /** UTC, to the microsecond: as it is sealed. */
  readonly at: string;
  readonly milliseconds: number;
  readonly body: Partial<AccessLogBody>;
  /** Whether the viewer's firm takes part in a record that was read, and in which functions. */
  readonly ownFunctions: readonly string[];
};

/** Entries of the access log. */
export const accessLogEntry: RecordNoun<AccessLogEntryRow> = {
  name: 'AccessLogEntry',
  find: findAccessLogEntry,
  fields: {
    // Of what was read; the row's own class is ACCESS_LOG.
    recordClass: ({ stored }) => stored.body.recordClass ?? '',
    recordIds: async ({ stored }, _arguments: object, reading) => {
      const ids = stored.body.recordIds ?? [];
      const known = await Promise.all(ids.map((id) => isKnown(reading, id)));
      return ids.filter((_, index) => known[index]);
    },
    leafHash: ({ stored: { id, at, body } }) => Buffer.from(leafHash(canonicalBytes({ id, at, body }))).toString('hex'),
  },
  coarse: {},
  lists: {},
};

/** The viewer's part of the log, latest first. */
export async function pageOfAccessLog(
  reading: Reading,
  parent: string,
  { first, after, filter }: AccessLogArguments,
): Promise<Page<Promise<AccessLogEntryRow | null>>> {
  const size = pageSize(first);
  const asked = {
    readers: codes('filter.readerPartyCode', filter?.readerPartyCode, readerCodes),
    recordId: filter?.recordId ?? null,
    purposes: codes('filter.purpose', filter?.purpose, new Set<string>(purposes)),
    from: readInstant(filter?.from, 'filter.from'),
    to: readInstant(filter?.to, 'filter.to'),
  };
  const binding = { viewer: reading.viewer, list: 'PartyProfile.accessLog', parent, filter: JSON.stringify(asked) };
  const [behind = null] = after === null || after === undefined ? [] : reading.owner.cursors.read(binding, after);
  // An entry also names records the viewer may not know of; asking by such an id must not find it.
  if (asked.recordId !== null && !(await isKnown(reading, asked.recordId))) return emptyPage;
  const conditions: Sql[] = [];
  if (asked.readers !== null) conditions.push(sql`coalesce(al.body ->> 'party', 'PUBLIC') = any(${asked.readers}::text[])`);
  if (asked.recordId !== null) conditions.push(sql`al.body -> 'recordIds' @> jsonb_build_array(${asked.recordId}::text)`);
  if (asked.purposes !== null) conditions.push(sql`al.body ->> 'purpose' = any(${asked.purposes}::text[])`);
  if (asked.from !== null) conditions.push(sql`al.at >= ${asked.from}::timestamptz`);
  if (asked.to !== null) conditions.push(sql`al.at < ${asked.to}::timestamptz`);
  // The log's own numbers tell how busy the owner is: the cursor holds the entry's id, which the viewer has read.
  if (behind !== null) conditions.push(sql`al.id < (select last.id from audit_log last where last.entry_id = ${behind}::text)`);
  const rows = await reading.query<Stored>(sql`${select(reading, conditions)} order by al.id desc limit ${size + 1}`);
  return pageOf(rows, size, { node: async (row) => seen(reading, row), keys: ({ id }) => [id], cursors: reading.owner.cursors, binding });
}

// PUBLIC: readers without a token. DIRECTORY: reads of the feed.
const readerCodes = { has: (code: string): boolean => ['PUBLIC', 'DIRECTORY'].includes(code) || ownerOfRegistryCode(code) !== undefined };

async function findAccessLogEntry(reading: Reading, id: string): Promise<AccessLogEntryRow | null> {
  const stored = await reading
    .loader<Stored>('access-log-entry', async (ids) => {
      const rows = await reading.query<Stored>(select(reading, [sql`al.entry_id = any(${[...ids]}::text[])`]));
      return new Map(rows.map((row) => [row.id, row]));
    })
    .load(id);
  return stored === undefined ? null : seen(reading, stored);
}

function select({ view, caller }: Reading, conditions: readonly Sql[]): Sql {
  return sql`select al.entry_id as id, to_char(al.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
      ${milliseconds(sql`al.at`)} as milliseconds, al.body,
      array(select distinct pa.participant_function from participation pa join consignment_record cr on cr.id = pa.record_id and not cr.cancelled
        where pa.org = ${caller.org}::text and cr.id in (
          select record.id from jsonb_array_elements_text(al.body -> 'recordIds') as read (id)
          cross join lateral (select read.id union all select link.record_id from event_consignment link where link.event_id = read.id
            union all select link.record_id from equipment_consignment link where link.equipment_id = read.id
            union all select link.record_id from transport_event te join call_consignment link on link.call_id = te.call_id where te.id = read.id
            union all select link.record_id from shipment_event_consignment link where link.event_id = read.id
            union all select link.record_id from transport_document_consignment link where link.document_id = read.id) record (id))) as "ownFunctions"
    from audit_log al where ${join([accessLogAccess(view.where('ACCESS_LOG')), ...conditions], ' and ')}`;
}

function seen({ owner, view, caller, ledger }: Reading, stored: Stored): AccessLogEntryRow | null {
  const { body } = stored;
  const conditions = {
    routeParties: [],
    destinationParties: [],
    participations: stored.ownFunctions.flatMap((as) => (caller.org === null ? [] : [{ org: caller.org, function: as }])),
    at: stored.milliseconds,
    reader: { party: body.party ?? null, org: body.org ?? null },
  };
  const mask = view.mask('ACCESS_LOG', conditions);
  if (!mask.visible) return null;
  const row = {
    __typename: `${owner.party.typePrefix}AccessLogEntry`,
    id: stored.id,
    partyCode: owner.party.code,
    controllerCode: owner.definition.profileController,
    recordClass: 'ACCESS_LOG',
    mask,
    conditions,
    stored,
    loggedDateTime: stored.at,
    readerPartyCode: body.party ?? 'PUBLIC',
    purpose: body.purpose ?? 'none',
    fieldGroups: body.fieldGroups ?? [],
    agreementRefs: body.agreementRefs ?? [],
    traceId: body.traceId ?? '',
  } as const;
  ledger.handOut(row);
  return row;
}
