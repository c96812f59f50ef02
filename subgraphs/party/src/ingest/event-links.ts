import type { SqlTx } from '@corridor/exchange';
import { insertRecords } from '@corridor/store';
import type { ChangeSet } from './change-set.ts';
import type { Link } from './link.ts';
import { writeRows } from './write-rows.ts';

/** The links of one event: as they are stored, and as they follow now. */
export type LinkedEvent = {
  readonly id: string;
  /** Who told of it: whose word a link goes by. */
  readonly assertedBy: string;
  readonly before: readonly Link[];
  readonly after: readonly Link[];
};

const linkTables = { 'equipment-event': 'event_consignment', 'shipment-event': 'shipment_event_consignment' } as const;

/** Writes the links of events to consignments where they differ from what is stored; the events they differ of have other readers than before. */
export async function storeEventLinks(
  tx: SqlTx,
  noun: keyof typeof linkTables,
  events: readonly LinkedEvent[],
  changes: ChangeSet,
): Promise<void> {
  const table = linkTables[noun];
  const gone: { event_id: string; record_id: string }[] = [];
  const set: { event_id: string; record_id: string; key_kind: string; asserted_by: string }[] = [];
  for (const { id: event_id, assertedBy, before, after } of events) {
    const was = new Map(before.map((link) => [link.recordId, link.keyKind]));
    const is = new Map(after.map((link) => [link.recordId, link.keyKind]));
    for (const record_id of was.keys()) if (!is.has(record_id)) gone.push({ event_id, record_id });
    for (const [record_id, key_kind] of is) {
      if (was.get(record_id) !== key_kind) set.push({ event_id, record_id, key_kind, asserted_by: assertedBy });
    }
  }
  await writeRows(
    tx,
    `delete from ${table} l using jsonb_to_recordset($1::jsonb) as r(event_id text, record_id text)
      where l.event_id = r.event_id and l.record_id = r.record_id`,
    gone,
  );
  await insertRecords(tx, table, { event_id: 'text', record_id: 'text', key_kind: 'text', asserted_by: 'text' }, set, {
    onConflict: '(event_id, record_id) do update set key_kind = excluded.key_kind',
  });
  for (const { event_id } of [...gone, ...set]) changes.touched(noun, event_id);
}
