import { Agent, fetch as undiciFetch } from 'undici';

/** What is sent; redirects are never followed. */
export type FetchInit = {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
  readonly body?: string;
};

/** As much of `fetch` as is needed here: the platform's and undici's both fit. */
export type Fetch = (url: string, init: FetchInit) => Promise<{ readonly status: number; readonly body: AsyncIterable<Uint8Array> | null }>;

/** A `fetch` on undici that closes each connection after use, and how to end what is still open. */
export function openFetch(): { readonly fetch: Fetch; close(): void } {
  // One request in minutes: a connection kept open would only keep a short program from ending.
  const dispatcher = new Agent({ connections: 2, pipelining: 0, connect: { timeout: 2_000 }, maxResponseSize: 1 << 20 });
  return {
    fetch: async (url, init) => {
      const response = await undiciFetch(url, { ...init, dispatcher });
      return { status: response.status, body: response.body };
    },
    close: () => void dispatcher.destroy(),
  };
}

/** Status and whole body of an answer, read as UTF-8; a body longer than `maxBytes` is cut off and refused with an error. */
export async function fetchBounded(
  fetch: Fetch,
  url: string,
  init: FetchInit,
  maxBytes: number,
): Promise<{ readonly status: number; readonly text: string }> {
  const { status, body } = await fetch(url, init);
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the stream, so nothing more is read from the other side.
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new Error(`answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return { status, text: Buffer.concat(chunks).toString('utf8') };
}
