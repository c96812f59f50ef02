/**
 * An id, reference or box that a caller may not know of, beside one that nobody has: 1,000 pairs and more, by every way to ask for it. And the ways round:
 * a cursor of somebody else, a cursor behind what is hidden, filters that close in on a hidden value, pages that end where hidden rows begin.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Corridor, eventually, type Part, startCorridor } from '../setup/corridor.ts';
import { boxNumber } from '../setup/messages.ts';
import { comparable } from '../setup/whole-answer.ts';
import { type HiddenCargo, hide } from './unknown-is-forbidden.ts';

const viewers = [null, 'gz-officer', 'sg-terminal', 'lz-forwarder'] as const;
const hidden: readonly HiddenCargo[] = Array.from({ length: 40 }, (_, serial) => ({
  reference: `HID-${serial + 10}`,
  box: boxNumber(870_000 + serial),
  booking: `LSB26${97_000 + serial}`,
}));

let corridor: Corridor;
/** Ids that Chongqing may know of and the viewers may not, by what they are. */
const forbidden = new Map<string, string[]>();
beforeAll(async () => {
  corridor = await startCorridor({ only: ['guangxi', 'chongqing'] });
  for (let at = 0; at < hidden.length; at += 10) await hide(corridor, hidden.slice(at, at + 10));
  const query = `query ($after: String) { consignments(first: 10, after: $after) { pageInfo { hasNextPage endCursor } nodes { id records(first: 3) { nodes { id record {
    equipment(first: 2) { nodes { id } } milestones(first: 9) { nodes { id } } } } } timeline(first: 9) { nodes { id } } } } }`;
  for (let after: string | null = null; ; ) {
    // all programs share this process: one that missed its deadline is asked again
    const { consignments }: Part = await eventually(async () => {
      const { data, errors } = await corridor.ask('cq-officer', query, { after });
      return errors === undefined ? data : undefined;
    }, 60_000);
    for (const { id, records, timeline } of consignments.nodes) {
      note(id);
      for (const { id: event } of timeline.nodes) note(event);
      for (const { id: record, record: told } of records.nodes)
        for (const one of [record, ...[...(told?.equipment?.nodes ?? []), ...(told?.milestones?.nodes ?? [])].map((node: Part) => node.id)])
          note(one);
    }
    after = consignments.pageInfo.hasNextPage ? consignments.pageInfo.endCursor : null;
    if (after === null) break;
  }
}, 240_000);
afterAll(() => corridor?.close());

function note(id: string): void {
  const kind = id.split(':')[1] ?? '';
  forbidden.set(kind, [...new Set([...(forbidden.get(kind) ?? []), id])]);
}

/** An id of the same form that nobody has. */
const unknownLike = (id: string, serial: number): string => `${id.slice(0, id.lastIndexOf(':'))}:${String(serial).padStart(16, '0')}`;

async function bytesOf(viewer: string | null, query: string, variables: object): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const { status, headers, text } = await corridor.askForBytes(viewer, query, variables);
    if (attempt === 10 || !/OWNER_TIMEOUT|OWNER_UNREACHABLE/.test(text))
      return JSON.stringify([status, headers['content-type'], headers['content-length'] === undefined, comparable(text)]);
  }
}

test('1,000 forbidden ids give the bytes of unknown ones, whoever asks', { timeout: 300_000 }, async () => {
  // how many fit into a document that may be planned
  const fields: readonly { readonly field: string; readonly kinds: readonly string[]; readonly fit: number }[] = [
    {
      field: 'record(id: $ID) { __typename id partyCode maskedFields }',
      kinds: ['consignment-record', 'equipment-record', 'equipment-event', 'shipment-event'],
      fit: 3,
    },
    {
      field: 'consignment(id: $ID) { id reference records(first: 1) { nodes { id } } }',
      kinds: ['consignment-record', 'consignment'],
      fit: 20,
    },
    { field: 'facility(id: $ID) { id facility { id } }', kinds: ['consignment-record'], fit: 20 },
    { field: 'transportCall(id: $ID) { id transportCall { id } }', kinds: ['equipment-event'], fit: 20 },
  ];
  expect(
    ['consignment', 'consignment-record', 'equipment-record', 'equipment-event'].map((kind) => (forbidden.get(kind)?.length ?? 0) >= 40),
  ).toEqual(Array(4).fill(true));
  let pairs = 0;
  for (const viewer of viewers) {
    for (const { field, kinds, fit } of fields) {
      const ids = kinds.flatMap((kind) => forbidden.get(kind) ?? []);
      for (let from = 0; from < ids.length; from += fit) {
        const some = ids.slice(from, from + fit);
        const names = some.map((_, at) => `$i${at}: ID!`).join(', ');
        const query = `query (${names}) { ${some.map((_, at) => `a${at}: ${field.replace('$ID', `$i${at}`)}`).join(' ')} }`;
        const of = (all: readonly string[]): object => Object.fromEntries(all.map((id, at) => [`i${at}`, id]));
        const told = await bytesOf(viewer, query, of(some));
        const unknown = await bytesOf(viewer, query, of(some.map((id, at) => unknownLike(id, from + at))));
        expect([viewer, field, told]).toEqual([viewer, field, unknown]);
        expect(told).not.toContain('errors');
        pairs += some.length;
      }
    }
  }
  expect(pairs).toBeGreaterThanOrEqual(1_000);
});

test('a hundred hidden references and boxes asked at once give the bytes of a hundred that nobody bears', {
  timeout: 120_000,
}, async () => {
  const query = `query ($keys: [ConsignmentKey!]!, $boxes: [String!]!) {
    consignmentsByKey(keys: $keys) { consignments(first: 2) { id } }
    equipmentJourneys(equipmentReferences: $boxes) { records(first: 2) { id } timeline(first: 2) { nodes { id } pageInfo { hasNextPage endCursor } } } }`;
  const of = (cargo: readonly HiddenCargo[]): object => ({
    keys: cargo.map(({ booking }) => ({ referenceType: 'BOOKING', reference: booking, carrierCode: 'LSCL' })),
    boxes: cargo.map(({ box }) => box),
  });
  const many = Array.from({ length: 100 }, (_, at) => hidden[at % hidden.length] as HiddenCargo);
  const nobodys = many.map((cargo, at) => ({ ...cargo, booking: `LSB28${90_000 + at}`, box: boxNumber(860_000 + at) }));
  expect((await corridor.ask('cq-officer', query, of(many))).data.equipmentJourneys[0].records.length).toBeGreaterThan(0);
  for (const viewer of viewers) expect(await bytesOf(viewer, query, of(many))).toBe(await bytesOf(viewer, query, of(nobodys)));
});

test('a cursor is good for the caller it was given to alone, and an end that only others may reach is no end', {
  timeout: 120_000,
}, async () => {
  const lists: readonly [string, object][] = [
    ['query ($after: String) { consignments(first: 1, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }', {}],
    [
      'query ($after: String) { consignments(first: 1, after: $after, filter: { changedSince: "2026-01-01T00:00:00Z" }) { nodes { id } pageInfo { hasNextPage endCursor } } }',
      {},
    ],
    [
      'query ($after: String, $box: String!) { equipmentJourney(equipmentReference: $box) { timeline(first: 1, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }',
      { box: hidden[0]?.box },
    ],
  ];
  for (const [query, variables] of lists) {
    const cursor = /"endCursor":"([^"]+)"/.exec((await corridor.askForBytes('cq-officer', query, variables)).text)?.[1];
    expect(cursor).toEqual(expect.any(String));
    for (const viewer of viewers) {
      const answer = await corridor.ask(viewer, query, { ...variables, after: cursor });
      expect([viewer, answer.errors?.map(({ extensions }) => extensions.code)]).toEqual([viewer, ['CURSOR_INVALID']]);
      // as one that nobody was given
      expect(await bytesOf(viewer, query, { ...variables, after: cursor })).toBe(
        await bytesOf(viewer, query, { ...variables, after: `${cursor?.slice(0, -6)}AAAAAA` }),
      );
      const own = await corridor.ask(viewer, query, variables);
      expect(JSON.stringify(own.data)).toContain('"nodes":[],"pageInfo":{"hasNextPage":false,"endCursor":null}');
    }
  }
});

test('no filter closes in on a hidden record: whatever it is asked by, the list is the empty one', { timeout: 120_000 }, async () => {
  const list =
    'query ($filter: ConsignmentFilter) { consignments(filter: $filter, first: 5) { nodes { id } pageInfo { hasNextPage endCursor } } }';
  const [one] = hidden;
  const filters = [
    { key: { referenceType: 'BOOKING', reference: one?.booking, carrierCode: 'LSCL' } },
    { equipmentReference: one?.box },
    { partyCode: ['chongqing'] },
    { partyCode: ['guangxi'], equipmentReference: one?.box },
    // an instant and the next: by halves the time of a hidden change would be found
    ...Array.from({ length: 6 }, (_, step) => ({ changedSince: new Date(Date.now() - 2 ** (step * 4)).toISOString() })),
  ];
  for (const viewer of viewers) {
    const empty = await bytesOf(viewer, list, { filter: { equipmentReference: boxNumber(860_500) } });
    for (const filter of filters) expect([viewer, filter, await bytesOf(viewer, list, { filter })]).toEqual([viewer, filter, empty]);
  }
});
