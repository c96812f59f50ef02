/**
 * Asks one owner over HTTP: a passport for that owner alone, a hop signature over the very bytes sent, a deadline, a cap on the answer.
 * Never follows a redirect, never sends the caller's token, builds every header anew.
 */
import { type Accepted, type HopKey, type PassportIssuer, signHop } from '@corridor/identity';
import type { Clock, Random } from '@corridor/schemas';
import { type Dispatcher, Pool } from 'undici';

/** What came back, or why nothing did. */
export type OwnerReply =
  | { readonly is: 'answer'; readonly body: Buffer }
  | { readonly is: 'timeout' }
  /** Refused, cut off, not 200, not JSON, too large; `reason` is for our log alone. */
  | { readonly is: 'unreachable'; readonly reason: string };

/** A GraphQL request to one owner. */
export type OwnerQuestion = {
  readonly body: Buffer;
  readonly accepted: Accepted;
  readonly traceparent: string;
  /** Milliseconds this owner has. */
  readonly budgetMs: number;
};

/** Where an owner is, and the secret shared with it. From configuration, never from the schema. */
export type OwnerAddress = { readonly owner: string; readonly url: string; readonly hopKey: HopKey };

/** One owner's client; `close` ends its connections. */
export type OwnerClient = { ask(question: OwnerQuestion): Promise<OwnerReply>; close(): Promise<void> };

/** How many requests to one owner may be under way at once. */
const connections = 64;
/** The largest answer taken from an owner. */
const maxAnswerBytes = 8 * 1024 * 1024;
const path = '/graphql';
const contentType = 'application/json';

/** Makes the client of one owner. */
export function createOwnerClient(
  address: OwnerAddress,
  options: { readonly passports: PassportIssuer; readonly clock: Clock; readonly random: Random },
): OwnerClient {
  const { protocol, host, origin } = new URL(address.url);
  // idle sockets close before the owner's do: a request on a socket the owner just closed is lost
  const pool = new Pool(`${protocol}//${host}`, {
    connections,
    pipelining: 1,
    keepAliveTimeout: 4_000,
  });

  async function ask(question: OwnerQuestion): Promise<OwnerReply> {
    const until = options.clock() + question.budgetMs;
    const caller = await options.passports.passportFor(question.accepted, address.owner);
    for (let attempt = 1; ; attempt += 1) {
      const budgetMs = Math.max(0, until - options.clock());
      if (budgetMs === 0) return { is: 'timeout' };
      // signed per attempt: a nonce serves once
      const headers = signHop(
        {
          method: 'POST',
          authority: host,
          path,
          query: '',
          contentType,
          body: question.body,
          caller,
          deadlineMs: budgetMs,
          traceparent: question.traceparent,
        },
        address.hopKey,
        options,
      );
      const sent = await dispatch(pool, origin, { ...headers, accept: contentType }, question.body, budgetMs);
      // an owner's restart leaves dead sockets behind: a question may be repeated once while no byte came back
      if (sent.is === 'unreachable' && sent.untouched && attempt === 1) continue;
      return sent;
    }
  }

  return { ask, close: () => pool.close() };
}

type Sent = OwnerReply & { readonly untouched?: boolean };

function dispatch(pool: Pool, origin: string, headers: Record<string, string>, body: Buffer, budgetMs: number): Promise<Sent> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let status = 0;
    let settled = false;
    let controller: Dispatcher.DispatchController | undefined;
    const settle = (sent: Sent): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(sent);
    };
    const timer = setTimeout(() => {
      settle({ is: 'timeout' });
      controller?.abort(new Error('deadline'));
    }, budgetMs);
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        controller = started;
        if (settled) started.abort(new Error('deadline'));
      },
      onResponseStart(started, statusCode, responseHeaders) {
        status = statusCode;
        const type = String(responseHeaders['content-type'] ?? '');
        if (statusCode === 200 && /^application\/(graphql-response\+)?json\b/.test(type)) return;
        settle({ is: 'unreachable', reason: statusCode === 200 ? `content type ${type}` : `HTTP ${statusCode}` });
        started.abort(new Error('not an answer'));
      },
      onResponseData(started, chunk) {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes <= maxAnswerBytes) return;
        settle({ is: 'unreachable', reason: `answer over ${maxAnswerBytes} bytes` });
        started.abort(new Error('answer too large'));
      },
      onResponseEnd() {
        settle({ is: 'answer', body: Buffer.concat(chunks, bytes) });
      },
      onResponseError(_controller, cause) {
        settle({ is: 'unreachable', reason: cause.message, untouched: status === 0 && isStaleSocket(cause) });
      },
    };
    pool.dispatch({ origin, path, method: 'POST', headers, body, headersTimeout: 0, bodyTimeout: 0 }, handler);
  });
}

function isStaleSocket(cause: Error): boolean {
  const code = 'code' in cause ? String(cause.code) : '';
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}
