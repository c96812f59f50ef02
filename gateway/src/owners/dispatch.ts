/** One POST to an owner on its pool of connections: whatever happens on the wire becomes a value, within the time given, and bytes held stay bounded. */
import type { Dispatcher, Pool } from 'undici';
import type { Verdict } from './guard.ts';

/** How one attempt ended, and what it tells about the owner. `untouched`: no byte came back. */
export type Sent = { readonly verdict: Verdict; readonly untouched?: boolean } & (
  | { readonly is: 'answer'; readonly body: Buffer }
  | { readonly is: 'timeout' }
  | { readonly is: 'unreachable'; readonly reason: string }
  | { readonly is: 'left' }
);

/** Sends one body; aborted by `signal` or after `budgetMs`, the connection ends with it. */
export type Dispatch = (headers: Record<string, string>, body: Buffer, budgetMs: number, signal: AbortSignal) => Promise<Sent>;

/** The largest answer taken from an owner. */
const maxAnswerBytes = 8 * 1024 * 1024;
/** What all unfinished answers of one owner may hold together: it answers many callers at once, and none of them with all of our memory. */
const maxBytesHeld = 64 * 1024 * 1024;
/** Proxies before an owner say so when it is away, and owners when they shed load. */
const awayStatuses: ReadonlySet<number> = new Set([502, 503, 504]);

/** Makes the sender of one owner. */
export function createDispatch(pool: Pool, to: { readonly origin: string; readonly path: string }): Dispatch {
  let bytesHeld = 0;

  return (headers, body, budgetMs, signal) =>
    new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      let status = 0;
      let settled = false;
      let controller: Dispatcher.DispatchController | undefined;
      const settle = (sent: Sent, cut?: string): void => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
        bytesHeld -= bytes;
        resolve(sent);
        if (cut !== undefined) controller?.abort(new Error(cut));
      };
      const leave = (): void => settle({ is: 'left', verdict: 'nothing' }, 'the caller left');
      const timer = setTimeout(() => settle({ is: 'timeout', verdict: 'fault' }, 'deadline'), budgetMs);
      signal.addEventListener('abort', leave, { once: true });

      const handler: Dispatcher.DispatchHandler = {
        onRequestStart(started) {
          controller = started;
          if (settled) started.abort(new Error('no longer wanted'));
        },
        onResponseStart(_started, statusCode, responseHeaders) {
          status = statusCode;
          const type = String(responseHeaders['content-type'] ?? '').slice(0, 100);
          if (statusCode === 200 && /^application\/(graphql-response\+)?json\b/.test(type)) return;
          const verdict = awayStatuses.has(statusCode) ? 'fault' : 'answered';
          settle(
            { is: 'unreachable', reason: statusCode === 200 ? `content type ${type}` : `HTTP ${statusCode}`, verdict },
            'not an answer',
          );
        },
        onResponseData(_started, chunk) {
          if (settled) return;
          bytes += chunk.length;
          bytesHeld += chunk.length;
          chunks.push(chunk);
          // a caller can ask for more than the owner may send: that is no sign of an owner that is away
          if (bytes > maxAnswerBytes)
            settle({ is: 'unreachable', reason: `answer over ${maxAnswerBytes} bytes`, verdict: 'answered' }, 'answer too large');
          else if (bytesHeld > maxBytesHeld)
            settle({ is: 'unreachable', reason: `answers over ${maxBytesHeld} bytes together`, verdict: 'answered' }, 'answers too large');
        },
        onResponseEnd() {
          settle({ is: 'answer', body: Buffer.concat(chunks, bytes), verdict: 'answered' });
        },
        onResponseError(_controller, cause) {
          settle({ is: 'unreachable', reason: cause.message, verdict: 'fault', untouched: status === 0 && isStaleSocket(cause) });
        },
      };
      pool.dispatch({ ...to, method: 'POST', headers, body, headersTimeout: 0, bodyTimeout: 0 }, handler);
    });
}

function isStaleSocket(cause: Error): boolean {
  const code = 'code' in cause ? String(cause.code) : '';
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}
