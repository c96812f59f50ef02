/** An answer with everything a caller could learn from it, in a form that two answers can be compared in. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { PGlite } from '@electric-sql/pglite';
import type { Reply } from './corridor.ts';

/** What making the answer took: a timing class without a clock. */
export type Work = {
  /** Requests to each owner and to the directory, by address. */
  readonly hops: Readonly<Record<string, number>>;
  /** Statements that programs read their records with, and the rows these gave. */
  readonly statements: number;
  readonly rows: number;
};

/** Everything of an answer but the instant it was made at. */
export type WholeAnswer = { readonly status: number; readonly headers: object; readonly text: string; readonly work: Work };

/** Gives an answer whole. Asks one at a time: what runs beside it would be counted. */
export type Observer = { observe(ask: () => Promise<Reply>): Promise<WholeAnswer>; close(): void };

// Programs read what they answer outside transactions; taking in, sequencing, sealing and the feeds are transactions or read other tables.
const reads =
  /\bfrom (?:entry|audience_member|entry_key|facility|consignment_record|equipment_record|equipment_event|transport_call|transport_event|shipment_event|transport_document|audit_log|party_profile)\b/;

/** Begins to watch the programs of this process: requests between them (their HTTP client tells of each) and statements on embedded databases. */
export function startObserving(): Observer {
  const counted = { hops: new Map<string, number>(), statements: 0, rows: 0 };
  const onRequest = (message: unknown): void => {
    const { request } = message as {
      readonly request: { readonly origin: string | URL; readonly path: string; readonly headers: unknown };
    };
    // the test itself asks with the same client: it signs nothing
    if (request.path !== '/graphql' || !JSON.stringify(request.headers).includes('corridor-caller')) return;
    const origin = String(request.origin);
    counted.hops.set(origin, (counted.hops.get(origin) ?? 0) + 1);
  };
  subscribe('undici:request:create', onRequest);
  // biome-ignore lint/suspicious/noExplicitAny: the method is put back as it was
  const prototype = PGlite.prototype as any;
  const query = prototype.query;
  prototype.query = async function (this: PGlite, text: string, ...rest: unknown[]) {
    const result = await query.call(this, text, ...rest);
    if (reads.test(text)) {
      counted.statements += 1;
      counted.rows += result.rows.length;
    }
    return result;
  };
  return {
    async observe(ask) {
      counted.hops.clear();
      counted.statements = 0;
      counted.rows = 0;
      const { status, headers, text } = await ask();
      return {
        status,
        headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !changing.has(name))),
        text: comparable(text),
        work: { hops: Object.fromEntries([...counted.hops].sort()), statements: counted.statements, rows: counted.rows },
      };
    },
    close() {
      prototype.query = query;
      unsubscribe('undici:request:create', onRequest);
    },
  };
}

// The instant, and what is left of a budget that every request draws on.
const changing = new Set(['date', 'ratelimit', 'ratelimit-policy', 'content-length']);

/** The bytes without what differs between two equal requests: measured times, trace ids, and the random part of cursors, whose length stays. */
export function comparable(text: string): string {
  return text
    .replaceAll(/"ms":\d+/g, '"ms":0')
    .replaceAll(/"correlationId":"[0-9a-f]{32}"/g, '"correlationId":""')
    .replaceAll(/"endCursor":"([^"]*)"/g, (_, cursor: string) => `"endCursor":"${cursor.length} characters"`);
}
