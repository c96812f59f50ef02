import { statSync } from 'node:fs';
import { type Clock, CorridorError } from '@corridor/schemas';
import type { Logger } from './logger.ts';

/** What is followed, and how it is read; `read` throws for content that must not take effect. */
export type FollowedFile<T> = {
  readonly path: string;
  readonly read: (path: string) => T;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
};

const lookEveryMs = 1_000;

/**
 * What a file says now: keys and lists that change while a program runs. The file is looked at when somebody asks, at most once a second, and read when it
 * changed. Content that cannot be right, a file half written or gone, changes nothing: what was read last stays in force, and the log says so.
 * @throws what `read` throws, at the first reading
 */
export function followFile<T>({ path, read, clock, log }: FollowedFile<T>): () => T {
  let stamp = stampOf(path);
  let value = read(path);
  let lookedAt = clock();
  let told: string | undefined;
  return () => {
    const now = clock();
    // A clock that was set back must not leave the file unread.
    if (Math.abs(now - lookedAt) < lookEveryMs) return value;
    lookedAt = now;
    const seen = stampOf(path);
    if (seen === stamp) return value;
    try {
      value = read(path);
      stamp = seen;
      told = undefined;
      log.info({ path }, 'a file changed and is in force');
    } catch (error) {
      // The stamp stays: it is tried again, and told again only when the fault is another.
      const fault = error instanceof CorridorError ? error.message : 'cannot be read';
      if (fault !== told) log.warn({ path, fault }, 'a file changed, but cannot be right: what was read before stays in force');
      told = fault;
    }
    return value;
  };
}

function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? 'none' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}
