import { randomBytes } from 'node:crypto';
import { signHop } from '@corridor/identity';
import { type Caller, localOf, type Noun } from '@corridor/schemas';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aFirm, anOfficer, anonymous, passportOf } from './testing/callers.ts';
import { type PartyUnderTest, startPartyUnderTest } from './testing/party-under-test.ts';
import { idOfWord, insertBoxes, insertConsignments, insertEvents } from './testing/rows.ts';

let party: PartyUnderTest;

const hiddenWords = Array.from({ length: 250 }, (_, index) => `hidden ${index}`);

beforeAll(async () => {
  party = await startPartyUnderTest();
  // Everything a reader of CQ may not know of, of every kind.
  await insertConsignments(
    party.store,
    hiddenWords.map((word) => ({ word, route: ['GX', 'SG'], destination: 'SG' })),
  );
  await insertBoxes(
    party.store,
    hiddenWords.map((word) => ({ word, equipmentReference: 'LSCU1000016', in: [word] })),
  );
  await insertEvents(
    party.store,
    hiddenWords.map((word) => ({ word, of: [word], box: word })),
  );
}, 60_000);
afterAll(() => party.close());

const query = '{ _service { sdl } }';
const body = JSON.stringify({ query });
const officer = anOfficer('CQ');

test('a gateway with a signed hop and a passport is let in', async () => {
  const { status, body: answer } = await party.ask(officer, query);
  expect(status).toBe(200);
  expect(answer.data?.['_service']).toEqual({ sdl: expect.stringContaining('type GuangxiPort') });
});

const wrong: [string, (good: Record<string, string>) => Promise<Record<string, string>>][] = [
  ['no header at all', async () => ({ 'content-type': 'application/json' })],
  [
    'a bearer token instead',
    async () => ({ 'content-type': 'application/json', authorization: party.keys.bearer(officer, 'subgraph-gx') }),
  ],
  ['no signature', async ({ signature: _, ...rest }) => rest],
  ['no passport', async ({ 'corridor-caller': _, ...rest }) => rest],
  ['another signature', async (good) => ({ ...good, signature: `hop=:${randomBytes(32).toString('base64')}:` })],
  ['a key nobody gave out', async (good) => ({ ...good, ...(await signed({ secret: randomBytes(32).toString('base64url') })) })],
  ['a passport for another owner', async () => party.hop(officer, body, { owner: 'gansu' })],
  [
    'another passport than signed',
    async (good) => ({ ...good, 'corridor-caller': await passportOf(party.keys, anOfficer('SG'), 'guangxi') }),
  ],
  ['a longer deadline than signed', async (good) => ({ ...good, 'corridor-deadline': '60000' })],
  ['another content type than signed', async (good) => ({ ...good, 'content-type': 'text/plain' })],
  ['two signatures', async (good) => ({ ...good, 'signature-input': `${good['signature-input']}, ${good['signature-input']}` })],
];

async function signed(key: { secret: string }): Promise<Record<string, string>> {
  const caller = await passportOf(party.keys, officer, 'guangxi');
  const hop = { method: 'POST', authority: 'guangxi.test:4001', path: '/graphql', query: '', contentType: 'application/json', caller };
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  return signHop(
    { ...hop, body: Buffer.from(body), deadlineMs: 800, traceparent },
    { ...party.keys.hopKey, ...key },
    { clock: () => party.clock.now, random: (bytes) => randomBytes(bytes) },
  );
}

test.each(wrong)('a call with %s is answered 401 with an empty body, and nothing is executed', async (_what, headers) => {
  const before = party.executed.count;
  const answer = await party.post('/graphql', body, await headers(await party.hop(officer, body)));
  expect({ status: answer.status, text: answer.text, executed: party.executed.count - before }).toEqual({
    status: 401,
    text: '',
    executed: 0,
  });
});

test('an altered body, another path, a query string and a replayed call are refused alike', async () => {
  const before = party.executed.count;
  const answers = [
    await party.post('/graphql', `${body} `, await party.hop(officer, body)),
    await party.post('/graphql?x=1', body, await party.hop(officer, body)),
  ];
  const once = await party.hop(officer, body);
  expect((await party.post('/graphql', body, once)).status).toBe(200);
  answers.push(await party.post('/graphql', body, once));
  expect(answers.map(({ status, text }) => [status, text])).toEqual([
    [401, ''],
    [401, ''],
    [401, ''],
  ]);
  expect(party.executed.count - before).toBe(1);
});

test('a body that is too large, or none, is refused as a hop, not as a body', async () => {
  const headers = await party.hop(officer, body);
  for (const payload of ['', 'x'.repeat(2 * 1024 * 1024)]) {
    const { status, text } = await party.post('/graphql', payload, headers);
    expect([status, text]).toEqual([401, '']);
  }
});

test('the log says why a hop was refused, and holds neither passport nor signature', async () => {
  const headers = await party.hop(officer, body, { owner: 'gansu' });
  party.logged.length = 0;
  await party.post('/graphql', body, headers);
  expect(party.logged.some((line) => line.includes('"reason":"passport-audience"'))).toBe(true);
  for (const secret of [headers['corridor-caller'], headers['signature']]) expect(party.logged.join('')).not.toContain(secret);
});

test('what a gateway sends that is no GraphQL request is told as such, since the gateway is known', async () => {
  const codes = await Promise.all(
    ['no json', '[]', '{"query":1}', '{"query":"{","variables":[]}', '{"query":"{"}', '{"query":"{ nothing }"}'].map(async (text) => {
      const { status, body: answer } = await party.post('/graphql', text, await party.hop(officer, text));
      return [status, answer.errors?.map(({ extensions }) => extensions['code'])];
    }),
  );
  expect(codes).toEqual([
    [400, ['BAD_REQUEST']],
    [400, ['BAD_REQUEST']],
    [400, ['BAD_REQUEST']],
    [400, ['BAD_REQUEST']],
    [400, ['GRAPHQL_PARSE_FAILED']],
    [400, ['GRAPHQL_VALIDATION_FAILED']],
  ]);
});

const types: Record<string, Noun> = {
  GuangxiConsignmentRecord: 'consignment-record',
  GuangxiEquipmentRecord: 'equipment-record',
  GuangxiEquipmentEvent: 'equipment-event',
};

test('unknown, forbidden, malformed and foreign ids are answered with the same bytes, after the same statements', async () => {
  const local = fc.uint8Array({ minLength: 10, maxLength: 10 }).map(localOf);
  const pair = fc
    .record({ type: fc.constantFrom(...Object.keys(types)), word: fc.constantFrom(...hiddenWords), local })
    .map(({ type, word, local: some }) => {
      const noun = types[type] ?? 'equipment-event';
      return {
        forbidden: { type, id: idOfWord(noun, word) },
        unknown: { type, id: `guangxi:${noun}:${some}` },
        malformed: { type, id: `guangxi:${noun}:${some.slice(1)}L` },
        foreign: { type, id: `gansu:${noun}:${some}` },
        ofAnotherNoun: { type, id: `guangxi:port:${some}` },
        ofAnotherParty: { type: type.replace('Guangxi', 'Gansu'), id: idOfWord(noun, word) },
      };
    });
  const asked = async (records: { type: string; id: string }[]) => {
    party.statements.length = 0;
    const answer = await party.entities(officer, records, '... on PartyOwned { __typename id maskedFields }');
    return { status: answer.status, text: answer.text, statements: [...party.statements].sort() };
  };
  let pairs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(pair, { minLength: 100, maxLength: 100 }), async (some) => {
      pairs += some.length;
      const forbidden = await asked(some.map((each) => each.forbidden));
      expect(forbidden.text).toBe(JSON.stringify({ data: { _entities: some.map(() => null) } }));
      expect(await asked(some.map((each) => each.unknown))).toEqual(forbidden);
      for (const kind of ['malformed', 'foreign', 'ofAnotherNoun', 'ofAnotherParty'] as const) {
        expect((await asked(some.map((each) => each[kind]))).text).toBe(forbidden.text);
      }
    }),
    { numRuns: 10 },
  );
  expect(pairs).toBe(1_000);
});

test('representations that are none are null, and leave the others alone', async () => {
  const document = 'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }';
  const [id = ''] = (await party.store.db.facility.findMany({ where: { noun: 'port' } })).map((row) => row.id);
  const representations = [
    {},
    'text',
    7,
    [],
    { __typename: 1, id },
    { __typename: 'GuangxiPort' },
    { __typename: 'Query', id },
    { __typename: 'GuangxiPort', id },
  ];
  const { body: answer } = await party.ask(anonymous, document, { representations });
  expect(answer).toEqual({ data: { _entities: [null, null, null, null, null, null, null, { __typename: 'GuangxiPort' }] } });
});

test('a thousand representations are taken, one more refuses the request', async () => {
  const some = Array.from({ length: 1_001 }, () => ({ type: 'GuangxiPort', id: 'guangxi:port:0000000000000000' }));
  const taken = await party.entities(officer, some.slice(1), '__typename');
  expect(taken.body).toEqual({ data: { _entities: some.slice(1).map(() => null) } });
  const { status, body: answer } = await party.entities(officer, some, '__typename');
  expect({ status, data: answer.data, codes: answer.errors?.map(({ extensions }) => extensions) }).toEqual({
    status: 200,
    data: null,
    codes: [expect.objectContaining({ code: 'BAD_USER_INPUT', argument: 'representations' })],
  });
});

test('callers whose questions interleave each see their own', async () => {
  const id = idOfWord('consignment-record', hiddenWords[0] ?? '');
  const masked = (coarse: object) => ({
    data: { _entities: [{ id, HSCode: null }] },
    extensions: { masked: [{ path: ['_entities', 0, 'HSCode'], rule: 'DEFAULT', ...coarse }] },
  });
  const nothing = { data: { _entities: [null] } };
  const sees: [Caller, object][] = [
    [officer, nothing],
    [anOfficer('SG'), masked({})],
    [anOfficer('GX'), masked({ coarse: true })],
    [aFirm('GX/rival'), nothing],
    [aFirm('SG/forwarder'), masked({})],
    [anonymous, nothing],
  ];
  const asked = Array.from({ length: 34 }, () => sees).flat();
  const answers = await Promise.all(
    asked.map(([caller]) =>
      party.entities(caller, [{ type: 'GuangxiConsignmentRecord', id }], '... on GuangxiConsignmentRecord { id HSCode }'),
    ),
  );
  expect(answers.map(({ body: answer }) => answer)).toEqual(asked.map(([, answer]) => answer));
});
