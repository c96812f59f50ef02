/** The questions whose cost is measured, and who asks them. */
import type { Caller } from '../schemas/src/index.ts';
import type { TestDirectory } from '../subgraphs/directory/src/testing/directory.ts';
import { aCaller } from '../subgraphs/directory/src/testing/directory.ts';
import { aFirm, anOfficer } from '../subgraphs/party/src/testing/callers.ts';
import type { PartyUnderTest } from '../subgraphs/party/src/testing/party-under-test.ts';
import { dayMs, forwarder, lastChange, type MadeConsignment, type Population } from './population.ts';

/** A party and the directory, filled. */
export type Opened = { readonly population: Population; readonly party: PartyUnderTest; readonly directory: TestDirectory };

/** A question, asked about many subjects one after the other. */
export type Question = {
  readonly name: string;
  readonly viewer: keyof typeof viewers;
  /** What each asking is about: the same in every population, but for cursors. */
  readonly subjects: (opened: Opened) => Promise<readonly object[]>;
  /** Asks; gives the ids the answer names, in its order. */
  readonly ask: (opened: Opened, subject: object) => Promise<readonly string[]>;
};

type Viewer = { readonly atDirectory: Caller; readonly atParty: Caller };

/** Each as the issuers of the two programs name it. */
export const viewers = {
  /** The forwarder of all that is seen. */
  firm: { atDirectory: aCaller('GS', { org: forwarder }), atParty: aFirm(forwarder) },
  /** Routed by its province: sees the same. */
  officer: { atDirectory: aCaller('CQ'), atParty: anOfficer('CQ') },
  /** Of the party that holds all: nothing is hidden but inspections. */
  owner: { atDirectory: aCaller('GX'), atParty: anOfficer('GX') },
} as const satisfies Readonly<Record<string, Viewer>>;

type ViewerName = keyof typeof viewers;

const since = new Date(lastChange - 2 * dayMs).toISOString();
const ever = '2026-01-01T00:00:00.000Z';
const asked = 40;

/** All questions, grouped by what is asked. */
export const questions: readonly Question[] = [
  ...each(['firm', 'officer'], (viewer) => [journey('equipmentJourney of a box, and its milestones', viewer, false)]),
  ...each(['firm', 'officer'], (viewer) => [journey('equipmentJourney from, to, and its milestones', viewer, true)]),
  ...each(['firm', 'owner'], (viewer) => [
    page('mine, changed since two days', viewer, { mine: true, changedSince: since }),
    page('mine, changed since ever, first page', viewer, { mine: true, changedSince: ever }),
    following('mine, changed since ever, pages that follow', viewer, { mine: true, changedSince: ever }),
    page('mine, first page', viewer, { mine: true }),
    following('mine, pages that follow', viewer, { mine: true }),
  ]),
  page('changed since two days', 'officer', { changedSince: since }),
  following('changed since ever, pages that follow', 'officer', { changedSince: ever }),
  ...each(['firm', 'officer'], (viewer) => [
    byReference(viewer),
    byReferences(viewer),
    timeline(viewer),
    milestones('ConsignmentRecord.milestones', viewer, 'GuangxiConsignmentRecord', ({ id }) => id),
    milestones('EquipmentRecord.milestones', viewer, 'GuangxiEquipmentRecord', ({ equipmentId }) => equipmentId),
    callCargo(viewer),
  ]),
];

function each(names: readonly ViewerName[], make: (viewer: ViewerName) => Question[]): Question[] {
  return names.flatMap(make);
}

function journey(name: string, viewer: ViewerName, hasSpan: boolean): Question {
  const query = `query ($box: String!, $from: DateTime, $to: DateTime) { equipmentJourney(equipmentReference: $box, from: $from, to: $to) {
    records(first: 20) { id } timeline(first: 50) { nodes { id } } } }`;
  return {
    name,
    viewer,
    subjects: async (opened) =>
      someSeen(opened).map(({ equipmentReference, toldAt }) => ({
        box: equipmentReference,
        ...(hasSpan ? { from: new Date(toldAt).toISOString(), to: new Date(toldAt + 10 * dayMs).toISOString() } : {}),
      })),
    async ask(opened, variables) {
      const ids = await askDirectory(opened, viewer, query, variables);
      const events = ids.filter((id) => id.includes(':equipment-event:')).map((id) => ({ type: 'GuangxiEquipmentEvent', id }));
      const fields = 'eventDateTime eventClassifierCode equipmentEventTypeCode equipmentReference';
      const told = await askParty(opened, viewer, events, `... on GuangxiEquipmentEvent { id ${fields} eventLocation { UNLocationCode } }`);
      return [...ids, ...told];
    },
  };
}

const consignmentsQuery = `query ($filter: ConsignmentFilter, $after: String) { consignments(first: 50, filter: $filter, after: $after) {
  nodes { id } pageInfo { hasNextPage endCursor } } }`;

function page(name: string, viewer: ViewerName, filter: object): Question {
  return {
    name,
    viewer,
    subjects: async () => Array.from({ length: asked }, () => ({ filter })),
    ask: (opened, variables) => askDirectory(opened, viewer, consignmentsQuery, variables),
  };
}

/** Every page behind the first, up to twenty, over and over. */
function following(name: string, viewer: ViewerName, filter: object): Question {
  return {
    name,
    viewer,
    async subjects(opened) {
      const cursors: string[] = [];
      for (let after: string | null = null; cursors.length < 20; ) {
        const data: unknown = await directoryData(opened, viewer, consignmentsQuery, { filter, after });
        const { hasNextPage, endCursor } = pageInfoOf(data);
        if (!hasNextPage || endCursor === null) break;
        cursors.push(endCursor);
        after = endCursor;
      }
      return cursors.length === 0 ? [] : Array.from({ length: asked }, (_, at) => ({ filter, after: cursors[at % cursors.length] }));
    },
    ask: (opened, variables) => askDirectory(opened, viewer, consignmentsQuery, variables),
  };
}

function byReference(viewer: ViewerName): Question {
  return {
    name: 'consignments by a reference',
    viewer,
    subjects: async (opened) => someSeen(opened).map(({ reference }) => ({ filter: { key: { referenceType: 'UCR', reference } } })),
    ask: (opened, variables) => askDirectory(opened, viewer, consignmentsQuery, variables),
  };
}

function byReferences(viewer: ViewerName): Question {
  return {
    name: 'consignmentsByKey of twenty',
    viewer,
    subjects: async (opened) => {
      const seen = someSeen(opened);
      return seen.map((_, at) => ({
        keys: Array.from({ length: 20 }, (__, more) => ({ referenceType: 'UCR', reference: seen[(at + more) % seen.length]?.reference })),
      }));
    },
    ask: (opened, variables) =>
      askDirectory(
        opened,
        viewer,
        'query ($keys: [ConsignmentKey!]!) { consignmentsByKey(keys: $keys) { consignments { id } } }',
        variables,
      ),
  };
}

function timeline(viewer: ViewerName): Question {
  return {
    name: 'Consignment.records and timeline',
    viewer,
    subjects: async (opened) => someSeen(opened).map(({ consignmentId }) => ({ id: consignmentId })),
    ask: (opened, variables) =>
      askDirectory(
        opened,
        viewer,
        'query ($id: ID!) { consignment(id: $id) { id records(first: 20) { nodes { id } } timeline(first: 50) { nodes { id } } } }',
        variables,
      ),
  };
}

function milestones(name: string, viewer: ViewerName, type: string, idOf: (made: MadeConsignment) => string): Question {
  return {
    name,
    viewer,
    subjects: async (opened) => someSeen(opened).map((made) => ({ type, id: idOf(made) })),
    ask: (opened, subject) =>
      askParty(opened, viewer, [subject], `... on ${type} { id milestones(first: 20) { nodes { id eventDateTime eventClassifierCode } } }`),
  };
}

function callCargo(viewer: ViewerName): Question {
  return {
    name: 'VesselCall.consignmentRecords and milestones',
    viewer,
    subjects: async ({ population }) => {
      const ids = population.calls
        .filter(({ word }) => word.startsWith('seen'))
        .map(({ id }) => id)
        .sort();
      return Array.from({ length: asked }, (_, at) => ({ type: 'GuangxiVesselCall', id: ids[at % ids.length] }));
    },
    ask: (opened, subject) =>
      askParty(
        opened,
        viewer,
        [subject],
        '... on GuangxiVesselCall { id consignmentRecords(first: 20) { nodes { id } } milestones(first: 20) { nodes { id } } }',
      ),
  };
}

function someSeen({ population }: Opened): MadeConsignment[] {
  const seen = population.consignments.filter(({ isSeen }) => isSeen);
  return Array.from({ length: asked }, (_, at) => seen[Math.floor((at * seen.length) / asked)]).filter((made) => made !== undefined);
}

async function directoryData({ directory }: Opened, viewer: ViewerName, query: string, variables: object): Promise<unknown> {
  const { body } = await directory.ask(query, { as: viewers[viewer].atDirectory, variables: { ...variables } });
  if (body.errors !== undefined || body.data === undefined) throw new Error(`the directory answered ${JSON.stringify(body)}`);
  return body.data;
}

async function askDirectory(opened: Opened, viewer: ViewerName, query: string, variables: object): Promise<readonly string[]> {
  return idsIn(await directoryData(opened, viewer, query, variables));
}

async function askParty({ party }: Opened, viewer: ViewerName, records: readonly object[], selection: string): Promise<readonly string[]> {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`;
  const representations = records.map((record) => ({ __typename: Reflect.get(record, 'type'), id: Reflect.get(record, 'id') }));
  const { body } = await party.ask(viewers[viewer].atParty, query, { representations });
  if (body.errors !== undefined || body.data == null) throw new Error(`the party answered ${JSON.stringify(body)}`);
  return idsIn(body.data);
}

/** Every `id` of an answer, in its order. */
function idsIn(data: unknown): string[] {
  if (Array.isArray(data)) return data.flatMap(idsIn);
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([key, value]) => (key === 'id' && typeof value === 'string' ? [value] : idsIn(value)));
}

function pageInfoOf(data: unknown): { hasNextPage: boolean; endCursor: string | null } {
  const found = (value: unknown): object | undefined => {
    if (typeof value !== 'object' || value === null) return undefined;
    return 'endCursor' in value
      ? value
      : Object.values(value)
          .map(found)
          .find((each) => each !== undefined);
  };
  const info = found(data) ?? {};
  const endCursor: unknown = Reflect.get(info, 'endCursor');
  return { hasNextPage: Reflect.get(info, 'hasNextPage') === true, endCursor: typeof endCursor === 'string' ? endCursor : null };
}
