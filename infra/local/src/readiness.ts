import { request } from 'undici';

/**
 * Waits until the program at `url` answers /readyz with 200.
 * Gives `'ready'`, `'ended'` when `ended` comes first, or `'late'` after `withinMs`.
 */
export async function untilReady(
  url: string,
  options: { readonly withinMs: number; readonly ended: Promise<unknown> },
): Promise<'ready' | 'ended' | 'late'> {
  let ended = false;
  void options.ended.then(() => {
    ended = true;
  });
  const until = performance.now() + options.withinMs;
  while (performance.now() < until) {
    if (ended) return 'ended';
    if (await isReady(url)) return ended ? 'ended' : 'ready';
    await Promise.race([options.ended, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  return ended ? 'ended' : 'late';
}

/** Whether the program at `url` answers /readyz with 200 now. */
async function isReady(url: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(`${url}/readyz`, { headersTimeout: 3_000, bodyTimeout: 3_000, reset: true });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}
