import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Federation, startFederation } from './federation.ts';

let corridor: Federation;
beforeAll(async () => {
  corridor = await startFederation({ budgets: { party: 1_000, client: 1_000, anonymous: 30 } });
});
afterAll(() => corridor?.close());

test('an answer tells its cost, and once the budget is spent the next question is refused before an owner hears of it', async () => {
  const query = '{ facilities(first: 10) { nodes { id } } }';
  const first = await corridor.ask(query);
  expect([first.status, first.json.extensions?.['cost']]).toEqual([200, { nodes: 10, points: 11 }]);
  expect([first.headers['ratelimit'], first.headers['ratelimit-policy']]).toEqual([
    expect.stringMatching(/^"points";r=19;t=(?:60|59|58|57|5\d|4\d)$/),
    '"points";q=30;w=60',
  ]);
  await corridor.ask(query);
  corridor.directory.received.length = 0;
  const third = await corridor.ask(query);
  expect([third.status, third.json]).toEqual([
    429,
    {
      errors: [
        {
          message: 'The budget of this minute is spent',
          extensions: { code: 'THROTTLED', retryable: true, correlationId: expect.stringMatching(/^[0-9a-f]{32}$/) },
        },
      ],
    },
  ]);
  expect(Number(third.headers['retry-after'])).toBeGreaterThan(0);
  expect(corridor.directory.received).toEqual([]);
  // what is left is still there for who asks for less
  expect((await corridor.ask('{ facilities(first: 5) { nodes { id } } }')).status).toBe(200);
});

test('who has a token draws on its own budget, whatever those without one have spent', async () => {
  const authorization = `Bearer ${await corridor.issuer.token()}`;
  const answer = await corridor.ask('{ facilities(first: 20) { nodes { id } } }', { headers: { authorization } });
  expect([answer.status, answer.headers['ratelimit-policy']]).toEqual([200, '"points";q=1000;w=60']);
});
