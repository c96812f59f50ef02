import { connect } from 'node:net';
import { CorridorError, InvariantError } from '@corridor/schemas';
import { afterEach, expect, test } from 'vitest';
import type { ReadyCheck } from './health.ts';
import { createLogger } from './logger.ts';
import { createServer, listen, type Server, type ServerOptions } from './server.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'; // W3C Trace Context, section 3.2
const correlationId = '0af7651916cd43dd8448eb211c80319c';
const opened: Server[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});

function aServer(options: Partial<ServerOptions> = {}): { server: Server; lines: string[] } {
  const lines: string[] = [];
  const log = createLogger({ name: 'guangxi', level: 'debug', stream: { write: (line) => void lines.push(line) } });
  const server = createServer({ name: 'guangxi', log, clock: () => 1_764_000_000_000, ready: async () => [], ...options });
  opened.push(server);
  server.post('/json', (request) => ({ received: request.body }));
  server.post('/raw', { config: { rawBody: true } }, (request) => ({ bytes: request.rawBody.toString('hex') }));
  server.get('/plate', () => {
    throw new CorridorError('BAD_USER_INPUT', { detail: 'first: 1..100' });
  });
  server.get('/broken', () => {
    throw new InvariantError('桂A12345 has no owner');
  });
  server.get<{ Params: { lost: string } }>('/database/:lost', (request) => {
    throw Object.assign(new Error('what the database said'), { name: 'DatabaseError', lostConnection: request.params.lost === 'lost' });
  });
  return { server, lines };
}

const asked = { traceparent, 'content-type': 'application/json' };

test('a fault of the caller is answered with its code, in the language the caller reads', async () => {
  const { server } = aServer();
  const answer = await server.inject({ url: '/plate', headers: { traceparent, 'accept-language': 'zh-CN,en;q=0.5' } });
  expect([answer.statusCode, answer.json()]).toEqual([
    400,
    { errors: [{ message: '参数不可用：first: 1..100', extensions: { code: 'BAD_USER_INPUT', retryable: false, correlationId } }] },
  ]);
});

test('a fault of ours is answered with the correlation id alone, and the operator reads the rest', async () => {
  const { server, lines } = aServer();
  const answer = await server.inject({ url: '/broken', headers: { traceparent } });
  expect([answer.statusCode, answer.json()]).toEqual([
    500,
    {
      errors: [
        { message: 'Something went wrong on our side', extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: true, correlationId } },
      ],
    },
  ]);
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ msg: 'failed', correlationId, err: expect.objectContaining({ message: '桂A12345 has no owner' }) }),
  );
});

test('a database connection lost under a request is no fault to quote but a reason to repeat', async () => {
  const { server, lines } = aServer();
  const answer = await server.inject({ url: '/database/lost', headers: { traceparent } });
  expect([answer.statusCode, answer.headers['retry-after'], answer.json()]).toEqual([
    503,
    '1',
    { errors: [{ message: 'The program is not ready', extensions: { code: 'NOT_READY', retryable: true, correlationId } }] },
  ]);
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(expect.objectContaining({ msg: 'refused', code: 'NOT_READY', level: 40 }));
});

test('what else the database refuses is a fault of ours', async () => {
  const { server } = aServer();
  expect((await server.inject({ url: '/database/refused', headers: { traceparent } })).statusCode).toBe(500);
});

test.each([
  ['malformed JSON', { method: 'POST', url: '/json', headers: asked, payload: '{"a":' }, 400, 'BAD_REQUEST'],
  ['an empty body', { method: 'POST', url: '/json', headers: asked, payload: '' }, 400, 'BAD_REQUEST'],
  [
    'bytes that are not UTF-8',
    { method: 'POST', url: '/json', headers: asked, payload: Buffer.from([0x22, 0xff, 0x22]) },
    400,
    'BAD_REQUEST',
  ],
  ['a member named __proto__', { method: 'POST', url: '/json', headers: asked, payload: '{"__proto__":{}}' }, 400, 'BAD_REQUEST'],
  [
    'a member named __proto__, escaped',
    { method: 'POST', url: '/json', headers: asked, payload: '{"\\u005f_proto__":{}}' },
    400,
    'BAD_REQUEST',
  ],
  [
    'another content type',
    { method: 'POST', url: '/json', headers: { 'content-type': 'text/plain' }, payload: 'a' },
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  ['no content type', { method: 'POST', url: '/json', payload: Buffer.from('a') }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['a body over the limit', { method: 'POST', url: '/json', headers: asked, payload: `"${'a'.repeat(65_536)}"` }, 413, 'BODY_TOO_LARGE'],
  ['an unknown path', { method: 'GET', url: '/nothing' }, 404, 'NOT_FOUND'],
  [
    'an unknown path, with a body',
    { method: 'POST', url: '/nothing', headers: { 'content-type': 'text/plain' }, payload: 'a' },
    404,
    'NOT_FOUND',
  ],
  ['another method', { method: 'DELETE', url: '/json' }, 404, 'NOT_FOUND'],
  ['a path that cannot be decoded', { method: 'GET', url: '/%ff%' }, 400, 'BAD_REQUEST'],
] as const)('%s is refused in JSON, with a code of the table', async (_case, request, status, code) => {
  const { server } = aServer();
  const answer = await server.inject(request);
  expect([answer.statusCode, answer.json().errors.length, answer.json().errors[0].extensions.code]).toEqual([status, 1, code]);
  expect(Object.keys(answer.json())).toEqual(['errors']);
});

test('a route that asks for raw bytes gets them as they came, whatever their type', async () => {
  const { server } = aServer();
  const bytes = Buffer.from([0x55, 0x4e, 0x42, 0xff, 0x00]);
  const raw = async (type: string, payload: Buffer): Promise<unknown> =>
    (await server.inject({ method: 'POST', url: '/raw', headers: { 'content-type': type }, payload })).json();
  expect(await raw('application/EDIFACT', bytes)).toEqual({ bytes: '554e42ff00' });
  expect(await raw('application/json', bytes)).toEqual({ bytes: '554e42ff00' });
});

test('every answer, refusals too, forbids caches, frames and sniffing', async () => {
  const { server } = aServer();
  for (const url of ['/livez', '/nothing', '/%ff%', '/broken']) {
    expect((await server.inject({ url })).headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
  }
});

test('a request is logged by its route, without its query, its body or its credentials', async () => {
  const { server, lines } = aServer();
  const headers = { ...asked, authorization: 'Bearer s3cr3t-of-lz-forwarder', cookie: 'sid=s3cr3t' };
  await server.inject({
    method: 'POST',
    url: '/json?transportDocumentReference=QZ0001',
    headers,
    payload: '{"equipmentReference":"LSCU1000016"}',
  });
  await server.inject({ url: '/unknown/QZ0001', headers });
  expect(lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'answered')).toEqual([
    expect.objectContaining({ method: 'POST', route: '/json', status: 200, ms: 0, correlationId }),
    expect.objectContaining({ method: 'GET', route: null, status: 404, ms: 0, correlationId }),
  ]);
  expect(lines.join('')).not.toMatch(/QZ0001|s3cr3t|LSCU/);
});

test('readyz tells whether the program can serve and keeps the reason for the log, told once', async () => {
  let checks: ReadyCheck[] = [{ name: 'database', ok: false, detail: 'connection refused' }];
  const { server, lines } = aServer({ ready: async () => checks });
  const answers = [await server.inject('/readyz'), await server.inject('/readyz')];
  checks = [{ name: 'database', ok: true }];
  answers.push(await server.inject('/readyz'));
  expect(answers.map((answer) => answer.statusCode)).toEqual([503, 503, 200]);
  expect(answers[0]?.json().errors[0].extensions).toMatchObject({ code: 'NOT_READY', retryable: true });
  expect(answers[0]?.body).not.toContain('database');
  const told = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'not ready' || msg === 'ready again');
  expect(told.map(({ msg, faults }) => [msg, faults])).toEqual([
    ['not ready', 'database: connection refused'],
    ['ready again', undefined],
  ]);
  expect(lines.map((line) => JSON.parse(line)).filter(({ msg, level }) => msg === 'refused' && level > 20)).toEqual([]);
});

test('a check that throws is a check that fails, and many probes make one round of checks', async () => {
  let rounds = 0;
  const { server } = aServer({
    ready: async () => {
      rounds += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw new Error('no answer');
    },
  });
  await server.ready();
  const answers = await Promise.all(Array.from({ length: 20 }, () => server.inject('/readyz')));
  expect(new Set(answers.map((answer) => answer.statusCode))).toEqual(new Set([503]));
  expect(rounds).toBe(1);
});

test('listening gives the address, and a port that is taken is named', async () => {
  const { server } = aServer();
  const { server: second } = aServer();
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  expect(await (await fetch(`${url}/livez`)).json()).toEqual({ status: 'live', name: 'guangxi' });
  await expect(listen(second, { host: '127.0.0.1', port: Number(new URL(url).port) })).rejects.toMatchObject({ code: 'PORT_TAKEN' });
});

test('bytes that are not HTTP get an answer in the same form', async () => {
  const { server } = aServer();
  const port = Number(new URL(await listen(server, { host: '127.0.0.1', port: 0 })).port);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('UNB+UNOC:3\r\n\r\n'));
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head.split('\r\n')[0]).toBe('HTTP/1.1 400 Bad Request');
  expect(JSON.parse(body).errors[0].extensions.code).toBe('BAD_REQUEST');
});

test('two Authorization headers are refused: which of them would count is not ours to choose', async () => {
  const { server } = aServer();
  const { port } = new URL(await listen(server, { host: '127.0.0.1', port: 0 }));
  const statusOf = async (lines: readonly string[]): Promise<string> => {
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write(['GET /plate HTTP/1.1', 'Host: x', 'Connection: close', ...lines, '', ''].join('\r\n')),
    );
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return text.split('\r\n')[0] ?? '';
  };
  expect([await statusOf(['Authorization: Bearer a']), await statusOf(['Authorization: Bearer a', 'authorization: Bearer b'])]).toEqual([
    'HTTP/1.1 400 Bad Request',
    'HTTP/1.1 401 Unauthorized',
  ]);
});

test('a slow head and a slow body end, and an idle connection outlives the callers’', async () => {
  const { server } = aServer();
  await listen(server, { host: '127.0.0.1', port: 0 });
  const { headersTimeout, requestTimeout, keepAliveTimeout } = server.server;
  expect({ headersTimeout, requestTimeout, keepAliveTimeout }).toEqual({
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 75_000,
  });
});

test('closing waits for the request at work and for no idle connection', async () => {
  const { server } = aServer();
  let begun = (): void => {};
  const beginning = new Promise<void>((resolve) => {
    begun = resolve;
  });
  server.get('/slow', async () => {
    begun();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { slow: true };
  });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  const silent = connect(Number(new URL(url).port), '127.0.0.1');
  const ended = new Promise((resolve) => silent.once('close', resolve));
  await (await fetch(`${url}/livez`)).json();
  const slow = fetch(`${url}/slow`).then(async (answer) => [answer.headers.get('connection'), await answer.json()]);
  await beginning;
  const startedAt = performance.now();
  await server.close();
  expect(await slow).toEqual(['close', { slow: true }]);
  await ended;
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
