import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  aBox,
  aConsignment,
  aDocument,
  codeco,
  type Facts,
  type IngestUnderTest,
  openIngestUnderTest,
} from '../testing/ingest-under-test.ts';

let owner: IngestUnderTest;
beforeAll(async () => {
  owner = await openIngestUnderTest();
});
beforeEach(() => owner.empty());
afterAll(() => owner.close());

type Sent = () => Promise<{ readonly status: number }>;

/** What is stored after these messages came in this order. */
async function after(messages: readonly Sent[]): Promise<Facts> {
  await owner.empty();
  for (const send of messages) expect((await send()).status).toBe(200);
  // A revision that came after a higher one took no effect, and is not noted as if it had.
  const { messages: noted, ...facts } = await owner.facts();
  expect(noted?.length).toBeGreaterThan(0);
  return facts;
}

test('an event before its consignment and after it give the same rows', async () => {
  const consignment: Sent = () => owner.send(aConsignment());
  const event: Sent = () => owner.edifact(codeco());
  expect(await after([event, consignment])).toEqual(await after([consignment, event]));
});

test('a cancellation before its original and after it give the same rows', async () => {
  const original: Sent = () => owner.edifact(codeco());
  const cancellation: Sent = () => owner.edifact(codeco({ function: '1', prepared: '260726:1230', interchange: '2' }));
  const consignment: Sent = () => owner.send(aConsignment());
  expect(await after([cancellation, original, consignment])).toEqual(await after([consignment, original, cancellation]));
});

test('revisions, events, replacements and cancellations end in the same state in whatever order they come', {
  timeout: 120_000,
}, async () => {
  const second = aDocument({ transportDocumentReference: 'HBL2' });
  const consignment: Sent = () => owner.send(aConsignment({ transportDocuments: [aDocument(), second] }));
  const other = {
    recordReference: 'LZ-0002',
    references: [],
    equipment: [{ equipmentReference: 'LSCU1000016' }, { equipmentReference: 'LSCU1000021' }],
  };
  const messages: Sent[] = [
    consignment,
    () =>
      owner.send(
        aConsignment({
          revision: 2,
          equipment: [{ equipmentReference: 'LSCU1000021' }],
          transportDocuments: [aDocument({ shipmentEventTypeCode: 'SURR' })],
        }),
      ),
    () => owner.send(aConsignment(other)),
    () => owner.edifact(codeco()),
    () =>
      owner.edifact(
        codeco({
          function: '5',
          prepared: '260726:1210',
          interchange: '2',
          boxes: [aBox('LSCU1000021', '202607261148', ['RFF+BN:BK100'])],
        }),
      ),
    () => owner.edifact(codeco({ function: '1', prepared: '260726:1220', interchange: '3' })),
    () =>
      owner.edifact(
        codeco({
          name: '36',
          document: 'GATE-2',
          prepared: '260726:1800',
          interchange: '4',
          boxes: [aBox('LSCU1000021', '202607261730'), aBox('LSCU1000016', '202607261745')],
        }),
      ),
    () =>
      owner.edifact(
        codeco({
          name: '36',
          document: 'GATE-2',
          function: '4',
          prepared: '260726:1810',
          interchange: '5',
          boxes: [aBox('LSCU1000016', '202607261750')],
        }),
      ),
  ];
  const expected = await after(messages);
  expect(expected).toMatchObject({
    consignments: [{ message_revision: 2 }, { message_revision: 1 }],
    events: { length: 5 },
    documents: [{ shipment_event_type_code: 'SURR' }],
  });
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(messages, { minLength: messages.length }), async (order) => {
      expect(await after(order)).toEqual(expected);
    }),
    { numRuns: 12 },
  );
});
