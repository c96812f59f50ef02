/**
 * Which consignments of this owner an event of a document belongs to: those whose house-level booking or transport document it names, near their window.
 * Who may know of the consignments may know of the event; one that finds none is the owner's alone. What is stored is compared with what follows, so that
 * the end does not depend on which of the two came first.
 */
import type { SqlTx } from '@corridor/exchange';
import type { ChangeSet } from './change-set.ts';
import { storeEventLinks } from './event-links.ts';
import { type Link, type LinkReference, linksByReference } from './link.ts';
import { consignmentsById, type StoredConsignment } from './stored-consignment.ts';

/**
 * Consignments were written: the events that are linked to them and those that name one of these references, the consignments' own and those they had before,
 * are linked anew.
 */
export async function linkShipmentEventsOf(
  tx: SqlTx,
  recordIds: readonly string[],
  references: readonly string[],
  changes: ChangeSet,
): Promise<void> {
  const named = [...new Set(references)].flatMap((reference) =>
    (['BOOKING', 'TRANSPORT_DOCUMENT'] as const).map((referenceType) => [{ referenceType, reference }]),
  );
  const events = await tx.query<{ id: string }>(
    `select l.event_id as id from shipment_event_consignment l where l.record_id = any($1::text[])
     union select e.id from jsonb_array_elements($2::jsonb) r(value) join shipment_event e on e.link_references @> r.value`,
    recordIds,
    JSON.stringify(named),
  );
  await linkShipmentEvents(
    tx,
    events.map(({ id }) => id),
    changes,
  );
}

type StoredLinks = {
  readonly id: string;
  readonly source: string;
  readonly event_at: Date;
  readonly link_references: readonly LinkReference[];
  readonly links: readonly Link[];
};

/** Links these events to the consignments they belong to now; only differences are written. */
export async function linkShipmentEvents(tx: SqlTx, eventIds: readonly string[], changes: ChangeSet): Promise<void> {
  if (eventIds.length === 0) return;
  const events = await tx.query<StoredLinks>(
    `select e.id, e.source, e.event_at, e.link_references, coalesce((
              select jsonb_agg(jsonb_build_object('recordId', l.record_id, 'keyKind', l.key_kind))
                from shipment_event_consignment l where l.event_id = e.id), '[]') as links
       from shipment_event e where e.id = any($1::text[])`,
    eventIds,
  );
  const consignments = await consignmentsNamed(
    tx,
    events.flatMap(({ link_references }) => link_references),
  );
  await storeEventLinks(
    tx,
    'shipment-event',
    events.map(({ id, source, event_at, link_references, links }) => ({
      id,
      assertedBy: source,
      before: links,
      after: linksByReference({ at: event_at.getTime(), references: link_references }, consignments),
    })),
    changes,
  );
}

/** The consignments that bear one of these numbers at house level; cancelled ones are left out. */
async function consignmentsNamed(tx: SqlTx, references: readonly LinkReference[]): Promise<StoredConsignment[]> {
  const named = new Map(
    references.map(({ referenceType, reference }) => [`${referenceType} ${reference}`, [{ referenceType, reference, level: 'HOUSE' }]]),
  );
  if (named.size === 0) return [];
  const rows = await tx.query<{ id: string }>(
    `select distinct c.id from jsonb_array_elements($1::jsonb) r(value) join consignment_record c on c.document_references @> r.value
      where not c.cancelled`,
    JSON.stringify([...named.values()]),
  );
  return consignmentsById(
    tx,
    rows.map(({ id }) => id),
  );
}
