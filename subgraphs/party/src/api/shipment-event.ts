/** What happened to documents: booked, issued, released. Their readers are those of the consignments that bear the document's number. */
import type { DocumentTypeCode, ShipmentEventTypeCode } from '@corridor/schemas';
import { shipmentEventClassOf } from '@corridor/sharing';
import { type Sql, sql } from '@corridor/store';
import { shipmentEventAccess } from '../sharing/access-sql.ts';
import { conditionRow, type LinkedConsignment, linkedConsignments, milliseconds } from '../sharing/conditions.ts';
import { consignmentRefs } from './consignment-ref.ts';
import { isKnown } from './known.ts';
import type { Reading } from './reading.ts';
import type { OwnedRow, RecordNoun } from './record.ts';

/** A shipment event that the viewer may know of. */
export type ShipmentEventRow = OwnedRow & {
  readonly retractedEventID: string | null;
  readonly linked: readonly LinkedConsignment[];
};

/** A shipment event as it is read. Times in ms since the epoch. */
export type StoredShipmentEvent = {
  readonly id: string;
  readonly controllerCode: string;
  readonly shipmentEventTypeCode: ShipmentEventTypeCode;
  readonly eventClassifierCode: string;
  readonly documentTypeCode: DocumentTypeCode;
  readonly documentID: string | null;
  readonly eventAt: number;
  readonly createdAt: number;
  readonly retractedEventID: string | null;
  readonly retracted: boolean;
  readonly linked: readonly LinkedConsignment[];
};

/** Shipment events. */
export const shipmentEvent: RecordNoun<ShipmentEventRow> = {
  name: 'ShipmentEvent',
  find: findShipmentEvent,
  fields: {
    consignments: ({ linked }, _arguments: object, reading) => consignmentRefs(reading, linked),
    // Linked otherwise than this event, the retracted one may be hidden from the viewer: then this says nothing of it.
    retractedEventID: async ({ retractedEventID }, _arguments: object, reading) =>
      retractedEventID !== null && (await isKnown(reading, retractedEventID)) ? retractedEventID : null,
  },
  coarse: {},
  lists: {},
};

async function findShipmentEvent(reading: Reading, id: string): Promise<ShipmentEventRow | null> {
  const stored = await reading
    .loader<StoredShipmentEvent>('shipment-event', async (ids) => {
      const rows = await reading.query<StoredShipmentEvent>(sql`select ${columns(reading)} from shipment_event se
        where se.id = any(${[...ids]}::text[]) and ${shipmentEventAccess(reading.view)}`);
      return new Map(rows.map((row) => [row.id, row]));
    })
    .load(id);
  return stored === undefined ? null : seenShipmentEvent(reading, stored);
}

function columns({ view, caller }: Reading): Sql {
  return sql`se.id, se.controller_code as "controllerCode", se.shipment_event_type_code as "shipmentEventTypeCode",
    se.event_classifier_code as "eventClassifierCode", se.document_type_code as "documentTypeCode", se.document_id as "documentID",
    ${milliseconds(sql`se.event_at`)} as "eventAt", ${milliseconds(sql`se.created_at`)} as "createdAt",
    se.retracted_event_id as "retractedEventID", se.retracted, ${linkedConsignments('se', view, caller)} as linked`;
}

/** The event as the viewer may see it, or null. */
export function seenShipmentEvent({ owner, view, caller, ledger }: Reading, stored: StoredShipmentEvent): ShipmentEventRow | null {
  const recordClass = shipmentEventClassOf(stored.documentTypeCode, stored.shipmentEventTypeCode);
  const conditions = conditionRow(stored.linked, stored.eventAt, caller);
  const mask = view.mask(recordClass, conditions);
  if (!mask.visible) return null;
  const row = {
    ...stored,
    __typename: `${owner.party.typePrefix}ShipmentEvent`,
    partyCode: owner.party.code,
    recordClass,
    mask,
    conditions,
    eventDateTime: new Date(stored.eventAt).toISOString(),
    eventCreatedDateTime: new Date(stored.createdAt).toISOString(),
    eventLocation: null,
  } as const;
  ledger.handOut(row);
  return row;
}
