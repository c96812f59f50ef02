/** Which ids the viewer may know of: for places that name records of other nouns (an entry of the access log, a retracted event). */
import { type Noun, parseId } from '@corridor/schemas';
import { type Sql, sql } from '@corridor/store';
import {
  accessLogAccess,
  callAccess,
  consignmentAccess,
  documentAccess,
  equipmentAccess,
  eventAccess,
  plainAccess,
  shipmentEventAccess,
  transportEventAccess,
} from '../sharing/access-sql.ts';
import { groupedBy } from './grouped-by.ts';
import type { Reading } from './reading.ts';

/** Whether the viewer may know that a record of this id exists; unknown and forbidden are both false. One statement per noun, however many ids. */
export async function isKnown(reading: Reading, id: string): Promise<boolean> {
  // An access log's page names up to 100 times as many records as a request may ask for.
  const loader = reading.loader<true>('known', (ids) => knownIds(reading, ids), 100_000);
  return (await loader.load(id)) ?? false;
}

async function knownIds(reading: Reading, ids: readonly string[]): Promise<ReadonlyMap<string, true>> {
  const own = ids.flatMap((id) => {
    const parts = parseId(id);
    return parts?.party === reading.owner.party.code ? [{ id, table: tableOf[parts.noun] }] : [];
  });
  const found = await Promise.all(
    [...groupedBy(own, ({ table }) => table)].map(async ([table, ofTable]) => {
      const statement = statements[table](
        reading,
        ofTable.map(({ id }) => id),
      );
      const rows = await reading.query<{ readonly id: string }>(statement);
      return rows.map(({ id }) => id);
    }),
  );
  return new Map(found.flat().map((id) => [id, true]));
}

type Table =
  | 'facility'
  | 'consignment'
  | 'equipment'
  | 'event'
  | 'call'
  | 'transport-event'
  | 'shipment-event'
  | 'document'
  | 'access-log'
  | 'profile';

const tableOf: Readonly<Record<Noun, Table>> = {
  port: 'facility',
  terminal: 'facility',
  'border-crossing': 'facility',
  'consignment-record': 'consignment',
  'equipment-record': 'equipment',
  'equipment-event': 'event',
  'access-log-entry': 'access-log',
  'vessel-call': 'call',
  'train-call': 'call',
  'truck-call': 'call',
  'transport-event': 'transport-event',
  'shipment-event': 'shipment-event',
  'transport-document': 'document',
  'party-profile': 'profile',
};

const statements: Readonly<Record<Table, (reading: Reading, ids: string[]) => Sql>> = {
  profile: ({ view }, ids) =>
    sql`select pp.id from party_profile pp where pp.id = any(${ids}::text[]) and ${plainAccess(view.where('PARTY'), sql`pp.created_at`)}`,
  facility: ({ view }, ids) =>
    sql`select fa.id from facility fa where fa.id = any(${ids}::text[]) and ${plainAccess(view.where('FACILITY'), sql`fa.created_at`)}`,
  consignment: ({ view }, ids) =>
    sql`select cr.id from consignment_record cr where cr.id = any(${ids}::text[]) and ${consignmentAccess(view.where('CONSIGNMENT'))}`,
  equipment: ({ view }, ids) =>
    sql`select eq.id from equipment_record eq where eq.id = any(${ids}::text[]) and ${equipmentAccess(view.where('EQUIPMENT'))}`,
  event: ({ view }, ids) => sql`select ev.id from equipment_event ev where ev.id = any(${ids}::text[]) and ${eventAccess(view)}`,
  call: ({ view }, ids) =>
    sql`select ca.id from transport_call ca where ca.id = any(${ids}::text[]) and ${callAccess(view.where('SCHEDULE'))}`,
  'transport-event': ({ view }, ids) =>
    sql`select te.id from transport_event te where te.id = any(${ids}::text[]) and ${transportEventAccess(view.where('EVENT'))}`,
  'shipment-event': ({ view }, ids) =>
    sql`select se.id from shipment_event se where se.id = any(${ids}::text[]) and ${shipmentEventAccess(view)}`,
  document: ({ view }, ids) => sql`select td.id from transport_document td where td.id = any(${ids}::text[]) and ${documentAccess(view)}`,
  'access-log': ({ view }, ids) =>
    sql`select al.entry_id as id from audit_log al where al.entry_id = any(${ids}::text[]) and ${accessLogAccess(view.where('ACCESS_LOG'))}`,
};
