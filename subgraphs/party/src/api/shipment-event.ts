/** What happened to documents: booked, issued, released. Their readers are those of the consignments that bear the document's number. */
import type { DocumentTypeCode, ShipmentEventTypeCode } from '@corridor/schemas';
import { shipmentEventClassOf } from '@corridor/sharing';
import { sql } from '@corridor/store';
import { shipmentEventAccess } from '../sharing/access-sql.ts';
import { findMilestone, type MilestoneKind, type MilestoneRow, milestoneFields, type StoredMilestone } from './milestone.ts';
import type { RecordNoun } from './record.ts';

/** A shipment event as it is read. */
export type StoredShipmentEvent = StoredMilestone & {
  readonly shipmentEventTypeCode: ShipmentEventTypeCode;
  readonly documentTypeCode: DocumentTypeCode;
  readonly documentID: string | null;
};

/** How shipment events are read and seen. */
export const shipmentEventKind: MilestoneKind<StoredShipmentEvent> = {
  noun: 'shipment-event',
  name: 'ShipmentEvent',
  alias: 'se',
  columns: sql`se.shipment_event_type_code as "shipmentEventTypeCode", se.document_type_code as "documentTypeCode", se.document_id as "documentID"`,
  classOf: ({ documentTypeCode, shipmentEventTypeCode }) => shipmentEventClassOf(documentTypeCode, shipmentEventTypeCode),
  locationOf: () => null,
};

/** Shipment events. */
export const shipmentEvent: RecordNoun<MilestoneRow<StoredShipmentEvent>> = {
  name: shipmentEventKind.name,
  find: (reading, id) => findMilestone(reading, shipmentEventKind, shipmentEventAccess(reading.view), id),
  fields: milestoneFields,
  coarse: {},
  lists: {},
};
