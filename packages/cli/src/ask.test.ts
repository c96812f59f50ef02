import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ask, printToken } from './ask.ts';
import { readCommand } from './usage.ts';

type Asked = { readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: string };

const folder = mkdtempSync(join(tmpdir(), 'corridor-cli-'));
const asked: Asked[] = [];
let answer = { status: 200, body: '{"data":{"facilities":{"nodes":[]}}}' };
let server: Server;
let url = '';

beforeAll(async () => {
  // An issuer and a graph on one port: what is asked of them is what is tested.
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    asked.push({ path: String(request.url), headers: request.headers, body });
    const isToken = String(request.url).endsWith('/token');
    const known = new URLSearchParams(body).get('client_secret') === 'swordfish';
    response.statusCode = isToken ? (known ? 200 : 401) : answer.status;
    response.end(
      isToken
        ? JSON.stringify(known ? { access_token: `token-of-${new URLSearchParams(body).get('client_id')}` } : { error: 'invalid_client' })
        : answer.body,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listening on a port');
  url = `http://127.0.0.1:${address.port}`;
  mkdirSync(join(folder, '.data', 'secrets'), { recursive: true });
  const token = { corridor: `${url}/realms/corridor/token`, asean: `${url}/realms/asean/token` };
  const programs = { guangxi: { url: `${url}/guangxi` } };
  writeFileSync(join(folder, '.data', 'corridor.json'), JSON.stringify({ urls: { graphql: `${url}/graphql`, token }, programs }));
  writeFileSync(join(folder, '.data', 'secrets', 'client-secret'), 'swordfish\n');
  mkdirSync(join(folder, 'below'));
  writeFileSync(join(folder, 'below', 'facilities.graphql'), 'query F($first: Int) { facilities(first: $first) { nodes { id } } }');
  writeFileSync(join(folder, 'below', 'first.json'), '{"first":5}');
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  asked.length = 0;
  answer = { status: 200, body: '{"data":{"facilities":{"nodes":[]}}}' };
});

async function run(line: string, env: Record<string, string> = {}): Promise<{ code: number; printed: string; complained: string }> {
  const command = readCommand(['ask', ...line.split(' ')]);
  if (command.is !== 'ask') throw new Error(line);
  let printed = '';
  let complained = '';
  const code = await ask(command, {
    folder: join(folder, 'below'),
    env,
    width: 100,
    colours: false,
    print: (text) => {
      printed += `${text}\n`;
    },
    complain: (text) => {
      complained += `${text}\n`;
    },
  });
  return { code, printed, complained };
}

test('a persona asks the gateway with a fresh token, its purpose and its language', async () => {
  const { code, printed } = await run('sg-terminal facilities.graphql first.json --purpose corridor-operations --lang zh');
  expect([code, JSON.parse(printed)]).toEqual([0, { facilities: { nodes: [] } }]);
  expect(asked.map(({ path }) => path)).toEqual(['/realms/asean/token', '/graphql']);
  expect(asked[1]?.headers).toMatchObject({
    authorization: 'Bearer token-of-sg-terminal',
    'corridor-purpose': 'corridor-operations',
    'accept-language': 'zh',
    'content-type': 'application/json',
  });
  expect(JSON.parse(asked[1]?.body ?? '')).toEqual({ query: expect.stringContaining('facilities'), variables: { first: 5 } });
});

test('staff asks its own owner’s endpoint with the client meant for it', async () => {
  await run('gx-officer facilities.graphql {"first":1} --at guangxi');
  expect(asked.map(({ path }) => path)).toEqual(['/realms/corridor/token', '/guangxi/owner/graphql']);
  expect(asked[1]?.headers.authorization).toBe('Bearer token-of-gx-officer-at-gx');
});

test('anonymous asks without a token', async () => {
  await run('anonymous facilities.graphql');
  expect(asked.map(({ path, headers }) => [path, headers.authorization])).toEqual([['/graphql', undefined]]);
});

test('a partial answer is an answer; a refusal is 1 and names its code', async () => {
  const error = { message: 'The token has expired', extensions: { code: 'TOKEN_EXPIRED', retryable: false, correlationId: '0af7' } };
  answer = {
    status: 200,
    body: JSON.stringify({ data: { facilities: null }, errors: [{ ...error, extensions: { code: 'OWNER_TIMEOUT', owner: 'guizhou' } }] }),
  };
  const partial = await run('cq-officer facilities.graphql');
  expect([partial.code, partial.printed.includes('OWNER_TIMEOUT')]).toEqual([0, true]);
  answer = { status: 401, body: JSON.stringify({ errors: [error] }) };
  const refused = await run('cq-officer facilities.graphql');
  expect([refused.code, refused.printed]).toEqual([1, '\nErrors\n    TOKEN_EXPIRED  The token has expired  0af7\n']);
});

test('--raw prints the answer as it came', async () => {
  answer = { status: 200, body: '{"data":{"facilities":null},"extensions":{"owners":[]}}\n' };
  expect((await run('anonymous facilities.graphql --raw')).printed).toBe('{"data":{"facilities":null},"extensions":{"owners":[]}}\n');
});

test.each([
  ['a file that is not there', 'anonymous nothing.graphql', {}, 2, 'there is no file nothing.graphql'],
  ['variables that are no JSON', 'anonymous facilities.graphql facilities.graphql', {}, 2, 'facilities.graphql is not JSON'],
  [
    'a wrong secret',
    'cq-officer facilities.graphql',
    { CORRIDOR_CLIENT_SECRET: 'guess' },
    1,
    'The issuer gives cq-officer no token (HTTP 401)',
  ],
  [
    'no corridor',
    'anonymous facilities.graphql',
    { CORRIDOR_DATA: '/nowhere' },
    1,
    'No corridor was started here: npm start (or say --url)',
  ],
  ['a party that does not run here', 'gx-officer facilities.graphql --at gansu', {}, 1, 'The corridor that runs here has no gansu'],
  [
    'nobody there',
    'anonymous facilities.graphql --url http://127.0.0.1:9/graphql',
    {},
    1,
    'Nobody answers at http://127.0.0.1:9/graphql. Is the corridor up? npm start',
  ],
] as const)('%s ends with what to do about it', async (_case, line, env, code, told) => {
  const { code: ended, complained, printed } = await run(line, env);
  expect([ended, complained, printed]).toEqual([code, `${told}\n`, '']);
});

test('a token is printed alone, for the gateway, for one owner or for the directory, and its absence is told', async () => {
  const printed: string[] = [];
  const around = {
    folder,
    env: {},
    width: 80,
    colours: false,
    print: (text: string) => printed.push(text),
    complain: (text: string) => printed.push(text),
  };
  const token = async (line: string, env: Record<string, string> = {}): Promise<number> => {
    const command = readCommand(line.split(' '));
    if (command.is !== 'token') throw new Error(line);
    return printToken(command, { ...around, env });
  };
  const asked = ['token cq-officer', 'token gx-officer --at guangxi', 'token gx-officer --at directory'];
  for (const line of asked) expect(await token(line)).toBe(0);
  expect(printed).toEqual(['token-of-cq-officer', 'token-of-gx-officer-at-gx', 'token-of-gx-officer-at-directory']);
  expect([await token('token cq-officer', { CORRIDOR_CLIENT_SECRET: 'guess' }), printed.at(-1)]).toEqual([
    1,
    'The issuer gives cq-officer no token (HTTP 401)',
  ]);
});
