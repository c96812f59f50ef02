import type { RecordClass } from '@corridor/schemas';
import { type ConditionRow, documentClassOf, eventClassOf, holds, type Leaf, shipmentEventClassOf, type Where } from '@corridor/sharing';
import { type Store, sql } from '@corridor/store';
import { openTestStore } from '@corridor/store/testing';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { idOfWord, insertBoxes, insertConsignments, insertDocuments, insertEvents, insertShipmentEvents } from '../testing/rows.ts';
import {
  accessLogAccess,
  consignmentAccess,
  documentAccess,
  equipmentAccess,
  eventAccess,
  plainAccess,
  shipmentEventAccess,
} from './access-sql.ts';

/** Fixed pools, so that conditions and rows often meet. Functions and roles are those of the code lists. */
const parties = ['GX', 'CQ', 'SG', "O'Hara"] as const;
const orgs = ['GS/a', 'GX/b', 'SG/c "d"'] as const;
const functions = ['CZ', 'CN', 'FW'] as const;
const words = Array.from({ length: 12 }, (_, index) => `consignment ${index}`);
const instants = ['2026-09-01T00:00:00.000Z', '2026-10-01T00:00:00.000Z', '2026-11-01T00:00:00.000Z'] as const;

const consignments = words.map((word, index) => ({
  word,
  route: parties.filter((_, bit) => (index >> bit) % 2 === 1),
  destination: index % 3 === 0 ? null : (parties[index % parties.length] ?? null),
  named: functions.flatMap((as, place) =>
    (index + place) % 2 === 0
      ? []
      : [{ as, org: (index + place) % 5 === 0 ? null : (orgs[(index + place) % orgs.length] ?? null), identification: `${index}` }],
  ),
  cancelled: index % 6 === 5,
  createdAt: instants[index % instants.length] ?? instants[0],
}));
const boxes = Array.from({ length: 8 }, (_, index) => ({
  word: `box ${index}`,
  equipmentReference: 'LSCU1000016',
  in:
    index === 0
      ? []
      : [words[index] ?? '', words[(index * 5) % words.length] ?? ''].filter((word, place, all) => all.indexOf(word) === place),
  columns: { created_at: instants[index % instants.length] },
}));
const codes = ['GTIN', 'GTOT', 'CUSS', 'CUSI', 'INSP', 'CUSR'];
const events = Array.from({ length: 12 }, (_, index) => ({
  word: `event ${index}`,
  code: codes[index % codes.length] ?? 'GTIN',
  at: instants[(index + 1) % instants.length] ?? instants[0],
  of: index % 4 === 0 ? [] : [words[index] ?? '', words[(index + 7) % words.length] ?? ''],
}));
const papers = [
  ['TRD', 'ISSU'],
  ['CUC', 'RELS'],
  ['CUC', 'HOLD'],
  ['BKG', 'CONF'],
  ['CUS', 'RELS'],
  ['INV', 'ISSU'],
] as const;
const shipments = Array.from({ length: 12 }, (_, index) => {
  const [document, code] = papers[index % papers.length] ?? papers[0];
  return {
    word: `shipment ${index}`,
    document,
    code,
    at: instants[(index + 2) % instants.length] ?? instants[0],
    of: index % 5 === 0 ? [] : [words[index] ?? '', words[(index + 5) % words.length] ?? ''],
  };
});
const documents = Array.from({ length: 12 }, (_, index) => {
  const [kind] = papers[index % papers.length] ?? papers[0];
  return {
    word: `document ${index}`,
    kind,
    of:
      index % 5 === 1
        ? []
        : [words[index] ?? '', words[(index * 7) % words.length] ?? ''].filter((word, place, all) => all.indexOf(word) === place),
    columns: { cancelled: index === 3, created_at: instants[index % instants.length] },
  };
});
const entries = Array.from({ length: 10 }, (_, index) => ({
  entryId: idOfWord('access-log-entry', `entry ${index}`),
  party: index % 4 === 0 ? null : (parties[index % parties.length] ?? null),
  org: index % 3 === 0 ? (orgs[index % orgs.length] ?? null) : null,
  recordIds: [
    idOfWord('consignment-record', words[index] ?? ''),
    ...(index % 2 === 0 ? [idOfWord('equipment-record', `box ${index % 8}`)] : [idOfWord('equipment-event', `event ${index}`)]),
    ...(index % 3 === 0 ? [idOfWord('shipment-event', `shipment ${index}`)] : [idOfWord('transport-document', `document ${index}`)]),
  ],
  at: instants[index % instants.length] ?? instants[0],
}));

let store: Store<'party'>;

beforeAll(async () => {
  store = await openTestStore('party', 'guangxi');
  await insertConsignments(store, consignments);
  await insertBoxes(store, boxes);
  await insertEvents(store, events);
  await insertShipmentEvents(store, shipments);
  await insertDocuments(store, documents);
  for (const { entryId, at, ...body } of entries) {
    await store.query(sql`insert into audit_log (entry_id, at, body) values (${entryId}, ${at}::timestamptz, ${body}::jsonb)`);
  }
}, 60_000);
afterAll(() => store.close());

/** The predicate's row: what hangs on these consignments, cancelled ones left out. */
function rowOf(of: readonly string[], at: string, reader?: ConditionRow['reader']): ConditionRow {
  const live = consignments.filter(({ word, cancelled }) => of.includes(word) && !cancelled);
  return {
    routeParties: live.flatMap(({ route }) => route),
    destinationParties: live.flatMap(({ destination }) => destination ?? []),
    participations: live.flatMap(({ named }) => named.flatMap(({ as, org }) => (org === null ? [] : [{ org, function: as }]))),
    at: Date.parse(at),
    ...(reader === undefined ? {} : { reader }),
  };
}

const leaf: fc.Arbitrary<Leaf> = fc
  .record({
    condition: fc.constantFrom('ANY', 'ROUTED', 'DESTINED', 'PARTICIPANT', 'READER' as const),
    party: fc.constantFrom(...parties, 'VN'),
    org: fc.option(fc.constantFrom(...orgs, 'GZ/none')),
    functions: fc.subarray([...functions, 'NI']),
    since: fc.option(fc.constantFrom(...instants.map((text) => Date.parse(text))), { freq: 3 }),
  })
  // As `compile` fills it in: only what the condition looks at.
  .map(({ condition, party, org, functions: as, since }) => ({
    condition,
    party: condition === 'ROUTED' || condition === 'DESTINED' || condition === 'READER' ? party : null,
    org: condition === 'PARTICIPANT' ? (org ?? orgs[0]) : condition === 'READER' ? org : null,
    functions: condition === 'PARTICIPANT' ? as : [],
    since,
  }));
const where: fc.Arbitrary<Where> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Where>({ is: 'none' }) },
  { weight: 9, arbitrary: fc.array(leaf, { minLength: 1, maxLength: 3 }).map((of): Where => ({ is: 'any', of })) },
);
const opens = (condition: Where, row: ConditionRow): boolean => condition.is === 'any' && condition.of.some((each) => holds(each, row));
const idsOf = async (statement: Parameters<typeof store.query>[0]): Promise<string[]> =>
  (await store.query<{ id: string }>(statement)).map(({ id }) => id).sort();
const runs = { numRuns: 120 };

test('SQL and predicate choose the same consignments', async () => {
  await fc.assert(
    fc.asyncProperty(where, async (condition) => {
      const expected = consignments.filter(({ word, cancelled, createdAt }) => !cancelled && opens(condition, rowOf([word], createdAt)));
      expect(await idsOf(sql`select cr.id from consignment_record cr where ${consignmentAccess(condition)}`)).toEqual(
        expected.map(({ word }) => idOfWord('consignment-record', word)).sort(),
      );
    }),
    runs,
  );
});

test('SQL and predicate choose the same boxes', async () => {
  await fc.assert(
    fc.asyncProperty(where, async (condition) => {
      const expected = boxes.filter((box) => opens(condition, rowOf(box.in, box.columns.created_at ?? '')));
      expect(await idsOf(sql`select eq.id from equipment_record eq where ${equipmentAccess(condition)}`)).toEqual(
        expected.map(({ word }) => idOfWord('equipment-record', word)).sort(),
      );
    }),
    runs,
  );
});

test('SQL and predicate choose the same events, each by the condition of its own class', async () => {
  await fc.assert(
    fc.asyncProperty(where, where, where, async (transport, inspection, clearance) => {
      const of: Partial<Record<RecordClass, Where>> = { EVENT: transport, INSPECTION: inspection, CLEARANCE: clearance };
      const view = { where: (c: RecordClass): Where => of[c] ?? { is: 'none' } };
      const expected = events.filter((event) => opens(view.where(eventClassOf(event.code)), rowOf(event.of, event.at)));
      expect(await idsOf(sql`select ev.id from equipment_event ev where ${eventAccess(view)}`)).toEqual(
        expected.map(({ word }) => idOfWord('equipment-event', word)).sort(),
      );
    }),
    runs,
  );
});

test('SQL and predicate choose the same shipment events, each by the condition of its own class', async () => {
  await fc.assert(
    fc.asyncProperty(where, where, where, where, async (transport, inspection, clearance, price) => {
      const of: Partial<Record<RecordClass, Where>> = {
        EVENT: transport,
        INSPECTION: inspection,
        CLEARANCE: clearance,
        PRICE_DOCUMENT: price,
      };
      const view = { where: (c: RecordClass): Where => of[c] ?? { is: 'none' } };
      const expected = shipments.filter((event) =>
        opens(view.where(shipmentEventClassOf(event.document, event.code)), rowOf(event.of, event.at)),
      );
      expect(await idsOf(sql`select se.id from shipment_event se where ${shipmentEventAccess(view)}`)).toEqual(
        expected.map(({ word }) => idOfWord('shipment-event', word)).sort(),
      );
    }),
    runs,
  );
});

test('SQL and predicate choose the same documents, each by the condition of its kind, and none that was taken back', async () => {
  await fc.assert(
    fc.asyncProperty(where, where, async (transport, price) => {
      const of: Partial<Record<RecordClass, Where>> = { DOCUMENT: transport, PRICE_DOCUMENT: price };
      const view = { where: (c: RecordClass): Where => of[c] ?? { is: 'none' } };
      const expected = documents.filter(
        ({ kind, of: on, columns }) => !columns.cancelled && opens(view.where(documentClassOf(kind)), rowOf(on, columns.created_at ?? '')),
      );
      expect(await idsOf(sql`select td.id from transport_document td where ${documentAccess(view)}`)).toEqual(
        expected.map(({ word }) => idOfWord('transport-document', word)).sort(),
      );
    }),
    runs,
  );
});

test('SQL and predicate choose the same entries of the access log', async () => {
  await fc.assert(
    fc.asyncProperty(where, async (condition) => {
      const expected = entries.filter(({ party, org, recordIds, at }) => {
        const behind = recordIds.flatMap((id) => [
          ...words.filter((word) => idOfWord('consignment-record', word) === id),
          ...boxes.filter(({ word }) => idOfWord('equipment-record', word) === id).flatMap((box) => box.in),
          ...events.filter(({ word }) => idOfWord('equipment-event', word) === id).flatMap((event) => event.of),
          ...shipments.filter(({ word }) => idOfWord('shipment-event', word) === id).flatMap((event) => event.of),
          ...documents.filter(({ word }) => idOfWord('transport-document', word) === id).flatMap((document) => document.of),
        ]);
        const { participations, at: instant } = rowOf(behind, at);
        // The log has no route of its own.
        return opens(condition, { routeParties: [], destinationParties: [], participations, at: instant, reader: { party, org } });
      });
      expect(await idsOf(sql`select al.entry_id as id from audit_log al where ${accessLogAccess(condition)}`)).toEqual(
        expected.map(({ entryId }) => entryId).sort(),
      );
    }),
    runs,
  );
});

test('what no consignment stands behind is open to all or to nobody', async () => {
  const any: Leaf = { condition: 'ANY', party: null, org: null, functions: [], since: null };
  const open = async (...of: Leaf[]) =>
    (
      await store.query(
        sql`select 1 where ${plainAccess(of.length === 0 ? { is: 'none' } : { is: 'any', of }, sql`'2026-10-01T00:00:00Z'::timestamptz`)}`,
      )
    ).length === 1;
  expect(await open()).toBe(false);
  expect(await open(any)).toBe(true);
  expect(await open({ ...any, condition: 'ROUTED', party: 'GX' })).toBe(false);
  expect(await open({ ...any, since: Date.parse('2026-10-01T00:00:00Z') })).toBe(true);
  expect(await open({ ...any, since: Date.parse('2026-10-01T00:00:01Z') })).toBe(false);
});
