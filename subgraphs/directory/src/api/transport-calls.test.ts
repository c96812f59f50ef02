import { anonymous, type Caller, type ReferenceKind } from '@corridor/schemas';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aCaller, allOf, anId, everybody, openDirectory, type TestDirectory, type Told } from '../testing/directory.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openDirectory();
});
afterAll(() => directory.close());
beforeEach(() => directory.empty());

const [cq, sg] = [aCaller('CQ'), aCaller('SG')];
const key = (kind: ReferenceKind, value: string) => ({ kind, value, joins: false });
const vessel = (n: number, over: Partial<Told> = {}): Told => ({
  id: anId('guangxi', 'vessel-call', n),
  sortAt: `2026-11-${20 + n}T16:00:00.000Z`,
  attributes: { UNLocationCodes: ['CNQZH'] },
  references: [key('VESSEL', '3100007'), key('VOYAGE', '023N'), key('VOYAGE', '024S')],
  audience: [everybody, allOf('MAINLAND')],
  ...over,
});
const list = async (filter: object, as: Caller = cq, page: object = {}): Promise<string[] | string> => {
  const { body, text } = await directory.ask(
    `query ($filter: TransportCallIndexFilter, $first: Int, $after: String) {
       transportCalls(filter: $filter, first: $first, after: $after) { nodes { id } pageInfo { endCursor } } }`,
    { as, variables: { filter, ...page } },
  );
  const [error] = body.errors ?? [];
  if (error !== undefined) return `${error.extensions.code} ${error.extensions.argument}`;
  const { nodes } = JSON.parse(text).data.transportCalls as { readonly nodes: readonly { readonly id: string }[] };
  return nodes.map(({ id }) => id);
};

test('calls come by their day, those of vessels, trains and trucks alike, each as the stub of its owner', async () => {
  await directory.tell('guangxi', vessel(2), vessel(1));
  await directory.tell('gansu', { id: anId('gansu', 'train-call', 1), sortAt: '2026-11-21T17:00:00.000Z' });
  await directory.tell('chongqing', { id: anId('chongqing', 'truck-call', 1), createdAt: '2026-11-24T01:00:00.000Z' });
  await directory.tell('guangxi', { id: anId('guangxi', 'port', 1) });
  const { body } = await directory.ask(
    '{ transportCalls { nodes { id party { code } transportCall { __typename id } } pageInfo { hasNextPage } } }',
  );
  const stub = (id: string, code: string, __typename: string) => ({ id, party: { code }, transportCall: { __typename, id } });
  expect(body.data).toEqual({
    transportCalls: {
      nodes: [
        stub(anId('guangxi', 'vessel-call', 1), 'guangxi', 'GuangxiVesselCall'),
        stub(anId('gansu', 'train-call', 1), 'gansu', 'GansuTrainCall'),
        stub(anId('guangxi', 'vessel-call', 2), 'guangxi', 'GuangxiVesselCall'),
        stub(anId('chongqing', 'truck-call', 1), 'chongqing', 'ChongqingTruckCall'),
      ],
      pageInfo: { hasNextPage: false },
    },
  });
});

test('a call is found by vessel, voyage, place and day, each narrowing the other, and no number stands in the database', async () => {
  const other = vessel(2, { references: [key('VESSEL', '9074729'), key('VOYAGE', '024S')], attributes: { UNLocationCodes: ['CNBIH'] } });
  await directory.tell('guangxi', vessel(1), other);
  const [first, second] = [vessel(1).id, other.id];
  expect(await list({ vesselIMONumber: 'IMO 3100007' })).toEqual([first]);
  expect(await list({ voyageNumber: '024 s' })).toEqual([first, second]);
  expect(await list({ voyageNumber: '024S', vesselIMONumber: '9074729' })).toEqual([second]);
  expect(await list({ voyageNumber: '023N', vesselIMONumber: '9074729' })).toEqual([]);
  expect(await list({ UNLocationCode: ['CNBIH'] })).toEqual([second]);
  expect(await list({ from: '2026-11-22T00:00:00Z' })).toEqual([second]);
  expect(await list({ from: '2026-11-21T16:00:00Z', to: '2026-11-22T16:00:00Z' })).toEqual([first]);
  expect(await list({ partyCode: ['gansu'] })).toEqual([]);
  const dump = await directory.dump();
  expect(['3100007', '9074729', '024S'].filter((value) => dump.includes(value))).toEqual([]);
});

test('who knows of a call only what is public finds nothing by a number, the same as by one that nobody has', async () => {
  await directory.tell('guangxi', vessel(1), vessel(2, { audience: [everybody, allOf('MAINLAND'), allOf('SG')] }));
  expect(await list({}, anonymous)).toEqual([vessel(1).id, vessel(2).id]);
  expect(await list({ vesselIMONumber: '3100007' }, anonymous)).toEqual([]);
  expect(await list({ voyageNumber: '024S' }, sg)).toEqual([vessel(2).id]);
  const asked = async (number: string): Promise<string> =>
    (
      await directory.ask(
        `{ transportCalls(filter: { vesselIMONumber: "${number}" }) { nodes { id } pageInfo { hasNextPage endCursor } } }`,
      )
    ).text;
  expect(await asked('3100007')).toBe(await asked('9074729'));
});

test('a withdrawn call and one told to others alone are not there, by no list and no id', async () => {
  await directory.tell('guangxi', vessel(1, { audience: [allOf('SG')] }), vessel(2, { withdrawn: true }));
  expect(await list({})).toEqual([]);
  const byId = async (id: string): Promise<string> => (await directory.ask(`{ transportCall(id: "${id}") { id } }`, { as: cq })).text;
  expect(new Set([await byId(vessel(1).id), await byId(vessel(2).id), await byId(vessel(3).id)]).size).toBe(1);
  expect((await directory.ask(`{ transportCall(id: "${vessel(1).id}") { id } }`, { as: sg })).body.data).toEqual({
    transportCall: { id: vessel(1).id },
  });
});

test('a page goes on behind its cursor, for the same filter alone', async () => {
  await directory.tell('guangxi', vessel(1), vessel(2), vessel(3));
  const { text } = await directory.ask('{ transportCalls(first: 2) { nodes { id } pageInfo { endCursor } } }', { as: cq });
  const after = JSON.parse(text).data.transportCalls.pageInfo.endCursor as string;
  const goOn = async (filter: string): Promise<unknown> => {
    const { body } = await directory.ask(`query ($after: String) { transportCalls(first: 2, after: $after${filter}) { nodes { id } } }`, {
      as: cq,
      variables: { after },
    });
    return body.errors?.[0]?.extensions.code ?? body.data;
  };
  expect(await goOn('')).toEqual({ transportCalls: { nodes: [{ id: vessel(3).id }] } });
  expect(await goOn(', filter: { UNLocationCode: ["CNQZH"] }')).toBe('CURSOR_INVALID');
});

test('a filter that cannot be used is refused by name', async () => {
  expect(await list({ vesselIMONumber: '12' })).toBe('BAD_USER_INPUT filter.vesselIMONumber');
  expect(await list({ voyageNumber: ' ' })).toBe('BAD_USER_INPUT filter.voyageNumber');
  expect(await list({ trainNumber: 'x'.repeat(51) })).toBe('BAD_USER_INPUT filter.trainNumber');
  expect(await list({ UNLocationCode: ['Qinzhou'] })).toBe('BAD_USER_INPUT filter.UNLocationCode');
});

test('the log keeps what was asked for, numbers blinded', async () => {
  await directory.tell('guangxi', vessel(1));
  await list({ vesselIMONumber: '3100007', UNLocationCode: ['CNQZH'] });
  const dump = await directory.dump();
  expect(dump).toContain('transportCalls');
  expect(dump).not.toContain('3100007');
});
