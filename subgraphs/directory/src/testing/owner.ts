/** An owner for tests: its feed and, on the same port, the issuer the directory gets its token from. */
import { createServer, type Server } from 'node:http';
import { sealParts } from '@corridor/exchange';
import type { FeedEvent, PartyCode, SealedPart } from '@corridor/schemas';
import type { JWK } from 'jose';
import type { FeedConfig } from '../config.ts';
import { aPage, type Told } from './directory.ts';

/** An owner that tells what it was given; its cursors are plain numbers. */
export type TestOwner = {
  readonly feed: FeedConfig;
  /** The cursors it was asked with. */
  readonly asked: (string | null)[];
  tell(...told: readonly Told[]): void;
  /** Whether it answers at all. */
  away: boolean;
  close(): Promise<void>;
};

/** Opens an owner; pages have at most two events, so that some are to come. */
export async function openOwner(party: PartyCode, key: JWK): Promise<TestOwner> {
  const events: { readonly event: FeedEvent; readonly part: SealedPart }[] = [];
  const asked: (string | null)[] = [];
  const state = { away: false };
  const server: Server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://owner');
    if (url.pathname === '/token') return response.end(JSON.stringify({ access_token: 'token', expires_in: 300 }));
    if (state.away || request.headers.authorization !== 'Bearer token') return response.writeHead(503).end();
    const after = url.searchParams.get('after');
    if (url.searchParams.get('limit') !== '1') asked.push(after);
    const from = Number(after ?? '0');
    // Long polls end early: a test has no twenty seconds.
    for (let waited = 0; url.searchParams.get('wait') !== '0' && events.length <= from && waited < 200; waited += 10) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const page = events.slice(from, from + 2);
    const sealed = {
      specversion: '1.0',
      id: '00000000-0000-4000-8000-000000000000',
      source: `corridor/${party}`,
      type: 'cn.corridor.index.sealed.v1',
      subject: 'page',
      time: '2026-11-24T00:00:00.000Z',
      datacontenttype: 'application/json',
    };
    const jwe = await sealParts(Object.fromEntries(page.map(({ event, part }) => [event.id, part])), key);
    response.writeHead(200, {
      'corridor-next': String(from + page.length),
      'corridor-waiting-ms': '0',
      'corridor-more': String(from + page.length < events.length),
    });
    return response.end(JSON.stringify(page.length === 0 ? [] : [...page.map(({ event }) => event), { ...sealed, data: { jwe } }]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    feed: { party, url: `${origin}/feed`, tokenUrl: `${origin}/token`, clientId: 'feed-directory', clientSecret: 'secret' },
    asked,
    tell(...told) {
      const { page, parts } = aPage(party, told);
      for (const event of page.events) events.push({ event, part: parts[event.id] ?? { audience: [], references: [], links: [] } });
    },
    get away() {
      return state.away;
    },
    set away(away) {
      state.away = away;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
