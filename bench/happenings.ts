import { insertRecords, type Tx } from '../packages/store/src/index.ts';
import { type Population, steps } from './population.ts';

/** The client that sent the consignments. */
export const sender = 'bench-logistics';

/** Name of a batch of rows and where it begins. */
export function batches<Row>(rows: readonly Row[]): (readonly Row[])[] {
  const size = 5_000;
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, at) => rows.slice(at * size, (at + 1) * size));
}

/**
 * Temporary tables of a population: `made`, a row per consignment; `happening`, a row per event, `place` numbering them by time. Times of change stand
 * with them: an event is told an hour after it happened, a consignment changes with its last event, its trip never.
 */
export async function makeHappenings(tx: Tx, { consignments, calls }: Population): Promise<void> {
  const callIds = new Map(calls.map(({ word, id }) => [word, id]));
  await tx.execute(`create temporary table made (n int, id text, equipment_id text, consignment_id text, call_id text, word text, box text, booking text,
    readers text, told_at timestamptz, changed_at timestamptz) on commit drop`);
  let n = 0;
  for (const batch of batches(consignments)) {
    await insertRecords(
      tx,
      'made',
      {
        n: 'int',
        id: 'text',
        equipment_id: 'text',
        consignment_id: 'text',
        call_id: 'text',
        word: 'text',
        box: 'text',
        booking: 'text',
        readers: 'text',
        told_at: 'timestamptz',
      },
      batch.map((each) => ({
        n: n++,
        id: each.id,
        equipment_id: each.equipmentId,
        consignment_id: each.consignmentId,
        call_id: callIds.get(each.callWord),
        word: each.word,
        box: each.equipmentReference,
        booking: each.carrierBookingReference,
        readers: each.readers,
        told_at: new Date(each.toldAt).toISOString(),
      })),
    );
  }
  await tx.execute('create temporary table step (line int, code text, classifier text, days numeric) on commit drop');
  await insertRecords(
    tx,
    'step',
    { line: 'int', code: 'text', classifier: 'text', days: 'numeric' },
    steps.map(([code, classifier, days], at) => ({ line: at + 1, code, classifier, days })),
  );
  await tx.execute(`create temporary table happening on commit drop as
    select 'guangxi:equipment-event:' || substr(md5('equipment-event ' || m.word || ' ' || s.line), 1, 16) as id,
           m.id as record_id, m.equipment_id, m.box, m.booking, m.readers, s.code, s.classifier, h.at, h.at + interval '1 hour' as told_at,
           row_number() over (order by h.at, m.n, s.line) as place
      from made m cross join step s cross join lateral (select date_trunc('milliseconds', m.told_at + s.days * interval '1 day') as at) h`);
  await tx.execute(
    `update made m set changed_at = last.told_at from (select record_id, max(told_at) as told_at from happening group by 1) last where last.record_id = m.id`,
  );
  for (const table of ['made', 'step', 'happening']) await tx.execute(`analyze ${table}`);
}
