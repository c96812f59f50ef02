import { type Admitted, type HopDoor, HopRefused, type HopRequest } from '@corridor/identity';
import { createLogger, createServer } from '@corridor/runtime';
import { anonymous, CorridorError } from '@corridor/schemas';
import { expect, onTestFinished, test } from 'vitest';
import { answerQuestion } from './answer-question.ts';
import { serveHops } from './hop-route.ts';

const correlationId = '0af7651916cd43dd8448eb211c80319c';
const admitted: Admitted = {
  caller: anonymous,
  passport: 'passport',
  gateway: 'gw1',
  deadlineAt: Number.POSITIVE_INFINITY,
  traceparent: `00-${correlationId}-b7ad6b7169203331-01`,
};

/** A server whose door does what `admit` says; it answers with the question, unless `fail` says otherwise. */
function aDoor(admit: HopDoor['admit'], fail?: () => never) {
  const lines: string[] = [];
  const log = createLogger({ name: 'guangxi', level: 'debug', stream: { write: (line) => void lines.push(line) } });
  const server = createServer({ name: 'guangxi', log, clock: () => 1_764_000_000_000, ready: async () => [] });
  onTestFinished(() => server.close());
  serveHops(server, { hopDoor: { admit }, authority: 'guangxi.test:4001' }, (request, reply) =>
    answerQuestion(request, reply, correlationId, async (question, language) => {
      fail?.();
      return { status: 200, body: { question, language } };
    }),
  );
  const post = async (payload: string, url = '/graphql') => {
    const headers = { 'content-type': 'application/json', 'accept-language': 'zh' };
    const answer = await server.inject({ method: 'POST', url, payload, headers });
    return { status: answer.statusCode, text: answer.payload };
  };
  return { server, lines, post };
}

const question = '{"query":"{ a }"}';
const refused = { status: 401, text: '' };

test('the door sees the raw bytes, path and query as they came, and the authority of the configuration', async () => {
  const seen: HopRequest[] = [];
  const { post } = aDoor(async (hop) => {
    seen.push(hop);
    return admitted;
  });
  const { status, text } = await post(question, '/graphql?x=1?2');
  expect([status, JSON.parse(text)]).toEqual([200, { question: { query: '{ a }', variables: null, operationName: null }, language: 'zh' }]);
  expect(seen).toEqual([
    {
      method: 'POST',
      authority: 'guangxi.test:4001',
      path: '/graphql',
      query: 'x=1?2',
      contentType: 'application/json',
      body: Buffer.from(question),
      headers: expect.objectContaining({ 'accept-language': 'zh' }),
    },
  ]);
});

test('a hop that is refused and one that cannot be checked are answered alike, and the log says which it was', async () => {
  const stranger = aDoor(() => Promise.reject(new HopRefused('nonce-seen')));
  expect(await stranger.post(question)).toEqual(refused);
  expect(stranger.lines.join('')).toContain('"reason":"nonce-seen"');
  const broken = aDoor(() => Promise.reject(new Error('no keys')));
  expect(await broken.post(question)).toEqual(refused);
  expect(broken.lines.join('')).toContain('hop refused: its check failed');
});

test('a body that is too large is refused like any hop', async () => {
  const { post } = aDoor(async () => admitted);
  expect(await post('x'.repeat(1024 * 1024 + 1))).toEqual(refused);
});

test('under load a stranger is told so, with nothing looked at', async () => {
  const { server, post } = aDoor(() => Promise.reject(new HopRefused('signature-missing')));
  server.addHook('onRequest', (_request, _reply, done) => done(new CorridorError('OVERLOADED', { retryAfterSeconds: 1 })));
  const { status, text } = await post(question);
  expect([status, JSON.parse(text).errors[0].extensions.code]).toEqual([503, 'OVERLOADED']);
});

test('who was let in is told what is wrong with the question, and of a fault of ours its id alone', async () => {
  const codeOf = ({ status, text }: { status: number; text: string }) => [status, JSON.parse(text).errors[0].extensions];
  const { post } = aDoor(async () => admitted);
  expect(codeOf(await post('[]'))).toEqual([400, { code: 'BAD_REQUEST', retryable: false, correlationId }]);
  const broken = aDoor(
    async () => admitted,
    () => {
      throw new Error('relation "facility" does not exist');
    },
  );
  const answer = await broken.post(question);
  expect(codeOf(answer)).toEqual([500, { code: 'INTERNAL_SERVER_ERROR', retryable: expect.any(Boolean), correlationId }]);
  expect(answer.text).not.toContain('facility');
  expect(broken.lines.join('')).toContain('facility');
});
