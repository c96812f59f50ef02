/** Messages that tell events of documents, as a door for them does: noted, stored, told to the outbox, in one transaction. */
import { randomBytes } from 'node:crypto';
import type { SqlTx } from '@corridor/exchange';
import type { Store } from '@corridor/store';
import { type ChangeSet, createChangeSet } from '../ingest/change-set.ts';
import type { ShipmentEventOutcome, ShipmentTelling, ToldShipmentEvent } from '../ingest/shipment-event-rows.ts';
import { storeShipmentEvents } from '../ingest/shipment-event-rows.ts';
import { noteMessage, takeEffect } from '../ingest/source-message.ts';

/** Bill of lading HBL1 was issued on 24 July 2026; anything may be replaced. */
export function aShipmentEvent(more: Partial<ToldShipmentEvent> = {}): ToldShipmentEvent {
  return {
    externalEventID: 'E-1',
    shipmentEventTypeCode: 'ISSU',
    eventClassifierCode: 'ACT',
    documentTypeCode: 'TRD',
    documentID: 'HBL1',
    carrierCode: 'COSU',
    eventAt: Date.parse('2026-07-24T02:00:00Z'),
    references: [],
    retractsEventID: null,
    ...more,
  };
}

/** Lets one message of a source take effect. `message` names it; `work` gets what the message is told with. */
export function tellAs<T>(
  store: Store<'party'>,
  { message, source = 'carrier' }: { readonly message: string; readonly source?: string },
  work: (tx: SqlTx, telling: ShipmentTelling, changes: ChangeSet) => Promise<T>,
): Promise<T> {
  const now = new Date('2026-07-26T04:00:00.000Z');
  const sourceKey = JSON.stringify([source, '', message, '1', '']);
  return takeEffect(store, async (tx) => {
    await tx.execute(
      `insert into raw_message (id, sha256, received_at, client, format, content_type, bytes, outcome, trace_id)
       values ('shipment', '', $1::timestamptz, 'carrier', 'x', '', '', 'TAKEN', '') on conflict (id) do nothing`,
      now,
    );
    await noteMessage(
      tx,
      { sourceKey, messageKey: message, documentKey: null, messageType: 'events', messageFunction: 'ORIGINAL', rawMessageId: 'shipment' },
      now,
    );
    const changes = createChangeSet();
    const telling = {
      party: 'guangxi',
      random: (bytes: number) => new Uint8Array(randomBytes(bytes)),
      controllerCode: 'port-operator',
      source,
      sourceKey,
      documentKey: null,
      line: 1,
      toldAt: now,
      now,
    } as const;
    const result = await work(tx, telling, changes);
    await changes.settle(tx, now);
    return result;
  });
}

/** Tells events by one message. */
export function tellShipmentEvents(
  store: Store<'party'>,
  message: string,
  events: readonly ToldShipmentEvent[],
  source?: string,
): Promise<ShipmentEventOutcome[]> {
  return tellAs(store, { message, ...(source === undefined ? {} : { source }) }, (tx, telling, changes) =>
    storeShipmentEvents(tx, events, telling, changes),
  );
}
