import type { ConsignmentMessage } from '@corridor/schemas';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aConsignment, aDocument, type IngestUnderTest, openIngestUnderTest } from '../testing/ingest-under-test.ts';

let door: IngestUnderTest;
beforeAll(async () => {
  door = await openIngestUnderTest();
});
beforeEach(() => door.empty());
afterAll(() => door.close());

type Documents = NonNullable<ConsignmentMessage['transportDocuments']>;
const send = (revision: number, documents: Documents, more: Partial<ConsignmentMessage> = {}) =>
  door.send(aConsignment({ revision, transportDocuments: documents, ...more }));
const stored = (): Promise<object[]> =>
  door.rows(`select d.transport_document_reference as number, d.shipment_event_type_code as status, d.cancelled, d.revision::int,
      (select jsonb_agg(c.record_key) from transport_document_consignment l join consignment_record c on c.id = l.record_id where l.document_id = d.id) as of
    from transport_document d order by d.transport_document_reference`);
const apples = ['["gx-logistics","LZ-0001"]'];

test('a consignment tells of its documents: metadata and digest, as they are kept', async () => {
  const answer = await send(1, [aDocument({ transportDocumentReference: 'hbl 1', contentURL: 'https://documents.example/hbl1' })]);
  expect([answer.status, answer.body.findings]).toEqual([200, []]);
  expect(
    await door.rows(`select document_type_code, transport_document_type_code, transport_document_reference, carrier_code, shipment_event_type_code,
        issue_date::text, sha256, media_type, size_bytes::int, content_url, cancelled, controller_code from transport_document`),
  ).toEqual([
    {
      document_type_code: 'TRD',
      transport_document_type_code: 'BOL',
      transport_document_reference: 'HBL1',
      carrier_code: 'COSU',
      shipment_event_type_code: 'ISSU',
      issue_date: '2026-07-24',
      sha256: 'ab'.repeat(32),
      media_type: 'application/pdf',
      size_bytes: 48_211,
      content_url: 'https://documents.example/hbl1',
      cancelled: false,
      controller_code: 'railway',
    },
  ]);
  expect(await door.told()).toEqual(['consignment-record 1', 'equipment-record 1', 'transport-document 1']);
});

test('a revision changes what it tells otherwise, takes back what it tells no more, and leaves the rest', async () => {
  const { transportDocumentTypeCode: _, ...other } = aDocument({ transportDocumentReference: 'INV7', documentTypeCode: 'INV' });
  await send(1, [aDocument(), other]);
  await door.told();
  await send(2, [aDocument({ shipmentEventTypeCode: 'SURR' })]);
  expect(await stored()).toEqual([
    { number: 'HBL1', status: 'SURR', cancelled: false, revision: 2, of: apples },
    { number: 'INV7', status: 'ISSU', cancelled: true, revision: 2, of: apples },
  ]);
  expect(await door.told()).toEqual(['consignment-record 2', 'transport-document 2', 'transport-document 2']);
  await send(3, [aDocument({ shipmentEventTypeCode: 'SURR' })]);
  expect(await door.told()).toEqual(['consignment-record 3']);
});

test('a cancelled consignment takes its documents with it, and a later revision brings them back under their ids', async () => {
  await send(1, [aDocument()]);
  const [before] = await door.rows('select id from transport_document');
  await send(2, [aDocument()], { cancelled: true });
  expect(await stored()).toMatchObject([{ cancelled: true }]);
  await send(3, [aDocument()]);
  expect(await stored()).toMatchObject([{ cancelled: false, revision: 3 }]);
  expect(await door.rows('select id from transport_document')).toEqual([before]);
});

test('of two revisions the higher tells the documents, whichever comes first', async () => {
  await send(2, [aDocument({ transportDocumentReference: 'HBL2' })]);
  await send(1, [aDocument()]);
  expect(await stored()).toMatchObject([{ number: 'HBL2', cancelled: false }]);
});

test('two consignments may each tell of a document with one number, and each takes back its own', async () => {
  await send(1, [aDocument()]);
  await send(1, [aDocument()], { recordReference: 'LZ-0002' });
  await send(2, [], { recordReference: 'LZ-0002' });
  expect(await stored()).toMatchObject([
    { number: 'HBL1', cancelled: false, of: apples },
    { number: 'HBL1', cancelled: true, of: ['["gx-logistics","LZ-0002"]'] },
  ]);
});

test('other readers of a consignment are other readers of its documents', async () => {
  await send(1, [aDocument()]);
  await door.told();
  await send(2, [aDocument()], { participants: [] });
  expect(await door.told()).toContain('transport-document 2');
});
