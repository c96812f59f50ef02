import type { Caller } from '@corridor/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCaller, anId, firm, openDirectory, type TestDirectory, ucr } from '../testing/directory.ts';

const record = anId('guangxi', 'consignment-record', 1);
const [gate, arrival, issued] = [
  anId('guangxi', 'equipment-event', 1),
  anId('guangxi', 'transport-event', 1),
  anId('guangxi', 'shipment-event', 1),
] as const;
const bill = anId('guangxi', 'transport-document', 1);
const forwarder = aCaller('GS', { org: 'GS/lz-forwarder' });

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openDirectory();
  const audience = [firm('GS/lz-forwarder')];
  const links = [{ recordId: record, keyKind: 'UCR' as const }];
  await directory.tell(
    'guangxi',
    { id: record, audience, references: [ucr('U1')] },
    { id: gate, audience, links, sortAt: '2026-10-02T00:00:00.000Z' },
    { id: arrival, audience, links, sortAt: '2026-10-03T00:00:00.000Z' },
    { id: issued, audience, links, sortAt: '2026-10-01T00:00:00.000Z' },
    { id: bill, audience, links },
  );
});
afterAll(() => directory.close());

const answerTo = async (query: string, as: Caller): Promise<unknown> => JSON.parse((await directory.ask(query, { as })).text).data;

test('a timeline shows what happened to boxes, to vessels and to documents in order of time, and no document', async () => {
  const query = `{ consignment(id: "${record}") { timeline { nodes { id milestone { __typename id } } } } }`;
  const node = (id: string, type: string): object => ({ id, milestone: { __typename: type, id } });
  expect(await answerTo(query, forwarder)).toEqual({
    consignment: {
      timeline: {
        nodes: [node(issued, 'GuangxiShipmentEvent'), node(gate, 'GuangxiEquipmentEvent'), node(arrival, 'GuangxiTransportEvent')],
      },
    },
  });
});

test('a document and what happened to it are found by their ids, as the stubs of their owner, by who may know of them', async () => {
  const query = `{ document: record(id: "${bill}") { __typename id } event: record(id: "${issued}") { __typename id } }`;
  expect(await answerTo(query, forwarder)).toEqual({
    document: { __typename: 'GuangxiTransportDocument', id: bill },
    event: { __typename: 'GuangxiShipmentEvent', id: issued },
  });
  expect(await answerTo(query, aCaller('CQ'))).toEqual({ document: null, event: null });
});
