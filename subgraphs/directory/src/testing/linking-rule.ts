/** Histories of several owners, drawn at random, and what must come of them by the rule of linking, worked out apart from the index: the tests' oracle. */
import { type PartyCode, parseId, type ReferenceKind } from '@corridor/schemas';
import fc from 'fast-check';
import { blind } from '../index/blind.ts';
import { consignmentIdOf } from '../index/consignment-id.ts';
import type { Split } from '../index/split.ts';
import type { LinksPage } from '../owner/links.ts';
import { allOf, anId, box, everybody, type Told, ucr } from './directory.ts';

/** The owners of a history. */
export const parties = ['guangxi', 'chongqing', 'gansu'] as const;
const recordCount = 7;
const eventCount = 3;
const masterDocument = { kind: 'TRANSPORT_DOCUMENT', value: 'COSU/MASTER1', joins: false } as const;
/** Whose the n-th record or event is. */
export const ownerOf = (n: number): PartyCode => parties[n % parties.length] ?? 'guangxi';
const recordId = (n: number): string => anId(ownerOf(n), 'consignment-record', n);

/** What an owner does at one time: one to three of its records or events change. */
export type Turn = { readonly party: PartyCode; readonly told: readonly Told[] };
/** A history, the statement before which the directory dies, and how often it does. */
export type Life = { readonly turns: readonly Turn[]; readonly deaths: readonly number[] };

// A revision of a record: other keys, a cancellation, a cancellation taken back, another audience. All bear one master document and one box, which join nothing.
export const changeOfRecord = fc.record({
  of: fc.nat(recordCount - 1),
  keys: fc.array(fc.constantFrom('A', 'B', 'C', 'D', 'E'), { maxLength: 3 }),
  withdrawn: fc.boolean(),
  narrow: fc.boolean(),
});
// An event of the box, linked to records of its owner, that may not be there yet.
const changeOfEvent = fc.record({ event: fc.nat(eventCount - 1), linked: fc.array(fc.nat(recordCount - 1), { maxLength: 3 }) });
/** Any life of a directory. */
export const lives: fc.Arbitrary<Life> = fc.record({
  turns: fc
    .array(
      fc.array(fc.oneof({ weight: 4, arbitrary: changeOfRecord }, { weight: 1, arbitrary: changeOfEvent }), { minLength: 1, maxLength: 3 }),
      {
        minLength: 4,
        maxLength: 9,
      },
    )
    .map((drafts) => {
      let revision = 0;
      return drafts.flatMap((changes): Turn[] => {
        const told = changes.map((change): readonly [PartyCode, Told] => {
          revision += 1;
          return 'of' in change ? [ownerOf(change.of), toldRecord(change, revision)] : [ownerOf(change.event), toldEvent(change, revision)];
        });
        return [...new Set(told.map(([party]) => party))].map((party) => ({
          party,
          told: told.flatMap(([of, each]) => (of === party ? [each] : [])),
        }));
      });
    }),
  deaths: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }),
});

/** What an owner tells of a record at a revision. */
export function toldRecord(
  { of, keys, withdrawn, narrow }: { of: number; keys: string[]; withdrawn: boolean; narrow: boolean },
  revision: number,
): Told {
  return {
    id: recordId(of),
    revision,
    createdAt: `2026-11-24T00:00:0${(of * 5) % recordCount}.000Z`,
    withdrawn: withdrawn && keys.length < 3,
    audience: narrow ? [allOf('GX'), allOf('CQ'), allOf('GS')] : [everybody],
    references: [...keys.map(ucr), masterDocument, box('CSQU3054383')],
  };
}

function toldEvent({ event, linked }: { event: number; linked: readonly number[] }, revision: number): Told {
  const party = ownerOf(event);
  return {
    id: anId(party, 'equipment-event', event),
    revision,
    references: [box('CSQU3054383')],
    links: [...new Set(linked.map((n) => anId(party, 'consignment-record', n)))].map((id) => ({ recordId: id, keyKind: 'EQUIPMENT' })),
  };
}

/** The records as they stand after all that was told: of each the highest revision. */
export type World = Map<string, Told>;
/** A world after more was told. */
export const after = (world: World, told: readonly Told[]): World => new Map([...world, ...told.map((each) => [each.id, each] as const)]);
/** Whether what was told is a consignment record; else an event. */
export const isRecord = ({ id }: Told): boolean => parseId(id)?.noun === 'consignment-record';
const joiningOf = ({ references = [] }: Told): string[] =>
  references.flatMap(({ kind, value, joins }) => (joins ? [`${kind} ${value}`] : []));
const older = (a: Told, b: Told): number => ((a.createdAt ?? '') + a.id < (b.createdAt ?? '') + b.id ? -1 : 1);

/** What the rule says of a world, worked out by walking from each record to all it reaches: the consignment of each record, told by its oldest live member. */
export function consignmentsOf(world: World): Map<string, string> {
  const records = [...world.values()].filter(isRecord).sort(older);
  const live = records.filter(({ withdrawn }) => withdrawn !== true);
  const sharing = (of: Told): Told[] => live.filter((other) => joiningOf(other).some((key) => joiningOf(of).includes(key)));
  const oldestReached = (from: Told): Told => {
    const reached = new Set([from]);
    for (const each of reached) for (const next of sharing(each)) reached.add(next);
    return [...reached].sort(older)[0] ?? from;
  };
  return new Map(
    records.map((record) => {
      // One that is withdrawn joins nothing: it is led to the oldest that shares a key with it.
      const start = record.withdrawn === true ? sharing(record)[0] : record;
      return [record.id, consignmentIdOf(start === undefined ? record.id : oldestReached(start).id)];
    }),
  );
}

/** What fell apart from one world to the next: of the records, live now, that led to one consignment, not all lead to the same any more. */
export function splitsBetween(before: World, now: World): Split[] {
  const [from, to] = [consignmentsOf(before), consignmentsOf(now)];
  const groups = new Map<string, Map<string, string[]>>();
  for (const { id, withdrawn } of [...now.values()].filter(isRecord)) {
    const [was, is] = [from.get(id), to.get(id) ?? ''];
    if (was === undefined || withdrawn === true) continue;
    const parts = groups.get(was) ?? new Map<string, string[]>();
    groups.set(was, parts.set(is, [...(parts.get(is) ?? []), id].sort()));
  }
  const sorted = <T extends { readonly consignmentId: string }>(list: readonly T[]): T[] =>
    [...list].sort((a, b) => (a.consignmentId < b.consignmentId ? -1 : 1));
  return sorted(
    [...groups].flatMap(([consignmentId, parts]) =>
      parts.size < 2 ? [] : [{ consignmentId, parts: sorted([...parts].map(([id, recordIds]) => ({ consignmentId: id, recordIds }))) }],
    ),
  );
}

/** What `GET /directory/links` must say to an owner who may know of every record. */
export function evidenceOf(world: World, party: PartyCode, indexKey: Uint8Array): LinksPage['entries'] {
  const consignments = consignmentsOf(world);
  const index = (kind: ReferenceKind, value: string): string => blind(indexKey, kind, value);
  const records = [...world.values()].filter(isRecord);
  return [...world.values()]
    .filter(({ id }) => parseId(id)?.party === party)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((each) => ({
      id: each.id,
      noun: parseId(each.id)?.noun ?? '',
      withdrawn: each.withdrawn ?? false,
      consignmentId: consignments.get(each.id) ?? null,
      alias: isRecord(each) ? consignmentIdOf(each.id) : null,
      joins: [...new Set(joiningOf(each))]
        .map((key) => ({
          keyKind: 'UCR',
          index: index('UCR', key.slice('UCR '.length)),
          overfull: false,
          recordIds: records
            .filter((other) => other.id !== each.id && other.withdrawn !== true && joiningOf(other).includes(key))
            .map(({ id }) => id)
            .sort(),
        }))
        .sort((a, b) => (a.index < b.index ? -1 : 1)),
      links: (each.links ?? [])
        .map(({ recordId: to, keyKind }) => ({
          recordId: to,
          keyKind,
          // a record that has not been told of yet bears nothing
          indexes: world.has(to) ? [index('EQUIPMENT', 'CSQU3054383')] : [],
          assertedBy: party,
        }))
        .sort((a, b) => (a.recordId < b.recordId ? -1 : 1)),
    }))
    .filter(({ joins, links }) => joins.length + links.length > 0);
}
