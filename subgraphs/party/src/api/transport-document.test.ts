import { createHash } from 'node:crypto';
import type { Caller } from '@corridor/schemas';
import { type Clause, compile, defaultClauses } from '@corridor/sharing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aFirm, anOfficer, anonymous } from '../testing/callers.ts';
import { type PartyUnderTest, startPartyUnderTest } from '../testing/party-under-test.ts';
import { idOfWord, insertConsignments, insertDocuments } from '../testing/rows.ts';

let party: PartyUnderTest;
const record = idOfWord('consignment-record', 'apples');
const bill = idOfWord('transport-document', 'bill');
const invoice = idOfWord('transport-document', 'invoice');
const forwarder = aFirm('GS/lz-forwarder');
const shipper = aFirm('GS/lz-orchard');

beforeAll(async () => {
  party = await startPartyUnderTest();
  await insertConsignments(party.store, [
    {
      word: 'apples',
      route: ['GS', 'GX', 'SG'],
      destination: 'SG',
      named: [
        { as: 'CZ', org: 'GS/lz-orchard', identification: '91620100MA0000023P' },
        { as: 'FW', org: 'GS/lz-forwarder', identification: '91620100MA0000015W' },
      ],
    },
    { word: 'cancelled', route: ['GS', 'GX'], cancelled: true, named: [{ as: 'FW', org: 'GS/lz-forwarder', identification: '9' }] },
  ]);
  const at = (second: number) => ({ created_at: `2026-10-01T00:00:0${second}.000Z` });
  await insertDocuments(party.store, [
    { word: 'bill', of: ['apples'], columns: { ...at(1), content_url: 'https://documents.example/bill' } },
    { word: 'invoice', kind: 'INV', of: ['apples'], columns: { ...at(2), issue_date: null, shipment_event_type_code: null } },
    { word: 'origin', kind: 'CEO', of: ['apples'], columns: at(3) },
    { word: 'taken back', of: ['apples'], columns: { ...at(4), cancelled: true } },
    { word: 'of the cancelled', of: ['cancelled'] },
  ]);
}, 60_000);
afterAll(() => party.close());

const whole = `... on TransportDocument { __typename id partyCode controllerCode documentTypeCode shipmentEventTypeCode issueDate sha256
  transportDocumentReference contentURL maskedFields }`;
const seenBy = async (caller: Caller, id = bill): Promise<unknown> => {
  const { body } = await party.entities(caller, [{ type: 'GuangxiTransportDocument', id }], whole);
  expect(body.errors).toBeUndefined();
  return ((body.data?.['_entities'] ?? []) as unknown[])[0];
};
const base = {
  __typename: 'GuangxiTransportDocument',
  id: bill,
  partyCode: 'guangxi',
  controllerCode: 'port-operator',
  documentTypeCode: 'TRD',
  shipmentEventTypeCode: 'ISSU',
  issueDate: '2026-10-01',
  sha256: createHash('sha256').update('bill').digest('hex'),
  transportDocumentReference: 'NO-bill',
};

test('a firm named on the consignment reads kind, day, number and digest of its bill, and not where it lies', async () => {
  expect(await seenBy(forwarder)).toEqual({ ...base, contentURL: null, maskedFields: ['contentURL'] });
});

test('the owner reads where the content lies', async () => {
  const { body } = await party.askOwner(anOfficer('GX'), `{ record(id: "${bill}") { ${whole} } }`);
  expect(body.data?.['record']).toEqual({ ...base, contentURL: 'https://documents.example/bill', maskedFields: [] });
});

test('an invoice is for who may know its value: the shipper, and not the forwarder', async () => {
  expect(await seenBy(shipper, invoice)).toMatchObject({ documentTypeCode: 'INV', issueDate: null, shipmentEventTypeCode: null });
  expect(await seenBy(forwarder, invoice)).toBeNull();
});

test('to a province and a partner on the route, a rival and the public it is like a document that nobody has', async () => {
  for (const caller of [anOfficer('GS'), anOfficer('SG'), aFirm('GS/rival'), anonymous]) {
    const ask = (id: string) => party.entities(caller, [{ type: 'GuangxiTransportDocument', id }], whole);
    const [hidden, unknown] = [await ask(bill), await ask(idOfWord('transport-document', 'nobody'))];
    expect(hidden.text).toBe(unknown.text);
    expect(hidden.body.data?.['_entities']).toEqual([null]);
  }
});

test('a document that was taken back is gone, also for the owner, and one of a cancelled consignment is for the owner alone', async () => {
  const own = (word: string) =>
    party
      .askOwner(anOfficer('GX'), `{ record(id: "${idOfWord('transport-document', word)}") { id } }`)
      .then(({ body }) => body.data?.['record']);
  expect(await own('taken back')).toBeNull();
  expect(await seenBy(forwarder, idOfWord('transport-document', 'taken back'))).toBeNull();
  expect(await own('of the cancelled')).toEqual({ id: idOfWord('transport-document', 'of the cancelled') });
  expect(await seenBy(forwarder, idOfWord('transport-document', 'of the cancelled'))).toBeNull();
});

type Documents = {
  transportDocuments: { nodes: { documentTypeCode: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } | null;
};
const documentsFor = async (caller: Caller, args: string): Promise<Documents & { maskedFields: string[] }> => {
  const asked = `... on ConsignmentRecord { transportDocuments(${args}) { nodes { documentTypeCode } pageInfo { endCursor hasNextPage } } maskedFields }`;
  const { body } = await party.entities(caller, [{ type: 'GuangxiConsignmentRecord', id: record }], asked);
  expect(body.errors).toBeUndefined();
  return ((body.data?.['_entities'] ?? []) as (Documents & { maskedFields: string[] })[])[0] ?? expect.fail('the record is seen');
};
const kinds = ({ transportDocuments }: Documents): string[] =>
  (transportDocuments?.nodes ?? []).map(({ documentTypeCode }) => documentTypeCode);

test('a consignment lists its documents, oldest first, one page after the other, each only to who may know of it', async () => {
  const first = await documentsFor(shipper, 'first: 2');
  const second = await documentsFor(shipper, `first: 2, after: ${JSON.stringify(first.transportDocuments?.pageInfo.endCursor)}`);
  expect([kinds(first), kinds(second)]).toEqual([['TRD', 'INV'], ['CEO']]);
  expect([first.transportDocuments?.pageInfo.hasNextPage, second.transportDocuments?.pageInfo.hasNextPage]).toEqual([true, false]);
  expect(kinds(await documentsFor(forwarder, 'first: 9'))).toEqual(['TRD', 'CEO']);
});

test('a province on the route is told that the list is withheld, whether or not there are documents', async () => {
  const seen = await documentsFor(anOfficer('GS'), 'first: 9');
  expect([seen.transportDocuments, seen.maskedFields.includes('transportDocuments')]).toEqual([null, true]);
});

test('an agreement opens documents to a province, without number and content, and no invoice with them', async () => {
  const agreement: Clause = {
    id: 'papers',
    version: 2,
    grantee: { party: 'GS', org: '-', role: '*' },
    recordClass: 'DOCUMENT',
    grants: ['DOCUMENT'],
    condition: 'ROUTED',
    functions: [],
    purposes: [],
    validFrom: 0,
    validTo: null,
    historyDays: null,
    egressApproved: false,
  };
  const caller = anOfficer('GS');
  const { body } = await party.graph.answer(
    {
      query: `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${whole} } }`,
      variables: { representations: [bill, invoice].map((id) => ({ __typename: 'GuangxiTransportDocument', id })) },
      operationName: null,
    },
    {
      caller,
      view: compile([...defaultClauses, agreement], caller, party.clock.now),
      viewer: 'GS',
      deadlineAt: Number.POSITIVE_INFINITY,
      passport: null,
      traceId: '0',
      language: 'en',
    },
  );
  expect(JSON.parse(JSON.stringify(body.data?.['_entities']))).toEqual([
    { ...base, transportDocumentReference: null, contentURL: null, maskedFields: ['transportDocumentReference', 'contentURL'] },
    null,
  ]);
});

test('reading documents is in the access log, each kind under its class', async () => {
  await documentsFor(aFirm('GS/lz-orchard', { subject: 'reads-documents' }), 'first: 9');
  const rows = (await party.auditRows()) as { subject: string; recordClass: string; recordIds: string[]; fieldGroups: string[] }[];
  const read = rows.filter(({ subject, recordClass }) => subject === 'reads-documents' && recordClass !== 'CONSIGNMENT');
  expect(read.map(({ recordClass, recordIds, fieldGroups }) => ({ recordClass, recordIds, fieldGroups }))).toEqual([
    { recordClass: 'DOCUMENT', recordIds: [bill, idOfWord('transport-document', 'origin')].sort(), fieldGroups: ['DOCUMENT'] },
    { recordClass: 'PRICE_DOCUMENT', recordIds: [invoice], fieldGroups: ['PRICE_DOCUMENT'] },
  ]);
});
