/** Calls and their events. A call is told by the day, never the hour, and found by its vessel's IMO number, its voyage numbers or its train number: none joins. */
import type { SqlTx } from '@corridor/exchange';
import type { IndexLink, Noun } from '@corridor/schemas';
import { conditionRow, conditionsByLinks, linksIn } from './linked.ts';
import { entryOf, type Row, type Told } from './told.ts';

type CallRow = Row & {
  readonly noun: Noun;
  readonly cancelled: boolean;
  readonly sort_day: Date | null;
  readonly rotation_parties: string[];
  readonly UNLocationCode: string | null;
  readonly vessel: string | null;
  readonly train: string | null;
  readonly voyages: string[];
  readonly links: readonly IndexLink[];
};

/** Calls of vessels, trains and trucks. */
export async function calls(tx: SqlTx, ids: readonly string[]): Promise<Told[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<CallRow>(
    `select c.id, c.noun, c.revision, c.created_at, c.changed_at, c.cancelled, c.sort_day, c.rotation_parties, c.location ->> 'UNLocationCode' as "UNLocationCode",
            c.vessel_imo_number as vessel, c.train_number as train,
            array_remove(array[c.carrier_import_voyage_number, c.carrier_export_voyage_number, c.universal_voyage_reference], null) as voyages,
            ${linksIn('call_consignment', 'call_id', 'c.id')} as links
       from transport_call c where c.id = any($1::text[])`,
    ids,
  );
  const conditions = await conditionsByLinks(tx, rows);
  return rows.map((row) => {
    const byCargo = conditionRow(conditions.get(row.id) ?? [], row.created_at);
    return {
      entry: entryOf(row, row.noun, {
        // Not everybody may know the hour: the directory sorts and filters by the day alone.
        sortDateTime: row.sort_day?.toISOString() ?? null,
        withdrawn: row.cancelled,
        attributes: row.UNLocationCode === null ? {} : { UNLocationCodes: [row.UNLocationCode] },
      }),
      recordClass: 'SCHEDULE',
      conditions: { ...byCargo, routeParties: [...new Set([...byCargo.routeParties, ...row.rotation_parties])] },
      references: [
        ...(row.vessel === null ? [] : [{ kind: 'VESSEL', value: row.vessel, joins: false } as const]),
        ...(row.train === null ? [] : [{ kind: 'TRAIN', value: row.train, joins: false } as const]),
        ...[...new Set(row.voyages)].map((value) => ({ kind: 'VOYAGE', value, joins: false }) as const),
      ],
      links: row.links,
    };
  });
}

/** Transport events: they have the readers of their call's cargo. */
export async function transportEvents(tx: SqlTx, ids: readonly string[]): Promise<Told[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<
    Row & {
      readonly event_at: Date;
      readonly event_classifier_code: string;
      readonly UNLocationCode: string | null;
      readonly links: readonly IndexLink[];
    }
  >(
    `select e.id, e.revision, e.created_at, e.changed_at, e.event_at, e.event_classifier_code, e.event_location ->> 'UNLocationCode' as "UNLocationCode",
            ${linksIn('call_consignment', 'call_id', 'e.call_id')} as links
       from transport_event e where e.id = any($1::text[])`,
    ids,
  );
  const conditions = await conditionsByLinks(tx, rows);
  return rows.map((row) => ({
    entry: entryOf(row, 'transport-event', {
      sortDateTime: row.event_at.toISOString(),
      attributes: {
        eventClassifierCode: row.event_classifier_code,
        ...(row.UNLocationCode === null ? {} : { UNLocationCodes: [row.UNLocationCode] }),
      },
    }),
    recordClass: 'EVENT',
    conditions: conditionRow(conditions.get(row.id) ?? [], row.event_at),
    references: [],
    links: row.links,
  }));
}
