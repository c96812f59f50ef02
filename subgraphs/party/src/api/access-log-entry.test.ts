import { canonicalBytes, leafHash } from '@corridor/audit';
import type { Caller } from '@corridor/schemas';
import { sql } from '@corridor/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { partyProfileId } from '../definition.ts';
import { aFirm, anOfficer, anonymous } from '../testing/callers.ts';
import { type PartyUnderTest, startPartyUnderTest } from '../testing/party-under-test.ts';
import { idOfWord, insertBoxes, insertConsignments, insertEvents } from '../testing/rows.ts';

let party: PartyUnderTest;

const [apples, pears] = ['apples', 'pears'].map((word) => idOfWord('consignment-record', word)) as [string, string];
const box = idOfWord('equipment-record', 'box');
const gateIn = idOfWord('equipment-event', 'gate in');
const cq = anOfficer('CQ');
const sg = anOfficer('SG');
const orchard = aFirm('GS/orchard');
const auditor = anOfficer('GX', { roles: ['corridor-auditor'] });

/** Reads made before the tests, oldest first: who, what, and the ids the entry names. */
const reads: [Caller, string, string[], string][] = [];

beforeAll(async () => {
  party = await startPartyUnderTest();
  await insertConsignments(party.store, [
    { word: 'apples', route: ['GX', 'CQ', 'SG'], destination: 'SG', named: [{ as: 'CZ', org: 'GS/orchard', identification: '1' }] },
    { word: 'pears', route: ['GX', 'CQ'] },
  ]);
  await insertBoxes(party.store, [{ word: 'box', equipmentReference: 'LSCU1000016', in: ['apples', 'pears'] }]);
  await insertEvents(party.store, [{ word: 'gate in', of: ['apples'] }]);
  const both = [apples, pears].sort();
  reads.push([cq, 'GuangxiConsignmentRecord', both, 'CONSIGNMENT']);
  reads.push([cq, 'GuangxiEquipmentRecord', [box], 'EQUIPMENT']);
  reads.push([sg, 'GuangxiConsignmentRecord', [apples], 'CONSIGNMENT']);
  reads.push([anOfficer('CQ', { purpose: 'clearance' }), 'GuangxiConsignmentRecord', [pears], 'CONSIGNMENT']);
  reads.push([sg, 'GuangxiEquipmentEvent', [gateIn], 'EVENT']);
  reads.push([orchard, 'GuangxiConsignmentRecord', [apples], 'CONSIGNMENT']);
  for (const [caller, type, ids] of reads) {
    await party.entities(
      caller,
      ids.map((id) => ({ type, id })),
      '... on PartyOwned { id }',
    );
  }
}, 60_000);
afterAll(() => party.close());

type Entry = { id: string; readerPartyCode: string; recordClass: string; recordIds: string[] };
const select = 'nodes { id readerPartyCode recordClass recordIds } pageInfo { hasNextPage endCursor }';
const profile = { type: 'GuangxiPartyProfile', id: partyProfileId('guangxi') };
const logOf = async (caller: Caller, list = 'accessLog(first: 100)', selection = select) => {
  const { body } = await party.entities(caller, [profile], `... on GuangxiPartyProfile { log: ${list} { ${selection} } maskedFields }`);
  const [entity] = (body.data?.['_entities'] ?? []) as {
    log: { nodes: Entry[]; pageInfo: { hasNextPage: boolean; endCursor: string } } | null;
    maskedFields: string[];
  }[];
  return { log: entity?.log, maskedFields: entity?.maskedFields, errors: body.errors, masked: body.extensions?.masked };
};
/** The entries of the reads above, newest first, without those the tests make by reading. */
const ofReads = async (caller: Caller, list?: string) =>
  (await logOf(caller, list)).log?.nodes
    .filter(({ recordClass }) => ['CONSIGNMENT', 'EQUIPMENT', 'EVENT'].includes(recordClass))
    .map(({ readerPartyCode, recordIds }) => [readerPartyCode, recordIds]);

test("a party reads its own reads, latest first, and nobody else's", async () => {
  expect(await ofReads(cq)).toEqual([
    ['CQ', [pears]],
    ['CQ', [box]],
    ['CQ', [apples, pears].sort()],
  ]);
  expect(await ofReads(sg)).toEqual([
    ['SG', [gateIn]],
    ['SG', [apples]],
  ]);
});

test('a firm reads its own reads and those of records it takes part in, of which it is told no other', async () => {
  expect(await ofReads(orchard)).toEqual([
    ['GS', [apples]],
    ['SG', [gateIn]],
    ['SG', [apples]],
    ['CQ', [box]],
    // The officer read pears as well.
    ['CQ', [apples]],
  ]);
});

test('a firm that takes no part and has read nothing has an empty log', async () => {
  expect(await ofReads(aFirm('GS/rival'))).toEqual([]);
});

test('without a party there is no log: null, and a note that says so', async () => {
  expect(await logOf(anonymous)).toEqual({
    log: null,
    maskedFields: ['accessLog'],
    errors: undefined,
    masked: [{ path: ['_entities', 0, 'log'], rule: 'DEFAULT' }],
  });
});

const ownLog = async (caller: Caller) =>
  (await party.askOwner(caller, `{ profile { maskedFields accessLog(first: 100) { ${select} } } }`)).body.data?.['profile'] as {
    maskedFields: string[];
    accessLog: { nodes: Entry[] } | null;
  };

test("the owner's auditor reads every entry at the owner's own endpoint; other staff none, and no officer through the gateway", async () => {
  const { accessLog, maskedFields } = await ownLog(auditor);
  expect(maskedFields).toEqual([]);
  const entries = accessLog?.nodes.filter(({ recordClass }) => ['CONSIGNMENT', 'EQUIPMENT', 'EVENT'].includes(recordClass));
  expect(entries?.map(({ readerPartyCode, recordIds }) => [readerPartyCode, recordIds])).toEqual(
    [...reads].reverse().map(([{ party: code }, , ids]) => [code, ids]),
  );
  expect(await ownLog(anOfficer('GX'))).toEqual({ maskedFields: ['accessLog'], accessLog: null });
  expect(await ofReads(auditor)).toEqual([]);
});

test('filters choose by reader, purpose, record and time', async () => {
  const by = async (filter: string) => {
    const { body } = await party.askOwner(auditor, `{ profile { accessLog(first: 100, filter: { ${filter} }) { ${select} } } }`);
    const profileSeen = body.data?.['profile'] as { accessLog: { nodes: Entry[] } | null } | undefined;
    return profileSeen?.accessLog?.nodes.map(({ recordIds }) => recordIds);
  };
  expect(await by('readerPartyCode: ["SG"]')).toContainEqual([gateIn]);
  expect(await by(`recordId: "${pears}", readerPartyCode: ["CQ"]`)).toEqual([[pears], [apples, pears].sort()]);
  expect(await by('purpose: ["clearance"]')).toEqual([[pears]]);
  expect(await by('to: "2020-01-01T00:00:00Z"')).toEqual([]);
  expect(await by('from: "2020-01-01T00:00:00Z", purpose: ["clearance"]')).toEqual([[pears]]);
});

test.each([
  ['readerPartyCode: ["XX"]', 'filter.readerPartyCode'],
  ['purpose: ["curiosity"]', 'filter.purpose'],
  ['from: "yesterday"', 'filter.from'],
])('a filter with %s is refused, naming %s', async (filter, argument) => {
  const { log, errors } = await logOf(cq, `accessLog(filter: { ${filter} })`);
  expect([log, errors?.map(({ extensions }) => [extensions['code'], extensions['argument']])]).toEqual([
    null,
    [['BAD_USER_INPUT', argument]],
  ]);
});

test('asking by the id of a record one may not know of finds nothing, though an entry names it', async () => {
  expect(await ofReads(orchard, `accessLog(filter: { recordId: "${apples}" })`)).toHaveLength(3);
  expect(await ofReads(orchard, `accessLog(filter: { recordId: "${pears}" })`)).toEqual([]);
  expect(await ofReads(orchard, 'accessLog(filter: { recordId: "guangxi:consignment-record:0000000000000000" })')).toEqual([]);
});

test('pages go back in time, each entry once, while new reads are logged; the cursor does not tell how many there are', async () => {
  const all = (await logOf(cq)).log?.nodes.map(({ id }) => id) ?? [];
  const seen: string[] = [];
  for (let after = ''; ; ) {
    const { log } = await logOf(cq, `accessLog(first: 2${after})`);
    seen.push(...(log?.nodes.map(({ id }) => id) ?? []));
    if (log?.pageInfo.hasNextPage !== true) break;
    const [content = ''] = log.pageInfo.endCursor.split('.');
    expect(JSON.parse(Buffer.from(content, 'base64url').toString())).toEqual([expect.any(Number), log.nodes.at(-1)?.id]);
    after = `, after: "${log.pageInfo.endCursor}"`;
  }
  // The walk began with reads of its own on top.
  expect(seen.slice(-all.length)).toEqual(all);
  expect(new Set(seen).size).toBe(seen.length);
});

test('an entry by its id shows who read which groups under which rule, and the leaf it is sealed by', async () => {
  const [entry] = (await logOf(sg)).log?.nodes.filter(({ recordClass }) => recordClass === 'EVENT') ?? [];
  const id = entry?.id ?? '';
  const selection = `... on GuangxiAccessLogEntry { id partyCode controllerCode maskedFields loggedDateTime readerPartyCode purpose recordClass recordIds
    fieldGroups agreementRefs traceId leafHash }`;
  const { body } = await party.entities(sg, [{ type: 'GuangxiAccessLogEntry', id }], selection);
  const [row] = await party.store.query<{ at: string; body: object }>(
    sql`select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, body from audit_log where entry_id = ${id}`,
  );
  expect(body.data?.['_entities']).toEqual([
    {
      id,
      partyCode: 'guangxi',
      controllerCode: 'logistics-office',
      maskedFields: [],
      loggedDateTime: row?.at,
      readerPartyCode: 'SG',
      purpose: 'corridor-operations',
      recordClass: 'EVENT',
      recordIds: [gateIn],
      fieldGroups: ['EVENT'],
      agreementRefs: ['DEFAULT'],
      traceId: '0af7651916cd43dd8448eb211c80319c',
      leafHash: Buffer.from(leafHash(canonicalBytes({ id, at: row?.at ?? '', body: row?.body }))).toString('hex'),
    },
  ]);
  expect((await party.entities(cq, [{ type: 'GuangxiAccessLogEntry', id }], selection)).body).toEqual({ data: { _entities: [null] } });
});

test('reading the log is itself a read of the log', async () => {
  await logOf(anOfficer('GZ'));
  await logOf(anOfficer('GZ'));
  expect((await party.auditRows()).filter((row) => 'party' in row && row.party === 'GZ')).toEqual([
    expect.objectContaining({ recordClass: 'PARTY' }),
    expect.objectContaining({ recordClass: 'PARTY' }),
    expect.objectContaining({
      recordClass: 'ACCESS_LOG',
      fieldGroups: ['ACCESS_LOG'],
      recordIds: [expect.stringContaining('access-log-entry')],
    }),
  ]);
});
