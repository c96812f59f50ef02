import { readFileSync } from 'node:fs';
import { demoMessages } from '@corridor/local';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type Corridor, eventually, type Part, startCorridor } from '../setup/corridor.ts';

// The apples of the demo with their documents, as `npm start` sends them, asked with the file of examples/.
const now = Math.floor(Date.now() / 3_600_000) * 3_600_000;
const query = readFileSync(new URL('../../examples/transport-documents.graphql', import.meta.url), 'utf8');
const dayOf = (hours: number): string => new Date(now + hours * 3_600_000).toISOString().slice(0, 10);
const told = demoMessages(now).filter(({ body }) => body.includes('LSB2600207') && body.includes('transportDocuments'));

let corridor: Corridor;
const postPatiently = (...message: Parameters<Corridor['post']>): Promise<{ status: number; body: Part } | undefined> =>
  eventually(async () => {
    const answer = await corridor.post(...message).catch(() => undefined);
    return answer?.status === 200 ? answer : undefined;
  }, 20_000);
const outcomeOf = (answer: { body: Part } | undefined): string | undefined => answer?.body.messages[0]?.outcome;
beforeAll(async () => {
  corridor = await startCorridor();
  for (const { party, client, contentType, body } of told) {
    const answer = await postPatiently(party, client, { contentType, format: 'consignment.v1', body });
    expect([party, outcomeOf(answer)]).toEqual([party, 'TAKEN']);
  }
  await corridor.caughtUp();
});
afterAll(() => corridor.close());

// An owner may miss its deadline on a machine with much to do: the answer that counts is a whole one, or the last.
const askWhole = async (persona: string | null): Promise<Answer> =>
  (await eventually(async () => {
    const answer = await corridor.ask(persona, query);
    return answer.errors === undefined ? answer : undefined;
  })) ?? corridor.ask(persona, query);
const recordsOf = ({ data }: Answer): Part[] =>
  (data.consignments.nodes[0]?.records.nodes ?? []).toSorted((one: Part, other: Part) => (one.id < other.id ? -1 : 1));
const id = (party: string, noun: string): unknown => expect.stringMatching(new RegExp(`^${party}:${noun}:[0-9a-hjkmnp-tv-z]{16}$`));

const holders = ['asean', 'gansu', 'guangxi', 'guizhou'];
const papers = [
  { documentTypeCode: 'TRD', issueDate: dayOf(-72), transportDocumentReference: 'LZ26000207' },
  { documentTypeCode: 'PCE', issueDate: dayOf(-80), transportDocumentReference: 'GS-PC-26-008812' },
  { documentTypeCode: 'CEO', issueDate: dayOf(-78), transportDocumentReference: 'C26620000207' },
];
const byNumber = (one: Part, other: Part): number => (one.transportDocumentReference < other.transportDocumentReference ? -1 : 1);

test('the forwarder reads the same documents at every party, kind, day, number and digest, and not where they lie', async () => {
  const answer = await askWhole('lz-forwarder');
  expect(answer.errors).toBeUndefined();
  const seen = recordsOf(answer).map(({ party, record }) => [party.code, record.transportDocuments.nodes.toSorted(byNumber)]);
  expect(seen).toEqual(
    holders.map((party) => [
      party,
      papers.toSorted(byNumber).map((paper) => ({
        ...paper,
        id: id(party, 'transport-document'),
        shipmentEventTypeCode: 'ISSU',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        contentURL: null,
        maskedFields: ['contentURL'],
      })),
    ]),
  );
  const digests = seen.map(([, nodes]) => nodes.map(({ sha256 }: Part) => sha256).join());
  expect(new Set(digests).size).toBe(1);
});

test('a province on the route is told that the list is withheld; beside the route and without a token there is no consignment', async () => {
  const answer = await askWhole('gx-officer');
  expect(recordsOf(answer).map(({ party, record }) => [party.code, record.transportDocuments])).toEqual(
    holders.map((party) => [party, null]),
  );
  const notes = answer.extensions?.['masked'].filter(({ at }: Part) => at.at(-1) === 'transportDocuments');
  expect(notes.map(({ owner, rule }: Part) => `${owner} ${rule}`).toSorted()).toEqual(holders.map((party) => `${party} DEFAULT`));
  for (const persona of ['cq-officer', null]) expect((await askWhole(persona)).data.consignments.nodes).toEqual([]);
});

test('that the booking was confirmed stands in the timeline: the forwarder reads the number, the province on the route the fact', async () => {
  const confirmation = {
    eventID: '5c1d3a52-1f0e-4e0a-9a51-6f1f0c2ab207',
    eventType: 'SHIPMENT',
    eventCreatedDateTime: new Date(now - 90 * 3_600_000).toISOString(),
    eventDateTime: new Date(now - 90 * 3_600_000).toISOString(),
    eventClassifierCode: 'ACT',
    shipmentEventTypeCode: 'CONF',
    documentTypeCode: 'BKG',
    documentID: 'LSB2600207',
  };
  const message = { contentType: 'application/json', format: 'dcsa-tnt-2.2', body: JSON.stringify(confirmation) };
  expect(outcomeOf(await postPatiently('asean', 'sg-terminal-system', message))).toBe('TAKEN');
  await corridor.caughtUp();
  const timelineFor = async (persona: string): Promise<Part[]> => (await askWhole(persona)).data.consignments.nodes[0].timeline.nodes;
  const seen = (documentID: string | null): object => ({
    id: id('asean', 'shipment-event'),
    milestone: {
      __typename: 'AseanShipmentEvent',
      id: id('asean', 'shipment-event'),
      eventClassifierCode: 'ACT',
      eventDateTime: confirmation.eventDateTime,
      shipmentEventTypeCode: 'CONF',
      documentTypeCode: 'BKG',
      documentID,
      retracted: false,
    },
  });
  expect(await timelineFor('lz-forwarder')).toEqual([seen('LSB2600207')]);
  expect(await timelineFor('gx-officer')).toEqual([seen(null)]);
});

test('a document that a revision tells no more is gone, by its id too; a later revision brings it back under that id', async () => {
  const message = told.find(({ party }) => party === 'guangxi') ?? expect.fail('Guangxi holds the apples');
  const consignment = JSON.parse(message.body);
  const atGuangxi = async (): Promise<Part[]> =>
    recordsOf(await askWhole('lz-forwarder')).find(({ party }) => party.code === 'guangxi').record.transportDocuments.nodes;
  const certificate = (await atGuangxi()).find(({ documentTypeCode }) => documentTypeCode === 'PCE');
  const byId = async (): Promise<Part> =>
    (await corridor.ask('lz-forwarder', `{ record(id: "${certificate.id}") { ... on TransportDocument { sha256 } } }`)).data.record;
  expect(await byId()).toEqual({ sha256: certificate.sha256 });

  const revise = async (revision: number, transportDocuments: Part[]): Promise<void> => {
    const body = JSON.stringify({ ...consignment, revision, transportDocuments });
    const answer = await postPatiently('guangxi', message.client, { contentType: message.contentType, format: 'consignment.v1', body });
    expect(outcomeOf(answer)).toBe('TAKEN');
    await corridor.caughtUp();
  };
  await revise(
    2,
    consignment.transportDocuments.filter(({ documentTypeCode }: Part) => documentTypeCode !== 'PCE'),
  );
  expect((await atGuangxi()).map(({ documentTypeCode }) => documentTypeCode).toSorted()).toEqual(['CEO', 'TRD']);
  expect(await byId()).toBeNull();
  await revise(3, consignment.transportDocuments);
  expect(await byId()).toEqual({ sha256: certificate.sha256 });
});
