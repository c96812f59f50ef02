import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import type { FeedPage } from './feed-page.ts';
import { type FeedState, followFeed } from './follow-feed.ts';
import { changedType } from './outbox.ts';

const recordId = 'guangxi:port:0123456789abcdef';
const anEvent = (n: number, over: object = {}): object => ({
  specversion: '1.0',
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  source: 'corridor/guangxi',
  type: changedType('port'),
  subject: recordId,
  time: '2026-11-24T00:00:00.000Z',
  datacontenttype: 'application/json',
  data: {
    id: recordId,
    noun: 'port',
    revision: n,
    createdDateTime: '2026-11-24T00:00:00.000Z',
    changedDateTime: '2026-11-24T00:00:00.000Z',
    sortDateTime: null,
    withdrawn: false,
    attributes: { facilityTypeCode: 'POTE' },
  },
  ...over,
});
const sealed = (n: number): object => anEvent(n, { type: 'cn.corridor.index.sealed.v1', data: { jwe: 'x' } });

type Answer = { status?: number; body?: unknown; text?: string; headers?: Record<string, string> };
const page = (events: readonly object[], next: string, over: Answer = {}): Answer => ({
  body: events,
  headers: { 'corridor-next': next, 'corridor-waiting-ms': '0', 'corridor-more': 'false' },
  ...over,
});

/** An owner that gives these answers, one per question, the last one for ever; it keeps the `after` of each question. */
async function anOwner(answers: readonly Answer[]): Promise<{ url: string; asked: (string | null)[]; server: Server }> {
  const asked: (string | null)[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? {};
    asked.push(new URL(request.url ?? '', 'http://owner').searchParams.get('after'));
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/cloudevents-batch+json', ...answer.headers });
    response.end(answer.text ?? JSON.stringify(answer.body ?? []));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/feed`, asked, server };
}

/** Follows until `pages` pages were taken or `states` failures told. */
async function follow(
  url: string,
  until: { pages?: number; failures?: number },
  take: (page: FeedPage) => Promise<void> = async () => undefined,
  beginAnew?: () => Promise<void>,
) {
  const stop = new AbortController();
  const taken: FeedPage[] = [];
  const failures: Extract<FeedState, { is: 'failing' }>[] = [];
  let stored: string | null = null;
  await followFeed({
    source: 'guangxi',
    url,
    token: async () => 'token',
    after: async () => stored,
    ...(beginAnew !== undefined && { beginAnew }),
    async take(given) {
      await take(given);
      taken.push(given);
      stored = given.next;
      if (taken.length === until.pages) stop.abort();
    },
    signal: stop.signal,
    clock: Date.now,
    random: (bytes) => new Uint8Array(bytes),
    waitSeconds: 0,
    onState(state) {
      if (state.is !== 'failing') return;
      failures.push(state);
      if (failures.length === until.failures) stop.abort();
    },
  });
  return { taken, failures };
}

test('a follower takes page after page, each behind the cursor of the one before', async () => {
  const owner = await anOwner([page([anEvent(1), anEvent(2), sealed(3)], 'c1'), page([anEvent(4), sealed(5)], 'c2')]);
  const { taken, failures } = await follow(owner.url, { pages: 2 });
  expect(taken.map(({ events, sealed, next }) => [events.map(({ data }) => data.revision), sealed, next])).toEqual([
    [[1, 2], 'x', 'c1'],
    [[4], 'x', 'c2'],
  ]);
  expect(owner.asked).toEqual([null, 'c1']);
  expect(failures).toEqual([]);
});

test('an owner that is away is asked again with the same cursor', async () => {
  const owner = await anOwner([page([anEvent(1), sealed(2)], 'c1'), { status: 503 }, page([anEvent(3), sealed(4)], 'c2')]);
  const { taken, failures } = await follow(owner.url, { pages: 2 });
  expect(owner.asked).toEqual([null, 'c1', 'c1']);
  expect(taken.map(({ next }) => next)).toEqual(['c1', 'c2']);
  expect(failures.map(({ code, failures, retryMs }) => [code, failures, retryMs])).toEqual([['OWNER_UNREACHABLE', 1, 125]]);
});

test('a page that could not take effect comes again', async () => {
  const owner = await anOwner([page([anEvent(1), sealed(2)], 'c1')]);
  let attempts = 0;
  const { failures } = await follow(owner.url, { pages: 1 }, async () => {
    attempts += 1;
    if (attempts === 1) throw new Error('the database is away');
  });
  expect(owner.asked).toEqual([null, null]);
  expect(failures.map(({ code }) => code)).toEqual(['INTERNAL_SERVER_ERROR']);
});

test.each([
  ['FEED_EPOCH_CHANGED', 410],
  ['CURSOR_INVALID', 400],
])('after %s the follower begins anew, which is tried again until it is done, and reads from the start', async (code, status) => {
  const refusal = { status, body: { errors: [{ message: 'no', extensions: { code } }] } };
  const owner = await anOwner([
    page([anEvent(1), sealed(2)], 'c1'),
    refusal,
    page([anEvent(1), sealed(2)], 'd1'),
    page([anEvent(3), sealed(4)], 'd2'),
  ]);
  let begun = 0;
  const beginAnew = async (): Promise<void> => {
    begun += 1;
    if (begun === 1) throw new Error('the database is away');
  };
  const { failures } = await follow(owner.url, { pages: 3 }, undefined, beginAnew);
  expect(owner.asked).toEqual([null, 'c1', null, 'd1']);
  expect(begun).toBe(2);
  expect(failures.map((failure) => failure.code)).toEqual([code, 'INTERNAL_SERVER_ERROR']);
});

test.each<[string, Answer]>([
  ['no JSON', page([], 'c', { text: '<html>' })],
  ['no array', page([], 'c', { text: '{}' })],
  ['no cursor', { body: [] }],
  ['a page without its sealed part', page([anEvent(1)], 'c')],
  ['events behind the sealed part', page([sealed(1), anEvent(2)], 'c')],
  ['an event that does not fit', page([anEvent(1, { data: {} }), sealed(2)], 'c')],
  ['an event about a record of another party', page([anEvent(1, { subject: 'gansu:port:0123456789abcdef' }), sealed(2)], 'c')],
  ['an event in the name of another party', page([anEvent(1, { source: 'corridor/gansu' }), sealed(2)], 'c')],
  ['an answer of more than 8 MiB', page([], 'c', { text: `[${' '.repeat(8 * 1024 * 1024)}]` })],
])('%s is refused and has no effect', async (_, answer) => {
  const owner = await anOwner([answer]);
  const { taken, failures } = await follow(owner.url, { failures: 1 });
  expect(taken).toEqual([]);
  expect(failures.map(({ code }) => code)).toEqual(['FEED_PAGE_INVALID']);
});

test('an event of a type that is not known yet is handed on apart', async () => {
  const grant = anEvent(1, { type: 'cn.corridor.sharing-agreement.granted.v1', data: { anything: true } });
  const owner = await anOwner([page([grant, anEvent(2), sealed(3)], 'c1')]);
  const { taken } = await follow(owner.url, { pages: 1 });
  expect(taken[0]?.unknown).toEqual([{ id: '00000000-0000-4000-8000-000000000001', type: 'cn.corridor.sharing-agreement.granted.v1' }]);
  expect(taken[0]?.events.map(({ data }) => data.revision)).toEqual([2]);
});

test('a redirect is not followed', async () => {
  const elsewhere = await anOwner([page([], 'c')]);
  const owner = await anOwner([{ status: 302, headers: { location: elsewhere.url } }]);
  const { failures } = await follow(owner.url, { failures: 1 });
  expect(failures.map(({ code }) => code)).toEqual(['OWNER_UNREACHABLE']);
  expect(elsewhere.asked).toEqual([]);
});

test('an owner that does not listen is unreachable, and the pauses grow', async () => {
  const owner = await anOwner([]);
  await new Promise((resolve) => owner.server.close(resolve));
  const { failures } = await follow(owner.url, { failures: 3 });
  expect(failures.map(({ code, retryMs }) => [code, retryMs])).toEqual([
    ['OWNER_UNREACHABLE', 125],
    ['OWNER_UNREACHABLE', 250],
    ['OWNER_UNREACHABLE', 500],
  ]);
});

test('a follower ends with its signal, also while the owner lets it wait', async () => {
  const hanging = createServer(() => undefined);
  await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    hanging.closeAllConnections();
    hanging.close();
  });
  const address = hanging.address();
  const stop = new AbortController();
  const states: FeedState[] = [];
  const following = followFeed({
    source: 'guangxi',
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/feed`,
    token: async () => 'token',
    after: async () => null,
    take: async () => undefined,
    signal: stop.signal,
    clock: Date.now,
    random: (bytes) => new Uint8Array(bytes),
    onState: (state) => states.push(state),
  });
  hanging.once('request', () => stop.abort());
  await following;
  expect(states).toEqual([]);
});
