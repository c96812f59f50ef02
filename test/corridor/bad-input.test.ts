import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Corridor, startCorridor } from '../setup/corridor.ts';
import { codeco, consignment } from '../setup/messages.ts';

let corridor: Corridor;
let hiddenRecord: string;
beforeAll(async () => {
  corridor = await startCorridor({ only: ['guangxi'] });
  await corridor.post('guangxi', 'gx-terminal-system', {
    contentType: 'application/json',
    format: 'consignment.v1',
    body: consignment({
      recordReference: 'GX-9',
      ucr: '4CN91500000MA0000000X-000999',
      box: 'LSCU1000016',
      route: [
        ['CNCQI', 'CQ'],
        ['CNQZH', 'GX'],
        ['SGSIN', 'SG'],
      ],
    }),
  });
  await corridor.caughtUp();
  const known = await corridor.ask('cq-officer', '{ consignments { nodes { records { nodes { id } } } } }');
  hiddenRecord = known.data.consignments.nodes[0].records.nodes[0].id;
});
afterAll(() => corridor.close());

const comparable = ({ status, headers, text }: Awaited<ReturnType<Corridor['askForBytes']>>): unknown => [
  status,
  headers['content-type'],
  text.replaceAll(/"ms":\d+/g, '"ms":0'),
];

test('an id that is unknown, foreign, malformed or hidden gives the same bytes', async () => {
  const queries = [
    'query ($id: ID!) { record(id: $id) { id partyCode } }',
    'query ($id: ID!) { consignment(id: $id) { id records { nodes { id } } timeline { nodes { id } } } }',
    'query ($id: ID!) { facility(id: $id) { id facility { id } } }',
  ];
  const ids = [
    hiddenRecord,
    'guangxi:consignment-record:0000000000000000',
    'atlantis:port:0000000000000000',
    'guangxi:port:x',
    '',
    '../../etc/passwd',
    'directory:consignment:0000000000000000',
    '漢字',
    'x'.repeat(5_000),
  ];
  for (const query of queries) {
    const answers = await Promise.all(ids.map((id) => corridor.askForBytes('lz-forwarder', query, { id })));
    expect(answers.map(comparable)).toEqual(ids.map(() => comparable(answers[1] as Awaited<ReturnType<Corridor['askForBytes']>>)));
  }
});

test.each([
  ['first of 0', '{ facilities(first: 0) { nodes { id } } }', 'BAD_USER_INPUT'],
  ['first of 101', '{ facilities(first: 101) { nodes { id } } }', 'BAD_USER_INPUT'],
  ['a facility type that is no code', '{ facilities(filter: { facilityTypeCode: ["PORT"] }) { nodes { id } } }', 'BAD_USER_INPUT'],
  [
    'a reference type that is no code',
    '{ consignments(filter: { key: { referenceType: "BL", reference: "1" } }) { nodes { id } } }',
    'BAD_USER_INPUT',
  ],
  ['a date that does not exist', '{ consignments(filter: { changedSince: "2026-02-30T00:00:00Z" }) { nodes { id } } }', 'BAD_USER_INPUT'],
  ['a cursor that nobody gave out', '{ facilities(after: "bm9wZQ") { nodes { id } } }', 'CURSOR_INVALID'],
])('%s is refused by the directory with a code and nothing else', async (_, query, code) => {
  const answer = await corridor.ask('cq-officer', query);
  expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
});

test('a cursor serves only the caller and the list it was given for', async () => {
  const page =
    '($after: String, $filter: FacilityFilter) { facilities(first: 1, after: $after, filter: $filter) { nodes { id } pageInfo { hasNextPage endCursor } } }';
  const first = await corridor.ask('cq-officer', `query ${page}`, {});
  const after = first.data.facilities.pageInfo.endCursor;
  expect(first.data.facilities.pageInfo.hasNextPage).toBe(true);
  const answers = await Promise.all([
    corridor.ask('cq-officer', `query ${page}`, { after }),
    corridor.ask('sg-terminal', `query ${page}`, { after }),
    corridor.ask('cq-officer', `query ${page}`, { after, filter: { facilityTypeCode: ['POTE'] } }),
    corridor.ask('cq-officer', `query ${page}`, { after: `${after.slice(0, -2)}AA` }),
  ]);
  expect(answers.map(({ errors }) => errors?.map(({ extensions }) => extensions.code))).toEqual([
    undefined,
    ['CURSOR_INVALID'],
    ['CURSOR_INVALID'],
    ['CURSOR_INVALID'],
  ]);
});

test('a wrong check digit is flagged and kept', async () => {
  const { status, body } = await corridor.post('guangxi', 'gx-terminal-system', {
    contentType: 'application/EDIFACT',
    body: codeco({ document: 'GX0000900', box: 'LSCU1000017' }),
  });
  expect([status, body.messages[0].outcome, body.findings.map(({ code }: { code: string }) => code)]).toEqual([
    200,
    'TAKEN',
    expect.arrayContaining(['EQUIPMENT_REFERENCE_CHECK_DIGIT']),
  ]);
});

test('a broken message is answered with findings that name segment and element, and changes nothing', async () => {
  const broken = codeco({ document: 'GX0000901', box: 'LSCU1000021' }).replace(/DTM\+7:\d{12}:203/, 'DTM+7:202613450000:203');
  const { status, body } = await corridor.post('guangxi', 'gx-terminal-system', { contentType: 'application/EDIFACT', body: broken });
  expect(status).toBe(422);
  expect(body.findings).toContainEqual(expect.objectContaining({ code: 'DATE_TIME_INVALID', severity: 'error', segment: 6, tag: 'DTM' }));
  expect(body.messages[0].outcome).toBe('REFUSED');
});

test.each<[string, Record<string, string>, string | undefined, number, string]>([
  ['a content type nobody takes', { 'content-type': 'image/png' }, 'x', 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['more than 8 MiB', { 'content-type': 'application/EDIFACT' }, 'x'.repeat(8 * 1024 * 1024 + 1), 413, 'BODY_TOO_LARGE'],
])('%s is refused at the door', async (_, headers, body, status, code) => {
  const reply = await corridor.send('guangxi', '/ingest', {
    headers: { ...headers, authorization: `Bearer ${await corridor.token('gx-terminal-system')}` },
    ...(body !== undefined && { body }),
  });
  expect([reply.status, JSON.parse(reply.text).errors[0].extensions.code]).toEqual([status, code]);
});
