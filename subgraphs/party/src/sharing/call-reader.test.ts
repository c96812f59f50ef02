/** What is derived of a call's readers is always what its consignments say now, in whatever order messages come. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aCall, aConsignment, type IngestUnderTest, openIngestUnderTest } from '../testing/ingest-under-test.ts';

let owner: IngestUnderTest;
beforeAll(async () => {
  owner = await openIngestUnderTest();
});
beforeEach(() => owner.empty());
afterAll(() => owner.close());

const derived = (): Promise<{ reader: string }[]> =>
  owner.rows(`select condition || ' ' || reader || ' ' || participant_function as reader from call_reader order by 1`);
const said = (): Promise<{ reader: string }[]> =>
  owner.rows(`select r.reader from call_consignment l join consignment_record c on c.id = l.record_id and not c.cancelled cross join lateral (
      select 'ROUTED ' || unnest(c.route_parties) || ' ' as reader
      union all select 'DESTINED ' || c.destination_party || ' '
      union all select 'PARTICIPANT ' || p.org || ' ' || p.participant_function from participation p where p.record_id = c.id and p.org is not null) r
     where r.reader is not null order by 1`);
const all = [
  'DESTINED SG ',
  'PARTICIPANT GS/lz-forwarder FW',
  'PARTICIPANT GS/lz-orchard CZ',
  'PARTICIPANT SG/sg-importer CN',
  'ROUTED GS ',
  'ROUTED GX ',
  'ROUTED SG ',
];
const readers = async (): Promise<string[]> => (await derived()).map(({ reader }) => reader);

test('the readers of a call are those of the consignment it carries, whichever was told first', async () => {
  await owner.send(aConsignment());
  expect(await readers()).toEqual([]);
  await owner.sendCall(aCall());
  expect(await readers()).toEqual(all);
  await owner.empty();
  expect(await readers()).toEqual([]);
  await owner.sendCall(aCall());
  await owner.send(aConsignment());
  expect(await readers()).toEqual(all);
});

test('a revision with other participants and another way changes the readers, a cancellation takes them', async () => {
  await owner.send(aConsignment());
  await owner.sendCall(aCall());
  const { participants, legs } = aConsignment();
  await owner.send(
    aConsignment({
      revision: 2,
      participants: participants.slice(0, 1),
      legs: legs.map((leg) => (leg.partyCode === 'GS' ? { ...leg, partyCode: 'CQ', from: { UNLocationCode: 'CNCKG' } } : leg)),
    }),
  );
  expect(await readers()).toEqual(['DESTINED SG ', 'PARTICIPANT GS/lz-orchard CZ', 'ROUTED CQ ', 'ROUTED GX ', 'ROUTED SG ']);
  expect(await derived()).toEqual(await said());
  await owner.send(aConsignment({ revision: 3, cancelled: true }));
  expect(await readers()).toEqual([]);
});

test('a consignment that leaves the voyage takes its readers along, another one keeps its own', async () => {
  await owner.sendCall(aCall());
  await owner.send(aConsignment());
  await owner.send(aConsignment({ recordReference: 'LZ-0002', participants: [] }));
  expect(await derived()).toEqual(await said());
  const { legs } = aConsignment();
  await owner.send(
    aConsignment({ revision: 2, legs: legs.map((leg) => (leg.modeOfTransport === 'VESSEL' ? { ...leg, voyageNumber: '099S' } : leg)) }),
  );
  expect(await readers()).toEqual(['DESTINED SG ', 'ROUTED GS ', 'ROUTED GX ', 'ROUTED SG ']);
  expect(await derived()).toEqual(await said());
});
