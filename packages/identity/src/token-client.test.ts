import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { noon } from './testing/tokens.ts';
import { createTokenClient, type TokenClient } from './token-client.ts';

type Answer = { status?: number; headers?: Record<string, string>; body: string };
let answers: (n: number) => Answer;
let asked: { method: string | undefined; authorization: string | undefined; type: string | undefined; body: string }[];
const server = createServer((request, response) => {
  readAll(request).then((body) => {
    asked.push({ method: request.method, authorization: request.headers.authorization, type: request.headers['content-type'], body });
    const { status = 200, headers = {}, body: text } = answers(asked.length);
    response.writeHead(status, headers).end(text);
  });
});
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
const tokenUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realms/corridor/protocol/openid-connect/token`;

let now: number;
beforeEach(() => {
  now = noon;
  asked = [];
  answers = (n) => ({ body: JSON.stringify({ access_token: `token-${n}`, token_type: 'Bearer', expires_in: 300 }) });
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

async function readAll(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

function aClient(): TokenClient {
  return createTokenClient({ tokenUrl, clientId: 'feed-directory-gx', clientSecret: 'a:b c+d', clock: () => now });
}

test('a token is asked for with client credentials, id and secret in form encoding', async () => {
  expect(await aClient().token()).toBe('token-1');
  expect(asked).toEqual([
    {
      method: 'POST',
      authorization: `Basic ${Buffer.from('feed-directory-gx:a%3Ab+c%2Bd').toString('base64')}`,
      type: 'application/x-www-form-urlencoded',
      body: 'grant_type=client_credentials',
    },
  ]);
});

test('a token is kept until 30 s before its end, and 50 who ask at once make one request', async () => {
  const client = aClient();
  expect(new Set(await Promise.all(Array.from({ length: 50 }, () => client.token())))).toEqual(new Set(['token-1']));
  now = noon + 269_999;
  expect(await client.token()).toBe('token-1');
  now = noon + 270_000;
  expect(await client.token()).toBe('token-2');
  expect(asked).toHaveLength(2);
});

test.each<[string, Answer, string]>([
  [
    'refuses the secret',
    { status: 401, body: '{"error":"invalid_client","error_description":"no"}' },
    'token endpoint answered 401 invalid_client',
  ],
  ['is broken', { status: 500, body: '<html>' }, 'token endpoint answered 500 (no code)'],
  ['redirects', { status: 302, headers: { location: '/elsewhere' }, body: '' }, 'token endpoint answered 302 (no code)'],
  ['answers without a token', { body: '{"token_type":"Bearer"}' }, 'token endpoint answered 200 without a token'],
  ['answers something else', { body: '<html>' }, 'token endpoint answered 200 without a token'],
  ['answers more than 64 KiB', { body: `{"access_token":"${'x'.repeat(70_000)}","expires_in":300}` }, 'answer is longer than 65536 bytes'],
])('an issuer that %s is unavailable, and the next call asks again', async (_, answer, because) => {
  answers = (n) => (n === 1 ? answer : { body: JSON.stringify({ access_token: 'token', expires_in: 300 }) });
  const client = aClient();
  await expect(client.token()).rejects.toMatchObject({ code: 'ISSUER_UNAVAILABLE', cause: { message: because } });
  expect(await client.token()).toBe('token');
});
