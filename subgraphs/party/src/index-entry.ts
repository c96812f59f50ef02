/**
 * What the directory is told of a record: that it is there, who may know of it, and, sealed, by what it can be found and to which consignments it belongs.
 * What is told of each noun stands in its file under `index-entry/`.
 *
 * Order of reading: the record first, then what its audience hangs on. What changes in between reaches the directory again with a higher revision.
 */
import type { SqlTx } from '@corridor/exchange';
import type { IndexEntry, Noun, SealedPart } from '@corridor/schemas';
import { audienceOf, type Clause } from '@corridor/sharing';
import { consignments } from './index-entry/consignment-record.ts';
import { equipmentEvents, equipmentRecords } from './index-entry/equipment.ts';
import { facilities, profiles } from './index-entry/facility.ts';
import { shipmentEvents } from './index-entry/shipment-event.ts';
import type { Told } from './index-entry/told.ts';
import { calls, transportEvents } from './index-entry/transport-call.ts';
import { transportDocuments } from './index-entry/transport-document.ts';

export { indexReferences } from './index-entry/consignment-record.ts';

/** A record that an outbox row names; `revision` and `at` tell of one that is gone since. */
export type Subject = { readonly id: string; readonly noun: Noun; readonly revision: number; readonly at: Date };

/** What is told of one record. */
export type IndexedRecord = { readonly entry: IndexEntry; readonly sealed: SealedPart };

/** Entries of the records by id, from the clauses in force at `at` (ms since the epoch). */
export async function indexEntryOf(
  tx: SqlTx,
  subjects: readonly Subject[],
  clauses: readonly Clause[],
  at: number,
): Promise<ReadonlyMap<string, IndexedRecord>> {
  const idsOf = (...nouns: readonly Noun[]): string[] => subjects.filter(({ noun }) => nouns.includes(noun)).map(({ id }) => id);
  const records = [
    ...(await facilities(tx, idsOf('port', 'terminal', 'border-crossing'))),
    ...(await profiles(tx, idsOf('party-profile'))),
    ...(await consignments(tx, idsOf('consignment-record'))),
    ...(await equipmentRecords(tx, idsOf('equipment-record'))),
    ...(await equipmentEvents(tx, idsOf('equipment-event'))),
    ...(await calls(tx, idsOf('vessel-call', 'train-call', 'truck-call'))),
    ...(await transportEvents(tx, idsOf('transport-event'))),
    ...(await shipmentEvents(tx, idsOf('shipment-event'))),
    ...(await transportDocuments(tx, idsOf('transport-document'))),
  ];
  const found = new Map(records.map((record) => [record.entry.id, { entry: record.entry, sealed: sealedOf(record, clauses, at) }]));
  return new Map(subjects.map((subject) => [subject.id, found.get(subject.id) ?? goneRecord(subject)]));
}

function sealedOf({ entry, recordClass, conditions, references, links }: Told, clauses: readonly Clause[], at: number): SealedPart {
  // A withdrawn record is told to nobody new. What joined it to others stays, so that an id a consignment bore through it goes on resolving.
  if (entry.withdrawn) return { audience: [], references: references.filter(({ joins }) => joins), links: [] };
  return {
    audience: audienceOf(clauses, recordClass, conditions, at),
    references: references.slice(0, 1_000),
    links: links.slice(0, 10_000),
  };
}

function goneRecord({ id, noun, revision, at }: Subject): IndexedRecord {
  const time = at.toISOString();
  return {
    entry: { id, noun, revision, createdDateTime: time, changedDateTime: time, sortDateTime: null, withdrawn: true, attributes: {} },
    sealed: { audience: [], references: [], links: [] },
  };
}
