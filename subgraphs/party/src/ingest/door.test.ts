import { createHash } from 'node:crypto';
import { type ErrorCode, errors } from '@corridor/schemas';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { anOfficer } from '../testing/callers.ts';
import {
  aConsignment,
  aSource,
  codeco,
  guangxiWithSources,
  type IngestUnderTest,
  openIngestUnderTest,
} from '../testing/ingest-under-test.ts';
import { ingestBodyLimit } from './door.ts';

let owner: IngestUnderTest;
beforeAll(async () => {
  owner = await openIngestUnderTest();
});
beforeEach(() => owner.empty());
afterAll(() => owner.close());

const { audience } = guangxiWithSources;
const json = { contentType: 'application/json', format: 'consignment.v1', body: JSON.stringify(aConsignment()) };
const kept = () => owner.rows<{ sha256: string; outcome: string }>('select sha256, outcome from raw_message order by received_at, id');

test.each<[string, () => Parameters<IngestUnderTest['post']>[0], ErrorCode]>([
  ['nobody', () => ({ ...json, authorization: undefined }), 'UNAUTHENTICATED'],
  [
    'a token for another owner',
    () => ({ ...json, authorization: owner.keys.bearer(aSource('gx-logistics'), 'subgraph-cq') }),
    'UNAUTHENTICATED',
  ],
  [
    'a token without the permission',
    () => ({ ...json, authorization: owner.keys.bearer(aSource('gx-logistics', { permissions: ['feed.read'] }), audience) }),
    'ROLE_MISSING',
  ],
  [
    'a client that nobody registered',
    () => ({ ...json, authorization: owner.keys.bearer(aSource('stranger'), audience) }),
    'SOURCE_NOT_REGISTERED',
  ],
  [
    'a client of the same name from another party',
    () => ({
      ...json,
      authorization: owner.keys.bearer(anOfficer('SG', { client: 'gx-logistics', permissions: ['ingest.write'] }), audience),
    }),
    'SOURCE_NOT_REGISTERED',
  ],
  [
    'a source of another format',
    () => ({ ...json, authorization: owner.keys.bearer(aSource('qz-terminal'), audience) }),
    'SOURCE_NOT_REGISTERED',
  ],
  [
    'EDIFACT of a source of consignments',
    () => ({ body: codeco(), authorization: owner.keys.bearer(aSource('gx-logistics'), audience) }),
    'SOURCE_NOT_REGISTERED',
  ],
  ['JSON without a format', () => ({ contentType: 'application/json', body: '{}' }), 'UNSUPPORTED_MEDIA_TYPE'],
  ['JSON of another format', () => ({ contentType: 'application/json', format: 'dcsa-tnt-3.0', body: '{}' }), 'UNSUPPORTED_MEDIA_TYPE'],
  ['text', () => ({ contentType: 'text/plain', body: 'UNB' }), 'UNSUPPORTED_MEDIA_TYPE'],
  ['no content type', () => ({ contentType: undefined, body: codeco() }), 'UNSUPPORTED_MEDIA_TYPE'],
  ['more than 8 MiB', () => ({ body: new Uint8Array(ingestBodyLimit + 1) }), 'BODY_TOO_LARGE'],
])('%s is refused before anything is kept', async (_, request, code) => {
  await expect(owner.post(request())).rejects.toMatchObject({ code });
  expect(await kept()).toEqual([]);
});

test('who sends of a type that nobody takes is told which are taken', async () => {
  await expect(owner.post({ contentType: 'text/plain', body: 'UNB' })).rejects.toMatchObject({
    detail: 'application/EDIFACT, or application/json with ?format=consignment.v1, transport-call.v1 or dcsa-tnt-2.2',
  });
});

test('the bytes are kept as they came, under their SHA-256, whatever becomes of them', async () => {
  const body = Buffer.from([0x00, 0xff, 0x55, 0x4e, 0x42]);
  const sha256 = createHash('sha256').update(body).digest('hex');
  const answer = await owner.post({ body });
  expect({ status: answer.status, sha256: answer.body.sha256, messages: answer.body.messages }).toEqual({
    status: 422,
    sha256,
    messages: [],
  });
  expect(answer.body.findings.length).toBeGreaterThan(0);
  const [row] = await owner.rows<object>('select client, format, content_type, bytes, sha256, outcome, trace_id from raw_message');
  expect(row).toEqual({
    client: 'qz-terminal',
    format: 'EDIFACT',
    content_type: 'application/EDIFACT',
    bytes: new Uint8Array(body),
    sha256,
    outcome: 'REFUSED',
    trace_id: '0af7651916cd43dd8448eb211c80319c',
  });
});

test('an empty body is no message', async () => {
  expect(await owner.post({ body: '' })).toMatchObject({ status: 422, body: { messages: [] } });
});

test('parameters of a content type and its case do not matter', async () => {
  expect(await owner.post({ contentType: 'Application/edifact; charset=UTF-8', body: codeco() })).toMatchObject({ status: 200 });
});

test('findings are in the language asked for, with the words of the error table', async () => {
  const [zh] = (await owner.post({ body: codeco(), language: 'zh-CN,zh;q=0.9' })).body.findings;
  const [en] = (await owner.post({ body: codeco(), language: 'de, en;q=0.5' })).body.findings;
  expect([zh, en]).toEqual([
    { code: 'EVENT_NOT_LINKED', severity: 'warning', message: errors.EVENT_NOT_LINKED.zh, segment: 4, tag: 'EQD' },
    { code: 'MESSAGE_DUPLICATE', severity: 'info', message: errors.MESSAGE_DUPLICATE.en, segment: 2, tag: 'UNH' },
  ]);
});

test('of two messages in one interchange the wrong one is refused and the right one takes effect', async () => {
  const right = codeco().split('\n');
  const wrong = codeco({ reference: '2', name: '77' }).split('\n');
  const both = [...right.slice(0, -1), ...wrong.slice(1, -1), "UNZ+2+1'"].join('\n');
  const { status, body } = await owner.edifact(both);
  expect({
    status,
    messages: body.messages,
    findings: body.findings.map(({ code, segment, tag, element }) => ({ code, segment, tag, element })),
  }).toEqual({
    status: 200,
    messages: [
      { reference: '1', type: 'CODECO', function: 'ORIGINAL', outcome: 'TAKEN' },
      { reference: '2', type: 'CODECO', function: 'ORIGINAL', outcome: 'REFUSED' },
    ],
    findings: [
      { code: 'EVENT_NOT_LINKED', segment: 4, tag: 'EQD', element: undefined },
      { code: 'CODE_UNKNOWN', segment: 10, tag: 'BGM', element: 1 },
    ],
  });
  expect(await kept()).toMatchObject([{ outcome: 'TAKEN' }]);
});

test('no finding holds more than 35 characters of what was sent', async () => {
  const { body } = await owner.send(aConsignment({ controllerCode: 'x'.repeat(60) }));
  expect(body.findings).toEqual([
    { code: 'CONTROLLER_UNKNOWN', severity: 'error', message: errors.CONTROLLER_UNKNOWN.en, path: 'controllerCode', value: 'x'.repeat(35) },
  ]);
});
