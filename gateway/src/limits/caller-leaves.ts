import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';

/** Aborted when the connection ends before the answer is out. */
export function callerLeaves(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  // each owner asked at once listens, and one dashboard asks a hundred times
  setMaxListeners(0, controller.signal);
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
