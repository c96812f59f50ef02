import type pg from 'pg';
import { outsideTransaction } from './transaction.ts';

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/** A connection that hears notifications. */
export type Listener = { listen(channel: string, wake: () => void): Promise<() => Promise<void>>; close(): Promise<void> };

/**
 * Hears NOTIFY on a connection of its own, opened with the first channel and opened again, with growing pauses, whenever it breaks. After each
 * return every listener is woken once, since a notification sent meanwhile is gone.
 */
export function createListener(connect: () => Promise<pg.Client>): Listener {
  const hearers = new Map<string, Set<{ readonly wake: () => void }>>();
  let client: pg.Client | undefined;
  let closed = false;
  let pause: NodeJS.Timeout | undefined;
  // One statement or connection attempt at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };

  async function open(): Promise<pg.Client> {
    if (client !== undefined) return client;
    const opened = await connect();
    opened.on('notification', ({ channel }) => wakeAll(hearers.get(channel)));
    opened.on('end', () => {
      if (client !== opened) return;
      client = undefined;
      reopenAfter(firstPauseMs);
    });
    try {
      for (const channel of hearers.keys()) await opened.query(`listen "${channel}"`);
    } catch (error) {
      await opened.end().catch(() => undefined);
      throw error;
    }
    client = opened;
    return opened;
  }

  function reopenAfter(pauseMs: number): void {
    if (closed || hearers.size === 0) return;
    pause = setTimeout(() => {
      inTurn(async () => {
        if (closed || client !== undefined) return;
        await open();
        for (const each of hearers.values()) wakeAll(each);
      }).catch(() => reopenAfter(Math.min(pauseMs * 2, longestPauseMs)));
    }, pauseMs);
  }

  return {
    listen(channel, wake) {
      const hearer = { wake };
      return inTurn(async () => {
        const connected = await open();
        const others = hearers.get(channel);
        if (others === undefined) {
          await connected.query(`listen "${channel}"`);
          hearers.set(channel, new Set([hearer]));
        } else others.add(hearer);
        return () =>
          inTurn(async () => {
            const left = hearers.get(channel);
            if (left?.delete(hearer) !== true || left.size > 0) return;
            hearers.delete(channel);
            // A connection that broke meanwhile comes back without the channel.
            await client?.query(`unlisten "${channel}"`).catch(() => undefined);
          });
      });
    },
    async close() {
      closed = true;
      clearTimeout(pause);
      await inTurn(async () => {
        const ending = client;
        client = undefined;
        await ending?.end();
      });
    },
  };
}

function wakeAll(hearers: ReadonlySet<{ readonly wake: () => void }> | undefined): void {
  for (const { wake } of hearers ?? []) outsideTransaction(() => setImmediate(wake));
}
