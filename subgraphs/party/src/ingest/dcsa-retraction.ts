/** What retractions among events of Track & Trace do to the rows that were made of them, of whatever kind the two events are. */
import type { SqlTx } from '@corridor/exchange';
import type { ChangeSet } from './change-set.ts';
import type { ExternalEvent, Retraction } from './external-event-rows.ts';
import { retractShipmentEvents } from './shipment-event-rows.ts';
import { retractTransportReports } from './transport-report-rows.ts';

/**
 * Takes back what the stores of transport and shipment events could not know of: one that an event of another kind names, and one that repeats what it
 * takes back.
 */
export async function retractOthers(
  tx: SqlTx,
  retractions: readonly Retraction[],
  teller: { readonly source: string; readonly controllerCode: string; readonly now: Date },
  changes: ChangeSet,
): Promise<void> {
  for (const { earlier, later, isEcho } of retractions) {
    const struck = [...(earlier.noun === later.noun ? [] : [earlier]), ...(isEcho ? [later] : [])];
    const telling = { ...teller, sender: teller.source, sourceKey: later.sourceKey, toldAt: later.toldAt };
    for (const { noun, externalEventID } of struck) {
      if (externalEventID === null) continue;
      if (noun === 'transport-event') await retractTransportReports(tx, [externalEventID], telling, changes);
      if (noun === 'shipment-event') await retractShipmentEvents(tx, [externalEventID], telling, changes);
    }
  }
}

/** What retractions make of an equipment event. */
export type EquipmentState = { readonly retracted: boolean; readonly retractedEventID: string | null };

/** What they make of the equipment events that have a part in them, by id. */
export function equipmentStates(retractions: readonly Retraction[]): Map<string, EquipmentState> {
  const states = new Map<string, EquipmentState>();
  const note = ({ noun, eventId }: ExternalEvent, { retracted, retractedEventID }: EquipmentState): void => {
    if (noun !== 'equipment-event') return;
    const known = states.get(eventId);
    states.set(eventId, {
      retracted: retracted || (known?.retracted ?? false),
      retractedEventID: retractedEventID ?? known?.retractedEventID ?? null,
    });
  };
  for (const { earlier, later, isEcho } of retractions) {
    note(earlier, { retracted: true, retractedEventID: null });
    note(later, { retracted: isEcho, retractedEventID: earlier.noun === later.noun ? earlier.eventId : null });
  }
  return states;
}

/** Marks stored equipment events; gives the boxes of those that changed. */
export async function correctStored(
  tx: SqlTx,
  states: readonly ({ readonly id: string } & EquipmentState)[],
  changes: ChangeSet,
): Promise<string[]> {
  if (states.length === 0) return [];
  const rows = await tx.query<{ id: string; box: string }>(
    `update equipment_event e set retracted = e.retracted or r.retracted, retracted_event_id = coalesce(e.retracted_event_id, r."retractedEventID")
       from jsonb_to_recordset($1::jsonb) as r(id text, retracted boolean, "retractedEventID" text)
      where e.id = r.id and ((r.retracted and not e.retracted) or (r."retractedEventID" is not null and e.retracted_event_id is null))
      returning e.id, e.equipment_reference as box`,
    JSON.stringify(states),
  );
  for (const { id } of rows) changes.touched('equipment-event', id);
  return rows.map(({ box }) => box);
}
